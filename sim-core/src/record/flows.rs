//! Money of a quarter, summed by blocs, segments and firms.

use crate::with_vectors;

use super::{Watch, law, reach};
use crate::behaviour::evasion::{self, Forms};
use crate::behaviour::research::Progress;
use crate::market::clearing::Net;
use crate::policy::Rules;
use crate::quarter::Outcome;
use crate::scenario::tables::{Bloc, BuyerKind, Ware};
use crate::vector::{self, LANES, Row, Simd, Sums, Vector, at, load, sum};
use crate::world::World;
use crate::world::structure::Side;
use crate::world::tiles::Tile;

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
    pub(super) observed: Vec<f64>,
    pub(super) segment_owned: Vec<f64>,
    pub(super) segment_sales: Vec<f64>,
    pub(super) segment_units: Vec<f64>,
    pub(super) firms: Vec<f64>,
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
    fn of_all(world: &World, rules: &Rules) -> Vec<Self> {
        let structure = &world.setup.structure;
        let seeing = reach::seeing(world, rules);
        let places = structure.jurisdictions.len();
        let seller = |(k, side): (usize, &Side)| {
            let (by_content, by_technology) = reach::deniable(world, k);
            Self {
                bloc: side.bloc as usize,
                seen: seeing[structure.products[k].segment * places + side.legal],
                by_content,
                by_technology,
                chinese: side.chinese,
                price: world.products.price[k],
            }
        };
        structure.sides.iter().enumerate().map(seller).collect()
    }
}

/// What is the same for all cells of a tile, and their places lane by lane.
struct Place<'a> {
    ware: Ware,
    cells: &'a [usize],
    buyer_bloc: [usize; LANES],
    /// Whether some buyer is Chinese-owned.
    chinese: bool,
}

impl<'a> Place<'a> {
    fn of(world: &'a World, tile: &Tile) -> Self {
        let structure = &world.setup.structure;
        Self {
            ware: structure.segments[tile.segment].row.ware(),
            cells: structure.cells_in(tile),
            buyer_bloc: tile.buyers.map(|b| structure.buyer_bloc(b) as usize),
            chinese: tile.chinese.contains(&1.0),
        }
    }
}

/// Sums of a tile by supplier bloc and lane.
#[derive(Default)]
struct Lanes {
    money: [Row; 3],
    spares: [Row; 3],
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
    fn new(products: usize) -> Self {
        let [all, owned, owned_open, serviced, in_china] =
            std::array::from_fn(|_| Sums::new(products));
        Self { all, owned, owned_open, serviced, in_china }
    }
}

#[inline(always)]
fn add<S: Simd>(simd: S, sum: &mut Row, value: Vector<S>) {
    *sum = (load(simd, sum) + value).into();
}

impl Flows {
    pub(super) fn new(world: &World, outcome: &Outcome, watch: &Watch) -> Self {
        let structure = &world.setup.structure;
        let by_segment = || vec![0.0; structure.segments.len() * 3];
        let mut flows = Self {
            observed: by_segment(),
            segment_owned: by_segment(),
            segment_sales: by_segment(),
            segment_units: by_segment(),
            firms: vec![0.0; watch.firms.len() * 2],
            law: law::Sales::of(world, outcome),
            ..Self::default()
        };
        let mut sales = Sales::new(structure.products.len());
        with_vectors!(vector::level(), simd => flows.add_tiles(simd, world, outcome, watch, &mut sales));
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
        sales: &mut Sales,
    ) {
        let structure = &world.setup.structure;
        let (rules, trades) = (&outcome.rules, &outcome.trades);
        let forms = open_forms(world);
        let net = Net { world, rules };
        for (tile, hit) in structure.tiles.iter().zip(&rules.hit) {
            let place = Place::of(world, tile);
            let (owned, in_china) = (load(simd, &tile.chinese), load(simd, &tile.in_china));
            let mut lanes = Lanes::default();
            for (pair, k) in structure.rows_of(tile) {
                let bloc = structure.sides[k].bloc as usize;
                let paid = at(simd, &trades.purchases, pair);
                let open = net.open(simd, pair, paid);
                let mut money = open;
                if rules.charged {
                    for levy in Row::from(paid - open) {
                        self.levies(levy);
                    }
                }
                if *hit {
                    let grey = net.grey(simd, at(simd, &trades.grey, pair));
                    money += grey;
                    self.grey[bloc] += sum(&grey.into());
                    self.barred(world, outcome, &forms, (pair, k), &open.into());
                }
                let spares = at(simd, &outcome.output.serviced, pair);
                add(simd, &mut lanes.money[bloc], money);
                add(simd, &mut lanes.spares[bloc], spares);
                sales.all.add(simd, k, money);
                if place.chinese {
                    sales.owned.add(simd, k, money * owned);
                    sales.owned_open.add(simd, k, open * owned);
                }
                if watch.firm_of[k].is_some() {
                    sales.serviced.add(simd, k, money + spares);
                    sales.in_china.add(simd, k, (money + spares) * in_china);
                }
            }
            self.scatter(&place, &lanes, &outcome.books.unspent);
        }
    }

    fn levies(&mut self, levy: f64) {
        if levy > 0.0 {
            self.fees += levy;
        } else {
            self.subsidies -= levy;
        }
    }

    /// What a law did to the sales of a product to the cells of a tile.
    fn barred(
        &mut self,
        world: &World,
        outcome: &Outcome,
        forms: &[[f64; 3]],
        (pair, k): (usize, usize),
        open: &Row,
    ) {
        let bloc = world.setup.structure.sides[k].bloc as usize;
        for (lane, open) in open.iter().enumerate() {
            if outcome.rules.ceiling[pair + lane] < world.products.level[k] {
                self.down_rated[bloc] += open;
            }
            let grey = outcome.trades.grey[pair + lane];
            if grey > 0.0
                && let Some(m) = outcome.rules.barred_by[pair + lane]
            {
                self.by_form(forms[m], grey);
            }
        }
    }

    /// Sales by product, by blocs, segment and firm.
    fn add_sales(&mut self, world: &World, rules: &Rules, watch: &Watch, sales: &Sales) {
        let structure = &world.setup.structure;
        let sellers = Seller::of_all(world, rules);
        let [all, owned, open] = [&sales.all, &sales.owned, &sales.owned_open].map(Sums::total);
        let [serviced, in_china] = [&sales.serviced, &sales.in_china].map(Sums::total);
        for (k, seller) in sellers.iter().enumerate() {
            let segment = structure.products[k].segment;
            let at = segment * 3 + seller.bloc;
            self.segment_sales[at] += all[k];
            self.segment_units[at] += all[k] / seller.price;
            self.segment_owned[at] += owned[k];
            if structure.segments[segment].row.is_goods() {
                let fab = structure.segments[segment].row.buyers == BuyerKind::Fab;
                self.chinese_owned(fab, seller, open[k], owned[k]);
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
    fn scatter(&mut self, place: &Place<'_>, lanes: &Lanes, unspent: &[f64]) {
        let table = match place.ware {
            Ware::Goods => &mut self.goods,
            Ware::Service => &mut self.services,
            Ware::Chips => &mut self.chips,
        };
        for (lane, c) in place.cells.iter().enumerate() {
            let buyer = place.buyer_bloc[lane];
            self.unspent[buyer] += unspent[*c];
            for supplier in 0..3 {
                table[supplier * 3 + buyer] += lanes.money[supplier][lane];
                self.spares[supplier * 3 + buyer] += lanes.spares[supplier][lane];
            }
        }
    }

    /// Splits grey purchases over the forms that are open, by how open they are.
    fn by_form(&mut self, open: [f64; 3], grey: f64) {
        let total: f64 = open.iter().sum();
        for (sum, form) in self.by_form.iter_mut().zip(open) {
            *sum += grey * form / total;
        }
    }

    fn by_product(&mut self, world: &World, outcome: &Outcome) {
        let structure = &world.setup.structure;
        for (k, node) in structure.products.iter().enumerate() {
            let supplier = structure.supplier_bloc(k) as usize;
            let booked = outcome.output.recognised[k];
            self.observed[node.segment * 3 + structure.bloc[node.tag] as usize] += booked;
            if !structure.segments[node.segment].row.is_goods() {
                continue;
            }
            self.recognised[supplier] += booked;
            if node.legal == structure.us {
                continue;
            }
            let sales = outcome.trades.revenue[k];
            self.upstream[supplier] += node.row.us_content * world.products.content_kept[k] * sales;
            self.third_sales += if supplier == Bloc::Third as usize { sales } else { 0.0 };
        }
    }
}

/// Research spending by bloc of the supplier's legal home, on tools, materials, software and IP.
pub(super) fn research(world: &World, progress: &Progress) -> [f64; 3] {
    let structure = &world.setup.structure;
    let mut sum = [0.0; 3];
    for (k, money) in progress.spending.iter().enumerate() {
        if structure.segments[structure.products[k].segment].row.is_goods() {
            sum[structure.supplier_bloc(k) as usize] += money;
        }
    }
    sum
}

/// How open each form of evasion is under each measure: shells, networks, false use.
fn open_forms(world: &World) -> Vec<[f64; 3]> {
    let now = world.scenario.start.plus(world.t as i32);
    let of = |measure| {
        let Forms { shells, networks, false_use } = evasion::forms(world, measure, now);
        [shells, networks, false_use]
    };
    world.scenario.measures.iter().map(of).collect()
}
