//! What an outcome moves with, in words: which assumption, and which way.

use sim_core::scenario::param::SPECS;

use super::Subject;
use super::effect::{Effect, Side};
use sim_stats::drivers::Driver;

/// What a reader calls the higher value of each parameter, as far as a reader meets it: `how far ...` or a noun.
const WORDS: &[(&str, &str)] = &[
    ("belief-sensitivity", "how strongly buyers shun suppliers that may be cut off"),
    ("belief-gain", "how much trust one piece of news destroys"),
    ("belief-decay", "how fast buyers forget a cut-off"),
    ("belief-floor", "the risk of a cut-off that buyers see without any history"),
    ("own-weight", "the weight of a buyer\u{2019}s own experience against its peers\u{2019}"),
    ("salience-champion", "the news value of listing a national champion"),
    ("salience-sector", "the news value of a rule against the whole sector"),
    ("stock-per-belief", "the stock that fearful buyers hold"),
    ("stock-speed", "how fast buyers fill their stocks"),
    ("pull-forward", "how much buyers buy before a rule takes force"),
    ("backlog-release", "how fast deferred demand comes back"),
    ("backlog-expiry", "how fast deferred demand is cancelled"),
    ("mature-shift", "how much money moves from advanced to mature lines"),
    ("reactive-capex", "how much of Chinese fab spending reacts to controls"),
    ("reactive-belief", "how much fear it takes for Chinese fab spending to react"),
    ("foreign-share-2019", "the foreign-owned part of China\u{2019}s fab spending in 2019"),
    ("foreign-share-2024", "the foreign-owned part of China\u{2019}s fab spending from 2024 on"),
    ("level-sharpness", "how much a product loses that falls short of a line\u{2019}s need"),
    ("need-slack", "how far below its own level a line can still use a tool"),
    ("price-sensitivity", "how much buyers mind prices"),
    ("stickiness", "how strongly buyers stay with what they have installed"),
    ("home-preference", "the preference of Chinese buyers for Chinese products in 2019"),
    ("secular-trend", "how fast the preference for Chinese products grows without any control"),
    ("reactive-mandate", "how much fear turns Chinese buyers to Chinese products"),
    ("xi-years", "how long an entrant keeps its own good or bad start"),
    ("defer-share", "how much demand is put off in normal times"),
    ("roster-zero-share", "the share in 2019 of suppliers that no table prints"),
    ("installed-speed", "how fast new purchases become what is installed"),
    ("entry-hazard", "how often new Chinese suppliers appear"),
    ("learning-rate", "how much costs fall with experience"),
    ("learning-spill", "how much a supplier learns from others\u{2019} output"),
    ("markup", "suppliers\u{2019} mark-up on costs"),
    ("price-utilisation", "how much prices follow utilisation"),
    ("price-speed", "how fast prices adjust"),
    ("utilisation", "normal utilisation of capacity"),
    ("capacity-speed", "how fast capacity adjusts"),
    ("recognition-lag", "how late Chinese suppliers book their sales"),
    ("rd-intensity-us", "research spending of US suppliers"),
    ("rd-intensity-third", "research spending of third-country suppliers"),
    ("rd-intensity-china", "research spending of Chinese suppliers"),
    ("rd-depreciation", "how fast knowledge is outdated"),
    ("rd-elasticity", "how much research speeds up products"),
    ("catch-up", "how much laggards gain by imitating"),
    ("catch-up-cap", "how far back imitation still helps"),
    ("roadmap-pull", "how firmly leaders keep to their roadmap"),
    ("ladder-speed", "the speed of the leaders"),
    ("follower-speed", "the speed of Chinese suppliers"),
    ("opportunity", "how much research demand at risk calls forth"),
    ("opportunity-cap", "how far research can rise with demand at risk"),
    ("home-learning", "how much Chinese suppliers learn from home demand"),
    ("capability-response", "what controls add to the productivity of Chinese research"),
    ("level-spread", "how unsure the product levels of 2019 are"),
    ("upgrade-speed", "how fast purchases raise a line\u{2019}s tools"),
    ("wear", "how fast tools wear"),
    ("wear-unserviced", "how fast tools wear without service"),
    ("tool-complementarity", "how well good tools make up for bad ones"),
    ("ingenuity", "how far fabs get beyond what their tools were made for"),
    ("catch-up-ambition", "how fast lines behind the frontier mean to climb"),
    ("line-speed-cap", "the fastest pace of a line"),
    ("plan-ahead", "how far ahead lines plan their spending"),
    ("ease-medium", "how easily Chinese suppliers enter fields of medium difficulty"),
    ("ease-hard", "how easily Chinese suppliers enter hard fields"),
    ("entrant-handicap", "the handicap with which entrants start"),
    ("entrant-gap", "how unsure an entrant\u{2019}s level is"),
    ("entrant-share", "the size at which entrants start"),
    ("tier-two-weight", "the weight of smaller suppliers in 2019"),
    ("experience-years", "the experience that suppliers start with"),
    ("price-floor", "the floor under prices"),
    ("critical-share", "how much of its budget a line needs for better tools"),
    ("catch-up-distance", "the distance to the frontier at which advanced lines stop catching up"),
    ("grey-availability", "how much the grey channel can deliver"),
    ("grey-premium", "the premium of the grey channel"),
    ("grey-shells", "how open the way through shell companies is"),
    ("grey-networks", "how open domestic trading networks are"),
    ("grey-false-use", "how easily end uses are falsely stated"),
    ("detection", "how often diversion is caught"),
    ("detection-volume", "how much may be diverted before it is caught"),
    ("vigilance-step", "how much a detection sharpens enforcement"),
    ("us-free-appeal", "the appeal of products that no US rule reaches"),
    ("redesign-speed", "how fast foreign suppliers design US parts out"),
    ("alignment-reluctance", "how much allies weigh lost sales"),
    ("alignment-lag", "how late allies\u{2019} rules take force"),
    ("fleet-retirement", "how fast installed tools are retired"),
    ("route-sharpness", "how sharply lines turn from routes that fall short"),
    ("route-learning", "how fast detours mature with use"),
    ("route-maturity", "how mature detours were in 2019"),
    ("duv-reach", "how far multiple patterning reaches without EUV"),
    ("multipatterning-cost", "the cost of multiple patterning"),
    ("chiplet-bonus", "what chiplets add to a node"),
    ("stacking-bonus", "what stacking adds to memory"),
    ("bonding-cost", "the cost of chiplets and stacking"),
    ("quality-drift", "how much luck moves products"),
    ("statistic-error", "the error of printed shares"),
    ("eroded-approval", "how many licences worn rules grant"),
    ("eroded-approval-2024", "how many licences the rule of December 2024 will grant"),
    ("listings-push", "how much the listings of 2019 and 2020 turned buyers to Chinese tools"),
    ("push-dependence", "how much the push of the listings goes by dependence on US makers"),
    ("push-third", "how much the push of the listings turns against third countries"),
    ("scarce-stock", "the stock of tools that nobody else can replace"),
    ("table-lag", "how late sales enter the tables"),
    ("world-spending", "how much the world spends on front-end tools beyond projections"),
    ("china-spending", "China\u{2019}s part of the world\u{2019}s fab spending beyond projections"),
];

/// A parameter in words: those of the list, else what the registry says of it in quotation marks.
pub fn said(key: &str) -> String {
    if let Some((_, words)) = WORDS.iter().find(|(known, _)| *known == key) {
        return (*words).to_owned();
    }
    let spec = SPECS.iter().find(|spec| spec.key == key);
    let words = spec.map_or_else(|| key.replace('-', " "), |s| s.doc.trim_end_matches('.').into());
    format!("\u{201c}{words}\u{201d}")
}

/// How a phrase of [`WORDS`] begins, and how it does where there is more of it.
const MORE: [(&str, &str); 17] = [
    ("how much ", "the more "),
    ("how many ", "the more "),
    ("what ", "the more "),
    ("how fast ", "the faster "),
    ("how far ", "the farther "),
    ("how late ", "the later "),
    ("how long ", "the longer "),
    ("how well ", "the better "),
    ("how often ", "the more often "),
    ("how easily ", "the more easily "),
    ("how strongly ", "the more strongly "),
    ("how sharply ", "the more sharply "),
    ("how firmly ", "the more firmly "),
    ("how open ", "the more open "),
    ("how mature ", "the more mature "),
    ("how unsure ", "the less sure "),
    ("how ", "the more "),
];

/// The phrase of a parameter where there is more of it: `the more of Chinese fab spending reacts to controls`.
fn more(key: &str) -> String {
    let words = said(key);
    let of = |(head, more): &(&str, &str)| Some(format!("{more}{}", words.strip_prefix(head)?));
    MORE.iter().find_map(of).unwrap_or_else(|| format!("the higher {words}"))
}

/// Which way an effect goes with a parameter: `the more of Chinese fab spending reacts to controls, the smaller the loss`.
pub fn direction(subject: &Subject, effect: &Effect, driver: &Driver) -> String {
    let rises = driver.correlation > 0.0;
    let then = match (effect.clear(), rises) {
        (Some(Side::Down), false) => format!("the larger the loss{}", subject.where_lost()),
        (Some(Side::Down), true) => format!("the smaller the loss{}", subject.where_lost()),
        (Some(Side::Up), true) => format!("the larger the gain{}", subject.where_lost()),
        (Some(Side::Up), false) => format!("the smaller the gain{}", subject.where_lost()),
        (None, true) => format!("the higher {}", subject.of()),
        (None, false) => format!("the lower {}", subject.of()),
    };
    format!("{}, {then}", more(driver.key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::effect::MONEY;
    use crate::finding::{LEAD, TOOLS};

    #[test]
    fn every_phrase_is_of_a_parameter_and_can_be_more() {
        for (key, words) in WORDS {
            assert!(SPECS.iter().any(|spec| spec.key == *key), "there is no {key}");
            let beginning = words.split(' ').next().unwrap_or_default();
            assert!(beginning != "that" && more(key).starts_with("the "), "{}", more(key));
        }
        assert_eq!(more("reactive-capex"), "the more of Chinese fab spending reacts to controls");
        assert_eq!(more("markup"), "the higher suppliers\u{2019} mark-up on costs");
        // What the list lacks is told as the registry says it.
        assert_eq!(said("no-such-thing"), "\u{201c}no such thing\u{201d}");
    }

    #[test]
    fn the_direction_goes_by_the_sign_of_the_effect() {
        let driver = |correlation| Driver { key: "reactive-capex", correlation };
        let (loss, gain) = (Effect::of(&[-9.0; 40], MONEY), Effect::of(&[9.0; 40], MONEY));
        let of = |effect: &Effect, correlation| direction(&TOOLS, effect, &driver(correlation));
        assert!(of(&loss, 0.5).contains("the smaller the loss"), "{}", of(&loss, 0.5));
        assert!(of(&loss, -0.5).contains("the larger the loss"));
        assert!(of(&gain, 0.5).contains("the larger the gain"));
        assert!(of(&gain, -0.5).contains("the smaller the gain"));
        let open = Effect::of(&[-1.0, 1.0], MONEY);
        assert!(
            direction(&LEAD, &open, &driver(0.5))
                .ends_with("the higher the lead over China in logic")
        );
    }
}
