//! Observables: one registry of everything that a run reports.
//!
//! Names, units and definitions in files, charts, help and docs all come from here.

use crate::scenario::tables::Bloc;
use crate::structure::Structure;

/// How often a metric is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// Each quarter.
    Quarter,
    /// The sum over each calendar year.
    Year,
}

/// Over what a metric is broken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// One value.
    None,
    /// By bloc of the supplier.
    Supplier,
    /// By bloc of the buyer.
    Buyer,
    /// By blocs of supplier and buyer.
    Both,
    /// By segment and bloc of the supplier.
    Segment,
}

impl Split {
    /// Number of values of a quarterly metric.
    pub const fn width(self) -> usize {
        match self {
            Self::None | Self::Segment => 1,
            Self::Supplier | Self::Buyer => 3,
            Self::Both => 9,
        }
    }
}

/// An entry of the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// Name in files.
    pub name: &'static str,
    /// Unit.
    pub unit: &'static str,
    /// Frequency.
    pub every: Every,
    /// Breakdown.
    pub split: Split,
    /// Definition and how to read it.
    pub doc: &'static str,
}

macro_rules! metrics {
    ($( $variant:ident $name:literal $unit:literal $every:ident $split:ident $doc:literal; )*) => {
        /// Identity of a metric.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Id { $( #[doc = $doc] $variant, )* }

        /// The registry, in the order of [`Id`].
        pub const METRICS: &[Metric] = &[ $( Metric {
            name: $name, unit: $unit, every: Every::$every, split: Split::$split, doc: $doc,
        }, )* ];

        const IDS: &[Id] = &[ $( Id::$variant, )* ];
    };
}

metrics! {
    Revenue "revenue" "USD million of 2019" Quarter Both "Shipments of tools, materials, software and IP by bloc of the supplier's legal home and of the buyer's location; without services, spares and chips.";
    Services "services-revenue" "USD million of 2019" Quarter Both "Foundry, assembly, test and packaging services, by the same blocs.";
    Chips "chip-revenue" "USD million of 2019" Quarter Both "Chips: AI accelerators, logic, memory, discrete and analog, by the same blocs. They contain what was sold upstream, so they are no part of `revenue`.";
    Spares "service-and-spares" "USD million of 2019" Quarter Both "Service and spares for installed tools, by the same blocs.";
    Owned "owned-purchases" "USD million of 2019" Quarter Supplier "Purchases of tools, materials, software and IP by Chinese-owned buyers, openly and through the grey channel, at suppliers' prices, by bloc of the supplier's legal home.";
    Recognised "recognised-revenue" "USD million of 2019" Quarter Supplier "Revenue as booked, of tools, materials, software and IP: Chinese suppliers book on acceptance.";
    Unspent "deferred-demand" "USD million of 2019" Quarter Buyer "Wants that were not spent in the quarter, by the buyer's location.";
    Stock "stock-ahead" "USD million of 2019" Quarter None "Stock bought ahead by Chinese-owned buyers.";
    Barred "barred-sales" "USD million of 2019" Quarter Supplier "Sales that a measure in force bars: budgets at base-year shares, less what is bought openly all the same.";
    DownRated "down-rated-sales" "USD million of 2019" Quarter Supplier "Open sales below the product's full level, because the ceiling lies below it.";
    Grey "grey-sales" "USD million of 2019" Quarter Supplier "What suppliers get of goods that reach barred buyers through the grey channel.";
    GreyShells "grey-shells" "USD million of 2019" Quarter None "Grey purchases, premium included, through shell companies abroad.";
    GreyNetworks "grey-networks" "USD million of 2019" Quarter None "The same through domestic trading networks.";
    GreyFalseUse "grey-false-use" "USD million of 2019" Quarter None "The same by false statements of end use.";
    Premiums "grey-premiums" "USD million of 2019" Quarter None "What middlemen keep of grey purchases.";
    Fees "licence-fees" "USD million of 2019" Quarter None "Fees that the authority takes on licensed sales.";
    PurchaseSubsidies "purchase-subsidies" "USD million of 2019" Quarter None "What states pay of the price of domestic products.";
    UsShare "us-share" "share" Quarter None "US suppliers' share of the purchases of Chinese-owned buyers.";
    DomesticShare "domestic-share" "share" Quarter None "Chinese suppliers' (by behavioural home) share of the purchases of Chinese-owned buyers.";
    ToolDomesticShare "fab-domestic-share" "share" Quarter None "The same for front-end tools only.";
    NationalBelief "national-belief" "probability per year" Quarter None "China's mean perceived risk of a cut-off by the least trusted supplier nation, over buyers of tools, materials, software and IP.";
    UsBelief "us-belief" "probability per year" Quarter None "The same buyers' mean perceived risk of a cut-off by the United States.";
    Preference "home-preference" "logits" Quarter None "Chinese-owned buyers' mean preference for Chinese products: base, trend and mandates.";
    Frontier "frontier-logic" "generations" Quarter None "Highest process level of a logic line that is not Chinese-owned (28 nm = 0, 7 nm = 3).";
    ChinaLogic "china-logic" "generations" Quarter None "Highest process level of a Chinese-owned logic line.";
    ChinaDram "china-dram" "generations" Quarter None "Highest process level of a Chinese-owned DRAM line.";
    ChinaNand "china-nand" "generations" Quarter None "Highest process level of a Chinese-owned NAND line.";
    Lead "lead-logic" "generations" Quarter None "Frontier minus the best Chinese-owned logic line.";
    LeadMemory "lead-memory" "generations" Quarter None "The same for memory: mean over DRAM and NAND.";
    LeadAi "lead-ai-chips" "generations" Quarter None "How far the best AI accelerator that a Chinese-owned cloud firm can openly buy is behind the best on the market.";
    SystemFrontier "system-frontier" "generations" Quarter None "Highest system level of a logic line that is not Chinese-owned: its process level and what chiplets with hybrid bonding add.";
    SystemChina "system-china" "generations" Quarter None "Highest system level of a Chinese-owned logic line.";
    SystemChinaNand "system-china-nand" "generations" Quarter None "Highest system level of a Chinese-owned NAND line: its process level and what stacking by hybrid bonding adds.";
    SystemLead "system-lead" "generations" Quarter None "System frontier minus the best system level of a Chinese-owned logic line.";
    RouteEuv "route-euv" "share" Quarter None "Share of the usual route, EUV where the node calls for it, in the spending of Chinese-owned advanced logic lines.";
    RouteMultipatterning "route-multipatterning" "share" Quarter None "The same for multiple patterning with deep ultraviolet.";
    RouteChiplets "route-chiplets" "share" Quarter None "The same for chiplets with hybrid bonding.";
    RouteStacking "route-stacking" "share" Quarter None "Share of stacking by hybrid bonding in the spending of Chinese-owned advanced NAND lines.";
    MaturityMultipatterning "maturity-multipatterning" "share" Quarter None "Maturity of multiple patterning at Chinese-owned lines: 1 is all that the route can give.";
    MaturityChiplets "maturity-chiplets" "share" Quarter None "The same of chiplets with hybrid bonding.";
    MaturityStacking "maturity-stacking" "share" Quarter None "The same of stacking by hybrid bonding.";
    ToolLevel "tool-level" "generations" Quarter Supplier "Best level on offer, by bloc of the supplier's behavioural home; mean over front-end segments where all three blocs sell, by size.";
    Research "research-spending" "USD million of 2019" Quarter Supplier "Research spending of suppliers of tools, materials, software and IP, by bloc of the legal home.";
    Upstream "us-content-sales" "USD million of 2019" Quarter Supplier "US content in the sales of suppliers outside the United States, by bloc of the supplier's legal home: what US component makers sell upstream.";
    UsContent "us-content" "share" Quarter None "US content in the sales of third-country suppliers.";
    Visibility "visibility" "share" Quarter None "Share of Chinese-owned purchases that the US government can see: US sales, and in each segment those of homes of which a measure bars some sale there, by the coverage of an ally's own rule. Grey purchases are seen by nobody; what China's law bars, China sees.";
    Leverage "leverage" "share" Quarter None "Share of Chinese-owned purchases that the United States could still deny: openly bought US products, and foreign ones with more than 25 % US content.";
    LeverageTechnology "leverage-technology" "share" Quarter None "The same with direct products of US technology (dependence of at least one half).";
    Caught "buyers-caught" "buyers" Quarter None "Buyers that were ever caught with diverted goods.";
    Joined "allies-joined" "alignments" Quarter None "Alignments of allied governments that weighed and joined a measure.";
    Licensed "licensed-sales" "USD million of 2019" Quarter Supplier "Open sales at full level that a measure in force would bar and a licence lets through.";
    BarredPart "barred-part" "share" Quarter Supplier "Part of the tools, materials, software and IP that Chinese-owned buyers' budgets would buy at base-year shares from a bloc's suppliers, of which a measure in force keeps the full level from them.";
    SoldBarred "sold-though-barred" "USD million of 2019" Quarter Supplier "What Chinese-owned buyers buy all the same of those products: openly below the full level, or through the grey channel.";
    Observed "observed-revenue" "USD million of 2019" Year Segment "World revenue of a segment as a market table shows it: with its lag, by bloc of the supplier's data tag (the observation operator).";
    SegmentOwned "segment-owned-purchases" "USD million of 2019" Year Segment "Purchases of Chinese-owned buyers in a segment by bloc of the supplier's legal home.";
    SegmentSales "segment-sales" "USD million of 2019" Year Segment "World sales of a segment as shipped, by bloc of the supplier's legal home.";
    SegmentUnits "segment-units" "USD million at base-year prices" Year Segment "The same in units: sales over price. Sales over units is the mean price, base year = 1.";
}

/// All metrics in the order of the registry.
pub fn all() -> impl Iterator<Item = Id> {
    IDS.iter().copied()
}

impl Id {
    /// The registry's entry.
    pub fn spec(self) -> &'static Metric {
        &METRICS[self as usize]
    }
}

/// One recorded number's meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Metric.
    pub metric: Id,
    /// Bloc of the supplier.
    pub supplier: Option<Bloc>,
    /// Bloc of the buyer.
    pub buyer: Option<Bloc>,
    /// Segment.
    pub segment: Option<usize>,
}

/// Suppliers that are reported by name unless more is asked for.
pub const NAMED_FIRMS: [&str; 11] =
    ["amat", "lam", "kla", "asml", "tel", "naura", "amec", "acm", "besi", "wolfspeed", "nvidia"];

/// The columns recorded at a frequency, in the order of the records.
pub fn columns(structure: &Structure, every: Every) -> Vec<Column> {
    let mut columns = Vec::new();
    for metric in IDS.iter().copied().filter(|id| id.spec().every == every) {
        let column = |supplier, buyer, segment| Column { metric, supplier, buyer, segment };
        let blocs = Bloc::ALL.map(Some);
        match metric.spec().split {
            Split::None => columns.push(column(None, None, None)),
            Split::Supplier => columns.extend(blocs.map(|s| column(s, None, None))),
            Split::Buyer => columns.extend(blocs.map(|b| column(None, b, None))),
            Split::Both => {
                columns.extend(blocs.iter().flat_map(|s| blocs.map(|b| column(*s, b, None))));
            }
            Split::Segment => {
                for s in 0..structure.segments.len() {
                    columns.extend(blocs.map(|bloc| column(bloc, None, Some(s))));
                }
            }
        }
    }
    columns
}
