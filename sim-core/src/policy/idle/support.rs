//! Mandates, programmes, agreements and news that move nothing.

use crate::calendar::Quarter;
use crate::policy::procurement::Scope;
use crate::policy::support;
use crate::scenario::PriorNews;
use crate::scenario::idle::Idle;
use crate::scenario::measure::{Mandate, MarketAccess, PurchaseSubsidy, Salience, Subsidy};
use crate::scenario::problem::Code;
use crate::scenario::purchase_rule::PurchaseRule;
use crate::scenario::tables::Tables;
use crate::structure::Structure;

const DELETE: &str = "change the entry, or leave it out";

/// What entries are asked against.
pub(super) struct Asked<'a> {
    pub(super) structure: &'a Structure,
    /// First and last quarter.
    pub(super) time: (Quarter, Quarter),
}

/// Looks at news before the start.
pub(super) fn news(news: &PriorNews, tables: &Tables, found: &mut Vec<Idle>) {
    let why = if matches!(news.salience, Salience::None | Salience::Value(0.0)) {
        "a salience of 0 is no news".to_owned()
    } else if news.authority == news.owners {
        "nobody loses trust in the own state".to_owned()
    } else if tables.lines.iter().all(|line| line.owner != news.owners) {
        format!("no line is owned from `{}`", news.owners)
    } else {
        return;
    };
    found.push(idle(["prior_news", &news.id], &why, DELETE));
}

fn idle([table, id]: [&str; 2], why: &str, help: &str) -> Idle {
    let message = format!("`{table}.{id}` does nothing: {why}");
    Idle::new(Code::DoesNothing, &[table, id], message, help)
}

impl Asked<'_> {
    /// Notes an entry that lies outside the simulated time; whether it does.
    fn outside(
        &self,
        path: [&str; 2],
        from: Quarter,
        to: Option<Quarter>,
        found: &mut Vec<Idle>,
    ) -> bool {
        let (start, end) = self.time;
        let why = match to.filter(|&to| to <= start) {
            Some(to) => format!("is over {to}, not after the start {start}"),
            None if from > end => format!("begins {from}, after the end {end}"),
            None => return false,
        };
        let message = format!("`{}.{}` does nothing: it {why}", path[0], path[1]);
        let help = "change its dates or `time`, or leave it out";
        found.push(Idle::new(Code::OutsideTime, &path, message, help));
        true
    }

    fn buyers(&self) -> std::ops::Range<usize> {
        0..self.structure.buyers.len()
    }

    pub(super) fn mandate(&self, mandate: &Mandate, found: &mut Vec<Idle>) {
        let path = ["mandates", mandate.id.as_str()];
        if self.outside(path, mandate.from, mandate.to, found) {
            return;
        }
        let china = &self.structure.jurisdictions[self.structure.china];
        if mandate.logits.is_always(0.0) {
            found.push(idle(
                path,
                "0 logits add no preference",
                "write another number of `logits`",
            ));
        } else if mandate.owner != *china {
            let why = format!("mandates move owners from `{china}` only");
            let help = format!("write owner = \"{china}\", or leave the mandate out");
            found.push(idle(path, &why, &help));
        } else if !self.buyers().any(|b| support::can_push(self.structure, mandate, b)) {
            let buys = if mandate.segments.is_empty() { "" } else { " and buys its segments" };
            let why = format!("no line owned from `{china}` is exposed to the state{buys}");
            let help =
                "compare `segments` and the `state_exposure` of lines with the table of lines";
            found.push(idle(path, &why, help));
        }
    }

    pub(super) fn subsidy(&self, programme: &Subsidy, found: &mut Vec<Idle>) {
        let path = ["subsidies", programme.id.as_str()];
        if self.outside(path, programme.from, Some(programme.to), found) {
            return;
        }
        let mut products = 0..self.structure.products.len();
        if programme.usd_m_per_year <= 0.0 {
            found.push(idle(path, "it has no money", "write `usd_m_per_year` above 0"));
        } else if programme.crowding_out >= 1.0 {
            let why = "all of its money replaces research that firms would have paid for";
            found.push(idle(path, why, "write `crowding_out` below 1"));
        } else if !products.any(|k| support::supports(self.structure, programme, k)) {
            found.push(idle(path, &no_supplier(&programme.home, &programme.segments), SUPPLIERS));
        }
    }

    pub(super) fn purchases(&self, programme: &PurchaseSubsidy, found: &mut Vec<Idle>) {
        let path = ["purchase_subsidies", programme.id.as_str()];
        if self.outside(path, programme.from, programme.to, found) {
            return;
        }
        if programme.rate <= 0.0 {
            found.push(idle(path, "it pays a share of 0", "write a `rate` above 0"));
            return;
        }
        let structure = self.structure;
        let mut paid =
            structure.cells.iter().filter(|c| support::pays_at(structure, programme, c)).peekable();
        if paid.peek().is_none() {
            let which = if programme.segments.is_empty() { "anything" } else { "its segments" };
            let why = format!("no line owned from `{}` buys {which}", programme.owner);
            let help = "compare `owner` and `segments` with the table of lines";
            found.push(idle(path, &why, help));
        } else if !paid.any(|cell| {
            structure.pairs_of(cell).any(|(_, k)| support::pays_for(structure, programme, k))
        }) {
            found.push(idle(path, &no_supplier(&programme.home, &programme.segments), SUPPLIERS));
        }
    }

    pub(super) fn rule(&self, rule: &PurchaseRule, found: &mut Vec<Idle>) {
        let path = ["purchase_rules", rule.id.as_str()];
        if self.outside(path, rule.from, rule.to, found) {
            return;
        }
        if rule.home_share.is_always(0.0) {
            found.push(idle(path, "a share of 0 asks for nothing", "write `home_share` above 0"));
            return;
        }
        if rule.coverage.is_always(0.0) || rule.compliance.is_always(0.0) {
            let help = "write `coverage` and `compliance` above 0";
            found.push(idle(path, "nobody obeys it", help));
            return;
        }
        let scope = Scope::new(self.structure, 0, rule);
        if scope.groups.is_empty() {
            let which = if rule.segments.is_empty() { "anything" } else { "its segments" };
            let why = format!("no line in its scope buys {which}");
            let help = "compare `locations`, `owners`, `end_users`, `families` and `segments` with the table of lines";
            found.push(idle(path, &why, help));
        } else if !scope.limits_something(self.structure) {
            let why = "its lines buy no product that it limits";
            let help = "compare `state`, `makers` and `segments` with the tables of suppliers and products";
            found.push(idle(path, why, help));
        }
    }

    pub(super) fn access(&self, access: &MarketAccess, found: &mut Vec<Idle>) {
        let path = ["market_access", access.id.as_str()];
        if self.outside(path, access.from, access.to, found) {
            return;
        }
        if access.logits == 0.0 && access.extra_demand == 0.0 {
            let why = "it adds neither preference nor demand";
            found.push(idle(path, why, "write `logits`, `extra_demand` or both"));
            return;
        }
        let structure = self.structure;
        let mut met = structure
            .cells
            .iter()
            .filter(|cell| {
                let place = structure.buyers[cell.buyer].location;
                let segment = &structure.segments[cell.segment].row;
                let meant = segment.within(&access.segments);
                meant && access.locations.contains(&structure.jurisdictions[place])
            })
            .peekable();
        if met.peek().is_none() {
            let which = if access.segments.is_empty() { "anything" } else { "its segments" };
            let why = format!("no line at its locations buys {which}");
            let help = "compare `locations` and `segments` with the table of lines";
            found.push(idle(path, &why, help));
        } else if !met.any(|cell| {
            structure
                .pairs_of(cell)
                .any(|(_, k)| structure.jurisdictions[structure.products[k].legal] == access.home)
        }) {
            found.push(idle(path, &no_supplier(&access.home, &access.segments), SUPPLIERS));
        }
    }
}

const SUPPLIERS: &str = "compare `home` and `segments` with the tables of suppliers and products";

fn no_supplier(home: &str, segments: &[String]) -> String {
    if segments.is_empty() {
        format!("no product is of a supplier at home in `{home}`")
    } else {
        format!("no product of its segments is of a supplier at home in `{home}`")
    }
}
