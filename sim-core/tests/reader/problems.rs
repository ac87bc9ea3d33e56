//! One test for each class of problem in scenario files, with its place.

use crate::library::{Library, MEASURE};

/// Each row: what to change in the valid child (from, to), and the only line that must be reported.
/// Of the report, the part after the place is compared by its beginning.
const CASES: &[(&str, &str, &str)] = &[
    // Keys and types.
    (
        "in_force =",
        "in-force =",
        "child.toml:8:1: error[unknown-key]: unknown key `measures.rule.in-force` \
         (a key with a similar name exists: `in_force`)",
    ),
    (
        "title = \"Child\"",
        "titel = \"x\"",
        "child.toml:2:1: error[unknown-key]: unknown key `titel`",
    ),
    (
        "reference = \"Federal Register\"\n",
        "",
        "child.toml:3:11: error[missing-key]: `measures.rule.reference` is missing",
    ),
    (
        "authority = \"USA\"",
        "authority = 7",
        "child.toml:6:13: error[wrong-type]: expected a text, found an integer",
    ),
    (
        "destinations = [\"CHN\"]",
        "destinations = \"CHN\"",
        "child.toml:9:16: error[wrong-type]: expected an array of texts, found a text \
         (write [\"CHN\"])",
    ),
    (
        "hard_cap = { level = 1.0 }",
        "hard_cap = 1.0",
        "child.toml:10:12: error[wrong-type]: expected a table, found a number",
    ),
    (
        "destinations = [\"CHN\"]",
        "destinations = []",
        "child.toml:9:16: error[missing-key]: a measure needs at least one destination",
    ),
    (
        "hard_cap = { level = 1.0 }",
        "hard_cap = { level = 1.0, drum = 1 }",
        "child.toml:10:27: error[unknown-key]: unknown key `measures.rule.hard_cap.drum` \
         (a key with a similar name exists: `dram`)",
    ),
    // Numbers.
    (
        "hard_cap = { level = 1.0 }",
        "hard_cap = { level = 28 }",
        "child.toml:10:22: error[out-of-range]: 28 is outside -10 to 10",
    ),
    (
        "hard_cap = { level = 1.0 }",
        "embargo = {}\nlicence = { approval_rate = 40 }",
        "child.toml:11:29: error[out-of-range]: 40 is outside 0–1 (write 0.4 for 40 %)",
    ),
    (
        "hard_cap = { level = 1.0 }",
        "embargo = {}\nlicence = { approval_rate = nan }",
        "child.toml:11:29: error[not-finite]: NaN is not a finite number",
    ),
    (
        "hard_cap = { level = 1.0 }",
        "sliding_scale = { lag = 2, review_every = 0 }",
        "child.toml:10:43: error[out-of-range]: 0 is outside 1–400",
    ),
    (
        "title = \"Child\"",
        "[parameters]\nbelief-gain = 1.4",
        "child.toml:3:15: error[out-of-range]: 1.4 is outside 0–1 (write 0.014 for 1.4 %)",
    ),
    // Words and ids.
    (
        "authority = \"USA\"",
        "authority = \"US\"",
        "child.toml:6:13: error[unknown-id]: unknown jurisdiction `US` \
         (a jurisdiction with a similar name exists: `USA`)",
    ),
    (
        "hard_cap =",
        "segments = [\"etch\", \"N3\"]\nhard_cap =",
        "child.toml:10:21: error[unknown-id]: unknown segment or class `N3`",
    ),
    (
        "hard_cap =",
        "end_users = [\"fab_a\"]\nhard_cap =",
        "child.toml:10:14: error[unknown-id]: unknown line `fab_a` \
         (a line with a similar name exists: `fab-a`)",
    ),
    (
        "hard_cap =",
        "owners = [\"CHN\", \"CHN\"]\nhard_cap =",
        "child.toml:10:18: error[duplicate-id]: `CHN` is listed twice",
    ),
    (
        "hard_cap =",
        "servicing = \"maybe\"\nhard_cap =",
        "child.toml:10:13: error[unknown-word]: `maybe` is not allowed here \
         (one of: allowed, barred)",
    ),
    (
        "title = \"Child\"",
        "[parameters.belief-gain]\ngrade = \"guess\"",
        "child.toml:3:9: error[unknown-word]: `guess` is not allowed here \
         (one of: placeholder, expert, estimated, measured)",
    ),
    (
        "title = \"Child\"",
        "[parameters.belief-gain]\nsource = \"dok\"",
        "child.toml:3:10: error[unknown-source]: unknown source `dok` \
         (a source with a similar name exists: `doc`)",
    ),
    (
        "title = \"Child\"",
        "[parameters.belief-gain]\nunit = \"percent\"",
        "child.toml:3:8: error[unit-mismatch]: the unit is `percent`, but the model uses `share`",
    ),
    (
        "title = \"Child\"",
        "[parameters.belief-gian]\nvalue = 1",
        "child.toml:2:13: error[unknown-key]: unknown key `parameters.belief-gian` \
         (a key with a similar name exists: `belief-gain`)",
    ),
    // Priors.
    (
        "title = \"Child\"",
        "[parameters.belief-gain]\nuniform = [0.6, 0.4]",
        "child.toml:3:11: error[bad-prior]: the range ends at 0.4 before it begins at 0.6",
    ),
    (
        "title = \"Child\"",
        "[parameters.belief-gain]\nuniform = [0.4, 1.5]",
        "child.toml:3:11: error[bad-prior]: the prior reaches from 0.4 to 1.5, beyond the \
         admissible 0–1",
    ),
    (
        "title = \"Child\"",
        "[parameters.belief-gain]\nlognormal = { median = 0, sigma = 1 }",
        "child.toml:3:24: error[bad-prior]: `median` must be above 0, found 0",
    ),
    (
        "title = \"Child\"",
        "[parameters.belief-gain]\nuniform = [0, 1]\nnormal = { mean = 0.5, sd = 0.1, min = 0 }",
        "child.toml:4:1: error[exclusive-keys]: `parameters.belief-gain` has more than one prior",
    ),
    (
        "title = \"Child\"",
        "[parameters.belief-gain]\nuniform = [0.8, 0.9]",
        "child.toml:3:11: warning[value-outside-prior]: the prior would hardly draw the central \
         value 0.5",
    ),
    // Dates.
    (
        "in_force = \"2019Q3\"",
        "in_force = \"2019Q5\"",
        "child.toml:8:12: error[bad-date]: `2019Q5` is no quarter",
    ),
    (
        "in_force = \"2019Q3\"",
        "in_force = \"2019Q1\"",
        "child.toml:8:12: error[date-order]: `in_force` 2019Q1 is before `announced` 2019Q2",
    ),
    (
        "in_force = \"2019Q3\"",
        "in_force = \"2019Q3\"\nsunset = \"2019-07-01\"",
        "child.toml:9:10: error[date-order]: `sunset` 2019Q3 is not after `in_force` 2019Q3",
    ),
    (
        "title = \"Child\"",
        "[time]\nend = \"2018Q4\"",
        "child.toml:3:7: error[date-order]: `end` 2018Q4 is before `start` 2019Q1",
    ),
    (
        "title = \"Child\"",
        "[prior_news.zte]\nat = \"2019Q1\"",
        "child.toml:3:6: error[outside-time]: news of 2019Q1 is not before the start 2019Q1",
    ),
    (
        "title = \"Child\"",
        "[time]\nend = \"2022Q4\"",
        "data/spending.csv:8:1: error[missing-year]: no spending in 2021–2022 on: eda-US, fab-CN, fab-US",
    ),
    (
        "title = \"Child\"",
        "[time]\nstart = \"2019Q2\"",
        "child.toml:3:9: error[outside-time]: a run cannot start in 2019Q2: the tables describe 2019",
    ),
    (
        "announced = \"2019-05-16\"",
        "announced = \"2018Q4\"\nsalience = 0.3",
        "child.toml:7:13: warning[outside-time]: `rule` is announced 2018Q4, before the start 2019Q1: its news is \
         heard in the first quarter",
    ),
    (
        "hard_cap =",
        "additions.more = { announced = \"2019Q1\", in_force = \"2019Q4\", destinations = [\"NLD\"], reference = \
         \"r\" }\nhard_cap =",
        "child.toml:10:32: error[date-order]: `announced` 2019Q1 is before the measure's own 2019Q2",
    ),
    (
        "hard_cap =",
        "additions.more = { announced = \"2019Q2\", in_force = \"2019Q2\", destinations = [\"NLD\"], reference = \
         \"r\" }\nhard_cap =",
        "child.toml:10:53: error[date-order]: `in_force` 2019Q2 is before the measure's own 2019Q3",
    ),
    // Whose suppliers and whose content.
    (
        "authority = \"USA\"",
        "authority = \"NLD\"\nde_minimis = 0.1",
        "child.toml:7:1: error[unknown-content]: `de_minimis` of `NLD`: the tables have the content and technology of \
         USA in products, not of `NLD`",
    ),
    (
        "authority = \"USA\"",
        "authority = \"NLD\"\nfdpr = { trigger = 0.1 }",
        "child.toml:7:1: error[unknown-content]: `fdpr` of `NLD`: the tables have the content and technology of USA in \
         products, not of `NLD`",
    ),
    (
        "destinations = [\"CHN\"]",
        "destinations = [\"CHN\", \"USA\"]",
        "child.toml:9:16: error[wrong-side]: `USA` is the authority and a destination: the measure would bar its own \
         suppliers from buyers at home",
    ),
    (
        "hard_cap =",
        "additions.more = { announced = \"2019Q2\", in_force = \"2019Q3\", destinations = [\"USA\"], reference = \
         \"r\" }\nhard_cap =",
        "child.toml:10:78: error[wrong-side]: `USA` is the authority and a destination",
    ),
    (
        "destinations = [\"CHN\"]",
        "destinations = [\"CHN\", \"NLD\"]\nallies.NLD = { from = \"2019Q3\", coverage = 1, reference = \"r\" }",
        "child.toml:10:8: warning[wrong-side]: `NLD` is an ally and a destination: its own rule bars its suppliers \
         from buyers at home, too",
    ),
    // Exclusive kinds.
    (
        "hard_cap = { level = 1.0 }\n",
        "",
        "child.toml:3:11: error[exclusive-keys]: `measures.rule` does not say what it still allows",
    ),
    (
        "hard_cap = { level = 1.0 }",
        "hard_cap = { level = 1.0 }\nembargo = {}",
        "child.toml:11:1: error[exclusive-keys]: `measures.rule` has both `hard_cap` and `embargo`",
    ),
    (
        "hard_cap =",
        "end_use = { frontier_lag = 1, min_level = 2 }\nhard_cap =",
        "child.toml:10:13: error[exclusive-keys]: more than one of `min_level`, `frontier_lag` and `tag`",
    ),
    (
        "hard_cap =",
        "end_use = { dram = 2 }\nhard_cap =",
        "child.toml:10:1: error[exclusive-keys]: none of `min_level`, `frontier_lag` and `tag`",
    ),
    // Allies, mandates, subsidies.
    (
        "hard_cap = { level = 1.0 }",
        "embargo = {}\n[measures.rule.allies.USA]\nfrom = \"2020Q1\"\ncoverage = 1\n\
         reference = \"r\"",
        "child.toml:11:23: error[duplicate-id]: `USA` is the authority of the measure, not an ally",
    ),
    (
        "hard_cap = { level = 1.0 }",
        "embargo = {}\n[measures.rule.allies.NLD]\nfrom = \"2020Q1\"\nannounced = \"2020Q2\"\n\
         coverage = 1\nreference = \"r\"",
        "child.toml:12:8: error[date-order]: `from` 2020Q1 is before `announced` 2020Q2",
    ),
    (
        "title = \"Child\"",
        "[mandates.m]\nowner = \"CHN\"\nfrom = \"2020Q1\"\nto = \"2019Q1\"\nlogits = 1\n\
         source = \"doc\"",
        "child.toml:5:6: error[date-order]: `to` 2019Q1 is not after `from` 2020Q1",
    ),
    (
        "title = \"Child\"",
        "[subsidies.s]\nhome = \"CHN\"\nfrom = \"2019Q1\"\nto = \"2020Q1\"\nsource = \"doc\"",
        "child.toml:2:12: error[missing-key]: `subsidies.s.usd_m_per_year` is missing",
    ),
    // The file as a whole.
    (
        "extends = \"base.toml\"",
        "extends = \"bass.toml\"",
        "child.toml:1:11: error[unreadable-file]: cannot read `bass.toml`: no such file",
    ),
    (
        "extends = \"base.toml\"",
        "extends = \"child.toml\"",
        "child.toml:1:11: error[extends-cycle]: `child.toml` extends itself",
    ),
    (
        "title = \"Child\"",
        "schema = 2",
        "child.toml:2:10: error[unsupported-schema]: the file says schema 2, this program reads 1",
    ),
    (
        "title = \"Child\"",
        "[measures.ruel]\ndrop = true",
        "child.toml:3:1: error[nothing-to-drop]: no parent has `ruel`, so there is nothing to drop",
    ),
    ("title = \"Child\"", "title = \"Child", "child.toml:2:"),
    (
        "title = \"Child\"",
        "[data]\ndirectory = \"date\"",
        "child.toml:3:13: error[unreadable-file]: cannot read `date`: no such file",
    ),
    // What probably is not meant.
    (
        "in_force = \"2019Q3\"",
        "in_force = \"2021Q1\"",
        "child.toml:3:11: warning[outside-time]: `rule` comes into force 2021Q1, after the end",
    ),
    (
        "destinations = [\"CHN\"]",
        "destinations = [\"NLD\"]",
        "child.toml:3:11: warning[reaches-nothing]: `rule` reaches nothing: no line is in its scope",
    ),
    (
        "hard_cap =",
        "segments = [\"eda\"]\nhard_cap =",
        "child.toml:3:11: warning[reaches-nothing]: `rule` reaches nothing: no bound supplier sells",
    ),
];

/// Codes that come with followers: there the expected line must be among the reported ones.
const FOLLOWED: [&str; 2] = ["child.toml:2:", "data/spending.csv:8:1:"];

#[test]
fn every_class_of_problem_is_reported_at_its_place() {
    let mut failures = Vec::new();
    for (from, to, expected) in CASES {
        let library = Library::with_child(MEASURE).replaced("child.toml", from, to);
        let report = library.report("child.toml", &[]);
        let alone = report.len() == 1
            || FOLLOWED.iter().any(|code| expected.contains(code) && !report.is_empty());
        if !alone || !report.iter().any(|line| line.starts_with(expected)) {
            failures.push(format!("{to}\n  expected {expected}\n  reported {report:#?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn ten_problems_in_one_file_are_ten_problems() {
    let child = r#"extends = "base.toml"
colour = "red"
[mechanisms]
research = "yes"
[parameters]
belief-gain = 40
own-weigth = 1
[measures.a]
title = "A"
reference = "r"
authority = "USS"
announced = "2020Q3"
in_force = "2020Q1"
destinations = ["CHN", "CHM"]
[measures.b]
title = 1
reference = "r"
authority = "USA"
announced = "soon"
in_force = "2020Q1"
destinations = ["CHN"]
embargo = {}
"#;
    let lines: Vec<_> = Library::with_child(child)
        .report("child.toml", &[])
        .iter()
        .map(|line| line.split(' ').next().unwrap_or_default().to_owned())
        .collect();
    let expected = [
        "child.toml:2:1:",
        "child.toml:4:12:",
        "child.toml:6:15:",
        "child.toml:7:1:",
        "child.toml:8:11:",
        "child.toml:11:13:",
        "child.toml:13:12:",
        "child.toml:14:24:",
        "child.toml:16:9:",
        "child.toml:19:13:",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_torn_file_reports_all_its_tears_and_no_echoes() {
    let child = format!("{MEASURE}segments = [\"etch\"\nowners = = 3\n[measures.]\n");
    let report = Library::with_child(&child).report("child.toml", &[]);
    assert!(report.len() >= 2, "{report:#?}");
    assert!(report.iter().all(|line| line.contains("error[syntax]")), "{report:#?}");
}

#[test]
fn overrides_are_checked_like_files() {
    let library = Library::with_child(MEASURE);
    for (set, expected) in [
        ("parameters.belief-gain=40", "--set:1:24: error[out-of-range]: 40 is outside 0–1"),
        ("parameters.belief-gian=0.4", "--set:1:12: error[unknown-key]"),
        ("time.end=never", "--set:1:10: error[bad-date]: `never` is no quarter"),
        ("mechanisms.fabs=maybe", "--set:1:17: error[wrong-type]: expected true or false"),
        ("extends=base.toml", "--set:1:1: error[bad-set]: `extends` is read before"),
        ("nonsense", "--set:1:1: error[bad-set]: no `=`"),
    ] {
        let report = library.report("child.toml", &[set]);
        assert!(report.len() == 1 && report[0].starts_with(expected), "{set}: {report:#?}");
    }
}

#[test]
fn a_missing_scenario_is_a_problem_with_the_file() {
    let report = Library::new().report("nowhere.toml", &[]);
    assert_eq!(report, ["nowhere.toml: error[unreadable-file]: no such file"]);
}
