//! Money of a quarter, summed by blocs, segments and firms.

use std::ops::Range;

use fearless_simd::prelude::*;

use crate::with_vectors;

use super::{Watch, law, reach};
use crate::decisions::{Outcome, Progress};
use crate::lent::{Lent, Numbers};
use crate::market::net::Net;
use crate::market::service::Upkeep;
use crate::policy::Rules;
use crate::policy::enforcement::{self, Forms};
use crate::scenario::tables::{Bloc, BuyerKind, Ware};
use crate::structure::sums::Sums;
use crate::structure::tiles::Tile;
use crate::structure::{Side, Structure};
use crate::vector::{self, LANES, Row, Simd, add_to, at, load, splat, sum};
use crate::world::World;

/// Sums of a quarter's trades. Tables of nine are supplier bloc × buyer bloc; of three, supplier bloc.
#[derive(Default)]
pub(super) struct Flows {
    pub(super) goods: [f64; 9],
    pub(super) services: [f64; 9],
    pub(super) chips: [f64; 9],
    pub(super) spares: [f64; 9],
    pub(super) owned: [f64; 3],
    pub(super) recognised: [f64; 3],
    pub(super) unspent: [f64; 3],
    pub(super) grey: [f64; 3],
    pub(super) down_rated: [f64; 3],
    /// US content in the sales of each bloc's suppliers.
    pub(super) upstream: [f64; 3],
    pub(super) third_sales: f64,
    /// Grey purchases by shells, networks and false use.
    pub(super) by_form: [f64; 3],
    pub(super) fees: f64,
    pub(super) subsidies: f64,
    pub(super) domestic: f64,
    pub(super) fab_domestic: f64,
    pub(super) fab_owned: f64,
    pub(super) visible: f64,
    pub(super) deniable: f64,
    pub(super) deniable_by_technology: f64,
    pub(super) observed: Numbers,
    pub(super) segment_owned: Numbers,
    pub(super) segment_sales: Numbers,
    pub(super) segment_units: Numbers,
    pub(super) firms: Numbers,
    pub(super) law: law::Sales,
}

/// What is the same for all sales of a product in a quarter.
struct Seller {
    bloc: usize,
    /// Part of its sales to China that the US government can see.
    seen: f64,
    /// Whether the United States could deny it, by content or by technology.
    by_content: bool,
    by_technology: bool,
    chinese: bool,
    price: f64,
}

impl Seller {
    fn of_all(world: &World, rules: &Rules) -> impl Iterator<Item = Self> {
        let structure = &world.setup.structure;
        let seeing = reach::seeing(world, rules);
        let places = structure.jurisdictions.len();
        let seller = move |(k, side): (usize, &Side)| {
            let (by_content, by_technology) = reach::deniable(world, k);
            Self {
                bloc: side.bloc as usize,
                seen: seeing[side.segment * places + side.legal],
                by_content,
                by_technology,
                chinese: side.chinese,
                price: world.products.price[k],
            }
        };
        structure.sides.iter().enumerate().map(seller)
    }
}

/// Sums of a tile by supplier bloc and lane.
struct Lanes {
    money: [Row; 3],
    /// `None` where nothing is serviced.
    spares: Option<[Row; 3]>,
}

/// Sums by product: what its supplier gets for it, from Chinese-owned buyers, from them openly, and with service and
/// spares from everybody and from buyers located in China.
struct Sales {
    all: Sums,
    owned: Sums,
    owned_open: Sums,
    serviced: Sums,
    in_china: Sums,
}

impl Sales {
    fn new(structure: &Structure) -> Self {
        let [all, owned, owned_open, serviced, in_china] =
            std::array::from_fn(|_| structure.sums());
        Self { all, owned, owned_open, serviced, in_china }
    }

    #[inline(always)]
    fn turn_to(&mut self, products: &Range<usize>) -> SalesRows<'_> {
        SalesRows {
            all: self.all.turn_to(products),
            owned: self.owned.turn_to(products),
            owned_open: self.owned_open.turn_to(products),
            serviced: self.serviced.turn_to(products),
            in_china: self.in_china.turn_to(products),
        }
    }

    #[inline(always)]
    fn total(self) -> SalesByProduct {
        SalesByProduct {
            all: self.all.total(),
            owned: self.owned.total(),
            owned_open: self.owned_open.total(),
            serviced: self.serviced.total(),
            in_china: self.in_china.total(),
        }
    }
}

/// The rows of the products of a segment.
struct SalesRows<'a> {
    all: &'a mut [Row],
    owned: &'a mut [Row],
    owned_open: &'a mut [Row],
    serviced: &'a mut [Row],
    in_china: &'a mut [Row],
}

/// The same after all tiles.
struct SalesByProduct {
    all: Numbers,
    owned: Numbers,
    owned_open: Numbers,
    serviced: Numbers,
    in_china: Numbers,
}

impl Flows {
    pub(super) fn new(world: &World, outcome: &Outcome, watch: &Watch) -> Self {
        let structure = &world.setup.structure;
        let by_segment = || Numbers::zeros(structure.segments.len() * 3);
        let mut flows = Self {
            observed: by_segment(),
            segment_owned: by_segment(),
            segment_sales: by_segment(),
            segment_units: by_segment(),
            firms: Numbers::zeros(watch.firms.len() * 2),
            law: law::Sales::of(world, outcome),
            ..Self::default()
        };
        let sums = Sales::new(structure);
        let sales = with_vectors!(vector::level(), simd => flows.add_tiles(simd, world, outcome, watch, sums));
        flows.add_sales(world, &outcome.rules, watch, &sales);
        flows.by_product(world, outcome);
        flows
    }

    #[inline(always)]
    fn add_tiles<S: Simd>(
        &mut self,
        simd: S,
        world: &World,
        outcome: &Outcome,
        watch: &Watch,
        mut sales: Sales,
    ) -> SalesByProduct {
        let structure = &world.setup.structure;
        let (rules, trades) = (&outcome.rules, &outcome.trades);
        let mut forms = OpenForms::new(world);
        let net = Net::new(world, rules);
        let none = splat(simd, 0.0);
        for (t, (tile, hit)) in structure.tiles.iter().zip(&rules.hit).enumerate() {
            let (owned, in_china) =
                (load(simd, &tile.traits.chinese), load(simd, &tile.traits.in_china));
            let upkeep = Upkeep::of(world, rules, t);
            let (mut money_of, mut spares_of) = ([none; 3], [none; 3]);
            let products = &structure.segments[tile.segment].products;
            let sums = sales.turn_to(products);
            let sides = &structure.sides[products.clone()];
            for (row, (side, paid)) in sides.iter().zip(tile.of(&trades.purchases)).enumerate() {
                let (pair, k) = (tile.pairs.start + row * LANES, products.start + row);
                let bloc = side.bloc as usize;
                let paid = load(simd, paid);
                let open = net.open(simd, pair, paid);
                let mut money = open;
                if rules.charged {
                    for levy in Row::from(paid - open) {
                        self.levies(levy);
                    }
                }
                if *hit {
                    let grey = at(simd, &trades.grey, pair);
                    if grey.simd_gt(none).any_true() {
                        let got = net.grey(simd, grey);
                        money += got;
                        self.grey[bloc] += sum(&got.into());
                        self.by_form(&mut forms, rules, pair, &grey.into());
                    }
                    let level = splat(simd, world.products.level[k]);
                    let below = at(simd, &rules.ceiling, pair).simd_lt(level);
                    if below.any_true() {
                        for open in Row::from(simd.select_f64x8(below, open, none)) {
                            self.down_rated[bloc] += open;
                        }
                    }
                }
                let spares = upkeep.as_ref().map_or(none, |upkeep| upkeep.revenue(simd, row));
                // Which bloc a product belongs to is the same in all tiles of a segment.
                match side.bloc {
                    Bloc::Us => {
                        money_of[0] += money;
                        spares_of[0] += spares;
                    }
                    Bloc::China => {
                        money_of[1] += money;
                        spares_of[1] += spares;
                    }
                    Bloc::Third => {
                        money_of[2] += money;
                        spares_of[2] += spares;
                    }
                }
                add_to(simd, &mut sums.all[row], money);
                if tile.traits.some_chinese {
                    add_to(simd, &mut sums.owned[row], money * owned);
                    add_to(simd, &mut sums.owned_open[row], open * owned);
                }
                if watch.firm_of[k].is_some() {
                    add_to(simd, &mut sums.serviced[row], money + spares);
                    add_to(simd, &mut sums.in_china[row], (money + spares) * in_china);
                }
            }
            let lanes = Lanes {
                money: money_of.map(Row::from),
                spares: upkeep.is_some().then(|| spares_of.map(Row::from)),
            };
            let ware = structure.segments[tile.segment].row.ware();
            self.scatter(ware, tile, &lanes, &outcome.books.unspent);
        }
        sales.total()
    }

    fn levies(&mut self, levy: f64) {
        if levy > 0.0 {
            self.fees += levy;
        } else {
            self.subsidies -= levy;
        }
    }

    /// Sales by product, by blocs, segment and firm.
    fn add_sales(&mut self, world: &World, rules: &Rules, watch: &Watch, sales: &SalesByProduct) {
        let structure = &world.setup.structure;
        let sellers = Seller::of_all(world, rules);
        let SalesByProduct { all, owned, owned_open: open, serviced, in_china } = sales;
        for (k, seller) in sellers.enumerate() {
            let segment = structure.sides[k].segment;
            let at = segment * 3 + seller.bloc;
            self.segment_sales[at] += all[k];
            self.segment_units[at] += all[k] / seller.price;
            self.segment_owned[at] += owned[k];
            if structure.segments[segment].row.is_goods() {
                let fab = structure.segments[segment].row.buyers == BuyerKind::Fab;
                self.chinese_owned(fab, &seller, open[k], owned[k]);
            }
            if let Some(firm) = watch.firm_of[k] {
                self.firms[firm * 2] += serviced[k];
                self.firms[firm * 2 + 1] += in_china[k];
            }
        }
    }

    /// What Chinese-owned buyers purchase of tools, materials, software and IP.
    fn chinese_owned(&mut self, fab: bool, seller: &Seller, open: f64, money: f64) {
        self.owned[seller.bloc] += money;
        // What goes through middlemen is seen by nobody.
        self.visible += seller.seen * open;
        self.deniable += if seller.by_content { open } else { 0.0 };
        self.deniable_by_technology += if seller.by_technology { open } else { 0.0 };
        let domestic = if seller.chinese { money } else { 0.0 };
        self.domestic += domestic;
        if fab {
            self.fab_domestic += domestic;
            self.fab_owned += money;
        }
    }

    /// Adds the sums of a tile to the buyers' blocs.
    #[inline(always)]
    fn scatter(&mut self, ware: Ware, tile: &Tile, lanes: &Lanes, unspent: &[f64]) {
        let table = match ware {
            Ware::Goods => &mut self.goods,
            Ware::Service => &mut self.services,
            Ware::Chips => &mut self.chips,
        };
        for (lane, unspent) in unspent[tile.cells.clone()].iter().enumerate() {
            let buyer = tile.traits.blocs[lane];
            self.unspent[buyer] += unspent;
            for supplier in 0..3 {
                table[supplier * 3 + buyer] += lanes.money[supplier][lane];
            }
            for (supplier, spares) in lanes.spares.iter().flatten().enumerate() {
                self.spares[supplier * 3 + buyer] += spares[lane];
            }
        }
    }

    /// Splits grey purchases of a row over the forms that are open, by how open they are.
    fn by_form(&mut self, forms: &mut OpenForms<'_>, rules: &Rules, pair: usize, grey: &Row) {
        for (lane, grey) in grey.iter().enumerate().filter(|(_, grey)| **grey > 0.0) {
            let Some(m) = rules.barred_by(pair + lane) else { continue };
            let open = forms.of(m);
            let total: f64 = open.iter().sum();
            for (sum, form) in self.by_form.iter_mut().zip(open) {
                *sum += grey * form / total;
            }
        }
    }

    fn by_product(&mut self, world: &World, outcome: &Outcome) {
        let structure = &world.setup.structure;
        for (k, node) in structure.sides.iter().enumerate() {
            let supplier = structure.supplier_bloc(k) as usize;
            let booked = outcome.output.recognised[k];
            self.observed[node.segment * 3 + structure.bloc[structure.products[k].tag] as usize] +=
                outcome.output.tabulated[k];
            if !structure.segments[node.segment].row.is_goods() {
                continue;
            }
            self.recognised[supplier] += booked;
            if node.legal == structure.us {
                continue;
            }
            let sales = outcome.trades.revenue[k];
            self.upstream[supplier] += node.us_content * world.products.content_kept[k] * sales;
            self.third_sales += if supplier == Bloc::Third as usize { sales } else { 0.0 };
        }
    }
}

/// Research spending by bloc of the supplier's legal home, on tools, materials, software and IP.
pub(super) fn research(world: &World, progress: &Progress) -> [f64; 3] {
    let structure = &world.setup.structure;
    let mut sum = [0.0; 3];
    for (k, money) in progress.spending.iter().enumerate() {
        if structure.segments[structure.sides[k].segment].row.is_goods() {
            sum[structure.supplier_bloc(k) as usize] += money;
        }
    }
    sum
}

/// How open each form of evasion is under each measure: shells, networks, false use. Worked out where somebody
/// evades it.
struct OpenForms<'a> {
    world: &'a World,
    of: Lent<[f64; 3]>,
}

impl<'a> OpenForms<'a> {
    fn new(world: &'a World) -> Self {
        Self { world, of: Lent::filled([f64::NAN; 3], world.scenario.measures.len()) }
    }

    fn of(&mut self, m: usize) -> [f64; 3] {
        if self.of[m][0].is_nan() {
            let now = self.world.now();
            let Forms { shells, networks, false_use } =
                enforcement::forms(self.world, &self.world.scenario.measures[m], now);
            self.of[m] = [shells, networks, false_use];
        }
        self.of[m]
    }
}
