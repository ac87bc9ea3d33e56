//! `calibrate`: which parameter sets history does not rule out.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sim_core::scenario::Scenario;
use sim_core::scenario::ensemble::Ensemble;
use sim_lab::calibration::class::{CLASSES, Class};
use sim_lab::calibration::fit::Shown;
use sim_lab::calibration::report::{self, Counterfactual, Headlines, Report, Spread};
use sim_lab::calibration::sample::{self, Plan, Sample, SampleError};
use sim_lab::calibration::session::{Asked, Fitted, Session};
use sim_lab::calibration::worlds::Worlds;
use sim_lab::calibration::{ensemble, profile};
use sim_lab::experiment::{Design, RunError};
use sim_lab::hindcast::asked::FITTED as YEAR;
use sim_lab::hindcast::table::{own_panel, own_rows};
use sim_lab::library;
use sim_lab::outcome::Dollars;
use sim_lab::priors;
use sim_lab::results::Results;
use sim_lab::store::{Form, Single};
use sim_stats::drivers::ranked;
use sim_stats::smc::{Point, State};

use crate::args::{Calibrate, Global};
use crate::compare::threads;
use crate::failure::Failure;
use crate::out::outln;
use crate::progress::Progress;
use crate::sweep::{pool, taken_over};
use crate::{events, interrupt};

/// What is run: the controls as enacted, and no control.
const SCENARIO: &str = "history";
const BASELINE: &str = "baseline";
/// Classes of segments whose buyers no control had reached by then: packaging lines.
const UNCONTROLLED: [&str; 3] = ["assembly", "packaging_tools", "test"];

/// Runs of the model that a particle takes on its way, about: for the time that is left.
const RUNS_OF_PARTICLE: u64 = 40;

/// Samples the prior and fits it, or goes on with both, and says what it tells.
pub(crate) fn calibrate(args: &Calibrate, global: &Global) -> Result<(), Failure> {
    if args.keep > args.particles {
        let Calibrate { keep, particles, .. } = args;
        let message = format!(
            "--keep {keep} of --particles {particles}: keep at most as many, or take more particles"
        );
        return Err(Failure::Usage(message));
    }
    // Hours of work are not lost to a name that nothing can be written to.
    let out = claim(&args.out, ensemble::FORM, global)?;
    let report_out = match &args.report {
        Some(path) => Some(claim(path, report::FORM, global)?),
        None => None,
    };
    let until = format!("time.end={YEAR}Q4");
    let prior = "data.ensemble=prior".to_owned();
    let loaded = library::load(
        Path::new(SCENARIO),
        &[until, prior.clone(), "mechanisms.luck=false".into()],
    )?;
    let observed = own_rows(&loaded, YEAR)?;
    if observed.is_empty() {
        return Err(Failure::Other(format!("no observed_{YEAR}.csv beside the data tables")));
    }
    let panel = Arc::new(own_panel(&loaded)?);
    let stop = interrupt::catch("what is in flight");
    let pool = pool(threads(args.threads))?;
    let asked = Asked {
        draws: args.draws as usize,
        particles: args.particles as usize,
        keep: args.keep as usize,
        dir: args.dir.clone(),
    };
    let plan = Plan::new(&loaded.hash, args.seed);
    let session = Session::new((&loaded.scenario, plan), (&observed, &panel), asked)?;
    let work = Work { session: &session, args, global, stop: &stop };
    let done = pool.install(|| work.run())?;
    let file = ensemble::render(
        &done.fitted.ensemble,
        &session.plan,
        (done.sample.draws.len(), session.asked.particles),
    );
    out.write(&file)?;

    let whole = library::load(Path::new(SCENARIO), std::slice::from_ref(&prior))?.scenario;
    let free = library::load(Path::new(BASELINE), std::slice::from_ref(&prior))?.scenario;
    let both = |ensemble: Option<&Ensemble>| {
        let with = |s: &Scenario| Arc::new(Scenario { ensemble: ensemble.cloned(), ..s.clone() });
        pool.install(|| {
            counterfactual(
                vec![with(&free), with(&whole)],
                args.keep as usize,
                args.seed,
                &stop,
                global,
            )
        })
    };
    let (before, after) = (both(None)?, both(Some(&done.fitted.ensemble))?);
    let report = work.report(done, (&before, &after), &whole);
    if let Some(out) = &report_out {
        let text =
            serde_json::to_string_pretty(&report).map_err(|e| Failure::Other(e.to_string()))?;
        out.write(&(text + "\n"))?;
    }
    if global.json {
        let informed = report.posteriors.iter().filter(|p| p.informed).map(|p| p.key);
        events::print(
            "calibrated",
            &serde_json::json!({
                "draws": report.draws, "particles": report.particles, "kept": report.kept,
                "parameters": report.posteriors.len(),
                "ensemble": args.out.display().to_string(), "informed": informed.collect::<Vec<_>>(),
                "report": args.report.as_ref().map(|path| path.display().to_string()),
            }),
        );
    } else {
        say(&report, &args.out);
    }
    Ok(())
}

/// What a calibration works with.
struct Work<'a> {
    session: &'a Session,
    args: &'a Calibrate,
    global: &'a Global,
    stop: &'a AtomicBool,
}

/// What it has done.
struct Done {
    sample: Sample,
    prior: Vec<(Point, Shown)>,
    fitted: Fitted,
    without: Vec<(Class, State<Shown>)>,
    worlds: Option<Worlds>,
}

impl Work<'_> {
    fn run(&self) -> Result<Done, Failure> {
        let Self { session, args, global, stop } = self;
        // Held to the end: the steps of the fits are written there, too.
        let lock = sample::own(&args.dir).map_err(|error| self.failed(error))?;
        taken_over(&args.dir, lock.taken_over(), global);
        let progress = Progress::new(u64::from(args.draws), global.quiet);
        let tick = |rows: usize| (0..rows).for_each(|_| progress.tick());
        let sample = session.sample(&lock, stop, &tick);
        progress.finish();
        let sample = sample.map_err(|error| self.failed(error))?;
        let prior = session.prior(&sample);
        let progress = Progress::new(self.runs(), global.quiet);
        let (tick, said) = (|| progress.tick(), |name: &str| progress.say(name));
        let when = (*stop, &tick as &(dyn Fn() + Sync));
        let all = || -> Result<_, SampleError> {
            let fitted = session.fits(&prior, when, &said)?;
            let without =
                if args.by_class { session.without(&prior, when, &said)? } else { Vec::new() };
            let sizes = (args.worlds as usize, args.world_particles as usize);
            said("worlds");
            let worlds =
                if args.worlds > 0 { Some(session.worlds(&prior, sizes, when)?) } else { None };
            Ok((fitted, without, worlds))
        };
        let done = all();
        progress.finish();
        let (fitted, without, worlds) = done.map_err(|error| self.failed(error))?;
        Ok(Done { sample, prior, fitted, without, worlds })
    }

    /// Runs of all fits, about.
    fn runs(&self) -> u64 {
        let classes = if self.args.by_class { CLASSES as u64 } else { 0 };
        let fewer = (ensemble::FOLDS as u64 + classes) * self.session.fewer() as u64;
        let worlds = u64::from(self.args.worlds) * u64::from(self.args.world_particles);
        RUNS_OF_PARTICLE * (u64::from(self.args.particles) + fewer + worlds)
    }

    fn failed(&self, error: SampleError) -> Failure {
        match error {
            SampleError::Stopped(0) => Failure::Stopped(
                "the sample and the finished steps of the fits are kept; the same command goes on"
                    .to_owned(),
            ),
            SampleError::Stopped(done) => Failure::Stopped(format!(
                "{done} of {} draws are kept; the same command goes on",
                self.args.draws
            )),
            SampleError::Run(error) => Failure::Run(error),
            SampleError::Store(error) => Failure::Store(error),
            other => Failure::Other(other.to_string()),
        }
    }

    fn report(
        &self,
        done: Done,
        (before, after): (&Counterfactual, &Counterfactual),
        whole: &Scenario,
    ) -> Report {
        let Self { session, args, .. } = self;
        let Done { sample, prior, fitted, without, worlds } = done;
        let Fitted { whole: state, mut runs, .. } = fitted;
        let keep = session.asked.keep;
        let drawn = report::drawn(&session.scenario, args.seed, sample.draws.len());
        let kept = report::members(&session.space, &state, keep);
        runs.extend(
            without.iter().map(|(class, state)| {
                report::Run::of(&format!("without {}", class.as_str()), state)
            }),
        );
        let fewer = keep.min(session.fewer());
        let without: Vec<_> = without
            .iter()
            .map(|(class, state)| (*class, report::members(&session.space, state, fewer)))
            .collect();
        let posteriors = report::posteriors(&session.space, &drawn, &kept, &without);
        let varied = priors::free_columns(whole, &after.parameters);
        let observed = report::observed(&session.likelihood, &session.panel, &state, keep);
        let all: Vec<_> =
            prior.iter().filter_map(|(_, shown)| session.observation(shown)).collect();
        let nearest = session.nearest(&sample, &prior);
        let targets = &session.targets;
        Report {
            schema: report::SCHEMA.to_owned(),
            draws: sample.draws.len(),
            particles: session.asked.particles,
            kept: keep,
            seed: args.seed,
            scenario_hash: session.plan.scenario_hash.clone(),
            informed_above: report::threshold(keep, posteriors.len()),
            posteriors,
            classes: report::classes(&session.space, &session.likelihood, &state),
            runs,
            fits: report::fits(targets, [&all, &observed, &nearest]),
            folds: targets.folds(ensemble::FOLDS).into_iter().map(|fold| fold.classes).collect(),
            profile: profile::profile(&sample, targets, &drawn, &kept, after),
            controls: profile::controls(
                &session.segments,
                targets,
                &session.base,
                &observed,
                &UNCONTROLLED,
            ),
            headlines: vec![Headlines::of("prior", before), Headlines::of("ensemble", after)],
            drivers_of_us_revenue: ranked(&varied, &after.us_revenue),
            drivers_of_lead: ranked(&varied, &after.lead),
            worlds,
        }
    }
}

/// Controls as enacted against no control, to the horizon.
fn counterfactual(
    scenarios: Vec<Arc<Scenario>>,
    count: usize,
    seed: u64,
    stop: &AtomicBool,
    global: &Global,
) -> Result<Counterfactual, Failure> {
    let design = Design::new(scenarios, count, seed, |_| false);
    let mut results = Results::new(&design, Dollars::Of2019)?;
    let mut found = Counterfactual::default();
    let progress = Progress::new(count as u64, global.quiet);
    let done = design.run(stop, &|| progress.tick(), |_, batch| {
        found.parameters.extend(batch.iter().map(|replicate| replicate.parameters[0]));
        results.add(batch);
        Ok::<(), RunError>(())
    })?;
    progress.finish();
    if done < count {
        // What the report says would rest on fewer replicates than it tells.
        let message = "the sample, the fits and the ensemble are written, the report is not; the same command goes on";
        return Err(Failure::Stopped(message.to_owned()));
    }
    found.us_revenue = results.difference(1, "us-revenue-world");
    found.lead = results.difference(1, "lead-logic");
    Ok(found)
}

/// Claims a file for this process, with a word if another crashed while it had it.
fn claim(path: &Path, form: Form, global: &Global) -> Result<Single, Failure> {
    let single = Single::claim(path, form)?;
    taken_over(path, single.taken_over(), global);
    Ok(single)
}

fn say(report: &Report, out: &Path) {
    let spread = |s: Spread, decimals: usize| {
        format!("{:.decimals$} ({:.decimals$} to {:.decimals$})", s.p50, s.p5, s.p95)
    };
    let (runs, steps) = report
        .runs
        .iter()
        .fold((0, 0), |(runs, steps), run| (runs + run.runs, steps + run.steps.len()));
    outln!(
        "{} members of {} particles, from {} draws of the prior: {}",
        report.kept,
        report.particles,
        report.draws,
        out.display()
    );
    outln!("{} fits, {steps} steps, {runs} runs beside the draws", report.runs.len());
    outln!("\nFit, median and 90 %: prior, ensemble (in sample), as many draws by rejection");
    for fit in &report.fits {
        outln!(
            "  {:<44} {:<22} {:<22} {}",
            fit.what,
            spread(fit.prior, 2),
            spread(fit.ensemble, 2),
            spread(fit.rejection, 2)
        );
    }
    outln!("\nDiscrepancy by class of targets, log odds, before and after");
    for class in &report.classes {
        outln!(
            "  {:<44} {:<22} {}",
            class.what,
            spread(class.prior, 2),
            spread(class.posterior, 2)
        );
    }
    let informed: Vec<_> = report.posteriors.iter().filter(|p| p.informed).collect();
    outln!(
        "\nInformed parameters, {} of {} (distance of distributions above {:.2})",
        informed.len(),
        report.posteriors.len(),
        report.informed_above
    );
    for p in informed {
        outln!("  {:<24} {:<24} {}", p.key, spread(p.prior, 3), spread(p.ensemble, 3));
    }
    outln!("\nControls as enacted against no control to the horizon");
    for line in &report.headlines {
        outln!(
            "  {:<9} US revenue {} USD bn; lead in logic {} generations",
            line.from,
            spread(line.us_revenue, 0),
            spread(line.lead, 1)
        );
    }
    if let Some(worlds) = &report.worlds {
        let columns = worlds.columns.len();
        outln!(
            "\n{} worlds of our own, {} particles each: ranks are not uniform in {} of {columns} columns (1 in 100 by \
             chance) {}",
            worlds.worlds,
            worlds.particles,
            worlds.suspicious.len(),
            worlds.suspicious.join(", ")
        );
    }
}
