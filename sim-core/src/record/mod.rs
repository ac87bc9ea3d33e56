//! The record of a run: every metric of the registry, taken down quarter by quarter.
//!
//! Invariant: a record only reads the world and the outcome of a quarter.

pub mod detail;
mod flows;
mod law;
mod levels;
mod reach;
mod ways;

use crate::behaviour::routes::maturity;
use crate::decisions::Outcome;
use crate::lent::Numbers;
use crate::metric::{self, Every, Id};
use crate::scenario::tables::{Bloc, Family, Route, Ware};
use crate::structure::Structure;
use crate::world::World;
use detail::Layout;
use flows::Flows;

/// Which suppliers a run reports by name.
#[derive(Debug, Clone)]
pub struct Watch {
    /// Supplier ids, in the order of the record.
    pub firms: Vec<String>,
    /// Place of each product's supplier in `firms`.
    firm_of: Vec<Option<usize>>,
    /// Where the numbers of [`Record::detail`] stand; `None` if they are not taken down.
    pub detail: Option<Layout>,
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
        Self { firms, firm_of, detail: None }
    }

    /// Takes down these suppliers' sales product by product, and what China buys, quarter by quarter, too.
    #[must_use]
    pub fn in_detail(mut self, structure: &Structure) -> Self {
        self.detail = Some(self.layout(structure));
        self
    }

    /// Where the numbers stand that [`Watch::in_detail`] asks for.
    pub fn layout(&self, structure: &Structure) -> Layout {
        let watched = (0..self.firm_of.len()).filter(|k| self.firm_of[*k].is_some()).collect();
        Layout::new(watched, structure.segments.len())
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
    /// Quarter × what [`Watch::in_detail`] asks for, in the order of its [`Layout`]; empty if nothing does.
    pub detail: Vec<f64>,
    /// US share of Chinese-owned purchases in the base year: tools, materials, software and IP.
    pub base_us_share: f64,
}

impl Record {
    /// An empty record.
    pub const fn empty() -> Self {
        Self {
            quarterly: Vec::new(),
            yearly: Vec::new(),
            firms: Vec::new(),
            detail: Vec::new(),
            base_us_share: f64::NAN,
        }
    }

    /// Makes room for the quarters that are left, so that none of them has to.
    pub fn make_room(&mut self, world: &World, watch: &Watch) {
        let quarters = world.scenario.quarters().saturating_sub(world.t);
        let each_quarter = metric::all().filter(|id| id.spec().every == Every::Quarter);
        let width: usize = each_quarter.map(|id| id.spec().split.width()).sum();
        self.quarterly.reserve(quarters * width);
        let now = world.now();
        let years = (now.plus(quarters as i32).year() - now.year() + 1) as usize;
        self.yearly.reserve(years * yearly_width(world));
        self.firms.reserve(years * watch.firms.len() * 2);
    }

    /// Adds a quarter.
    pub fn observe(&mut self, world: &World, outcome: &Outcome, watch: &Watch) {
        let flows = Flows::new(world, outcome, watch);
        if world.t == 0 {
            self.base_us_share = base_us_share(world);
        }
        let mut taken =
            Taken { quarter: &mut self.quarterly, year: Numbers::with_room(yearly_width(world)) };
        for id in metric::all() {
            taken.take(id, world, outcome, &flows);
        }
        let year = taken.year;
        let new_year = world.t == 0 || world.now().of_year() == 1;
        add_row(&mut self.yearly, &year, new_year);
        add_row(&mut self.firms, &flows.firms, new_year);
        if let Some(layout) = &watch.detail {
            self.detail.extend(detail::of(world, outcome, layout));
        }
    }
}

/// Number of values of a metric by segment and bloc.
fn by_segment(world: &World) -> usize {
    Bloc::ALL.len() * world.setup.structure.segments.len()
}

/// Number of values in a year's row.
fn yearly_width(world: &World) -> usize {
    metric::all().filter(|id| id.spec().every == Every::Year).count() * by_segment(world)
}

/// The values that are taken down in a quarter, in the order of the registry.
struct Taken<'a> {
    /// Values of the quarter.
    quarter: &'a mut Vec<f64>,
    /// The quarter's part of the sums of its year.
    year: Numbers,
}

impl Taken<'_> {
    /// Takes down a metric where the registry says that it stands.
    fn take(&mut self, id: Id, world: &World, outcome: &Outcome, flows: &Flows) {
        let before = (self.quarter.len(), self.year.len());
        values(id, world, outcome, flows, self);
        let added = (self.quarter.len() - before.0, self.year.len() - before.1);
        let wanted = match id.spec().every {
            Every::Quarter => (id.spec().split.width(), 0),
            Every::Year => (0, by_segment(world)),
        };
        // Every later column would be read at the wrong place.
        assert_eq!(added, wanted, "{id:?} is not taken down as the registry says");
    }
}

/// Takes down the values of a metric in the order of its breakdown.
fn values(id: Id, world: &World, outcome: &Outcome, flows: &Flows, taken: &mut Taken<'_>) {
    let Taken { quarter: out, year } = taken;
    let owned: f64 = flows.owned.iter().sum();
    let one = match id {
        Id::Revenue => return out.extend(flows.goods),
        Id::Services => return out.extend(flows.services),
        Id::Chips => return out.extend(flows.chips),
        Id::Spares => return out.extend(flows.spares),
        Id::Owned => return out.extend(flows.owned),
        Id::Recognised => return out.extend(flows.recognised),
        Id::Unspent => return out.extend(flows.unspent),
        Id::Grey => return out.extend(flows.grey),
        Id::Barred => return out.extend(reach::barred_sales(world, outcome)),
        Id::DownRated => return out.extend(flows.down_rated),
        Id::ToolLevel => return out.extend(levels::tools(world)),
        Id::Research => return out.extend(flows::research(world, &outcome.progress)),
        Id::Upstream => return out.extend(flows.upstream),
        Id::Stock => chinese(world, |b| of_cells(world, b, &outcome.books.stock)),
        Id::GreyShells => flows.by_form[0],
        Id::GreyNetworks => flows.by_form[1],
        Id::GreyFalseUse => flows.by_form[2],
        Id::Premiums => outcome.trades.premiums.iter().sum(),
        Id::Fees => flows.fees,
        Id::PurchaseSubsidies => flows.subsidies,
        Id::UsShare => ratio(flows.owned[0], owned),
        Id::DomesticShare => ratio(flows.domestic, owned),
        Id::ToolDomesticShare => ratio(flows.fab_domestic, flows.fab_owned),
        Id::NationalBelief => outcome.beliefs.national,
        Id::UsBelief => {
            let structure = &world.setup.structure;
            by_budget(world, |b| outcome.beliefs.risk[structure.opinion(b, structure.us)])
        }
        Id::Preference => by_budget(world, |b| outcome.orders.preference[b]),
        Id::Frontier
        | Id::ChinaLogic
        | Id::ChinaDram
        | Id::ChinaNand
        | Id::Lead
        | Id::LeadMemory => levels::process(world, id),
        Id::SystemFrontier | Id::SystemChina | Id::SystemChinaNand | Id::SystemLead => {
            levels::system(world, id)
        }
        Id::RouteEuv => ways::share(world, outcome, Family::Logic, Route::Euv),
        Id::RouteMultipatterning => {
            ways::share(world, outcome, Family::Logic, Route::Multipatterning)
        }
        Id::RouteChiplets => ways::share(world, outcome, Family::Logic, Route::Chiplets),
        Id::RouteStacking => ways::share(world, outcome, Family::Nand, Route::Stacking),
        Id::MaturityMultipatterning => maturity(world, true, Route::Multipatterning),
        Id::MaturityChiplets => maturity(world, true, Route::Chiplets),
        Id::MaturityStacking => maturity(world, true, Route::Stacking),
        Id::LeadAi => levels::lead_in_chips(world, &outcome.rules),
        Id::UsContent => ratio(flows.upstream[Bloc::Third as usize], flows.third_sales),
        Id::Visibility => ratio(flows.visible, owned),
        Id::Leverage => ratio(flows.deniable, owned),
        Id::LeverageTechnology => ratio(flows.deniable_by_technology, owned),
        Id::Caught => world.buyers.listed.iter().flatten().count() as f64,
        Id::Joined => world.law.values().flat_map(|state| &state.aligned).flatten().count() as f64,
        Id::Licensed => return out.extend(flows.law.licensed),
        Id::BarredPart => return out.extend(flows.law.barred_part),
        Id::SoldBarred => return out.extend(flows.law.sold_though_barred),
        Id::Observed => return year.extend_from_slice(&flows.observed),
        Id::SegmentOwned => return year.extend_from_slice(&flows.segment_owned),
        Id::SegmentSales => return year.extend_from_slice(&flows.segment_sales),
        Id::SegmentUnits => return year.extend_from_slice(&flows.segment_units),
    };
    out.push(one);
}

/// Sum over Chinese-owned buyers.
fn chinese(world: &World, value: impl Fn(usize) -> f64) -> f64 {
    let structure = &world.setup.structure;
    (0..structure.buyers.len()).filter(|b| structure.chinese_owned(*b)).map(value).sum()
}

/// Mean over Chinese-owned buyers of tools, materials, software and IP by base-year budget.
fn by_budget(world: &World, value: impl Fn(usize) -> f64) -> f64 {
    let setup = &world.setup;
    let weight = |b: usize| {
        let goods = setup.structure.buyers[b].row.kind.ware() == Ware::Goods;
        if goods { setup.budgets.base[b] } else { 0.0 }
    };
    ratio(chinese(world, |b| weight(b) * value(b)), chinese(world, weight))
}

fn of_cells(world: &World, b: usize, values: &[f64]) -> f64 {
    world.setup.structure.buyers[b].cells.iter().map(|c| values[*c]).sum()
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

/// US share of Chinese-owned purchases in the base year: tools, materials, software and IP.
fn base_us_share(world: &World) -> f64 {
    let setup = &world.setup;
    let structure = &setup.structure;
    let (mut us, mut all) = (0.0, 0.0);
    for c in structure.buyers.iter().flat_map(|buyer| buyer.cells.iter().copied()) {
        let cell = &structure.cells[c];
        let goods = structure.segments[cell.segment].row.is_goods();
        if structure.chinese_owned(cell.buyer) && goods {
            for (pair, k) in structure.pairs_of(cell) {
                let money = setup.base_demand[c] * setup.base_installed[pair];
                all += money;
                us += if structure.supplier_bloc(k) == Bloc::Us { money } else { 0.0 };
            }
        }
    }
    ratio(us, all)
}
