//! What a branch changes: which measures of the trunk end there, which stay, and what is new.
//!
//! Invariant: what one reads is every entry of law and support that is not over at the branch, counted once.

use std::fmt::Debug;

use sim_core::calendar::Quarter;
use sim_core::scenario::Scenario;

use crate::finding::quoted;

/// Most names in a sentence.
const NAMED: usize = 3;

/// An entry of law or support.
struct Entry<'a> {
    /// What it is, and its key among those of its kind.
    key: (&'static str, &'a str),
    /// Its name for people.
    name: &'a str,
    /// All that it says.
    terms: String,
}

impl<'a> Entry<'a> {
    fn new<T: Debug>(kind: &'static str, (id, name): (&'a str, &'a str), terms: &T) -> Self {
        Self { key: (kind, id), name, terms: format!("{terms:?}") }
    }
}

/// For each scenario, a sentence on what its law is from the branch on, beside that of the trunk.
pub fn sentences<'a>(
    trunk: &Scenario,
    at: Quarter,
    scenarios: impl IntoIterator<Item = &'a Scenario>,
) -> Vec<String> {
    scenarios.into_iter().map(|scenario| sentence(trunk, at, scenario)).collect()
}

fn sentence(trunk: &Scenario, at: Quarter, scenario: &Scenario) -> String {
    let (before, after) = (entries(trunk, at), entries(scenario, at));
    let in_after = |entry: &Entry<'_>| after.iter().find(|other| other.key == entry.key);
    let known = |entry: &&Entry<'_>| before.iter().any(|other| other.key == entry.key);
    let ends: Vec<_> = before.iter().filter(|entry| in_after(entry).is_none()).collect();
    let differs = |entry: &Entry<'_>| in_after(entry).is_some_and(|o| o.terms != entry.terms);
    let altered: Vec<_> = before.iter().filter(|entry| differs(entry)).collect();
    let new: Vec<_> = after.iter().filter(|entry| !known(entry)).collect();
    let law = quoted(&trunk.title);
    let stay = before.len() - ends.len() - altered.len();
    let mut parts = Vec::new();
    if stay == before.len() {
        parts.push(format!("{law} goes on"));
    } else {
        let counted = |what: &str, some: &[&Entry<'_>]| {
            (!some.is_empty()).then(|| format!("{} {what} ({})", some.len(), names(some)))
        };
        parts.extend(counted(&format!("entries of {law} end"), &ends));
        parts.extend(counted("on other terms", &altered));
        parts.push(if stay == 0 { "none stays".to_owned() } else { format!("{stay} stay") });
    }
    if !new.is_empty() {
        parts.push(format!("new: {}", names(&new)));
    }
    format!("{}, from {at}: {}", quoted(&scenario.title), parts.join("; "))
}

/// The first few names, and how many more there are.
fn names(entries: &[&Entry<'_>]) -> String {
    let shown: Vec<&str> = entries.iter().take(NAMED).map(|entry| entry.name).collect();
    let more = entries.len() - shown.len();
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    shown.join(", ") + &rest
}

/// What is not over in a quarter: measures in force, suspended or to come, and programmes of support.
fn entries(scenario: &Scenario, at: Quarter) -> Vec<Entry<'_>> {
    let lasts = |end: Option<Quarter>| end.is_none_or(|end| at < end);
    let measures = scenario.measures.iter().filter(|x| lasts(x.sunset));
    let mandates = scenario.mandates.iter().filter(|x| lasts(x.to));
    let subsidies = scenario.subsidies.iter().filter(|x| lasts(Some(x.to)));
    let prices = scenario.purchase_subsidies.iter().filter(|x| lasts(x.to));
    let bought = scenario.purchase_rules.iter().filter(|x| lasts(x.to));
    let markets = scenario.market_access.iter().filter(|x| lasts(x.to));
    measures
        .map(|x| Entry::new("measure", (&x.id, &x.title), x))
        .chain(mandates.map(|x| Entry::new("mandate", (&x.id, &x.id), x)))
        .chain(subsidies.map(|x| Entry::new("subsidy", (&x.id, &x.id), x)))
        .chain(prices.map(|x| Entry::new("purchase subsidy", (&x.id, &x.id), x)))
        .chain(bought.map(|x| Entry::new("purchase rule", (&x.id, &x.title), x)))
        .chain(markets.map(|x| Entry::new("market access", (&x.id, &x.id), x)))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::library;

    fn scenario(name: &str, sets: &[&str]) -> Scenario {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios").join(name);
        let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
        library::load(&path, &sets).expect("it is valid").scenario
    }

    #[test]
    fn what_ends_what_stays_and_what_is_new_is_said() {
        let law = scenario("current-law.toml", &[]);
        let at = Quarter::new(2027, 1);
        let all = entries(&law, at).len();
        let said = |name: &str, sets: &[&str]| sentence(&law, at, &scenario(name, sets));
        assert_eq!(
            said("current-law.toml", &[]),
            "\u{201c}Current law\u{201d}, from 2027Q1: \u{201c}Current law\u{201d} goes on"
        );
        let none = said("baseline.toml", &[]);
        assert!(none.starts_with(&format!(
            "\u{201c}No control\u{201d}, from 2027Q1: {all} entries of \u{201c}Current law\u{201d} end ("
        )));
        assert!(none.ends_with("; none stays"), "{none}");
        let cap = said("hard-cap.toml", &[]);
        assert!(cap.contains("; none stays; new: "), "{cap}");
        let other = said("truce-ends.toml", &[]);
        assert!(
            other.contains("2 on other terms (Affiliates of listed firms, No gallium"),
            "{other}"
        );
        assert!(other.ends_with(&format!("; {} stay", all - 2)), "{other}");
        // What has ended by then is not counted: of the rules on accelerators one is left of three.
        assert!(!entries(&law, at).iter().any(|entry| entry.key.1 == "ai-chips-2022"));
        assert!(
            entries(&law, Quarter::new(2023, 1)).iter().any(|entry| entry.key.1 == "ai-chips-2022")
        );
    }
}
