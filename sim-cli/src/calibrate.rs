//! `calibrate`: which draws of the prior history does not rule out.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sim_core::scenario::Scenario;
use sim_core::scenario::ensemble::Ensemble;
use sim_core::scenario::panel::Panel;
use sim_lab::calibration::ensemble;
use sim_lab::calibration::report::{self, Counterfactual, Headlines, Report, Spread};
use sim_lab::calibration::sample::{self, Plan, Sample, SampleError};
use sim_lab::calibration::select::Targets;
use sim_lab::experiment::{Design, RunError};
use sim_lab::hindcast::asked::FITTED as YEAR;
use sim_lab::hindcast::table::{own_panel, own_rows};
use sim_lab::hindcast::{self, Observer};
use sim_lab::library::{self, Loaded};
use sim_lab::outcome::Dollars;
use sim_lab::priors;
use sim_lab::results::Results;
use sim_lab::store::{Form, Single};
use sim_stats::drivers::ranked;

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

/// Samples the prior, or goes on with a sample, selects from it, and says what it tells.
pub(crate) fn calibrate(args: &Calibrate, global: &Global) -> Result<(), Failure> {
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
    let stop = interrupt::catch("the part in flight");
    let pool = pool(threads(args.threads))?;
    let plan = Plan::new(&loaded.hash, args.seed);
    let (sample, base) = pool.install(|| sampled(args, &plan, (&loaded, &panel), &stop, global))?;
    let targets = Targets::new(&sample.segments, &observed, &loaded.scenario, &panel);
    let ensemble = ensemble::select(&sample, &targets, &loaded.scenario, &plan, args.keep as usize);
    out.write(&ensemble::render(&ensemble, &plan, sample.draws.len()))?;

    let whole = library::load(Path::new(SCENARIO), std::slice::from_ref(&prior))?.scenario;
    let free = library::load(Path::new(BASELINE), std::slice::from_ref(&prior))?.scenario;
    let count = args.keep as usize;
    let both = |ensemble: Option<&Ensemble>| {
        let with = |s: &Scenario| Arc::new(Scenario { ensemble: ensemble.cloned(), ..s.clone() });
        pool.install(|| {
            counterfactual(vec![with(&free), with(&whole)], count, args.seed, &stop, global)
        })
    };
    let (before, after) = (both(None)?, both(Some(&ensemble))?);
    let drawn = report::drawn(&loaded.scenario, args.seed, sample.draws.len());
    let posteriors = report::posteriors(&loaded.scenario, &drawn, &ensemble);
    let varied = priors::free_columns(&whole, &after.parameters);
    let report = Report {
        schema: report::SCHEMA.to_owned(),
        draws: sample.draws.len(),
        kept: ensemble.members.len(),
        seed: args.seed,
        scenario_hash: loaded.hash.clone(),
        informed_above: report::threshold(ensemble.members.len(), posteriors.len()),
        posteriors,
        fits: report::fits(&sample, &targets, &ensemble),
        folds: targets.folds(ensemble::FOLDS).into_iter().map(|fold| fold.classes).collect(),
        profile: report::profile(&sample, &targets, &drawn, &ensemble, &after),
        controls: report::controls(&sample, &targets, &base, &ensemble, &UNCONTROLLED),
        headlines: vec![Headlines::of("prior", &before), Headlines::of("ensemble", &after)],
        drivers_of_us_revenue: ranked(&varied, &after.us_revenue),
        drivers_of_lead: ranked(&varied, &after.lead),
    };
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
                "draws": report.draws, "kept": report.kept, "parameters": report.posteriors.len(),
                "ensemble": args.out.display().to_string(), "informed": informed.collect::<Vec<_>>(),
                "report": args.report.as_ref().map(|path| path.display().to_string()),
            }),
        );
    } else {
        say(&report, &args.out);
    }
    Ok(())
}

/// The sample, and China's shares of the base year.
fn sampled(
    args: &Calibrate,
    plan: &Plan,
    (loaded, panel): (&Loaded, &Arc<Panel>),
    stop: &AtomicBool,
    global: &Global,
) -> Result<(Sample, Vec<f64>), Failure> {
    let scenario = Arc::new(loaded.scenario.clone());
    let design = hindcast::design(vec![scenario], args.draws as usize, args.seed, panel);
    let progress = Progress::new(u64::from(args.draws), global.quiet);
    let tick = |rows: usize| (0..rows).for_each(|_| progress.tick());
    let failed = |error| sample_failed(error, args.draws);
    let lock = sample::own(&args.dir).map_err(failed)?;
    taken_over(&args.dir, lock.taken_over(), global);
    let sample =
        sample::run((&args.dir, &lock), plan, &design, (&loaded.scenario, panel), stop, &tick);
    progress.finish();
    let observer = Observer::new(&design, &loaded.scenario, panel)?;
    let base = observer.segments.iter().map(|segment| segment.base[0]).collect();
    Ok((sample.map_err(failed)?, base))
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
        let message =
            "the sample and the ensemble are written, the report is not; the same command goes on";
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

fn sample_failed(error: SampleError, draws: u32) -> Failure {
    match error {
        SampleError::Stopped(done) => {
            Failure::Stopped(format!("{done} of {draws} draws are kept; the same command goes on"))
        }
        SampleError::Run(error) => Failure::Run(error),
        SampleError::Store(error) => Failure::Store(error),
        other => Failure::Other(other.to_string()),
    }
}

fn say(report: &Report, out: &Path) {
    let spread = |s: Spread, decimals: usize| {
        format!("{:.decimals$} ({:.decimals$} to {:.decimals$})", s.p50, s.p5, s.p95)
    };
    outln!("{} of {} draws are kept: {}", report.kept, report.draws, out.display());
    outln!("\nFit, median and 90 % of the draws, before and after (in sample)");
    for fit in &report.fits {
        outln!("  {:<46} {:<22} {}", fit.what, spread(fit.prior, 2), spread(fit.ensemble, 2));
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
}
