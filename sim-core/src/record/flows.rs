//! Money of a quarter, summed by blocs, segments and firms.

use super::{Watch, reach};
use crate::behaviour::evasion::{self, Forms};
use crate::behaviour::research::Progress;
use crate::market::clearing::Net;
use crate::quarter::Outcome;
use crate::scenario::tables::{Bloc, BuyerKind, Ware};
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
    pub(super) observed: Vec<f64>,
    pub(super) segment_owned: Vec<f64>,
    pub(super) segment_sales: Vec<f64>,
    pub(super) segment_units: Vec<f64>,
    pub(super) firms: Vec<f64>,
}

/// One pair's trade of the quarter.
struct Trade {
    pair: usize,
    product: usize,
    buyer: usize,
    segment: usize,
    /// What the supplier gets, openly and through the grey channel.
    open: f64,
    grey: f64,
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
            ..Self::default()
        };
        let seeing = reach::seeing(world, &outcome.rules);
        let net = Net { world, rules: &outcome.rules };
        for (c, cell) in structure.cells.iter().enumerate() {
            let place = structure.buyer_bloc(cell.buyer) as usize;
            flows.unspent[place] += outcome.books.unspent[c];
            for (pair, product) in structure.pairs_of(cell) {
                let spares = outcome.output.serviced[pair];
                flows.spares[structure.supplier_bloc(product) as usize * 3 + place] += spares;
                let (paid, grey) = (outcome.trades.purchases[pair], outcome.trades.grey[pair]);
                if paid == 0.0 && grey == 0.0 && spares == 0.0 {
                    continue;
                }
                let trade = Trade {
                    pair,
                    product,
                    buyer: cell.buyer,
                    segment: cell.segment,
                    open: net.of(pair, paid, 0.0),
                    grey: net.of(pair, 0.0, grey),
                };
                flows.levies(paid - trade.open);
                flows.sale(world, outcome, &trade);
                flows.chinese_owned(world, &trade, &seeing);
                flows.by_form(world, outcome, pair, grey);
                if let Some(firm) = watch.firm_of[product] {
                    let money = trade.open + trade.grey + spares;
                    flows.firms[firm * 2] += money;
                    if place == Bloc::China as usize {
                        flows.firms[firm * 2 + 1] += money;
                    }
                }
            }
        }
        flows.by_product(world, outcome);
        flows
    }

    fn levies(&mut self, levy: f64) {
        if levy > 0.0 {
            self.fees += levy;
        } else {
            self.subsidies -= levy;
        }
    }

    /// A sale by blocs and segment.
    fn sale(&mut self, world: &World, outcome: &Outcome, trade: &Trade) {
        let structure = &world.setup.structure;
        let supplier = structure.supplier_bloc(trade.product) as usize;
        let place = structure.buyer_bloc(trade.buyer) as usize;
        let money = trade.open + trade.grey;
        let table = match structure.segments[trade.segment].row.ware() {
            Ware::Goods => &mut self.goods,
            Ware::Service => &mut self.services,
            Ware::Chips => &mut self.chips,
        };
        table[supplier * 3 + place] += money;
        self.grey[supplier] += trade.grey;
        if outcome.rules.ceiling[trade.pair] < world.products.level[trade.product] {
            self.down_rated[supplier] += trade.open;
        }
        let at = trade.segment * 3 + supplier;
        self.segment_sales[at] += money;
        self.segment_units[at] += money / world.products.price[trade.product];
        if structure.chinese_owned(trade.buyer) {
            self.segment_owned[at] += money;
        }
    }

    /// What Chinese-owned buyers purchase of tools, materials, software and IP.
    fn chinese_owned(&mut self, world: &World, trade: &Trade, seeing: &[f64]) {
        let structure = &world.setup.structure;
        let segment = &structure.segments[trade.segment].row;
        if !structure.chinese_owned(trade.buyer) || !segment.is_goods() {
            return;
        }
        let k = trade.product;
        let money = trade.open + trade.grey;
        self.owned[structure.supplier_bloc(k) as usize] += money;
        // What goes through middlemen is seen by nobody.
        let places = structure.jurisdictions.len();
        self.visible += seeing[trade.segment * places + structure.products[k].legal] * trade.open;
        let (content, technology) = reach::deniable(world, k);
        self.deniable += if content { trade.open } else { 0.0 };
        self.deniable_by_technology += if technology { trade.open } else { 0.0 };
        let domestic = if structure.chinese_product(k) { money } else { 0.0 };
        self.domestic += domestic;
        if segment.buyers == BuyerKind::Fab {
            self.fab_domestic += domestic;
            self.fab_owned += money;
        }
    }

    /// Splits grey purchases over the forms that are open, by how open they are.
    fn by_form(&mut self, world: &World, outcome: &Outcome, pair: usize, grey: f64) {
        let Some(m) = outcome.rules.barred_by[pair].filter(|_| grey > 0.0) else { return };
        let now = world.scenario.start.plus(world.t as i32);
        let Forms { shells, networks, false_use } =
            evasion::forms(world, &world.scenario.measures[m], now);
        let open = [shells, networks, false_use];
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
