//! Inheritance, overrides, and the printed scenario that loads again to the same one.

use sim_core::calendar::Quarter;
use sim_core::scenario::measure::Accession;
use sim_core::scenario::measure::{EndUse, Levels, Salience, Threshold};
use sim_core::scenario::param::{Grade, Prior};

use crate::library::{Library, MEASURE};

const RICH: &str = r#"extends = "child.toml"
title = "Rich: \"quoted\", with a \\ and – a dash"
summary = """
Two
lines."""
[parameters]
belief-gain = 0.4
[parameters.secular-trend]
value = 0.6
normal = { mean = 0.6, sd = 0.4, min = 0 }
[parameters.xi-years]
value = 10
lognormal = { median = 10, sigma = 0.4 }
[parameters.belief-decay]
value = 0.01
uniform = [0, 2e-2]
[measures.rule]
sliding_scale = { lag = 2.0 }
sunset = 2020-10-01
end_use = { min_level = 1.0, nand = 3.0 }
owners = ["CHN"]
servicing = "barred"
salience = 0.25
licence = { approval_rate = 0.2 }
[measures.rule.allies.NLD]
from = "2020Q1"
coverage = 0.5
except_segments = ["eda"]
reference = "r"
[measures.all]
title = "All"
reference = "r"
authority = "NLD"
announced = "2019Q1"
in_force = "2019Q1"
destinations = ["CHN"]
embargo = {}
[mandates.push]
owner = "CHN"
from = "2019Q2"
logits = 1
source = "doc"
[subsidies.fund]
home = "CHN"
from = "2019Q2"
to = "2020Q2"
usd_m_per_year = 1500
segments = ["etch"]
source = "doc"
"#;

fn rich() -> Library {
    let mut library = Library::with_child(MEASURE);
    library.0.insert("rich.toml".to_owned(), RICH.to_owned());
    library
}

#[test]
fn a_chain_of_parents_is_merged() {
    let scenario = rich().load("rich.toml", &[]).expect("it is valid").scenario;
    assert_eq!(scenario.id, "rich");
    assert_eq!(scenario.measures.len(), 2);
    let rule = &scenario.measures[1];
    assert_eq!(rule.authority, "USA");
    assert_eq!(rule.announced, Quarter::new(2019, 2));
    assert_eq!(rule.sunset, Some(Quarter::new(2020, 4)));
    assert_eq!(rule.threshold, Threshold::SlidingScale { lag: 2.0, review_every: None });
    let levels = Levels { logic: 1.0, dram: 1.0, nand: 3.0, packaging: 1.0 };
    assert_eq!(rule.end_use, Some(EndUse::MinLevel(levels)));
    assert_eq!(rule.salience, Salience::Value(0.25));
    assert!(rule.servicing_barred && rule.licence.approval_rate.constant() == Some(0.2));
    assert!(matches!(
        rule.allies[0].accession,
        Accession::Dated { from, announced } if from == announced
    ));
    assert_eq!(scenario.measures[0].threshold, Threshold::Embargo);
    let gain = scenario.parameter("belief-gain").expect("it is in the registry");
    assert_eq!((gain.value, gain.prior, gain.unit.as_str()), (0.4, Prior::Fixed, "share"));
    assert_eq!((gain.source.as_str(), gain.grade), ("scenario", Grade::Expert));
    let decay = scenario.parameter("belief-decay").expect("it is in the registry");
    assert_eq!(decay.prior, Prior::Uniform { low: 0.0, high: 0.02 });
}

#[test]
fn a_child_drops_what_it_does_not_want() {
    let mut library = rich();
    let drop = "extends = \"rich.toml\"\ntitle = \"D\"\n[measures.all]\ndrop = true\n\
                [measures.rule.allies.NLD]\ndrop = true\n[mandates.push]\ndrop = true\n";
    library.0.insert("drop.toml".to_owned(), drop.to_owned());
    let scenario = library.load("drop.toml", &[]).expect("it is valid").scenario;
    assert_eq!(scenario.measures.len(), 1);
    assert!(scenario.measures[0].allies.is_empty() && scenario.mandates.is_empty());
}

#[test]
fn the_printed_scenario_loads_to_an_equal_one() {
    let sets = ["parameters.belief-gain.value=0.3", "time.end=2020Q3", "mechanisms.fabs=false"];
    for sets in [&sets[..0], &sets[..]] {
        let library = rich();
        let first = library.load("rich.toml", sets).expect("it is valid");
        let mut second = library;
        second.0.insert("copy.toml".to_owned(), first.resolved.clone());
        let again = second.load("copy.toml", &[]).expect("the printed scenario is valid");
        assert_eq!(again.scenario, first.scenario);
        assert_eq!(again.identity, first.identity);
    }
}

#[test]
fn every_printed_value_says_where_it_came_from() {
    let reading = rich().load("rich.toml", &["time.end=2020Q3"]).expect("it is valid");
    for line in [
        "value = 0.4                                   # rich.toml:7",
        "end = \"2020Q3\"                                # --set",
        "lag = 2.0                                     # rich.toml:18",
        "authority = \"USA\"                             # child.toml:6",
        "start = \"2019Q1\"                              # base.toml:5",
    ] {
        assert!(reading.resolved.contains(line), "`{line}` is not in:\n{}", reading.resolved);
    }
    let leaves = reading.resolved.lines().filter(|line| line.contains(" = "));
    assert!(leaves.filter(|line| !line.starts_with("id =")).all(|line| line.contains("  # ")));
}

#[test]
fn paths_are_relative_to_the_file_that_says_them() {
    let deep = Library(
        rich().0.into_iter().map(|(path, text)| (format!("/home/me/s/{path}"), text)).collect(),
    );
    let reading = deep.load("/home/me/s/rich.toml", &[]).expect("it is valid");
    assert!(reading.resolved.contains("directory = \"data\""));
    assert!(!reading.resolved.contains("/home"), "{}", reading.resolved);
    let mut elsewhere = deep;
    let child = "extends = \"../s/rich.toml\"\ntitle = \"E\"\n";
    elsewhere.0.insert("/home/me/mine/e.toml".to_owned(), child.to_owned());
    let reading = elsewhere.load("/home/me/mine/e.toml", &[]).expect("it is valid");
    assert!(reading.resolved.contains("directory = \"../s/data\""), "{}", reading.resolved);
    assert!(!reading.resolved.contains("/home"), "{}", reading.resolved);
}

#[test]
fn comments_do_not_change_the_identity_and_values_do() {
    let base = rich().load("rich.toml", &[]).expect("it is valid").identity;
    let mut commented = rich();
    if let Some(text) = commented.0.get_mut("rich.toml") {
        text.insert_str(0, "# A comment.\n\n");
    }
    assert_eq!(commented.load("rich.toml", &[]).expect("it is valid").identity, base);
    let changed = rich().load("rich.toml", &["parameters.belief-gain=0.41"]);
    assert_ne!(changed.expect("it is valid").identity, base);
    let table = rich().replaced("data/deflator.csv", "1.01", "1.02");
    assert_ne!(table.load("rich.toml", &[]).expect("it is valid").identity, base);
}
