//! Who is there: jurisdictions, segments, products, buyers and the cells in which they meet.
//!
//! Invariant: everything is sorted by a stable key of the data (segment id, slot), so the order of rows
//! in a table changes no total, not even in the last bit.

pub mod menu;
pub mod route_map;
pub mod sums;
pub mod tiles;
pub mod traits;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::scenario::tables::{
    Bloc, BuyerKind, Family, Line, Product, ProductState, Segment, Supplier, Tables, Ware,
};
use menu::{Dish, menu};
use route_map::RouteNode;
use tiles::Tile;
use traits::{Known, Lines};

/// One product market.
#[derive(Debug, Clone)]
pub struct SegmentNode {
    /// The row of the table.
    pub row: Segment,
    /// Its products, a range of [`Structure::products`].
    pub products: Range<usize>,
    /// Jurisdictions that the law sees behind its products, each once.
    pub homes: Vec<usize>,
    /// Its share of the size of its spend class.
    pub share_of_class: f64,
    /// Index of the spend class.
    pub class: usize,
}

/// One supplier in one segment.
#[derive(Debug, Clone)]
pub struct ProductNode {
    /// The row of the table.
    pub row: Product,
    /// Segment.
    pub segment: usize,
    /// Jurisdiction by which a statistic counts it.
    pub tag: usize,
    /// Jurisdiction that the law sees.
    pub legal: usize,
    /// Jurisdiction whose commercial side it takes.
    pub behaviour: usize,
    /// Buyer whose line makes it, or whose access to foundries caps it.
    pub made_by: Option<usize>,
}

/// What the hot loops ask of a product.
#[derive(Debug, Clone, Copy)]
pub struct Side {
    /// Segment.
    pub segment: usize,
    /// Slot of its random numbers.
    pub slot: usize,
    /// Whether it has a share in the base year, and what becomes of it.
    pub state: ProductState,
    /// US content of the base year, share of the price.
    pub us_content: f64,
    /// Dependence on US technology in the base year, 0–1.
    pub us_dependence: f64,
    /// Buyer whose line makes it, or whose access to foundries caps it.
    pub made_by: Option<usize>,
    /// Jurisdiction whose commercial side it takes.
    pub behaviour: usize,
    /// Jurisdiction that the law sees.
    pub legal: usize,
    /// Its place in the homes of the segment.
    pub home: usize,
    /// Bloc of that jurisdiction.
    pub bloc: Bloc,
    /// Whether it takes China's commercial side.
    pub chinese: bool,
}

/// One buyer.
#[derive(Debug, Clone)]
pub struct BuyerNode {
    /// The row of the table.
    pub row: Line,
    /// Its cells, rising.
    pub cells: Vec<usize>,
    /// Jurisdiction of the owner.
    pub owner: usize,
    /// Jurisdiction in which it stands.
    pub location: usize,
    /// Buyer that takes part of the money that this one cannot spend.
    pub twin: Option<usize>,
}

/// Number of wares.
pub const WARES: usize = Ware::Chips as usize + 1;

/// An advanced line is one whose table ambition is at least this many generations a year.
const ADVANCED_AMBITION: f64 = 0.3;

impl BuyerNode {
    /// Whether it is a line that climbs with the frontier.
    pub fn advanced(&self) -> bool {
        self.row.ambition >= ADVANCED_AMBITION
    }
}

/// A buyer's demand in one segment.
#[derive(Debug, Clone)]
pub struct Cell {
    /// Buyer.
    pub buyer: usize,
    /// Segment.
    pub segment: usize,
    /// First pair; pair `first_pair + i * LANES` is the `i`-th product of the segment.
    pub first_pair: usize,
}

/// The static structure of the world.
#[derive(Debug, Clone)]
pub struct Structure {
    /// ISO-3 codes, sorted.
    pub jurisdictions: Vec<String>,
    /// Bloc of each jurisdiction.
    pub bloc: Vec<Bloc>,
    /// Spend classes, sorted.
    pub classes: Vec<String>,
    /// Segments by id.
    pub segments: Vec<SegmentNode>,
    /// Products by segment and slot.
    pub products: Vec<ProductNode>,
    /// Number of products of the segment with the most.
    pub widest: usize,
    /// What the hot loops ask of each product, side by side.
    pub sides: Vec<Side>,
    /// Buyers by slot.
    pub buyers: Vec<BuyerNode>,
    /// The ware that each buyer buys and its owner's jurisdiction, as one number below [`WARES`] × jurisdictions.
    pub nations: Vec<usize>,
    /// Cells by segment and buyer.
    pub cells: Vec<Cell>,
    /// Cells of each segment.
    pub cells_of: Vec<Range<usize>>,
    /// Tiles by segment.
    pub tiles: Vec<Tile>,
    /// The tile of each cell.
    pub tile_of: Vec<usize>,
    /// Length of a table of (buyer, product) pairs, the empty lanes of tiles included.
    pub pairs: usize,
    /// Slots of random numbers that products take: the highest and all below.
    pub product_slots: usize,
    /// Slots of random numbers that buyers take.
    pub buyer_slots: usize,
    /// Routes open to each buyer: none but to advanced lines.
    pub routes: Vec<Vec<RouteNode>>,
    /// Closeness of each jurisdiction to the United States, 0–1.
    pub relation: Vec<f64>,
    /// Share of diverted goods that pass through each jurisdiction, 0–1.
    pub diversion: Vec<f64>,
    /// The jurisdiction of China, whose owners prefer and mandate domestic products.
    pub china: usize,
    /// The jurisdiction of the United States.
    pub us: usize,
}

impl Structure {
    /// Builds the structure from checked tables.
    ///
    /// # Panics
    /// If a row names an id that no table has: the reader has checked that.
    pub fn new(tables: &Tables) -> Self {
        let mut jurisdictions: Vec<_> = tables.jurisdictions.iter().collect();
        jurisdictions.sort_by(|a, b| a.id.cmp(&b.id));
        let bloc: Vec<Bloc> = jurisdictions.iter().map(|j| j.bloc).collect();
        let relation = jurisdictions.iter().map(|j| j.relation).collect();
        let diversion = jurisdictions.iter().map(|j| j.diversion).collect();
        let jurisdictions: Vec<String> = jurisdictions.into_iter().map(|j| j.id.clone()).collect();
        let place = |id: &str| position(&jurisdictions, id);
        let mut classes: Vec<String> = tables.segments.iter().map(|s| s.class.clone()).collect();
        classes.sort();
        classes.dedup();

        let mut rows: Vec<Line> = tables.lines.clone();
        rows.sort_by_key(|line| line.slot);
        let line_of: BTreeMap<&str, usize> =
            rows.iter().enumerate().map(|(b, row)| (row.id.as_str(), b)).collect();
        let (segments, products) = segments_and_products(tables, &classes, &line_of, place);
        let mut menus: BTreeMap<(BuyerKind, Family), Vec<Dish>> = BTreeMap::new();
        let mut cells = Vec::new();
        for (b, row) in rows.iter().enumerate() {
            let menu = menus
                .entry((row.kind, row.family))
                .or_insert_with(|| menu(&tables.weights, row, &segments));
            for &(segment, class_weight) in menu.iter() {
                // Tiles are laid when all cells are known.
                cells.push((Cell { buyer: b, segment, first_pair: usize::MAX }, class_weight));
            }
        }
        // Stable: within a segment buyers keep their order.
        cells.sort_by_key(|(cell, _)| cell.segment);
        let (mut cells, class_weights): (Vec<Cell>, Vec<[f64; 4]>) = cells.into_iter().unzip();
        let mut cells_by_buyer = vec![Vec::new(); rows.len()];
        for (c, cell) in cells.iter().enumerate() {
            cells_by_buyer[cell.buyer].push(c);
        }
        let buyers: Vec<BuyerNode> = rows
            .iter()
            .zip(cells_by_buyer)
            .map(|(row, cells)| BuyerNode {
                cells,
                owner: place(&row.owner),
                location: place(&row.location),
                twin: row.mature_twin.as_ref().and_then(|id| line_of.get(id.as_str()).copied()),
                row: row.clone(),
            })
            .collect();
        let sides = products
            .iter()
            .map(|node| Side {
                segment: node.segment,
                slot: node.row.slot as usize,
                state: node.row.state,
                us_content: node.row.us_content,
                us_dependence: node.row.us_dependence,
                made_by: node.made_by,
                behaviour: node.behaviour,
                legal: node.legal,
                home: segments[node.segment]
                    .homes
                    .iter()
                    .position(|j| *j == node.legal)
                    .unwrap_or(0),
                bloc: bloc[node.legal],
                chinese: node.behaviour == place("CHN"),
            })
            .collect();
        let nation = |b: &BuyerNode| b.row.kind.ware() as usize * jurisdictions.len() + b.owner;
        let nations = buyers.iter().map(nation).collect();
        let before = |segment: usize| cells.partition_point(|cell| cell.segment < segment);
        let cells_of = (0..segments.len()).map(|s| before(s)..before(s + 1)).collect();
        let china = place("CHN");
        let mut known = Known::default();
        let tiles = tiles::lay(&segments, &mut cells, |at, cells| {
            let lane = |(c, cell): (usize, &Cell)| (&buyers[cell.buyer], class_weights[c]);
            let lanes: Vec<_> = at.zip(cells).map(lane).collect();
            known.traits(&Lines { lanes: &lanes, bloc: &bloc, china })
        });
        Self {
            china,
            us: place("USA"),
            jurisdictions,
            bloc,
            product_slots: slots(tables.products.iter().map(|p| p.slot)),
            buyer_slots: slots(tables.lines.iter().map(|line| line.slot)),
            relation,
            diversion,
            classes,
            routes: route_map::routes(&tables.routes, &segments, &buyers, &cells),
            products,
            widest: segments.iter().map(|s| s.products.len()).max().unwrap_or(0),
            sides,
            segments,
            buyers,
            cells,
            nations,
            pairs: tiles.last().map_or(0, |tile| tile.pairs.end),
            tile_of: (tiles.iter().enumerate())
                .flat_map(|(t, tile)| tile.cells.clone().map(move |_| t))
                .collect(),
            tiles,
            cells_of,
        }
    }

    /// Whether a buyer is owned in China: mandates, beliefs and home preference are its.
    pub fn chinese_owned(&self, buyer: usize) -> bool {
        self.buyers[buyer].owner == self.china
    }

    /// Whether a product takes China's commercial side.
    pub fn chinese_product(&self, product: usize) -> bool {
        self.sides[product].chinese
    }

    /// The bloc in which outputs count a supplier: by its legal home, so that no change of a statistic's
    /// tag or of an owner looks like a sale lost.
    pub fn supplier_bloc(&self, product: usize) -> Bloc {
        self.sides[product].bloc
    }

    /// The bloc in which outputs count a buyer: by its location, as customs and firms' reports do.
    pub fn buyer_bloc(&self, buyer: usize) -> Bloc {
        self.bloc[self.buyers[buyer].location]
    }
}

fn slots(taken: impl Iterator<Item = u32>) -> usize {
    taken.max().map_or(0, |highest| highest as usize + 1)
}

fn position(sorted: &[String], id: &str) -> usize {
    sorted.binary_search_by(|other| other.as_str().cmp(id)).unwrap_or_else(|_| {
        panic!("the reader admits no unknown id, but `{id}` is none of {sorted:?}")
    })
}

fn segments_and_products(
    tables: &Tables,
    classes: &[String],
    line_of: &BTreeMap<&str, usize>,
    place: impl Fn(&str) -> usize,
) -> (Vec<SegmentNode>, Vec<ProductNode>) {
    let mut rows: Vec<&Segment> = tables.segments.iter().collect();
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    let mut class_size: BTreeMap<(&str, BuyerKind), f64> = BTreeMap::new();
    for s in &rows {
        *class_size.entry((&s.class, s.buyers)).or_default() += s.size_2019_usd_m;
    }
    let suppliers: BTreeMap<&str, &Supplier> =
        tables.suppliers.iter().map(|supplier| (supplier.id.as_str(), supplier)).collect();
    let mut rosters: BTreeMap<&str, Vec<&Product>> = BTreeMap::new();
    for product in &tables.products {
        rosters.entry(&product.segment).or_default().push(product);
    }
    let mut products = Vec::new();
    let segments = rows
        .iter()
        .enumerate()
        .map(|(s, row)| {
            let mut listed = rosters.remove(row.id.as_str()).unwrap_or_default();
            listed.sort_by_key(|p| p.slot);
            let first = products.len();
            products.extend(listed.into_iter().map(|product| {
                let supplier = suppliers
                    .get(product.supplier.as_str())
                    .expect("the reader admits no product of an unknown supplier");
                ProductNode {
                    row: product.clone(),
                    segment: s,
                    tag: place(&supplier.tag),
                    legal: place(&supplier.legal),
                    behaviour: place(&supplier.behaviour),
                    made_by: product
                        .made_by
                        .as_ref()
                        .and_then(|id| line_of.get(id.as_str()).copied()),
                }
            }));
            let mut homes: Vec<usize> = products[first..].iter().map(|p| p.legal).collect();
            homes.sort_unstable();
            homes.dedup();
            SegmentNode {
                homes,
                share_of_class: row.size_2019_usd_m / class_size[&(row.class.as_str(), row.buyers)],
                class: position(classes, &row.class),
                products: first..products.len(),
                row: (*row).clone(),
            }
        })
        .collect();
    (segments, products)
}

/// Whether the product has a share in the base year.
pub const fn sells(state: ProductState) -> bool {
    matches!(state, ProductState::Incumbent | ProductState::RosterZero)
}
