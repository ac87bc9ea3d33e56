//! Money of a quarter, summed by blocs, segments and firms.

use super::{Watch, reach};
use crate::behaviour::evasion::{self, Forms};
use crate::behaviour::research::Progress;
use crate::market::clearing::Net;
use crate::policy::Rules;
use crate::quarter::Outcome;
use crate::scenario::tables::{Bloc, BuyerKind, Ware};
use crate::world::World;
use crate::world::structure::Side;

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

/// What is the same for all purchases of a cell.
struct Place {
    buyer_bloc: usize,
    segment: usize,
    ware: Ware,
    chinese_owned: bool,
    fab: bool,
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
        let sellers = Seller::of_all(world, &outcome.rules);
        let forms = open_forms(world);
        let net = Net { world, rules: &outcome.rules };
        for (c, cell) in structure.cells.iter().enumerate() {
            let segment = &structure.segments[cell.segment].row;
            let place = Place {
                buyer_bloc: structure.buyer_bloc(cell.buyer) as usize,
                segment: cell.segment,
                ware: segment.ware(),
                chinese_owned: structure.chinese_owned(cell.buyer),
                fab: segment.buyers == BuyerKind::Fab,
            };
            flows.unspent[place.buyer_bloc] += outcome.books.unspent[c];
            for (pair, k) in structure.pairs_of(cell) {
                let seller = &sellers[k];
                let spares = outcome.output.serviced[pair];
                flows.spares[seller.bloc * 3 + place.buyer_bloc] += spares;
                let (paid, grey) = (outcome.trades.purchases[pair], outcome.trades.grey[pair]);
                if paid == 0.0 && grey == 0.0 && spares == 0.0 {
                    continue;
                }
                let (open, grey_net) = (net.of(pair, paid, 0.0), net.of(pair, 0.0, grey));
                flows.levies(paid - open);
                flows.sale(&place, seller, open, grey_net);
                if outcome.rules.ceiling[pair] < world.products.level[k] {
                    flows.down_rated[seller.bloc] += open;
                }
                if place.chinese_owned && place.ware == Ware::Goods {
                    flows.chinese_owned(&place, seller, open, grey_net);
                }
                if grey > 0.0
                    && let Some(m) = outcome.rules.barred_by[pair]
                {
                    flows.by_form(forms[m], grey);
                }
                if let Some(firm) = watch.firm_of[k] {
                    let money = open + grey_net + spares;
                    flows.firms[firm * 2] += money;
                    if place.buyer_bloc == Bloc::China as usize {
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

    /// A sale by blocs and segment: what the supplier gets, openly and through the grey channel.
    fn sale(&mut self, place: &Place, seller: &Seller, open: f64, grey: f64) {
        let money = open + grey;
        let table = match place.ware {
            Ware::Goods => &mut self.goods,
            Ware::Service => &mut self.services,
            Ware::Chips => &mut self.chips,
        };
        table[seller.bloc * 3 + place.buyer_bloc] += money;
        self.grey[seller.bloc] += grey;
        let at = place.segment * 3 + seller.bloc;
        self.segment_sales[at] += money;
        self.segment_units[at] += money / seller.price;
        if place.chinese_owned {
            self.segment_owned[at] += money;
        }
    }

    /// What Chinese-owned buyers purchase of tools, materials, software and IP.
    fn chinese_owned(&mut self, place: &Place, seller: &Seller, open: f64, grey: f64) {
        let money = open + grey;
        self.owned[seller.bloc] += money;
        // What goes through middlemen is seen by nobody.
        self.visible += seller.seen * open;
        self.deniable += if seller.by_content { open } else { 0.0 };
        self.deniable_by_technology += if seller.by_technology { open } else { 0.0 };
        let domestic = if seller.chinese { money } else { 0.0 };
        self.domestic += domestic;
        if place.fab {
            self.fab_domestic += domestic;
            self.fab_owned += money;
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
