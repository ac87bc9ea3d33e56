//! Figures of firms and markets that a run is held against: firm by firm and period by period.
//!
//! Invariant: text in, rows or *all* their problems out. A row that is returned is well-formed, ends by 2024, names only
//! sources and rows that are there, and is scored only if its figure was seen.

mod day;
mod read;

pub use day::Day;
pub use read::{Texts, read};

/// Last day of which a figure may speak: what is later is kept for the evaluation.
const LAST: (i32, i32, i32) = (2024, 12, 31);

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $( $item:ident, $word:literal, $meaning:literal; )* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $( #[doc = $meaning] $item, )* }

        impl $name {
            /// All of them, in the order of the documentation.
            pub const ALL: &[Self] = &[ $( Self::$item, )* ];

            /// The word in a table.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$item => $word, )* }
            }

            /// What it means, for people.
            pub const fn meaning(self) -> &'static str {
                match self { $( Self::$item => $meaning, )* }
            }

            fn words() -> Vec<(&'static str, Self)> {
                Self::ALL.iter().map(|item| (item.as_str(), *item)).collect()
            }
        }
    };
}

words! {
    /// What of a run a figure is held against. Money is nominal; a window that cuts a quarter takes its part of the days.
    Definition {
        ChinaShare, "china-share", "sales to buyers located in China, whoever owns them, over all sales: tools, service and spares; firms together are pooled, each in its own window";
        ChinaSystems, "china-systems", "the same of tools alone, in the named segments if there are any";
        Mix, "mix", "tools of the named segments over all tools of the firm";
        ServiceShare, "service-share", "service and spares over all sales";
        StateShare, "state-share", "sales in China weighed by how far the buyer's owner is the state, over all sales in China";
        Restricted, "restricted", "part that a law bars of what all buyers located in China would buy of the firm at base-year shares of their budgets";
        AnnouncedLoss, "announced-loss", "sales with the rule of October 2022 less sales without it, in paired runs without reactive spending: who announces a loss holds the market fixed; USD bn";
        SalesBooked, "sales-booked", "tools as the accounts show them, with service and spares, worldwide; USD m";
        MakersBooked, "makers-booked", "tools as the accounts of these makers show them, with service and spares, over tools bought by fabs and packaging lines located in China";
        MakersShipped, "makers-shipped", "the same with tools as they are shipped";
        MakersImports, "makers-imports", "booked tools, service and spares of these makers, over these and what fabs and packaging lines located in China buy of foreign tools";
        DomesticByLaw, "domestic-by-law", "tools of suppliers at home in China by law, over all tools that fabs located in China buy";
        DomesticBySide, "domestic-by-side", "the same with suppliers that take China's side (ACM Research, Mattson)";
        UsImports, "us-imports", "US makers' tools over all foreign tools that fabs and packaging lines located in China buy, by the maker's home";
        WorldShare, "world-share", "the firm's sales over all sales of the named segment";
        SalesGrowth, "sales-growth", "growth of the sales in China of one row over those of an earlier one";
        ValueGrowth, "value-growth", "growth of the value of one row over that of an earlier one";
    }
}

words! {
    /// What a row is for.
    Role {
        Fact, "fact", "a fact of the list: scored, and counted in the summary";
        Panel, "panel", "one of many periods or parts of a firm: scored apart";
        Shown, "shown", "shown beside the model, never scored or fitted";
    }
}

words! {
    /// How a figure was seen.
    Seen {
        Found, "found", "the figure stood on a page that was seen";
        Derived, "derived", "arithmetic on figures that were seen; the note says which";
        Memory, "memory", "general knowledge, or arithmetic that needs some: never scored or fitted";
    }
}

/// A figure and what of a run it is held against.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Its name, which no other row has.
    pub id: String,
    /// Number in the list of facts, such as V8.
    pub fact: String,
    /// What it is, for people.
    pub what: String,
    /// Suppliers.
    pub firms: Vec<String>,
    /// Segments; empty for all.
    pub segments: Vec<String>,
    /// Places of the rows whose firms and windows it pools, or of the one row that grew.
    pub of: Vec<usize>,
    /// Place of the row since which it grew.
    pub since: Option<usize>,
    /// First day.
    pub start: Day,
    /// Last day.
    pub end: Day,
    /// Least value that agrees with the source, in `unit`.
    pub low: f64,
    /// Largest value that agrees with the source.
    pub high: f64,
    /// Error of measurement beyond that range: half-width of a 90 % interval.
    pub error: f64,
    /// Why the error is what it is.
    pub why: String,
    /// Unit.
    pub unit: String,
    /// What of a run it is held against.
    pub definition: Definition,
    /// What it is for.
    pub role: Role,
    /// How it was seen.
    pub seen: Seen,
    /// The figure as the source words it.
    pub shown: String,
    /// Id of its source.
    pub source: String,
    /// What else there is to know.
    pub note: String,
}

impl Figure {
    /// Whether it may be scored or fitted: what nobody has seen may not, whatever its row says.
    pub fn scored(&self) -> bool {
        self.role != Role::Shown && self.seen != Seen::Memory
    }

    /// Middle of the range.
    pub const fn middle(&self) -> f64 {
        f64::midpoint(self.low, self.high)
    }

    /// Whose figure it is: the firm's, or that of the fact where it is of several firms or of none.
    pub fn whose(&self) -> &str {
        match self.firms.as_slice() {
            [firm] => firm,
            _ => &self.fact,
        }
    }
}

/// Where a figure comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name in the table.
    pub id: String,
    /// For people.
    pub title: String,
    /// How it was seen.
    pub accessed_as: String,
}

/// All figures.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Panel {
    /// In the order of the file.
    pub figures: Vec<Figure>,
    /// Where they come from.
    pub sources: Vec<Source>,
}

impl Panel {
    /// Whether a supplier must be reported by name.
    pub fn names(&self, firm: &str) -> bool {
        self.figures.iter().any(|figure| figure.firms.iter().any(|f| f == firm))
    }

    /// The title of a source.
    pub fn title(&self, id: &str) -> &str {
        self.sources.iter().find(|source| source.id == id).map_or("", |source| &source.title)
    }
}
