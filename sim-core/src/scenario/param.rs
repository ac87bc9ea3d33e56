//! The parameters of the model: one registry for key, unit, admissible range and meaning.
//!
//! Values, priors, sources and grades are not here: they stand in `scenarios/baseline.toml`, commented.

use std::fmt;

/// How well a number is supported. Ordered: a chart carries the lowest grade that drives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// No support beyond being a plausible order of magnitude.
    Placeholder,
    /// A judgement of somebody who knows the field.
    Expert,
    /// Derived from measured numbers by a stated method.
    Estimated,
    /// Seen in a source.
    Measured,
}

impl Grade {
    /// All grades, weakest first.
    pub const ALL: [Self; 4] = [Self::Placeholder, Self::Expert, Self::Estimated, Self::Measured];

    /// The word used in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Placeholder => "placeholder",
            Self::Expert => "expert",
            Self::Estimated => "estimated",
            Self::Measured => "measured",
        }
    }

    /// Reads the word used in files.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grade| grade.as_str() == word)
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The prior of a parameter. Replicates draw it by inverse CDF from one uniform.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Prior {
    /// Known, or pinned by the scenario.
    Fixed,
    /// Uniform on `[low, high]`.
    Uniform {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
    /// Normal, cut off below at `min`.
    Normal {
        /// Mean before the cut.
        mean: f64,
        /// Standard deviation before the cut.
        sd: f64,
        /// Smallest value that is admitted.
        min: f64,
    },
    /// Lognormal by its median and the standard deviation of the logarithm.
    LogNormal {
        /// Median.
        median: f64,
        /// Standard deviation of the natural logarithm.
        sigma: f64,
    },
}

impl fmt::Display for Prior {
    /// The form in which an ensemble remembers a prior.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed => f.write_str("fixed"),
            Self::Uniform { low, high } => write!(f, "uniform {low} {high}"),
            Self::Normal { mean, sd, min } => write!(f, "normal {mean} {sd}, at least {min}"),
            Self::LogNormal { median, sigma } => write!(f, "lognormal {median} {sigma}"),
        }
    }
}

/// A number that a scenario sets: value, prior, unit, source and grade.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// The central value: what a run without sampling uses.
    pub value: f64,
    /// What replicates draw from.
    pub prior: Prior,
    /// Unit, equal to the registry's.
    pub unit: String,
    /// Id of the source in `scenarios/data/sources.toml`.
    pub source: String,
    /// Grade of the value and prior.
    pub grade: Grade,
}

/// What the registry knows of a parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spec {
    /// Key under `[parameters]`.
    pub key: &'static str,
    /// Unit.
    pub unit: &'static str,
    /// Smallest admissible value.
    pub low: f64,
    /// Largest admissible value.
    pub high: f64,
    /// Meaning in one sentence.
    pub doc: &'static str,
}

macro_rules! registry {
    ($( $field:ident, $key:literal, $unit:literal, $low:expr, $high:expr, $doc:literal; )*) => {
        /// One value for every parameter: a draw from the priors, or the central values.
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct Parameters { $( #[doc = $doc] #[doc = concat!("\n\nUnit: ", $unit, "; key `parameters.", $key, "`.")] pub $field: f64, )* }

        /// The registry, in the order of the Sobol dimensions (append only: the order addresses the draws).
        pub const SPECS: &[Spec] = &[ $( Spec { key: $key, unit: $unit, low: $low, high: $high, doc: $doc }, )* ];

        impl Parameters {
            /// Builds the struct from values in the order of [`SPECS`].
            ///
            /// # Panics
            /// If `values` is shorter than [`SPECS`]: callers size it from there.
            pub fn from_slice(values: &[f64]) -> Self {
                let mut values = values.iter().copied();
                Self { $( $field: values.next().expect("one value for each entry of SPECS"), )* }
            }

            /// The values in the order of [`SPECS`].
            pub fn to_vec(&self) -> Vec<f64> {
                vec![ $( self.$field, )* ]
            }
        }
    };
}

registry! {
    // Expectations (C8).
    belief_sensitivity, "belief-sensitivity", "logits", 0.0, 20.0, "How strongly a perceived risk of being cut off lowers the utility of a supplier's product (theta).";
    belief_gain, "belief-gain", "share", 0.0, 1.0, "Part of the remaining trust that full news destroys (lambda plus).";
    belief_decay, "belief-decay", "share per quarter", 0.0, 1.0, "How fast a belief fades toward its floor without news (lambda minus).";
    belief_floor, "belief-floor", "probability per year", 0.0, 0.5, "Perceived yearly chance of a cut-off without any history (rho zero).";
    own_weight, "own-weight", "share", 0.0, 1.0, "Weight of a buyer's own news against its national peers' (omega).";
    salience_champion, "salience-champion", "news", 0.0, 1.0, "News value of the listing of a national champion, beyond barred purchases.";
    salience_sector, "salience-sector", "news", 0.0, 1.0, "News value of a rule against the whole sector, beyond barred purchases.";
    // Demand and stockpiling.
    stock_per_belief, "stock-per-belief", "months", 0.0, 60.0, "Extra stock that a buyer sure of being cut off would hold (m one).";
    stock_speed, "stock-speed", "share per quarter", 0.0, 1.0, "Part of the gap to the wanted stock that is ordered in a quarter.";
    pull_forward, "pull-forward", "months", 0.0, 36.0, "Purchases pulled forward between the announcement and the start of a measure.";
    backlog_release, "backlog-release", "share per quarter", 0.01, 1.0, "Part of the deferred demand that returns to the market in a quarter.";
    backlog_expiry, "backlog-expiry", "share per quarter", 0.0, 1.0, "Part of the deferred demand that is cancelled in a quarter, beyond the base year's normal deferral.";
    mature_shift, "mature-shift", "share", 0.0, 1.0, "Part of an advanced line's unspendable money that moves to its mature twin.";
    reactive_capex, "reactive-capex", "share", 0.0, 1.0, "Part of Chinese-owned fab spending since 2023 that was itself a reaction to controls.";
    reactive_belief, "reactive-belief", "probability per year", 0.01, 1.0, "Mean belief at which the reactive part of Chinese spending is as large as history's.";
    foreign_share_2019, "foreign-share-2019", "share", 0.0, 0.95, "Share of foreign-owned lines in China's fab spending in 2019.";
    foreign_share_2024, "foreign-share-2024", "share", 0.0, 0.95, "The same in 2024 and after.";
    // Market.
    level_sharpness, "level-sharpness", "per generation", 0.01, 50.0, "How sharply utility falls when a product is below the line's need (kappa).";
    need_slack, "need-slack", "generations", -5.0, 5.0, "How far below its own level a line can still use a tool.";
    price_sensitivity, "price-sensitivity", "logits per log point", 0.0, 20.0, "Utility lost by a price increase (beta).";
    stickiness, "stickiness", "logits", 0.0, 3.99, "Utility gained by a product's installed share above its base-year one (gamma; a base year is a stable point only below 4).";
    home_preference, "home-preference", "logits", -10.0, 20.0, "Preference of Chinese-owned lines for Chinese products in the base year (mu zero).";
    secular_trend, "secular-trend", "logits per 5 years", 0.0, 10.0, "Growth of that preference without any control (from segments that were not controlled).";
    reactive_mandate, "reactive-mandate", "logits", 0.0, 20.0, "Growth of that preference when the national belief rises from the floor to certainty (m r).";
    xi_years, "xi-years", "years", 0.5, 1000.0, "Time in which an entrant's unexplained utility drifts to the mean of its bloc and class (tau).";
    defer_share, "defer-share", "share", 0.001, 0.5, "Share of demand that is deferred in the base year.";
    roster_zero_share, "roster-zero-share", "share", 0.00001, 0.05, "Largest base-year share of a supplier that is listed without a printed share.";
    installed_speed, "installed-speed", "share per quarter", 0.0, 1.0, "Weight of the last quarter's purchases in the installed shares.";
    entry_hazard, "entry-hazard", "probability per quarter", 0.0, 1.0, "Chance that a potential entrant appears in an easy segment.";
    // Production.
    learning_rate, "learning-rate", "share", 0.0, 0.6, "Fall of unit cost with a doubling of cumulative output (Wright).";
    learning_spill, "learning-spill", "share", 0.0, 1.0, "Weight of the other suppliers' output in a supplier's experience.";
    markup, "markup", "ratio", 1.01, 10.0, "Price over unit cost at normal utilisation.";
    price_utilisation, "price-utilisation", "ratio", 0.0, 5.0, "Change of the mark-up with utilisation above normal.";
    price_speed, "price-speed", "share per quarter", 0.0, 1.0, "Part of the gap to the wanted price that is closed in a quarter.";
    utilisation, "utilisation", "share", 0.1, 1.0, "Normal utilisation of capacity.";
    capacity_speed, "capacity-speed", "share per quarter", 0.0, 1.0, "Part of the gap to the wanted capacity that is closed in a quarter.";
    recognition_lag, "recognition-lag", "quarters", 0.0, 8.0, "Quarters from shipment to booked revenue at Chinese suppliers, who book on acceptance.";
    // Research.
    rd_intensity_us, "rd-intensity-us", "share of revenue", 0.0, 1.0, "Research spending of US suppliers.";
    rd_intensity_third, "rd-intensity-third", "share of revenue", 0.0, 1.0, "Research spending of third-country suppliers.";
    rd_intensity_china, "rd-intensity-china", "share of revenue", 0.0, 1.0, "Research spending of Chinese suppliers.";
    rd_depreciation, "rd-depreciation", "share per year", 0.01, 1.0, "Depreciation of the stock of knowledge.";
    rd_elasticity, "rd-elasticity", "exponent", 0.0, 2.0, "How the speed of advance rises with the stock of knowledge (psi).";
    catch_up, "catch-up", "per generation", 0.0, 5.0, "How the speed of advance rises with the distance to the best product at hand (phi).";
    catch_up_cap, "catch-up-cap", "generations", 0.0, 20.0, "Distance beyond which imitation gains nothing more.";
    roadmap_pull, "roadmap-pull", "per generation", 0.0, 5.0, "How a leader behind its roadmap speeds up, and one ahead of it slows down.";
    ladder_speed, "ladder-speed", "generations per quarter", 0.0, 1.0, "Speed of the leaders in the base year.";
    follower_speed, "follower-speed", "generations per quarter", 0.0, 1.0, "Speed of a Chinese supplier with the knowledge stock of a 5 % supplier.";
    opportunity, "opportunity", "ratio", 0.0, 5.0, "Rise of research intensity when foreign-supplied home demand at risk equals own revenue.";
    opportunity_cap, "opportunity-cap", "ratio", 0.0, 10.0, "Largest rise of research intensity by opportunity.";
    home_learning, "home-learning", "ratio", 0.0, 5.0, "Gain in speed when all home demand is supplied at home (varpi).";
    capability_response, "capability-response", "ratio", -0.9, 5.0, "Change in the productivity of Chinese research when the national belief reaches certainty (disputed: -14 % to +41 %).";
    level_spread, "level-spread", "ratio", 0.0, 3.0, "Scale of the uncertainty of base-year levels, which the product table gives by product.";
    // Fabs.
    upgrade_speed, "upgrade-speed", "share per quarter", 0.0, 1.0, "Part of the gap between installed and delivered level that a full quarter's purchases close.";
    wear, "wear", "generations per year", 0.0, 5.0, "Loss of installed level without any purchase.";
    wear_unserviced, "wear-unserviced", "generations per year", 0.0, 5.0, "Extra loss where servicing is barred and the segment depends on it.";
    tool_complementarity, "tool-complementarity", "elasticity", 0.05, 0.95, "Elasticity of substitution between the levels of a line's tools (CES sigma; 0 = weakest link).";
    ingenuity, "ingenuity", "generations", 0.0, 3.0, "How far a line can go beyond what its tools were made for.";
    catch_up_ambition, "catch-up-ambition", "generations per year", 0.0, 4.0, "Ambition of an advanced line that is more than one generation behind the frontier.";
    line_speed_cap, "line-speed-cap", "generations per quarter", 0.0, 2.0, "Fastest change of a line's level.";
    // Appended: the order above addresses the draws.
    plan_ahead, "plan-ahead", "generations", 0.0, 4.0, "A line spends on the generation that it will run, this far above its own level.";
    ease_medium, "ease-medium", "ratio", 0.0, 1.0, "Entry hazard and Chinese research speed in a segment of medium difficulty, against an easy one.";
    ease_hard, "ease-hard", "ratio", 0.0, 1.0, "The same in a hard segment: optics, e-beam, inspection.";
    entrant_handicap, "entrant-handicap", "logits", 0.0, 10.0, "How far an entrant's unexplained utility starts below the mean of its bloc and class.";
    entrant_gap, "entrant-gap", "generations", 0.0, 10.0, "Half-width of the uncertainty of an entrant's level around the table's.";
    entrant_share, "entrant-share", "share", 0.0001, 0.2, "Size of an entrant's first capacity and knowledge, as a share of the segment.";
    tier_two_weight, "tier-two-weight", "ratio", 0.0001, 1.0, "Weight of a tier-2 supplier in the split of its country's base share.";
    experience_years, "experience-years", "years", 0.25, 50.0, "Base-year sales in a supplier's initial experience.";
    price_floor, "price-floor", "ratio", 0.0, 1.0, "Lowest price over unit cost under slack.";
    critical_share, "critical-share", "share", 0.01, 1.0, "Part of a quarter's budget that must go to better tools for a line's tools to be upgraded at full speed.";
    catch_up_distance, "catch-up-distance", "generations", 0.0, 10.0, "Distance to the frontier at which an advanced line stops climbing faster than the frontier.";
    // Evasion (C4).
    grey_availability, "grey-availability", "share", 0.0, 1.0, "Chance that a wholly state-exposed buyer's connections reach a barred good that needs no service (a).";
    grey_premium, "grey-premium", "ratio", 0.0, 10.0, "What the grey channel costs over the supplier's price (pi).";
    grey_shells, "grey-shells", "share", 0.0, 1.0, "How open the way through shell companies abroad is while no country of diversion is covered.";
    grey_networks, "grey-networks", "share", 0.0, 1.0, "How open domestic trading networks are where a measure names buyers, owners or uses.";
    grey_false_use, "grey-false-use", "share", 0.0, 1.0, "How open false statements of end use are where a measure is about the use.";
    detection, "detection", "probability per quarter", 0.0, 0.5, "Chance that a buyer which diverts much is caught, at an enforcement of one half.";
    detection_volume, "detection-volume", "share", 0.001, 1.0, "Diverted share of purchases at which the chance of being caught is half of its largest.";
    vigilance_step, "vigilance-step", "share", 0.0, 1.0, "Part of what is missing to perfect enforcement that one detection adds.";
    // Third countries (T2-T4).
    us_free_appeal, "us-free-appeal", "logits", 0.0, 5.0, "What a third-country product gains with Chinese-owned buyers while US rivals are bound and it is out of reach.";
    redesign_speed, "redesign-speed", "share per year", 0.0, 2.0, "Part of its US content that a supplier wholly dependent on China and sure of coming under foreign reach removes (eta).";
    alignment_reluctance, "alignment-reluctance", "ratio", 0.0, 50.0, "Weight of an ally's sales at stake against pressure.";
    alignment_lag, "alignment-lag", "quarters", 0.0, 20.0, "Quarters from an ally's decision to its rule being in force.";
    // Service.
    fleet_retirement, "fleet-retirement", "share per year", 0.02, 1.0, "Part of the installed tools that is retired.";
    // Routes (C3).
    route_sharpness, "route-sharpness", "per generation", 0.0, 20.0, "How sharply a route's share of spending falls when it falls short of a line's plan (kappa of routes).";
    route_learning, "route-learning", "share", 0.0, 0.6, "Fall of what is missing to a route's maturity with a doubling of cumulative spending on it (Wright).";
    route_maturity, "route-maturity", "share", 0.0, 1.0, "Maturity of every route on both sides in the base year.";
    duv_reach, "duv-reach", "generations", 0.0, 6.0, "How far above 7 nm fully mature multiple patterning reaches without EUV.";
    multipatterning_cost, "multipatterning-cost", "ratio", 1.0, 10.0, "Cost of a level by multiple patterning against EUV; a line on it climbs that much slower.";
    chiplet_bonus, "chiplet-bonus", "generations", 0.0, 6.0, "System performance that mature chiplets with hybrid bonding add to a logic node.";
    stacking_bonus, "stacking-bonus", "generations", 0.0, 6.0, "The same of wafers stacked by hybrid bonding for 3D NAND.";
    bonding_cost, "bonding-cost", "ratio", 1.0, 10.0, "Cost of a level by chiplets or stacking against one die.";
    // Luck, and what a statistic makes of a market.
    quality_drift, "quality-drift", "logits per root year", 0.0, 3.0, "Standard deviation of the yearly change in a product's unexplained utility: what goes well or badly for a firm beside everything else.";
    statistic_error, "statistic-error", "logits", 0.0, 5.0, "Scale of the error of a printed share: firms counted elsewhere, segments drawn otherwise, estimates. Of the forecast of a statistic only; no run depends on it.";
    // Law as practised, and the push for domestic tools.
    eroded_approval, "eroded-approval", "share", 0.0, 1.0, "Approval rate that a rule on tools ends at once licences, clarifications and plants declared mature have worn it.";
    eroded_approval_2024, "eroded-approval-2024", "share", 0.0, 1.0, "Where the rule of December 2024 ends: no datum up to 2024 says whether it erodes as that of October 2022 did.";
    listings_push, "listings-push", "logits", 0.0, 5.0, "Preference for domestic tools that the listings of 2019 and 2020 added at full state exposure.";
    push_dependence, "push-dependence", "share", 0.0, 1.0, "Part of this push that goes by how much a buyer depended on US makers.";
    push_third, "push-third", "share", 0.0, 2.0, "How much of that part turns against makers of third countries, too.";
    scarce_stock, "scarce-stock", "months", 0.0, 60.0, "Stock that fabs build of tools that no maker free of an announced rule can replace.";
    table_lag, "table-lag", "quarters", 0.0, 8.0, "Quarters from shipment to a market table at Chinese suppliers. Of observed revenue only; nothing in a run depends on it.";
    world_spending, "world-spending", "log", -1.0, 1.0, "How far the world spends more on front-end tools than projected, from 2027 on; nothing of it before the end of 2025.";
    china_spending, "china-spending", "log odds", -2.0, 2.0, "How far China's part of that spending is above the projected one, from 2027 on; growing from 2025.";
    // Rules of the buyers' state.
    rule_compliance, "rule-compliance", "share", 0.0, 1.0, "Part of the purchases under a rule of the buyers' state that obey it, where the rule names this parameter.";
}

impl Spec {
    /// The entry of a key, with its index.
    pub fn find(key: &str) -> Option<(usize, &'static Self)> {
        SPECS.iter().enumerate().find(|(_, spec)| spec.key == key)
    }
}
