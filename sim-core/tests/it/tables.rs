//! Tiny data tables: a handful of suppliers and buyers that still have every special case (a line with
//! a mature twin, a foreign-owned line in China, a supplier whose side is not its legal home, entrants,
//! a class that lower lines never buy, buyers without a process).

use sim_core::scenario::param::Grade;
use sim_core::scenario::tables::{
    Bloc, BuyerKind, CountryShare, Deflator, Difficulty, Family, Jurisdiction, Line, Product,
    ProductState, Role, Route, RouteWeight, Segment, SpendWeight, Spending, Supplier, Tables,
};

/// Years with spending: enough for every horizon of these tests.
const YEARS: std::ops::RangeInclusive<i32> = 2018..=2028;

/// A segment's numbers.
#[derive(Debug, Clone)]
pub(crate) struct SegmentPlan {
    pub(crate) size: f64,
    pub(crate) node_following: f64,
    pub(crate) need_level: f64,
    pub(crate) difficulty: Difficulty,
    pub(crate) service_dependence: f64,
    /// Printed percents of the United States, China and the Netherlands; Japan has the rest.
    pub(crate) shares: [u8; 3],
    /// Levels of the suppliers, by the order of [`SUPPLIERS`].
    pub(crate) levels: [f64; 7],
    /// Whether the second US supplier sells here.
    pub(crate) second_us: bool,
}

/// What the tables are made from.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "independent options")]
pub(crate) struct Plan {
    /// Front-end tools that follow the node, tools that do not, EUV-like tools, design software.
    pub(crate) segments: [SegmentPlan; 4],
    pub(crate) with_euv: bool,
    pub(crate) with_eda: bool,
    pub(crate) with_nand: bool,
    /// Whether the second US supplier takes China's side.
    pub(crate) sided: bool,
    /// Levels of the lines, by the order of their slots.
    pub(crate) line_levels: [f64; 6],
    /// Share of the advanced line in Chinese-owned spending in 2019 and 2024.
    pub(crate) advanced: [f64; 2],
    pub(crate) state_exposure: f64,
    /// Spending of 2019 in China, Taiwan and the United States, USD million.
    pub(crate) spending: [f64; 3],
    /// Yearly growth of the same.
    pub(crate) growth: [f64; 3],
    pub(crate) inflation: f64,
}

/// Suppliers: id, tag, legal home, commercial side.
pub(crate) const SUPPLIERS: [(&str, &str, &str, &str); 7] = [
    ("us-a", "USA", "USA", "USA"),
    ("us-b", "USA", "USA", "USA"),
    ("jp-a", "JPN", "JPN", "JPN"),
    ("nl-a", "NLD", "NLD", "NLD"),
    ("cn-a", "CHN", "CHN", "CHN"),
    ("cn-b", "CHN", "CHN", "CHN"),
    ("kr-a", "KOR", "KOR", "KOR"),
];

const SEGMENT_IDS: [(&str, &str, BuyerKind); 4] = [
    ("S1", "etch", BuyerKind::Fab),
    ("S2", "handling", BuyerKind::Fab),
    ("S3", "litho_euv", BuyerKind::Fab),
    ("S4", "eda", BuyerKind::Designer),
];

impl Plan {
    /// The tables.
    pub(crate) fn tables(&self) -> Tables {
        let mut tables = Tables {
            jurisdictions: jurisdictions(),
            suppliers: self.suppliers(),
            lines: self.lines(),
            weights: self.weights(),
            routes: routes(),
            ..Tables::default()
        };
        for s in 0..SEGMENT_IDS.len() {
            if (s == 2 && !self.with_euv) || (s == 3 && !self.with_eda) {
                continue;
            }
            self.segment(s, &mut tables);
        }
        for year in YEARS {
            let past = f64::from(year - 2019);
            tables.deflator.push(Deflator { year, index: (1.0 + self.inflation * past).max(0.5) });
            for (path, place) in [
                ("fab-CN", 0),
                ("fab-TW", 1),
                ("fab-US", 2),
                ("designers-CN", 0),
                ("designers-US", 2),
            ] {
                let usd_m = self.spending[place] * (1.0 + self.growth[place] * past).max(0.2);
                let row = Spending {
                    path: path.into(),
                    year,
                    usd_m,
                    quarters: None,
                    grade: Grade::Expert,
                };
                tables.spending.push(row);
            }
        }
        tables
    }

    fn suppliers(&self) -> Vec<Supplier> {
        SUPPLIERS
            .iter()
            .map(|(id, tag, legal, side)| Supplier {
                id: (*id).into(),
                name: (*id).into(),
                tag: (*tag).into(),
                legal: (*legal).into(),
                behaviour: if *id == "us-b" && self.sided { "CHN" } else { side }.into(),
            })
            .collect()
    }

    fn segment(&self, s: usize, tables: &mut Tables) {
        let (id, class, buyers) = SEGMENT_IDS[s];
        let plan = &self.segments[s];
        // Few lines buy EUV: a large market of it could not be spent.
        let fabs: f64 = self.segments[0].size + self.segments[1].size;
        let size = if s == 2 { plan.size.min(0.02 * fabs) } else { plan.size };
        tables.segments.push(Segment {
            id: id.into(),
            name: id.into(),
            class: class.into(),
            buyers,
            size_2019_usd_m: size,
            node_following: plan.node_following,
            need_level: plan.need_level,
            lead: 1.0,
            difficulty: plan.difficulty,
            service_dependence: plan.service_dependence,
            service_share: if buyers == BuyerKind::Fab { 0.33 } else { 0.0 },
            network: if s == 1 { 0.5 } else { 0.0 },
            scored: true,
            size_grade: Grade::Expert,
            traits_grade: Grade::Expert,
        });
        let [us, cn, nl] = plan.shares.map(f64::from);
        let printed = [("USA", us), ("CHN", cn), ("NLD", nl), ("JPN", 100.0 - us - cn - nl)];
        for (country, share_pct) in printed {
            if share_pct > 0.0 {
                tables.shares.push(CountryShare {
                    segment: id.into(),
                    country: country.into(),
                    share_pct,
                    rounding_pct: 0.5,
                    grade: Grade::Expert,
                });
            }
        }
        for (i, (supplier, tag, ..)) in SUPPLIERS.iter().enumerate() {
            if *supplier == "us-b" && !plan.second_us {
                continue;
            }
            let share = printed.iter().find(|(country, _)| country == tag).map_or(0.0, |p| p.1);
            let state = match *supplier {
                "cn-b" => ProductState::Entrant,
                _ if share > 0.0 => ProductState::Incumbent,
                _ => ProductState::RosterZero,
            };
            tables.products.push(Product {
                segment: id.into(),
                supplier: (*supplier).into(),
                state,
                tier: if *supplier == "us-b" { 2 } else { 1 },
                level: plan.levels[i],
                level_spread: 0.3,
                us_content: 0.2,
                us_dependence: 0.7,
                made_by: None,
                slot: (s * SUPPLIERS.len() + i) as u32,
                grade: Grade::Expert,
            });
        }
    }

    fn lines(&self) -> Vec<Line> {
        let [first, second] = self.advanced;
        let fab = BuyerKind::Fab;
        let mut lines = vec![
            line(0, "cn-advanced", fab, Family::Logic, "CHN", "CHN", "fab-CN-domestic"),
            line(1, "cn-mature", fab, Family::Logic, "CHN", "CHN", "fab-CN-domestic"),
            line(2, "kr-in-china", fab, Family::Dram, "KOR", "CHN", "fab-CN-foreign"),
            line(3, "tw-fab", fab, Family::Logic, "TWN", "TWN", "fab-TW"),
            line(4, "us-fab", fab, Family::Logic, "USA", "USA", "fab-US"),
            line(5, "cn-nand", fab, Family::Nand, "CHN", "CHN", "fab-CN-domestic"),
            line(
                6,
                "cn-designers",
                BuyerKind::Designer,
                Family::None,
                "CHN",
                "CHN",
                "designers-CN",
            ),
            line(
                7,
                "us-designers",
                BuyerKind::Designer,
                Family::None,
                "USA",
                "USA",
                "designers-US",
            ),
        ];
        lines[0].mature_twin = Some("cn-mature".into());
        (lines[0].share_2019, lines[0].share_2024) = (first, second);
        let nand = if self.with_nand { 0.5 } else { 0.0 };
        (lines[1].share_2019, lines[1].share_2024) =
            ((1.0 - first) * (1.0 - nand), (1.0 - second) * (1.0 - nand));
        (lines[5].share_2019, lines[5].share_2024) = ((1.0 - first) * nand, (1.0 - second) * nand);
        for (line, level) in lines.iter_mut().zip(self.line_levels) {
            line.level = level;
        }
        for line in &mut lines {
            line.state_exposure = if line.owner == "CHN" { self.state_exposure } else { 0.0 };
            line.ambition = if line.id == "cn-mature" { 0.1 } else { line.ambition };
        }
        lines.retain(|line| {
            (self.with_nand || line.id != "cn-nand")
                && (self.with_eda || line.kind != BuyerKind::Designer)
        });
        lines
    }

    fn weights(&self) -> Vec<SpendWeight> {
        let mut rows = Vec::new();
        for family in ["logic", "dram", "nand"] {
            let euv =
                if self.with_euv && family != "nand" { [0.0, 0.0, 0.1, 0.2] } else { [0.0; 4] };
            let etch = [0.6, 0.65, 0.6, 0.55];
            let handling = std::array::from_fn(|i| 1.0 - etch[i] - euv[i]);
            for (class, at_level) in [("etch", etch), ("handling", handling), ("litho_euv", euv)] {
                if class != "litho_euv" || self.with_euv {
                    rows.push(SpendWeight { family: family.into(), class: class.into(), at_level });
                }
            }
        }
        if self.with_eda {
            let row =
                SpendWeight { family: "designer".into(), class: "eda".into(), at_level: [1.0; 4] };
            rows.push(row);
        }
        rows
    }
}

/// Routes in which handlers bond.
fn routes() -> Vec<RouteWeight> {
    use Family::{Dram, Logic, Nand};
    let row = |route, family, class: &str, factor, role| RouteWeight {
        route,
        family,
        class: class.into(),
        factor,
        role,
    };
    let mut rows = vec![
        row(Route::Chiplets, Logic, "litho_euv", 0.0, Role::Spending),
        row(Route::Chiplets, Logic, "etch", 1.0, Role::Critical),
        row(Route::Chiplets, Logic, "handling", 2.0, Role::Bonding),
        row(Route::Monolithic, Nand, "etch", 1.0, Role::Critical),
        row(Route::Stacking, Nand, "etch", 0.9, Role::Critical),
        row(Route::Stacking, Nand, "handling", 1.5, Role::Bonding),
    ];
    for family in [Logic, Dram] {
        rows.extend([
            row(Route::Euv, family, "litho_euv", 1.0, Role::Defining),
            row(Route::Euv, family, "etch", 1.0, Role::Critical),
            row(Route::Multipatterning, family, "litho_euv", 0.0, Role::Spending),
            row(Route::Multipatterning, family, "etch", 1.3, Role::Critical),
        ]);
    }
    rows
}

fn jurisdictions() -> Vec<Jurisdiction> {
    ["USA", "CHN", "JPN", "KOR", "NLD", "TWN"]
        .map(|id| Jurisdiction {
            id: id.into(),
            name: id.into(),
            bloc: match id {
                "USA" => Bloc::Us,
                "CHN" => Bloc::China,
                _ => Bloc::Third,
            },
            relation: if id == "CHN" { 0.0 } else { 0.7 },
            diversion: if id == "TWN" { 0.4 } else { 0.0 },
        })
        .into()
}

fn line(
    slot: u32,
    id: &str,
    kind: BuyerKind,
    family: Family,
    owner: &str,
    location: &str,
    path: &str,
) -> Line {
    Line {
        id: id.into(),
        name: id.into(),
        kind,
        family,
        owner: owner.into(),
        location: location.into(),
        level: 0.0,
        ambition: if family == Family::None { 0.0 } else { 0.5 },
        path: path.into(),
        share_2019: 1.0,
        share_2024: 1.0,
        state_exposure: 0.0,
        mature_twin: None,
        tag: None,
        slot,
        grade: Grade::Expert,
    }
}
