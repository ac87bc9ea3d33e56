//! A calibration from its files to its fits: what the command runs.
//!
//! Invariant: every fit sets out from the same sample of the prior.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sim_core::scenario::Scenario;
use sim_core::scenario::ensemble::Ensemble;
use sim_core::scenario::observed::ObservedShare;
use sim_core::scenario::panel::Panel;

use super::class::Class;
use super::ensemble;
use super::fit::{Fit, Model, Shown, settings};
use super::likelihood::{Likelihood, Seen};
use super::report::Run;
use super::sample::{self, Plan, Sample, SampleError};
use super::select::{Distances, Targets, nearest};
use super::space::Space;
use super::worlds::{self, Worlds};
use crate::experiment::{Design, RunError};
use crate::hindcast::start::Start;
use crate::hindcast::{self, Observation, Observer};
use crate::store::Lock;
use sim_stats::smc::{Point, State};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Draws of the prior.
    pub draws: usize,
    /// Particles of the fit to all targets.
    pub particles: usize,
    /// Members of the ensemble.
    pub keep: usize,
    /// Where the sample and the fits are kept.
    pub dir: PathBuf,
}

/// Everything that fits need but a run.
#[derive(Debug)]
pub struct Session {
    /// What is asked.
    pub asked: Asked,
    /// History to the year that is fitted, without luck.
    pub scenario: Scenario,
    /// Seed and scenario of the sample.
    pub plan: Plan,
    /// Figures of firms and markets.
    pub panel: Arc<Panel>,
    /// Columns of a fit.
    pub space: Space,
    /// Scored segments.
    pub segments: Vec<String>,
    /// China's shares of the base year in them, percent.
    pub base: Vec<f64>,
    /// Distances and folds.
    pub targets: Targets,
    /// Targets of the fit.
    pub likelihood: Likelihood,
    design: Design,
    observer: Observer,
}

/// The fit to all targets, and those of the folds.
#[derive(Debug)]
pub struct Fitted {
    /// To all targets.
    pub whole: State<Shown>,
    /// Its ensemble.
    pub ensemble: Ensemble,
    /// All fits.
    pub runs: Vec<Run>,
}

impl Session {
    /// A session of a scenario that ends with the year of the table.
    ///
    /// # Errors
    /// [`RunError`], if replicate 0 has no base year.
    pub fn new(
        (scenario, plan): (&Scenario, Plan),
        (observed, panel): (&[ObservedShare], &Arc<Panel>),
        asked: Asked,
    ) -> Result<Self, RunError> {
        let design =
            hindcast::design(vec![Arc::new(scenario.clone())], asked.draws, plan.seed, panel);
        let start = Start::new(scenario.clone(), None);
        let observer = Observer::new(&design, &start, panel)?;
        let segments: Vec<String> = observer.segments.iter().map(|s| s.segment.clone()).collect();
        Ok(Self {
            scenario: scenario.clone(),
            space: Space::new(scenario),
            base: observer.segments.iter().map(|segment| segment.base[0]).collect(),
            targets: Targets::new(&segments, observed, scenario, panel),
            likelihood: Likelihood::new(&segments, observed, panel),
            panel: Arc::clone(panel),
            asked,
            plan,
            segments,
            design,
            observer,
        })
    }

    /// The sample of the prior; one that was stopped goes on. Who calls it [owns](sample::own) the directory.
    ///
    /// # Errors
    /// [`SampleError`].
    pub fn sample(
        &self,
        lock: &Lock,
        stop: &AtomicBool,
        tick: &(dyn Fn(usize) + Sync),
    ) -> Result<Sample, SampleError> {
        let of = (&self.scenario, &self.panel);
        sample::run((&self.asked.dir, lock), &self.plan, &self.design, of, stop, tick)
    }

    fn model<'a>(&'a self, stop: &'a AtomicBool, tick: &'a (dyn Fn() + Sync)) -> Model<'a> {
        let Self { design, observer, panel, space, .. } = self;
        Model { design, observer, panel, space, stop, tick }
    }

    /// The points of a sample, as a fit begins with them.
    pub fn prior(&self, sample: &Sample) -> Vec<(Point, Shown)> {
        let (stop, tick) = (AtomicBool::new(false), || ());
        self.model(&stop, &tick).prior(&self.likelihood, sample, self.plan.seed)
    }

    /// Particles of a fit that is not the one to all targets.
    pub const fn fewer(&self) -> usize {
        self.asked.particles / 2
    }

    /// A fit that looks at a part of the targets; the trend keeps its prior.
    ///
    /// # Errors
    /// [`SampleError`].
    pub fn fit(
        &self,
        (name, seen): (&str, Seen),
        prior: &[(Point, Shown)],
        particles: usize,
        (stop, tick): (&AtomicBool, &(dyn Fn() + Sync)),
    ) -> Result<State<Shown>, SampleError> {
        let model = self.model(stop, tick);
        let settings = settings(particles, self.space.cut(), self.plan.seed);
        let fit = Fit { model: &model, likelihood: &self.likelihood, seen };
        fit.run((&self.asked.dir, name), &self.plan, prior, &settings)
    }

    /// The fit to all targets and those of the folds; `said` is called before each with its name.
    ///
    /// # Errors
    /// [`SampleError`].
    pub fn fits(
        &self,
        prior: &[(Point, Shown)],
        (stop, tick): (&AtomicBool, &(dyn Fn() + Sync)),
        said: &dyn Fn(&str),
    ) -> Result<Fitted, SampleError> {
        let Asked { particles, keep, .. } = self.asked;
        said("ensemble");
        let whole = self.fit(("ensemble", Seen::ALL), prior, particles, (stop, tick))?;
        let mut runs = vec![Run::of("ensemble", &whole)];
        let mut folds = Vec::new();
        for (i, group) in self.targets.folds(ensemble::FOLDS).into_iter().enumerate() {
            let name = format!("fold-{}", i + 1);
            said(&name);
            let seen = Seen::of_fold(&group.places);
            let state = self.fit((&name, seen), prior, self.fewer(), (stop, tick))?;
            runs.push(Run::of(&name, &state));
            folds.push((group, ensemble::members(&self.space, &state, keep.div_ceil(2))));
        }
        let members = ensemble::members(&self.space, &whole, keep);
        let ensemble = ensemble::of(&self.scenario, members, folds, &self.segments);
        Ok(Fitted { whole, ensemble, runs })
    }

    /// A fit without each class of targets.
    ///
    /// # Errors
    /// [`SampleError`].
    pub fn without(
        &self,
        prior: &[(Point, Shown)],
        (stop, tick): (&AtomicBool, &(dyn Fn() + Sync)),
        said: &dyn Fn(&str),
    ) -> Result<Vec<(Class, State<Shown>)>, SampleError> {
        let one = |class: Class| {
            let name = format!("without-{}", class.as_str());
            said(&name);
            let seen = Seen::without(class);
            Ok((class, self.fit((&name, seen), prior, self.fewer(), (stop, tick))?))
        };
        Class::ALL.into_iter().filter(|class| self.likelihood.count(*class) > 0).map(one).collect()
    }

    /// Simulation-based calibration.
    ///
    /// # Errors
    /// [`SampleError`].
    pub fn worlds(
        &self,
        prior: &[(Point, Shown)],
        sizes: (usize, usize),
        (stop, tick): (&AtomicBool, &(dyn Fn() + Sync)),
    ) -> Result<Worlds, SampleError> {
        let model = self.model(stop, tick);
        worlds::run(&self.asked.dir, &self.plan, (&model, &self.likelihood), prior, sizes)
    }

    /// As many draws of a sample as the ensemble has members: those nearest to what was observed, as a fit sees them.
    pub fn nearest(&self, sample: &Sample, prior: &[(Point, Shown)]) -> Vec<Observation> {
        let losses = self.targets.losses(sample, Distances::SharesAndFacts, &[]);
        let kept = nearest(&losses, self.asked.keep);
        kept.into_iter().filter_map(|draw| self.observation(&prior[draw as usize].1)).collect()
    }

    /// What a fit sees of a run, as an observation.
    pub fn observation(&self, shown: &Shown) -> Option<Observation> {
        Some(self.likelihood.observation(shown.as_ref()?, &self.panel))
    }
}
