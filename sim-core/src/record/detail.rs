//! Sales of watched suppliers product by product, and what tools are bought in China, quarter by quarter: what accounts
//! and market reports of one firm or place are held against. Taken down on request only.
//!
//! Invariant: it only reads the world and the outcome of a quarter, and nothing else reads it.

use crate::decisions::Outcome;
use crate::market::net::Net;
use crate::market::service::Upkeep;
use crate::structure::Side;
use crate::vector::{self, LANES, Row, Simd};
use crate::with_vectors;
use crate::world::World;

/// What is taken down of a product of a watched supplier, USD million of 2019 a quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfProduct {
    /// Goods shipped to all buyers.
    Shipped,
    /// Goods shipped to buyers located in China, whoever owns them.
    ShippedToChina,
    /// Service and spares to all buyers.
    Spares,
    /// Service and spares to buyers located in China.
    SparesInChina,
    /// Goods, service and spares to buyers located in China, each weighed by how far its owner is the state.
    State,
    /// Goods as the supplier's accounts show them.
    Booked,
    /// What buyers located in China would buy at base-year shares of their budgets.
    Usual,
    /// The part of it that a law bars.
    Barred,
}

/// What is taken down of a segment: purchases of buyers located in China where nothing else is said, USD million of 2019
/// a quarter, as the suppliers get them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfSegment {
    /// From all suppliers.
    All,
    /// From suppliers that take China's side, such as ACM Research.
    ChinaBySide,
    /// From suppliers whose legal home is China.
    ChinaByLaw,
    /// From suppliers whose legal home is the United States.
    UsByLaw,
    /// Purchases of all buyers in the world from all suppliers.
    World,
}

/// Columns of a product, and of a segment.
const OF_PRODUCT: usize = 8;
const OF_SEGMENT: usize = 5;

/// Where each number of a quarter stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Products of watched suppliers, by place in the structure.
    pub products: Vec<usize>,
    segments: usize,
}

impl Layout {
    pub(super) const fn new(products: Vec<usize>, segments: usize) -> Self {
        Self { products, segments }
    }

    /// Numbers of a quarter.
    pub const fn width(&self) -> usize {
        self.products.len() * OF_PRODUCT + self.segments * OF_SEGMENT
    }

    /// Place of a number of the watched product with number `i` in the list of products.
    pub const fn product(&self, i: usize, what: OfProduct) -> usize {
        i * OF_PRODUCT + what as usize
    }

    /// Place of a number of a segment.
    pub const fn segment(&self, segment: usize, what: OfSegment) -> usize {
        self.products.len() * OF_PRODUCT + segment * OF_SEGMENT + what as usize
    }
}

/// Takes down a quarter.
pub(super) fn of(world: &World, outcome: &Outcome, layout: &Layout) -> Vec<f64> {
    let mut row = vec![0.0; layout.width()];
    with_vectors!(vector::level(), simd => add_tiles(simd, world, outcome, layout, &mut row));
    for (i, k) in layout.products.iter().enumerate() {
        row[layout.product(i, OfProduct::Booked)] = outcome.output.recognised[*k];
    }
    row
}

#[inline(always)]
fn add_tiles<S: Simd>(simd: S, world: &World, outcome: &Outcome, layout: &Layout, to: &mut [f64]) {
    let structure = &world.setup.structure;
    let (rules, trades) = (&outcome.rules, &outcome.trades);
    let net = Net::new(world, rules);
    for (t, tile) in structure.tiles.iter().enumerate() {
        let in_china = &tile.traits.in_china;
        let state = tile.buyers.map(|b| structure.buyers[b].row.state_exposure);
        let upkeep = Upkeep::of(world, rules, t);
        let paid = net.paid(t, tile, [&trades.purchases, &trades.grey]);
        let wanted = tile.by_cell(0.0, &outcome.wants.usual);
        let base = tile.of(&world.setup.base_installed);
        let products = structure.segments[tile.segment].products.clone();
        for (row, k) in products.enumerate() {
            let got: Row = net.of(simd, &paid, row).into();
            let here = dot(&got, in_china);
            to[layout.segment(tile.segment, OfSegment::World)] += got.iter().sum::<f64>();
            let mut segment = |what| to[layout.segment(tile.segment, what)] += here;
            segment(OfSegment::All);
            let side = &structure.sides[k];
            if side.chinese {
                segment(OfSegment::ChinaBySide);
            }
            if let Some(what) = by_law(side, world) {
                segment(what);
            }
            let Ok(i) = layout.products.binary_search(&k) else { continue };
            let mut product = |what, value| to[layout.product(i, what)] += value;
            product(OfProduct::Shipped, got.iter().sum());
            product(OfProduct::ShippedToChina, here);
            let spares: Row = upkeep.as_ref().map_or([0.0; LANES], |u| u.revenue(simd, row).into());
            product(OfProduct::Spares, spares.iter().sum());
            product(OfProduct::SparesInChina, dot(&spares, in_china));
            let all: Row = std::array::from_fn(|lane| (got[lane] + spares[lane]) * state[lane]);
            product(OfProduct::State, dot(&all, in_china));
            let usual: Row = std::array::from_fn(|lane| wanted[lane] * base[row][lane]);
            product(OfProduct::Usual, dot(&usual, in_china));
            if rules.hit[t] && rules.barred_rows[tile.rows().start + row] {
                let first = tile.pairs.start + row * LANES;
                let bars: Row = std::array::from_fn(|lane| {
                    f64::from(rules.barred_by(first + lane).is_some()) * usual[lane]
                });
                product(OfProduct::Barred, dot(&bars, in_china));
            }
        }
    }
}

/// Sales to the lanes that are flagged.
fn dot(row: &Row, flags: &Row) -> f64 {
    row.iter().zip(flags).map(|(value, flag)| value * flag).sum()
}

/// The columns of a supplier's legal home.
fn by_law(side: &Side, world: &World) -> Option<OfSegment> {
    let structure = &world.setup.structure;
    if side.legal == structure.us {
        Some(OfSegment::UsByLaw)
    } else if side.legal == structure.china {
        Some(OfSegment::ChinaByLaw)
    } else {
        None
    }
}
