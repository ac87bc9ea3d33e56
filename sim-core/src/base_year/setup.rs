//! The base year: what is solved once for a parameter draw and shared by all scenarios of a pair.
//!
//! Spend weights are fitted to segment sizes (RAS), base-year shares are inverted to mean utilities
//! (Berry), and stocks of knowledge, experience, capacity and backlog start where the base year would
//! go on unchanged.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::berry::{BerryError, Inversion};
use super::budgets::Budgets;
use super::drift::Drift;
use super::ras::RasError;
use super::{first_beliefs, shares, weights};
use crate::draws::{Draws, Purpose};
use crate::kernel;
use crate::scenario::Scenario;
use crate::scenario::param::Parameters;
use crate::scenario::tables::{Bloc, BuyerKind, Difficulty, ProductState};
use crate::structure::{Cell, Structure, sells};

/// Why a base year could not be set up.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SetupError {
    /// Spend weights cannot meet segment sizes.
    #[error("spend weights of {kind:?} buyers do not fit their segments' sizes: {source}")]
    Weights {
        /// Kind of buyer.
        kind: BuyerKind,
        /// Reason.
        source: RasError,
    },
    /// Base-year shares cannot be inverted.
    #[error("base-year shares of segment {segment} cannot be inverted: {source}")]
    Shares {
        /// Segment id.
        segment: String,
        /// Reason.
        source: BerryError,
    },
    /// A buyer can use nothing that is on offer.
    #[error(
        "buyer {buyer} would defer all its demand in segment {segment}: nothing on offer comes near its need"
    )]
    Deferred {
        /// Segment id.
        segment: String,
        /// Buyer id.
        buyer: String,
    },
}

/// The base year of one parameter draw.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Who is there.
    pub structure: Arc<Structure>,
    /// The draw.
    pub parameters: Parameters,
    /// Budgets.
    pub budgets: Budgets,
    /// Factor of each segment on the spend weight of its class: its column factor (RAS) times its share of the class.
    pub class_factor: Vec<f64>,
    /// Base-year demand of each cell, USD million a quarter.
    pub base_demand: Vec<f64>,
    /// Base-year share of each product of its segment (sampled within rounding, normalised).
    pub base_share: Vec<f64>,
    /// Mean utility of each product.
    pub xi: Vec<f64>,
    /// Mean utility to which an entrant's or roster-zero supplier's drifts; NaN for incumbents.
    pub xi_target: Vec<f64>,
    /// Base-year level of each product, generations.
    pub level: Vec<f64>,
    /// Base-year share of each pair in what its cell spends.
    pub base_installed: Vec<f64>,
    /// How far a mandate by dependence reaches each cell: the state exposure of a Chinese-owned buyer times the share of US
    /// makers in what the cell bought in the base year; 0 for all others.
    pub dependence: Vec<f64>,
    /// Share of demand that each cell defers in the base year.
    pub base_deferred: Vec<f64>,
    /// Beliefs at the start, jurisdictions × buyers.
    pub belief: Vec<f64>,
    /// China's national belief at the start.
    pub national_belief: f64,
    /// Speed of research at the knowledge of a 5 % supplier, generations a quarter, by product.
    pub research_speed: Vec<f64>,
    /// The product that leads each segment in the base year.
    pub leader: Vec<usize>,
    /// Service and spares over sales of each segment in the base year; 0 without the mechanism.
    pub service_share: Vec<f64>,
    /// Exogenous size of each segment, quarter × segment, USD million a quarter: what every budget at its
    /// path and base weights would spend. It scales the knowledge that a generation takes.
    pub segment_path: Vec<f64>,
    /// What leads the run to an observed year; none for a run that the model alone explains.
    pub drift: Drift,
}

impl Setup {
    /// Solves the base year.
    ///
    /// # Errors
    /// See [`SetupError`].
    pub fn new(
        structure: &Arc<Structure>,
        scenario: &Scenario,
        parameters: Parameters,
        draws: &Draws,
    ) -> Result<Self, SetupError> {
        let p = &parameters;
        let budgets = Budgets::new(structure, scenario, p);
        let weight_factor = weights::fit(structure, &budgets.base, p)?;
        let class_factor = weights::class_factors(structure, &weight_factor);
        let base_weights = weights::base_weights(structure, &class_factor, p);
        let base_demand = (structure.cells.iter().zip(&base_weights))
            .map(|(cell, weight)| budgets.base[cell.buyer] * weight)
            .collect();
        let base_share = shares::base(structure, scenario, p, draws);
        let level = base_levels(structure, p, draws);
        let belief = first_beliefs::starting_beliefs(structure, scenario, p);
        let national_belief = first_beliefs::national(structure, &budgets.base, &belief);
        let mut setup = Self {
            segment_path: weights::segment_path(structure, &base_weights, &budgets),
            structure: Arc::clone(structure),
            parameters,
            budgets,
            class_factor,
            base_demand,
            base_share,
            xi: vec![f64::NAN; structure.products.len()],
            xi_target: vec![f64::NAN; structure.products.len()],
            level,
            base_installed: vec![0.0; structure.pairs],
            dependence: Vec::new(),
            base_deferred: vec![0.0; structure.cells.len()],
            national_belief,
            service_share: structure
                .segments
                .iter()
                .map(|s| if scenario.mechanisms.service { s.row.service_share } else { 0.0 })
                .collect(),
            belief,
            research_speed: Vec::new(),
            leader: Vec::new(),
            drift: Drift::default(),
        };
        setup.invert()?;
        setup.dependence = setup.dependences();
        setup.place_entrants();
        setup.leader = setup.leaders();
        setup.research_speed = setup.speeds();
        Ok(setup)
    }

    fn dependences(&self) -> Vec<f64> {
        let structure = &self.structure;
        let of_us = |(_, k): &(usize, usize)| structure.sides[*k].legal == structure.us;
        let of = |cell: &Cell| {
            if !structure.chinese_owned(cell.buyer) {
                return 0.0;
            }
            let us = structure.pairs_of(cell).filter(of_us);
            structure.buyers[cell.buyer].row.state_exposure
                * us.map(|(pair, _)| self.base_installed[pair]).sum::<f64>()
        };
        structure.cells.iter().map(of).collect()
    }

    /// Base-year sales of a product, USD million a quarter. An entrant counts as if it had its first
    /// share, which sizes its capacity and knowledge.
    pub fn base_sales(&self, product: usize) -> f64 {
        let node = &self.structure.products[product];
        let share = if sells(node.row.state) {
            self.base_share[product]
        } else {
            self.parameters.entrant_share
        };
        share * self.structure.segments[node.segment].row.size_2019_usd_m / 4.0
    }

    /// Research spending over revenue at rest.
    pub fn research_intensity(&self, product: usize) -> f64 {
        let p = &self.parameters;
        let home = self.structure.sides[product].behaviour;
        if home == self.structure.us {
            p.rd_intensity_us
        } else if home == self.structure.china {
            p.rd_intensity_china
        } else {
            p.rd_intensity_third
        }
    }

    /// Ease of entry of a segment, 0–1.
    pub fn ease(&self, segment: usize) -> f64 {
        match self.structure.segments[segment].row.difficulty {
            Difficulty::Easy => 1.0,
            Difficulty::Medium => self.parameters.ease_medium,
            Difficulty::Hard => self.parameters.ease_hard,
        }
    }

    /// Base-year utility weights without ξ, then Berry's inversion, segment by segment.
    fn invert(&mut self) -> Result<(), SetupError> {
        let structure = Arc::clone(&self.structure);
        for (segment, cells) in structure.segments.iter().zip(&structure.cells_of) {
            let sellers: Vec<usize> =
                segment.products.clone().filter(|k| self.base_share[*k] > 0.0).collect();
            let weights: Vec<f64> = cells
                .clone()
                .flat_map(|c| sellers.iter().map(move |k| (c, *k)))
                .map(|(c, k)| self.base_weight(c, k))
                .collect();
            let shares: Vec<f64> = sellers.iter().map(|k| self.base_share[*k]).collect();
            let problem = Inversion {
                weights: &weights,
                demand: &self.base_demand[cells.clone()],
                shares: &shares,
                deferred: self.parameters.defer_share,
            };
            let xi = problem
                .solve()
                .map_err(|source| SetupError::Shares { segment: segment.row.id.clone(), source })?;
            for (k, x) in sellers.iter().zip(&xi) {
                self.xi[*k] = *x;
            }
            for (c, row) in cells.clone().zip(weights.chunks_exact(sellers.len())) {
                self.set_base_cell(c, &sellers, row);
                if self.base_deferred[c] > MOST_DEFERRED {
                    return Err(SetupError::Deferred {
                        segment: segment.row.id.clone(),
                        buyer: structure.buyers[structure.cells[c].buyer].row.id.clone(),
                    });
                }
            }
        }
        Ok(())
    }

    /// Base-year shares and deferral of one cell.
    fn set_base_cell(&mut self, c: usize, sellers: &[usize], weights: &[f64]) {
        let structure = Arc::clone(&self.structure);
        let cell = &structure.cells[c];
        let inside: Vec<f64> =
            sellers.iter().zip(weights).map(|(k, w)| w * libm::exp(self.xi[*k])).collect();
        let total: f64 = inside.iter().sum();
        for (k, z) in sellers.iter().zip(inside) {
            self.base_installed[structure.pair(cell, *k)] = z / total;
        }
        self.base_deferred[c] = 1.0 / (1.0 + total);
    }

    /// `exp(utility without ξ)` of a product in a cell at the base year's levels, prices and beliefs.
    fn base_weight(&self, c: usize, product: usize) -> f64 {
        let (structure, p) = (&self.structure, &self.parameters);
        let cell = &structure.cells[c];
        let need = self.need(c, structure.buyers[cell.buyer].row.level);
        let node = &structure.products[product];
        let home = structure.chinese_owned(cell.buyer) && structure.chinese_product(product);
        let risk = self.belief[structure.opinion(cell.buyer, node.legal)];
        kernel::fitness(p.level_sharpness, self.level[product], need)
            * libm::exp(if home { p.home_preference } else { 0.0 } - p.belief_sensitivity * risk)
    }

    /// The level that a cell needs when its line stands at `line_level`:
    /// `r = r̄ + λ (L − r̄) − slack`.
    pub fn need(&self, cell: usize, line_level: f64) -> f64 {
        self.need_in(self.structure.cells[cell].segment, line_level)
    }

    /// The same in a segment.
    pub fn need_in(&self, segment: usize, line_level: f64) -> f64 {
        let segment = &self.structure.segments[segment].row;
        segment.need_level + segment.node_following * (line_level - segment.need_level)
            - self.parameters.need_slack
    }

    /// Entrants and roster-zero suppliers drift to the mean utility of the incumbents of their bloc and
    /// class, measured against the segment's level; entrants start below it.
    fn place_entrants(&mut self) {
        let structure = Arc::clone(&self.structure);
        let segment_level: Vec<f64> = structure
            .segments
            .iter()
            .map(|s| {
                let sum: f64 = s
                    .products
                    .clone()
                    .filter(|k| self.xi[*k].is_finite())
                    .map(|k| libm::exp(self.xi[k]))
                    .sum();
                libm::log(sum)
            })
            .collect();
        let relative = |k: usize| self.xi[k] - segment_level[structure.products[k].segment];
        let bloc = |k: usize| structure.bloc[structure.products[k].behaviour];
        let class = |k: usize| structure.segments[structure.products[k].segment].class;
        // Sums and numbers of incumbents.
        let mut of_bloc: BTreeMap<Bloc, (f64, f64)> = BTreeMap::new();
        let mut of_class: BTreeMap<(Bloc, usize), (f64, f64)> = BTreeMap::new();
        for k in (0..structure.products.len())
            .filter(|k| structure.products[*k].row.state == ProductState::Incumbent)
        {
            let [all, same] = [
                of_bloc.entry(bloc(k)).or_default(),
                of_class.entry((bloc(k), class(k))).or_default(),
            ];
            for (sum, count) in [all, same] {
                *sum += relative(k);
                *count += 1.0;
            }
        }
        let mean = |(sum, count): &(f64, f64)| sum / count;
        let targets: Vec<(usize, f64)> = (0..structure.products.len())
            .filter(|k| structure.products[*k].row.state != ProductState::Incumbent)
            .map(|k| {
                let target = of_class
                    .get(&(bloc(k), class(k)))
                    .or_else(|| of_bloc.get(&bloc(k)))
                    .map_or(0.0, mean)
                    + segment_level[structure.products[k].segment];
                (k, target)
            })
            .collect();
        for (k, target) in targets {
            self.xi_target[k] = target;
            if !sells(structure.products[k].row.state) {
                self.xi[k] = target - self.parameters.entrant_handicap;
            }
        }
    }

    /// The product with the largest base share of each segment, the lower slot on a tie.
    fn leaders(&self) -> Vec<usize> {
        self.structure
            .segments
            .iter()
            .map(|s| {
                s.products.clone().fold(s.products.start, |best, k| {
                    if self.base_share[k] > self.base_share[best] { k } else { best }
                })
            })
            .collect()
    }

    /// Research speeds: a segment's leader follows the ladder in the base year, and all suppliers outside
    /// China share its productivity; Chinese suppliers carry the uncertain follower speed.
    fn speeds(&self) -> Vec<f64> {
        let p = &self.parameters;
        (0..self.structure.products.len())
            .map(|k| {
                let segment = self.structure.products[k].segment;
                if self.structure.chinese_product(k) {
                    return p.follower_speed * self.ease(segment);
                }
                let lead = self.leader[segment];
                let size = self.structure.segments[segment].row.size_2019_usd_m / 4.0;
                let ratio = self.research_intensity(lead) * self.base_sales(lead)
                    / (REFERENCE_SHARE * p.rd_intensity_third * size);
                p.ladder_speed / libm::pow(ratio, p.rd_elasticity)
            })
            .collect()
    }
}

/// Largest base-year share of demand that a cell may defer: beyond it the backlog that would make the first
/// quarter whole is out of all proportion.
const MOST_DEFERRED: f64 = 0.999;

/// Share of the supplier whose stock of knowledge is the yardstick of research speeds.
pub const REFERENCE_SHARE: f64 = 0.05;

/// Levels of the base year within the spread of their table.
fn base_levels(structure: &Structure, p: &Parameters, draws: &Draws) -> Vec<f64> {
    let base = draws.slots(Purpose::BaseLevel, 0, structure.product_slots);
    let entry = draws.slots(Purpose::EntryLevel, 0, structure.product_slots);
    structure
        .products
        .iter()
        .map(|node| {
            let slot = node.row.slot as usize;
            let centred = |u: f64| 2.0 * u - 1.0;
            if sells(node.row.state) {
                node.row.level + p.level_spread * node.row.level_spread * centred(base[slot])
            } else {
                node.row.level + p.entrant_gap * centred(entry[slot])
            }
        })
        .collect()
}
