//! One test for each class of problem in the terms of a measure and in programmes of support, with its place.

use crate::library::{Library, MEASURE};

/// What to add to the valid child before its threshold, and the only line that must be reported (compared by
/// its beginning).
const TERMS: &[(&str, &str)] = &[
    (
        "de_minimis = 25",
        "child.toml:10:14: error[out-of-range]: 25 is outside 0–1 (write 0.25 for 25 %)",
    ),
    (
        "fdpr = { triger = 0.5 }",
        "child.toml:10:10: error[unknown-key]: unknown key `measures.rule.fdpr.triger` \
         (a key with a similar name exists: `trigger`)",
    ),
    (
        "exempt_homes = [\"NLD\"]",
        "child.toml:10:16: error[exclusive-keys]: `measures.rule` exempts homes from a reach that it does not have",
    ),
    (
        "enforcement = \"stong\"",
        "child.toml:10:15: error[unknown-word]: `stong` is not allowed here (one of: weak, medium, strong)",
    ),
    ("enforcement = 2", "child.toml:10:15: error[out-of-range]: 2 is outside 0–1"),
    (
        "lists_detected = 1",
        "child.toml:10:18: error[wrong-type]: expected true or false, found an integer",
    ),
    (
        "licence = { policy = \"denial\", approval_rate = 0.2 }",
        "child.toml:10:13: error[exclusive-keys]: `measures.rule.licence` has both `policy` and `approval_rate`",
    ),
    (
        "licence = { policy = \"presumption\" }",
        "child.toml:10:22: error[unknown-word]: `presumption` is not allowed here",
    ),
    (
        "licence = { approval_rate = 0.2, delay = 1.5 }",
        "child.toml:10:42: error[wrong-type]: expected a whole number of quarters, found a number",
    ),
    (
        "licence = { approval_rate = 0.2, delay = 99 }",
        "child.toml:10:42: error[out-of-range]: 99 is outside 0–40",
    ),
    (
        "licence = { approval_rate = { \"2020\" = 0.2 } }",
        "child.toml:10:31: error[bad-date]: `2020` is no quarter (the keys are dates",
    ),
    (
        "licence = { approval_rate = { 2020Q1 = 0.2, 2020Q3 = 2 } }",
        "child.toml:10:54: error[out-of-range]: 2 is outside 0–1",
    ),
    (
        "licence = { approval_rate = { 2020Q1 = 0.2, \"2020-02-01\" = 0.3 } }",
        "child.toml:10:31: error[duplicate-id]: 2020Q1 stands there twice",
    ),
    (
        "licence = { approval_rate = { 2020Q1 = 0.2, 2020Q2 = \"listings-push\" } }",
        "child.toml:10:54: error[unknown-word]: `listings-push` is not allowed here (one of: eroded-approval,",
    ),
    (
        "licence = { approval_rate = 0, fee = {} }",
        "child.toml:10:38: error[out-of-range]: 0 dates: one to 8 can be given",
    ),
    (
        "end_use = { tag = \"supercomputer\" }",
        "child.toml:10:19: error[unknown-id]: unknown tag of lines `supercomputer`",
    ),
    (
        "allies.NLD = { from = \"2020Q1\", pressure = 0.5, coverage = 1.0, reference = \"x\" }",
        "child.toml:10:16: error[exclusive-keys]: `measures.rule.allies.NLD` has both a date and `pressure`",
    ),
    (
        "additions.more = { announced = \"2020Q1\", in_force = \"2020Q2\", reference = \"x\" }",
        "child.toml:10:11: error[missing-key]: `measures.rule.additions.more` adds nothing",
    ),
    (
        "additions.more = { announced = \"2020Q3\", in_force = \"2020Q2\", end_users = [\"fab-a\"], reference = \"x\" }",
        "child.toml:10:53: error[date-order]: `in_force` 2020Q2 is before `announced` 2020Q3",
    ),
    (
        "suspensions.truce = { from = \"2020Q2\", to = \"2020Q2\", reference = \"x\" }",
        "child.toml:10:45: error[date-order]: `to` 2020Q2 is not after `from` 2020Q2",
    ),
    (
        "allies.NLD = { from = \"2020Q2\", leaves = \"2020Q2\", coverage = 1, reference = \"x\" }",
        "child.toml:10:42: error[date-order]: `leaves` 2020Q2 is not after `from` 2020Q2",
    ),
    (
        "allies.NLD = { from = \"2020Q2\", leaves = \"2020Q4\", returns = \"2020Q3\", coverage = 1, reference = \"x\" }",
        "child.toml:10:62: error[date-order]: `returns` 2020Q3 is before `leaves` 2020Q4",
    ),
    (
        "allies.NLD = { from = \"2020Q2\", returns = \"2020Q3\", coverage = 1, reference = \"x\" }",
        "child.toml:10:33: error[exclusive-keys]: `measures.",
    ),
    (
        "validated.trusted = { end_users = [\"fab-d\"], from = \"2019Q3\", reference = \"x\" }",
        "child.toml:10:36: error[unknown-id]: unknown line `fab-d`",
    ),
];

/// Programmes: what to put after the child's measure.
const SUPPORT: &[(&str, &str)] = &[
    (
        "[purchase_subsidies.x]\nowner = \"CHN\"\nhome = \"CHN\"\nfrom = \"2019Q3\"\nrate = 1.0\nsource = \"doc\"",
        "child.toml:15:8: error[out-of-range]: 1 is outside 0–0.95",
    ),
    (
        "[market_access.x]\nhome = \"USA\"\nfrom = \"2019Q3\"\nsource = \"doc\"",
        "child.toml:11:16: error[missing-key]: `market_access.x.locations` is missing",
    ),
    (
        "[subsidies.x]\nhome = \"USA\"\nfrom = \"2019Q3\"\nto = \"2020Q1\"\nusd_m_per_year = 5\n\
         crowding_out = 1.5\nsource = \"doc\"",
        "child.toml:16:16: error[out-of-range]: 1.5 is outside 0–1",
    ),
    (
        "[purchase_rules.x]\ntitle = \"t\"\nreference = \"r\"\nstate = \"CHN\"\nfrom = \"2019Q3\"\nmakers = [\"CHN\"]\nhome_share = 0.5\ncompliance = 1\nsource = \"doc\"",
        "child.toml:16:10: error[wrong-side]: `CHN` is the buyers' state and a home of limited makers",
    ),
    (
        "[purchase_rules.x]\ntitle = \"t\"\nreference = \"r\"\nstate = \"CHN\"\nfrom = \"2019Q3\"\nhome_share = 1.5\ncompliance = 1\nsource = \"doc\"",
        "child.toml:16:14: error[out-of-range]: 1.5 is outside 0–1",
    ),
    (
        "[purchase_rules.x]\ntitle = \"t\"\nreference = \"r\"\nstate = \"CHN\"\nfrom = \"2019Q3\"\nhome_share = 0.5\nsource = \"doc\"",
        "child.toml:11:17: error[missing-key]: `purchase_rules.x.compliance` is missing",
    ),
    (
        "[purchase_rules.x]\ntitle = \"t\"\nreference = \"r\"\nstate = \"CHN\"\nfrom = \"2019Q3\"\nfamilies = []\nhome_share = 0.5\ncompliance = 1\nsource = \"doc\"",
        "child.toml:16:12: error[empty-text]: an empty `families` would mean all, not none",
    ),
    (
        "[purchase_rules.x]\ntitle = \"t\"\nreference = \"r\"\nstate = \"CHN\"\nfrom = \"2019Q3\"\nlines_from = { level = 2 }\nlines_below = { level = 1 }\nhome_share = 0.5\ncompliance = 1\nsource = \"doc\"",
        "child.toml:17:15: error[out-of-range]: no line is at or above `lines_from`",
    ),
    (
        "[purchase_rules.x]\ntitle = \"t\"\nreference = \"r\"\nstate = \"CHN\"\nfrom = \"2019Q3\"\nhome_share = 0.5\ncompliance = \"push-third\"\nsource = \"doc\"",
        "child.toml:17:14: error[",
    ),
];

fn check(child: &str, added: &str, expected: &str) -> Option<String> {
    let report = Library::with_child(child).report("child.toml", &[]);
    let right = report.len() == 1 && report[0].starts_with(expected);
    (!right).then(|| format!("{added}\n  expected {expected}\n  reported {report:#?}"))
}

#[test]
fn every_wrong_term_is_reported_at_its_place() {
    let terms = TERMS.iter().filter_map(|(added, expected)| {
        check(&MEASURE.replace("hard_cap =", &format!("{added}\nhard_cap =")), added, expected)
    });
    let support = SUPPORT
        .iter()
        .filter_map(|(added, expected)| check(&format!("{MEASURE}{added}\n"), added, expected));
    let failures: Vec<String> = terms.chain(support).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn words_stand_for_numbers() {
    let added = "enforcement = \"strong\"\nlicence = { policy = \"case-by-case\" }\nhard_cap =";
    let library = Library::with_child(&MEASURE.replace("hard_cap =", added));
    let scenario = library.load("child.toml", &[]).expect("it is valid").scenario;
    assert_eq!(scenario.measures[0].enforcement.constant(), Some(0.8));
    assert_eq!(scenario.measures[0].licence.approval_rate.constant(), Some(0.7));
}

#[test]
fn a_number_may_have_dates_and_name_a_parameter() {
    let added =
        "licence = { approval_rate = { 2020Q1 = 0.2, 2020Q3 = \"eroded-approval\" } }\nhard_cap =";
    let library = Library::with_child(&MEASURE.replace("hard_cap =", added));
    let scenario = library.load("child.toml", &[]).expect("it is valid").scenario;
    let (rate, p) = (scenario.measures[0].licence.approval_rate, scenario.central());
    assert_eq!(rate.to_string(), "0.2 (2020Q1), eroded-approval (2020Q3)");
    let at = |quarter| rate.at(sim_core::calendar::Quarter::new(2020, quarter), &p);
    assert_eq!(
        [at(1), at(2), at(4)],
        [0.2, f64::midpoint(0.2, p.eroded_approval), p.eroded_approval]
    );
}
