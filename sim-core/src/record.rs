//! The record of a run: every metric of the registry, taken down quarter by quarter.
//!
//! Invariant: a record only reads the world and the outcome of a quarter.

use crate::behaviour::research::Progress;
use crate::policy::Rules;
use crate::quarter::Outcome;
use crate::scenario::tables::{Bloc, BuyerKind, Family};
use crate::world::World;
use crate::world::structure::Structure;

/// Which suppliers a run reports by name.
#[derive(Debug, Clone)]
pub struct Watch {
    /// Supplier ids, in the order of the record.
    pub firms: Vec<String>,
    /// Place of each product's supplier in `firms`.
    firm_of: Vec<Option<usize>>,
}

impl Watch {
    /// Reports the suppliers that `keep` admits, in the order of their ids.
    pub fn new(structure: &Structure, keep: impl Fn(&str) -> bool) -> Self {
        let supplier = |k: usize| structure.products[k].row.supplier.as_str();
        let mut firms: Vec<String> = (0..structure.products.len())
            .map(supplier)
            .filter(|id| keep(id))
            .map(str::to_owned)
            .collect();
        firms.sort();
        firms.dedup();
        let firm_of = (0..structure.products.len())
            .map(|k| firms.binary_search_by(|id| id.as_str().cmp(supplier(k))).ok())
            .collect();
        Self { firms, firm_of }
    }
}

/// What one run reports.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Quarter × column.
    pub quarterly: Vec<f64>,
    /// Year × column.
    pub yearly: Vec<f64>,
    /// Year × (watched firm, revenue in the world and from buyers located in China), USD million of 2019.
    pub firms: Vec<f64>,
    /// US share of Chinese-owned purchases in the base year, without services.
    pub base_us_share: f64,
}

impl Record {
    /// An empty record for a horizon.
    pub fn with_capacity(quarters: usize) -> Self {
        Self {
            quarterly: Vec::with_capacity(quarters * 64),
            yearly: Vec::new(),
            firms: Vec::new(),
            base_us_share: f64::NAN,
        }
    }

    /// Adds a quarter.
    pub fn observe(&mut self, world: &World, outcome: &Outcome, watch: &Watch) {
        let flows = Flows::new(world, outcome, watch);
        if world.t == 0 {
            self.base_us_share = base_us_share(world);
        }
        self.push_quarter(world, outcome, &flows);
        let now = world.scenario.start.plus(world.t as i32);
        let yearly: Vec<f64> = flows.observed.iter().chain(&flows.segment_owned).copied().collect();
        let new_year = world.t == 0 || now.of_year() == 1;
        add_row(&mut self.yearly, &yearly, new_year);
        add_row(&mut self.firms, &flows.firms, new_year);
    }

    fn push_quarter(&mut self, world: &World, outcome: &Outcome, flows: &Flows) {
        let out = &mut self.quarterly;
        out.extend(flows.revenue);
        out.extend(flows.services);
        out.extend(flows.owned);
        out.extend(flows.recognised);
        out.extend(flows.unspent);
        let chinese = |values: &dyn Fn(usize) -> f64| -> f64 {
            let structure = &world.setup.structure;
            (0..structure.buyers.len()).filter(|b| structure.chinese_owned(*b)).map(values).sum()
        };
        let stock = &outcome.books.stock;
        let cells = |b: usize| world.setup.structure.buyers[b].cells.clone();
        out.push(chinese(&|b| stock[cells(b)].iter().sum()));
        let owned: f64 = flows.owned.iter().sum();
        out.push(ratio(flows.owned[0], owned));
        out.push(ratio(flows.domestic, owned));
        out.push(ratio(flows.fab_domestic, flows.fab_owned));
        out.push(outcome.beliefs.national);
        let budget = &world.setup.budgets.base;
        let money = chinese(&|b| budget[b]);
        let structure = &world.setup.structure;
        let (places, us) = (structure.jurisdictions.len(), structure.us);
        out.push(ratio(chinese(&|b| budget[b] * outcome.beliefs.risk[b * places + us]), money));
        out.push(ratio(chinese(&|b| budget[b] * outcome.orders.preference[b]), money));
        push_levels(out, world);
        out.extend(tool_levels(world));
        out.extend(research(world, &outcome.progress));
        out.push(ratio(flows.visible, owned));
    }
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// Adds a quarter's values to the last row of a table of years, or begins a new row.
fn add_row(table: &mut Vec<f64>, values: &[f64], new_row: bool) {
    if new_row {
        table.extend_from_slice(values);
    } else {
        let start = table.len() - values.len();
        for (sum, value) in table[start..].iter_mut().zip(values) {
            *sum += value;
        }
    }
}

/// Sums of a quarter's trades.
struct Flows {
    revenue: [f64; 9],
    services: [f64; 9],
    owned: [f64; 3],
    recognised: [f64; 3],
    unspent: [f64; 3],
    domestic: f64,
    fab_domestic: f64,
    fab_owned: f64,
    visible: f64,
    observed: Vec<f64>,
    segment_owned: Vec<f64>,
    firms: Vec<f64>,
}

impl Flows {
    fn new(world: &World, outcome: &Outcome, watch: &Watch) -> Self {
        let structure = &world.setup.structure;
        let segments = structure.segments.len();
        let mut flows = Self {
            revenue: [0.0; 9],
            services: [0.0; 9],
            owned: [0.0; 3],
            recognised: [0.0; 3],
            unspent: [0.0; 3],
            domestic: 0.0,
            fab_domestic: 0.0,
            fab_owned: 0.0,
            visible: 0.0,
            observed: vec![0.0; segments * 3],
            segment_owned: vec![0.0; segments * 3],
            firms: vec![0.0; watch.firms.len() * 2],
        };
        let seeing = seeing_homes(world, &outcome.rules);
        for (c, cell) in structure.cells.iter().enumerate() {
            let buyer_bloc = structure.buyer_bloc(cell.buyer) as usize;
            flows.unspent[buyer_bloc] += outcome.books.unspent[c];
            for (pair, k) in structure.pairs_of(cell) {
                let money = outcome.trades.purchases[pair];
                if money == 0.0 {
                    continue;
                }
                let supplier_bloc = structure.supplier_bloc(k) as usize;
                let kind = structure.segments[cell.segment].row.buyers;
                let services = structure.segments[cell.segment].row.is_service();
                let table = if services { &mut flows.services } else { &mut flows.revenue };
                table[supplier_bloc * 3 + buyer_bloc] += money;
                let chinese = structure.chinese_owned(cell.buyer);
                if chinese {
                    flows.segment_owned[cell.segment * 3 + supplier_bloc] += money;
                }
                if chinese && !services {
                    flows.owned[supplier_bloc] += money;
                    flows.visible += seeing[structure.products[k].legal] * money;
                    let domestic = if structure.chinese_product(k) { money } else { 0.0 };
                    flows.domestic += domestic;
                    if kind == BuyerKind::Fab {
                        flows.fab_domestic += domestic;
                        flows.fab_owned += money;
                    }
                }
                if let Some(firm) = watch.firm_of[k] {
                    flows.firms[firm * 2] += money;
                    if buyer_bloc == Bloc::China as usize {
                        flows.firms[firm * 2 + 1] += money;
                    }
                }
            }
        }
        for (k, money) in outcome.output.recognised.iter().enumerate() {
            let (segment, tag) = (structure.products[k].segment, structure.products[k].tag);
            flows.observed[segment * 3 + structure.bloc[tag] as usize] += money;
            if !structure.segments[segment].row.is_service() {
                flows.recognised[structure.supplier_bloc(k) as usize] += money;
            }
        }
        flows
    }
}

/// What part of its sales to China each home reports: all of it in the United States; where a law lowers some
/// sale of the home, the coverage of that law (1 for the home's own).
fn seeing_homes(world: &World, rules: &Rules) -> Vec<f64> {
    let structure = &world.setup.structure;
    let now = world.scenario.start.plus(world.t as i32);
    let mut binding = vec![false; structure.jurisdictions.len()];
    for cell in &structure.cells {
        for (pair, k) in structure.pairs_of(cell) {
            binding[structure.products[k].legal] |= rules.ceiling[pair] < world.products.level[k];
        }
    }
    let coverage = |home: &String| {
        let running =
            world.scenario.measures.iter().filter(|m| m.sunset.is_none_or(|end| now < end));
        let allies = running.flat_map(|m| &m.allies).filter(|a| a.home == *home && now >= a.from);
        allies.map(|a| a.coverage).reduce(f64::max).unwrap_or(1.0)
    };
    let mut seen: Vec<f64> = structure
        .jurisdictions
        .iter()
        .zip(binding)
        .map(|(home, binds)| if binds { coverage(home) } else { 0.0 })
        .collect();
    seen[structure.us] = 1.0;
    seen
}

/// US share of Chinese-owned purchases in the base year, without services.
fn base_us_share(world: &World) -> f64 {
    let setup = &world.setup;
    let structure = &setup.structure;
    let (mut us, mut all) = (0.0, 0.0);
    for (c, cell) in structure.cells.iter().enumerate() {
        let services = structure.segments[cell.segment].row.is_service();
        if structure.chinese_owned(cell.buyer) && !services {
            for (pair, k) in structure.pairs_of(cell) {
                let money = setup.base_demand[c] * setup.base_installed[pair];
                all += money;
                us += if structure.supplier_bloc(k) == Bloc::Us { money } else { 0.0 };
            }
        }
    }
    ratio(us, all)
}

/// Frontier, Chinese levels and leads, in the order of the registry.
fn push_levels(out: &mut Vec<f64>, world: &World) {
    let structure = &world.setup.structure;
    let best = |family: Family, chinese: bool| {
        (0..structure.buyers.len())
            .filter(|b| {
                let row = &structure.buyers[*b].row;
                row.family == family
                    && row.kind == BuyerKind::Fab
                    && structure.chinese_owned(*b) == chinese
            })
            .map(|b| world.buyers.level[b])
            .fold(f64::NEG_INFINITY, f64::max)
    };
    let finite = |value: f64| if value.is_finite() { value } else { 0.0 };
    let china = [Family::Logic, Family::Dram, Family::Nand].map(|f| finite(best(f, true)));
    let abroad = [Family::Logic, Family::Dram, Family::Nand].map(|f| finite(best(f, false)));
    out.push(abroad[0]);
    out.extend(china);
    out.push(abroad[0] - china[0]);
    out.push(0.5 * (abroad[1] - china[1] + abroad[2] - china[2]));
}

/// Best level on offer by behavioural bloc, over front-end segments where all three sell.
fn tool_levels(world: &World) -> [f64; 3] {
    let structure = &world.setup.structure;
    let (mut sum, mut weight) = ([0.0; 3], 0.0);
    for segment in structure.segments.iter().filter(|s| s.row.buyers == BuyerKind::Fab) {
        let mut best = [f64::NEG_INFINITY; 3];
        for k in segment.products.clone().filter(|k| world.products.active[*k]) {
            let bloc = structure.bloc[structure.products[k].behaviour] as usize;
            best[bloc] = best[bloc].max(world.products.level[k]);
        }
        if best.iter().all(|level| level.is_finite()) {
            let size = segment.row.size_2019_usd_m;
            weight += size;
            for (s, level) in sum.iter_mut().zip(best) {
                *s += size * level;
            }
        }
    }
    sum.map(|s| ratio(s, weight))
}

fn research(world: &World, progress: &Progress) -> [f64; 3] {
    let structure = &world.setup.structure;
    let mut sum = [0.0; 3];
    for (k, money) in progress.spending.iter().enumerate() {
        if !structure.segments[structure.products[k].segment].row.is_service() {
            sum[structure.supplier_bloc(k) as usize] += money;
        }
    }
    sum
}
