//! Worlds that stand where an observed table stands: each replicate's own path is led through the shares of a later year, so
//! that what follows starts from them with the beliefs, backlog, capacity, levels and unbooked shipments of a path that led there.
//!
//! What leads it is a drift of the unexplained utility ([`Drift`]), common to the products of a country in a segment. It is
//! found by Broyden's method over the replicate's own run, on the log ratios of observed to simulated shares as a market table
//! shows them. The drifts are what the model does not explain.
//!
//! Invariant: a drift is a pure function of seed, replicate, tables and the law of the path; all scenarios of a pair share it.

mod broyden;
mod summary;
mod target;

use std::sync::{Arc, OnceLock};

use sim_core::base_year::drift::Drift;
use sim_core::base_year::setup::Setup;
use sim_core::draws::Draws;
use sim_core::ledger::Imbalance;
use sim_core::policy::lawbook::LawBook;
use sim_core::scenario::Scenario;
use sim_core::simulate::tabulated;
use sim_core::structure::Structure;

use broyden::Broyden;
pub use summary::{Unexplained, unexplained};
pub use target::Target;

/// Most runs to the observed year that a replicate gets. What hangs after them stays as near as it came.
const RUNS: usize = 6;
/// The same of the pilot.
const PILOT: usize = 16;
/// A segment stands when no share is further off than this, percentage points.
const NEAR: f64 = 0.09;

/// An observed year through which paths are led.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The law on the way there.
    path: Arc<Scenario>,
    /// The observed year.
    pub year: i32,
    /// Quarters from the start to its end.
    quarters: usize,
    /// Observed shares, segment by segment.
    pub segments: Vec<Vec<Target>>,
    /// Where replicates begin to look: what leads a run of the central parameters there. The same for all seeds.
    pilot: OnceLock<Vec<Broyden>>,
}

/// How a replicate was led.
#[derive(Debug, Clone, PartialEq)]
pub struct Led {
    /// Drift of each target, logits, in the order of [`Standing::segments`].
    pub drifts: Vec<Vec<f64>>,
    /// How far the nearest run stayed off each segment's shares, percentage points.
    pub misses: Vec<f64>,
    /// Runs that it took.
    pub runs: usize,
}

impl Standing {
    /// The year in which `leader` says that runs stand, on the path of its law, for scenarios with the base year of `base`, whose
    /// structure is given; none if it says nothing.
    pub fn new(leader: &Scenario, base: &Scenario, structure: &Structure) -> Option<Self> {
        let asked = leader.standing.as_ref()?;
        let path = Scenario {
            mechanisms: base.mechanisms,
            tables: base.tables.clone(),
            prior_news: base.prior_news.clone(),
            start: base.start,
            end: base.end,
            ..leader.clone()
        };
        let segments = target::targets(structure, asked);
        let quarters = 4 * (asked.year + 1 - path.start.year()).max(0) as usize;
        Some(Self {
            path: Arc::new(path),
            year: asked.year,
            quarters,
            segments,
            pilot: OnceLock::new(),
        })
    }

    /// The base year with the drift that leads its run through the observed shares, and how near it came.
    ///
    /// # Errors
    /// [`Imbalance`] if the books of a quarter do not balance.
    pub fn lead(&self, setup: Setup, draws: &Draws) -> Result<(Setup, Led), Imbalance> {
        let pilot = self.pilot.get_or_init(|| self.pilot(&setup.structure));
        let searches = pilot.iter().map(Broyden::again).collect();
        let (mut setup, searches, runs) = self.search(setup, searches, (draws, RUNS))?;
        setup.drift = self.drift(&setup.structure, searches.iter().map(Broyden::best));
        let drifts = searches.iter().map(|search| search.best().to_vec()).collect();
        let misses = searches.iter().map(Broyden::miss).collect();
        Ok((setup, Led { drifts, misses, runs }))
    }

    /// The base year with a drift that was found before.
    pub fn lead_again(&self, mut setup: Setup, led: &Led) -> Setup {
        setup.drift = self.drift(&setup.structure, led.drifts.iter().map(Vec::as_slice));
        setup
    }

    /// What leads a run of the central parameters there; nothing, if there is no such run.
    fn pilot(&self, structure: &Arc<Structure>) -> Vec<Broyden> {
        let search = |targets: &Vec<Target>| {
            Broyden::new(targets.iter().map(|target| target.share / 100.0).collect())
        };
        let blank = || self.segments.iter().map(search).collect();
        let draws = Draws::new(0, 0);
        let setup = Setup::new(structure, &self.path, self.path.central(), &draws);
        let found = setup.ok().and_then(|s| self.search(s, blank(), (&draws, PILOT)).ok());
        found.map_or_else(blank, |(_, searches, _)| searches)
    }

    /// Runs to the observed year until every segment stands, at most so many times.
    fn search(
        &self,
        mut setup: Setup,
        mut searches: Vec<Broyden>,
        (draws, most): (&Draws, usize),
    ) -> Result<(Setup, Vec<Broyden>, usize), Imbalance> {
        let mut runs = 0;
        let mut stands = false;
        let book = LawBook::new(&setup.structure, &self.path, draws);
        while runs < most && !stands {
            setup.drift = self.drift(&setup.structure, searches.iter().map(Broyden::next));
            let base = Arc::new(setup);
            let sold = tabulated(&base, (&self.path, &book), draws, self.quarters)?;
            setup = Arc::unwrap_or_clone(base);
            runs += 1;
            stands = true;
            for (targets, search) in self.segments.iter().zip(&mut searches) {
                let shares = target::shares(targets, &sold);
                let pairs = || targets.iter().zip(&shares);
                let gaps: Vec<f64> = pairs().map(|(target, share)| target.gap(*share)).collect();
                let miss = pairs().map(|(target, share)| target.miss(*share)).fold(0.0, f64::max);
                search.learn(&gaps, miss);
                stands &= miss <= NEAR;
            }
        }
        Ok((setup, searches, runs))
    }

    fn drift<'a>(&self, structure: &Structure, drifts: impl Iterator<Item = &'a [f64]>) -> Drift {
        let products = structure.products.len();
        let (mut total, mut there) = (vec![0.0; products], vec![false; products]);
        for (targets, drifts) in self.segments.iter().zip(drifts) {
            for (target, drift) in targets.iter().zip(drifts) {
                target.products.iter().for_each(|k| total[*k] = *drift);
                target.listed.iter().for_each(|k| there[*k] = true);
            }
        }
        Drift::new(total, there, self.quarters)
    }
}
