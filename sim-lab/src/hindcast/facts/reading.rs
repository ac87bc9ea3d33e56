//! What a record says of each figure of the panel, in the figure's own window and by its own definition.
//!
//! Invariant: a figure whose window is not within the run has no value; money is nominal before it is added up.

use std::sync::Arc;

use sim_core::base_year::setup::Setup;
use sim_core::calendar::Quarter;
use sim_core::record::Record;
use sim_core::record::detail::{Layout, OfProduct, OfSegment};
use sim_core::scenario::panel::{Day, Definition, Figure, Panel};
use sim_core::scenario::tables::BuyerKind;
use sim_core::structure::Structure;

use crate::experiment::Design;

/// Classes of what packaging lines buy beside tools.
const MATERIALS: [&str; 2] = ["packaging_materials", "advanced_substrates"];

/// Products of some suppliers in a window.
#[derive(Debug, Clone)]
struct Part {
    /// Quarters, and what of their real money counts as nominal money of the window.
    weights: Vec<(usize, f64)>,
    /// Places of the suppliers' products in the layout.
    products: Vec<usize>,
    /// Those of them in the named segments.
    named: Vec<usize>,
    /// The named segments.
    segments: Vec<usize>,
}

/// Reads figures from records that were taken down in detail.
#[derive(Debug)]
pub struct FactReader {
    /// The figures.
    pub panel: Arc<Panel>,
    layout: Layout,
    /// By figure: `None` if a window is not within the run.
    parts: Vec<Option<Vec<Part>>>,
    /// Segments of tools for fabs, and for fabs and packaging lines.
    fab_tools: Vec<usize>,
    tools: Vec<usize>,
}

impl FactReader {
    /// A reader for the runs of a design, which takes them down in detail. Prices are the same in every replicate: any
    /// set-up shows them.
    pub fn new(panel: &Arc<Panel>, design: &Design, setup: &Setup) -> Self {
        let structure = design.structure();
        let scenario = &design.scenarios[0];
        let layout = design.watch.layout(structure);
        let run = (scenario.start, scenario.quarters());
        let one = |figure: &Figure| {
            let weights = weights(figure, run, &setup.budgets.deflator)?;
            Some(part(figure, weights, structure, &layout))
        };
        let parts = |figure: &Figure| {
            let pooled = !figure.of.is_empty() && figure.since.is_none();
            if pooled {
                figure.of.iter().map(|i| one(&panel.figures[*i])).collect()
            } else {
                one(figure).map(|part| vec![part])
            }
        };
        let segments = |kinds: &[BuyerKind]| -> Vec<usize> {
            let rows = structure.segments.iter().map(|segment| &segment.row);
            rows.enumerate()
                .filter(|(_, row)| kinds.contains(&row.buyers) && !MATERIALS.contains(&&*row.class))
                .map(|(i, _)| i)
                .collect()
        };
        Self {
            parts: panel.figures.iter().map(parts).collect(),
            fab_tools: segments(&[BuyerKind::Fab]),
            tools: segments(&[BuyerKind::Fab, BuyerKind::Packaging]),
            panel: Arc::clone(panel),
            layout,
        }
    }

    /// Names of the figures, for columns.
    pub fn names(&self) -> Vec<String> {
        self.panel.figures.iter().map(|figure| figure.id.clone()).collect()
    }

    /// What a record says of each figure, in its unit: `None` without data, and where it needs a pair of runs.
    pub fn read(&self, record: &Record) -> Vec<Option<f64>> {
        (0..self.panel.figures.len()).map(|i| self.value(i, record)).collect()
    }

    /// The same of figures that need a run with a rule and one without it.
    pub fn read_pair(&self, with: &Record, without: &Record) -> Vec<Option<f64>> {
        let loss = |(figure, parts): (&Figure, &Option<Vec<Part>>)| {
            let parts =
                parts.as_ref().filter(|_| figure.definition == Definition::AnnouncedLoss)?;
            let sales = |record| self.sum(record, parts, &[OfProduct::Shipped, OfProduct::Spares]);
            Some((sales(with) - sales(without)) / 1000.0)
        };
        self.panel.figures.iter().zip(&self.parts).map(loss).collect()
    }

    /// Whether a figure needs a pair of runs.
    pub fn needs_pairs(&self) -> bool {
        let wanted = |(figure, parts): (&Figure, &Option<Vec<Part>>)| {
            figure.definition == Definition::AnnouncedLoss && parts.is_some()
        };
        self.panel.figures.iter().zip(&self.parts).any(wanted)
    }

    fn value(&self, i: usize, record: &Record) -> Option<f64> {
        use OfProduct as P;
        use OfSegment as S;
        if record.detail.is_empty() {
            return None;
        }
        let figure = &self.panel.figures[i];
        let growth = |value: &dyn Fn(usize) -> Option<f64>| {
            Some(value(*figure.of.first()?)? / value(figure.since?)? - 1.0)
        };
        if figure.definition == Definition::SalesGrowth {
            return percent(growth(&|i| self.sold_in_china(i, record))?);
        }
        if figure.definition == Definition::ValueGrowth {
            return percent(growth(&|i| self.value(i, record))?);
        }
        let parts = self.parts[i].as_ref()?;
        let sum = |what: &[P]| self.sum(record, parts, what);
        let named = |what| self.named(record, parts, what);
        let bought = |segments: &[usize], what| self.bought(record, parts, segments, what);
        let share = match figure.definition {
            Definition::ChinaShare => {
                sum(&[P::ShippedToChina, P::SparesInChina]) / sum(&[P::Shipped, P::Spares])
            }
            Definition::ChinaSystems => named(P::ShippedToChina) / named(P::Shipped),
            Definition::Mix => named(P::Shipped) / sum(&[P::Shipped]),
            Definition::ServiceShare => sum(&[P::Spares]) / sum(&[P::Shipped, P::Spares]),
            Definition::StateShare => {
                sum(&[P::State]) / sum(&[P::ShippedToChina, P::SparesInChina])
            }
            Definition::Restricted => sum(&[P::Barred]) / sum(&[P::Usual]),
            Definition::SalesBooked => return Some(sum(&[P::Booked, P::Spares])),
            Definition::MakersBooked => sum(&[P::Booked, P::Spares]) / bought(&self.tools, S::All),
            Definition::MakersShipped => {
                sum(&[P::Shipped, P::Spares]) / bought(&self.tools, S::All)
            }
            Definition::MakersImports => {
                let own = sum(&[P::Booked, P::Spares]);
                let foreign = bought(&self.tools, S::All) - bought(&self.tools, S::ChinaBySide);
                own / (own + foreign)
            }
            Definition::DomesticByLaw => {
                bought(&self.fab_tools, S::ChinaByLaw) / bought(&self.fab_tools, S::All)
            }
            Definition::DomesticBySide => {
                bought(&self.fab_tools, S::ChinaBySide) / bought(&self.fab_tools, S::All)
            }
            Definition::UsImports => {
                let foreign = bought(&self.tools, S::All) - bought(&self.tools, S::ChinaByLaw);
                bought(&self.tools, S::UsByLaw) / foreign
            }
            Definition::WorldShare => {
                let all = |part: &Part| {
                    self.bought(record, std::slice::from_ref(part), &part.segments, S::World)
                };
                named(P::Shipped) / parts.iter().map(all).sum::<f64>()
            }
            Definition::AnnouncedLoss | Definition::SalesGrowth | Definition::ValueGrowth => {
                return None;
            }
        };
        percent(share)
    }

    /// Sales in China of a figure's firms in its window, goods and service, nominal USD million.
    pub fn sold_in_china(&self, i: usize, record: &Record) -> Option<f64> {
        let parts = self.parts[i].as_ref()?;
        Some(self.sum(record, parts, &[OfProduct::ShippedToChina, OfProduct::SparesInChina]))
    }

    fn sum(&self, record: &Record, parts: &[Part], what: &[OfProduct]) -> f64 {
        let products = |part: &Part| part.products.clone();
        what.iter().map(|what| self.of_products(record, parts, *what, products)).sum()
    }

    fn named(&self, record: &Record, parts: &[Part], what: OfProduct) -> f64 {
        self.of_products(record, parts, what, |part| part.named.clone())
    }

    fn of_products(
        &self,
        record: &Record,
        parts: &[Part],
        what: OfProduct,
        products: impl Fn(&Part) -> Vec<usize>,
    ) -> f64 {
        let of = |part: &Part| -> f64 {
            let columns = products(part).into_iter().map(|i| self.layout.product(i, what));
            columns.map(|column| self.money(record, part, column)).sum()
        };
        parts.iter().map(of).sum()
    }

    fn bought(&self, record: &Record, parts: &[Part], segments: &[usize], what: OfSegment) -> f64 {
        let of = |part: &Part| -> f64 {
            let columns = segments.iter().map(|s| self.layout.segment(*s, what));
            columns.map(|column| self.money(record, part, column)).sum()
        };
        parts.iter().map(of).sum()
    }

    /// A column over a window, nominal USD million.
    fn money(&self, record: &Record, part: &Part, column: usize) -> f64 {
        let at = |q: usize| record.detail[q * self.layout.width() + column];
        part.weights.iter().map(|(q, weight)| weight * at(*q)).sum()
    }
}

fn percent(share: f64) -> Option<f64> {
    share.is_finite().then_some(100.0 * share)
}

/// The quarters of a window, each with the part of its days that lies in it, at the prices of the quarter; `None` if
/// the window is not within the run.
fn weights(
    figure: &Figure,
    (start, quarters): (Quarter, usize),
    price: &[f64],
) -> Option<Vec<(usize, f64)>> {
    let after = Day::first_of(start.plus(quarters as i32));
    if figure.start < Day::first_of(start) || figure.end >= after {
        return None;
    }
    let part = |q: usize| Day::part_of(start.plus(q as i32), figure.start, figure.end);
    Some((0..quarters).map(|q| (q, part(q) * price[q])).filter(|(_, w)| *w > 0.0).collect())
}

fn part(
    figure: &Figure,
    weights: Vec<(usize, f64)>,
    structure: &Structure,
    layout: &Layout,
) -> Part {
    let row = |i: usize| &structure.products[layout.products[i]].row;
    let products: Vec<usize> =
        (0..layout.products.len()).filter(|i| figure.firms.contains(&row(*i).supplier)).collect();
    let any = figure.segments.is_empty();
    let named = products
        .iter()
        .copied()
        .filter(|i| any || figure.segments.contains(&row(*i).segment))
        .collect();
    let place = |id: &String| structure.segments.iter().position(|s| s.row.id == *id);
    Part { weights, products, named, segments: figure.segments.iter().filter_map(place).collect() }
}
