//! Monte Carlo: paired replicates of several scenarios on all cores.
//!
//! Invariant: a replicate is a pure function of seed and number, and results are gathered in the order of
//! replicates, never of arrival; threads change nothing but the time.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sim_core::base_year::setup::{Setup, SetupError};
use sim_core::calendar::Quarter;
use sim_core::draws::Draws;
use sim_core::ledger::Imbalance;
use sim_core::record::{Record, Watch};
use sim_core::scenario::Scenario;
use sim_core::scenario::param::Parameters;
use sim_core::simulate::Run;
use sim_core::structure::Structure;

use crate::priors;
use crate::standing::{Led, Standing};

mod branch;
mod queue;

use branch::Branch;
use queue::Queue;

/// Replicates that are handed out and written together. Fixed: files may not depend on the number of threads.
pub const BATCH: usize = 20;

/// What is run.
#[derive(Debug)]
pub struct Design {
    /// Scenarios; the first is the baseline of all differences.
    pub scenarios: Vec<Arc<Scenario>>,
    /// Number of replicates.
    pub replicates: usize,
    /// Seed.
    pub seed: u64,
    /// Suppliers reported by name.
    pub watch: Watch,
    /// Structure of each scenario's tables; one for all where the tables agree.
    structures: Vec<Arc<Structure>>,
    /// Scenarios with a common base year, and until when each shares its history with which other.
    trees: Vec<Branch>,
    /// A scenario as which all begin, and the number of quarters that they do.
    trunk: Option<(Arc<Scenario>, usize)>,
    /// What leads each tree to an observed year: trees have base years of their own.
    standing: Vec<Option<Standing>>,
}

/// One replicate: the same draw in every scenario.
#[derive(Debug, Clone)]
pub struct Replicate {
    /// Parameters by scenario.
    pub parameters: Vec<Parameters>,
    /// Records by scenario; shared, since they are written while they are summed up.
    pub records: Vec<Arc<Record>>,
    /// How the first base year was led to an observed year, if it was.
    pub led: Option<Led>,
}

/// Why a replicate failed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RunError {
    /// No base year.
    #[error("replicate {replicate} of {scenario}: {source}")]
    Setup {
        /// Scenario id.
        scenario: String,
        /// Number.
        replicate: usize,
        /// Reason.
        source: SetupError,
    },
    /// Books out of balance.
    #[error("replicate {replicate} of {scenario}: {source}")]
    Books {
        /// Scenario id.
        scenario: String,
        /// Number.
        replicate: usize,
        /// Reason.
        source: Imbalance,
    },
}

/// The runs of a replicate.
struct Played<'a> {
    design: &'a Design,
    replicate: usize,
    draws: &'a Draws,
    records: Vec<Option<Record>>,
    led: Option<Led>,
}

impl Played<'_> {
    /// Plays all scenarios of a tree from their base year.
    fn tree(&mut self, tree: &Branch, parameters: &Parameters) -> Result<(), RunError> {
        let Self { design, replicate, draws, .. } = *self;
        let (setup, led) = design.led((tree.scenario, replicate), parameters, draws)?;
        self.led = self.led.take().or(led);
        let scenario = &design.scenarios[tree.scenario];
        let setup = Arc::new(setup);
        let Some((trunk, until)) = &design.trunk else {
            return self.branch(Run::new(&setup, scenario), tree);
        };
        // A branch may go off before anything is played.
        let mut run = Run::new(&setup, trunk);
        design.play(&mut run, (tree.scenario, replicate), *until, draws)?;
        self.branch(run.under(scenario), tree)
    }

    /// Plays a run on under the scenario of a branch, and all that branches off from it.
    fn branch(&mut self, mut run: Run, branch: &Branch) -> Result<(), RunError> {
        let whose = (branch.scenario, self.replicate);
        for twig in &branch.twigs {
            self.design.play(&mut run, whose, twig.from, self.draws)?;
            self.branch(run.under(&self.design.scenarios[twig.scenario]), twig)?;
        }
        self.design.play(&mut run, whose, usize::MAX, self.draws)?;
        self.records[branch.scenario] = Some(run.record);
        Ok(())
    }
}

impl Design {
    /// A design; `keep` says which suppliers are reported by name. All scenarios stand where the first that says so does, led
    /// on its path.
    pub fn new(
        scenarios: Vec<Arc<Scenario>>,
        replicates: usize,
        seed: u64,
        keep: impl Fn(&str) -> bool,
    ) -> Self {
        let first = Arc::clone(&scenarios[0]);
        let base = Arc::new(Structure::new(&first.tables));
        let structures: Vec<Arc<Structure>> = scenarios
            .iter()
            .map(|s| {
                if s.tables == first.tables {
                    Arc::clone(&base)
                } else {
                    Arc::new(Structure::new(&s.tables))
                }
            })
            .collect();
        let trees = branch::trees(&scenarios, 0);
        let watch = Watch::new(&base, keep);
        let leader = scenarios.iter().find(|s| s.standing.is_some());
        let standing =
            leader.map_or_else(Vec::new, |leader| lead(leader, &trees, (&scenarios, &structures)));
        Self { scenarios, replicates, seed, watch, structures, trees, trunk: None, standing }
    }

    /// Lets every scenario begin as `trunk` and go on under its own law from a quarter on. Whether and where runs stand is
    /// said by the trunk.
    ///
    /// # Errors
    /// The id of a scenario whose base year or assumptions are not the trunk's, or of the trunk if the quarter is
    /// not within its time.
    pub fn branched(mut self, trunk: &Arc<Scenario>, at: Quarter) -> Result<Self, String> {
        if at < trunk.start || at > trunk.end {
            return Err(trunk.id.clone());
        }
        let stranger = self
            .scenarios
            .iter()
            .find(|s| !trunk.shares_base(s) || trunk.parameters != s.parameters);
        if let Some(stranger) = stranger {
            return Err(stranger.id.clone());
        }
        let at = at.since(trunk.start) as usize;
        self.trees = branch::trees(&self.scenarios, at);
        self.standing = lead(trunk, &self.trees, (&self.scenarios, &self.structures));
        self.trunk = Some((Arc::clone(trunk), at));
        Ok(self)
    }

    /// What leads each replicate to an observed year, in the first tree.
    pub fn standing(&self) -> Option<&Standing> {
        self.standing.first()?.as_ref()
    }

    /// What leads the tree in which a scenario stands.
    fn standing_of(&self, scenario: usize) -> Option<&Standing> {
        let tree = self.trees.iter().position(|tree| tree.scenarios().any(|i| i == scenario))?;
        self.standing.get(tree)?.as_ref()
    }

    /// The scenario as which all begin, and the first quarter under each one's own law.
    pub fn trunk(&self) -> Option<(&Scenario, Quarter)> {
        self.trunk.as_ref().map(|(trunk, quarters)| (&**trunk, trunk.start.plus(*quarters as i32)))
    }

    /// The structure of the baseline's tables.
    pub fn structure(&self) -> &Arc<Structure> {
        &self.structures[0]
    }

    /// The base year of a scenario in a replicate.
    ///
    /// # Errors
    /// [`RunError::Setup`].
    pub fn setup(&self, scenario: usize, replicate: usize) -> Result<Setup, RunError> {
        let parameters = priors::draw(&self.scenarios[scenario], self.seed, replicate as u64);
        let draws = Draws::new(self.seed, replicate as u64);
        self.base_year(scenario, replicate, &parameters, &draws)
    }

    /// The first quarters of a replicate of a scenario; `led` is how it is led, if that was found before.
    ///
    /// # Errors
    /// [`RunError`].
    pub fn past(
        &self,
        (scenario, replicate): (usize, usize),
        led: Option<&Led>,
        quarters: usize,
    ) -> Result<Record, RunError> {
        let parameters = priors::draw(&self.scenarios[scenario], self.seed, replicate as u64);
        let draws = Draws::new(self.seed, replicate as u64);
        let known = led.and_then(|led| Some((self.standing_of(scenario)?, led)));
        let setup = match known {
            Some((standing, led)) => {
                let setup = self.base_year(scenario, replicate, &parameters, &draws)?;
                standing.lead_again(setup, led)
            }
            None => self.led((scenario, replicate), &parameters, &draws)?.0,
        };
        let mut run = Run::new(&Arc::new(setup), &self.scenarios[scenario]);
        self.play(&mut run, (scenario, replicate), quarters, &draws)?;
        Ok(run.record)
    }

    /// The base year, with what leads its run to an observed year.
    fn led(
        &self,
        whose: (usize, usize),
        parameters: &Parameters,
        draws: &Draws,
    ) -> Result<(Setup, Option<Led>), RunError> {
        let setup = self.base_year(whose.0, whose.1, parameters, draws)?;
        match self.standing_of(whose.0) {
            None => Ok((setup, None)),
            Some(standing) => standing
                .lead(setup, draws)
                .map(|(setup, led)| (setup, Some(led)))
                .map_err(|source| self.books(whose, source)),
        }
    }

    fn base_year(
        &self,
        scenario: usize,
        replicate: usize,
        parameters: &Parameters,
        draws: &Draws,
    ) -> Result<Setup, RunError> {
        let s = &self.scenarios[scenario];
        Setup::new(&self.structures[scenario], s, *parameters, draws)
            .map_err(|source| RunError::Setup { scenario: s.id.clone(), replicate, source })
    }

    /// Runs one replicate of all scenarios.
    ///
    /// # Errors
    /// [`RunError`].
    pub fn replicate(&self, replicate: usize) -> Result<Replicate, RunError> {
        let draws = Draws::new(self.seed, replicate as u64);
        self.pair(replicate, &draws, |s| priors::draw(s, self.seed, replicate as u64))
    }

    /// Runs all scenarios with the same draws of events and with parameters by scenario; `replicate` is for
    /// messages. Scenarios with a common base year share its set-up, and their history until they part.
    ///
    /// # Errors
    /// [`RunError`].
    pub fn pair(
        &self,
        replicate: usize,
        draws: &Draws,
        parameters: impl Fn(&Scenario) -> Parameters,
    ) -> Result<Replicate, RunError> {
        let drawn: Vec<Parameters> = self.scenarios.iter().map(|s| parameters(s)).collect();
        let records = vec![None; self.scenarios.len()];
        let mut played = Played { design: self, replicate, draws, records, led: None };
        for tree in &self.trees {
            // Drawn otherwise, scenarios have base years of their own.
            let one_draw = tree.scenarios().all(|i| drawn[i] == drawn[tree.scenario]);
            if one_draw {
                played.tree(tree, &drawn[tree.scenario])?;
            } else {
                for i in tree.scenarios() {
                    played.tree(&Branch::alone(i), &drawn[i])?;
                }
            }
        }
        let records = played.records.into_iter().flatten().map(Arc::new).collect();
        Ok(Replicate { parameters: drawn, records, led: played.led })
    }

    /// Plays a run on; `whose` is a scenario and the replicate, for messages.
    fn play(
        &self,
        run: &mut Run,
        whose: (usize, usize),
        quarters: usize,
        draws: &Draws,
    ) -> Result<(), RunError> {
        run.play(quarters, draws, &self.watch).map_err(|source| self.books(whose, source))
    }

    fn books(&self, (scenario, replicate): (usize, usize), source: Imbalance) -> RunError {
        RunError::Books { scenario: self.scenarios[scenario].id.clone(), replicate, source }
    }

    /// Runs all replicates on the current rayon pool. `done` gets them in batches and in order, from whichever thread
    /// completes a batch while others play on; it may stop the experiment by an error. `stop` is looked at before each
    /// batch is begun.
    ///
    /// # Errors
    /// The first replicate's error in the order of replicates, or `done`'s.
    pub fn run<E: From<RunError> + Send>(
        &self,
        stop: &AtomicBool,
        tick: &(dyn Fn() + Sync),
        done: impl FnMut(usize, Vec<Replicate>) -> Result<(), E> + Send,
    ) -> Result<usize, E> {
        self.batches(stop, tick, |replicate| self.replicate(replicate), done)
    }

    /// As [`Design::run`], with another way to play a replicate.
    ///
    /// # Errors
    /// The first replicate's error in the order of replicates, or `done`'s.
    pub fn batches<T: Send, E: From<RunError> + Send>(
        &self,
        stop: &AtomicBool,
        tick: &(dyn Fn() + Sync),
        play: impl Fn(usize) -> Result<T, RunError> + Sync,
        done: impl FnMut(usize, Vec<T>) -> Result<(), E> + Send,
    ) -> Result<usize, E> {
        let queue = Queue::new(self.replicates, rayon::current_num_threads(), stop, done);
        rayon::broadcast(|_| {
            queue.work(|replicate| {
                let played = play(replicate);
                tick();
                played
            });
        });
        queue.end()
    }
}

/// What leads each tree to the year in which `leader` says that runs stand.
fn lead(
    leader: &Scenario,
    trees: &[Branch],
    (scenarios, structures): (&[Arc<Scenario>], &[Arc<Structure>]),
) -> Vec<Option<Standing>> {
    let of = |tree: &Branch| {
        Standing::new(leader, &scenarios[tree.scenario], &structures[tree.scenario])
    };
    trees.iter().map(of).collect()
}
