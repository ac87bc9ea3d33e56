//! Sentences held against numbers that are computed here once more, over random results: lopsided ones, tiny ones, ones with
//! many zeros, regimes that are alike, one run and many.

use std::sync::Arc;

use proptest::prelude::*;
use sim_core::calendar::Quarter;
use sim_core::record::Record;

use super::{CHIPS, LEAD, Subject, TOOLS, clause, interval, overall, regimes, sentence};
use crate::outcome::{Dollars, HEADLINES, Headline, Reader};
use crate::results::Results;
use crate::study::{Regime, Study};
use sim_stats::summary::Summary;

/// How the differences of a regime are made.
#[derive(Debug, Clone)]
struct Shape {
    /// Added to every difference.
    shift: f64,
    /// Largest deviation from it.
    spread: f64,
    /// Part of the runs in which nothing changes.
    zeros: f64,
    /// Whether it repeats the regime before it, nearly.
    like: bool,
}

fn shape() -> impl Strategy<Value = Shape> {
    let size = prop_oneof![Just(0.0), -4.0..2.0_f64];
    (size, any::<bool>(), -5.0..2.0_f64, 0.0..1.2_f64, prop::bool::weighted(0.2)).prop_map(
        |(size, down, spread, zeros, like)| {
            let shift: f64 = if size == 0.0 { 0.0 } else { 10.0_f64.powf(size) };
            Shape {
                shift: if down { -shift } else { shift },
                spread: 10.0_f64.powf(spread),
                zeros: (zeros - 0.4).max(0.0),
                like,
            }
        },
    )
}

/// A number in −1..1 of an address.
fn noise(seed: u64, address: u64) -> f64 {
    let mut x = seed ^ address.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((x ^ (x >> 31)) >> 11) as f64 / 2.0_f64.powi(52) - 1.0
}

#[expect(clippy::needless_range_loop, reason = "a run is a place in several tables")]
fn case(shapes: &[Shape], runs: usize, seed: u64) -> (Study, Results) {
    let start = Quarter::new(2027, 1);
    let regime = |s: usize| Regime {
        id: format!("r{s}"),
        title: format!("Regime {s}"),
        announced: Vec::new(),
    };
    let scenarios = shapes.len() + 1;
    let study = Study {
        schema: 1,
        version: String::new(),
        hash: String::new(),
        seed,
        start,
        end: Quarter::new(2030, 4),
        dollars: Dollars::Of2019,
        price: vec![1.0; 16],
        regimes: (0..scenarios).map(regime).collect(),
        segments: Vec::new(),
        assumptions: Vec::new(),
        firms: Vec::new(),
        quarterly: Vec::new(),
        yearly: Vec::new(),
        branch: Vec::new(),
        trunk: None,
        question: None,
        standing: None,
        changed: Vec::new(),
    };
    let reader = Reader::of_columns(Vec::new(), Vec::new(), Vec::new(), start, vec![1.0; 16]);
    let mut headlines = vec![vec![vec![0.0; runs]; HEADLINES.len()]; scenarios];
    for (k, subject) in [TOOLS, CHIPS, LEAD].iter().enumerate() {
        let place = Headline::find(subject.id).unwrap();
        for r in 0..runs {
            let address = |what: usize| (k * 1_000_000 + r * 1000 + what) as u64;
            let base = 100.0 + 40.0 * noise(seed, address(0));
            headlines[0][place][r] = base;
            let mut before = 0.0;
            for (s, shape) in shapes.iter().enumerate() {
                let zero = 0.5 * (noise(seed, address(10 * s + 1)) + 1.0) < shape.zeros;
                let drawn = shape.shift + shape.spread * noise(seed, address(10 * s + 2));
                let difference = match (shape.like, zero) {
                    (true, _) => before * (1.0 + 1e-3 * noise(seed, address(10 * s + 3))),
                    (_, true) => 0.0,
                    _ => drawn,
                };
                before = difference;
                headlines[s + 1][place][r] = base + difference;
            }
        }
    }
    let records = vec![vec![Arc::new(Record::empty()); runs]; scenarios];
    (study, Results { reader, dollars: Dollars::Of2019, records, headlines })
}

/// What is a thousand dollars or less is nothing.
fn differences(results: &Results, regime: usize, subject: &Subject) -> Vec<f64> {
    let all = results.difference(regime, subject.id);
    all.into_iter().map(|d| if d.abs() < 1e-6 { 0.0 } else { d }).collect()
}

/// Lowest and highest of what is told: quantiles of 30 runs and more, else the range.
fn tails(values: &[f64]) -> [f64; 3] {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |p: f64| {
        let place = p * (sorted.len() - 1) as f64;
        let low = sorted[place.floor() as usize];
        low + (place - place.floor()) * (sorted[place.ceil() as usize] - low)
    };
    let few = sorted.len() < 30;
    let all = [at(if few { 0.0 } else { 0.05 }), at(0.5), at(if few { 1.0 } else { 0.95 })];
    all.map(|v| if v.abs() < 1e-6 { 0.0 } else { v })
}

/// Whether all of what is told lies on the side of a sign.
fn clearly(values: &[f64], sign: f64) -> bool {
    let [low, _, high] = tails(values);
    if sign > 0.0 { low > 0.0 } else { high < 0.0 }
}

/// The numbers of a text, with true minus signs.
fn numbers(text: &str) -> Vec<f64> {
    let plain: String = text
        .replace('\u{2212}', "-")
        .chars()
        .map(|c| if c.is_ascii_digit() || ".-".contains(c) { c } else { ' ' })
        .collect();
    plain.split_whitespace().filter_map(|word| word.trim_end_matches('.').parse().ok()).collect()
}

/// What is printed agrees with a value to the last digit of the table's, or where that is zero to one digit.
fn agrees(printed: f64, value: f64, least: f64) -> bool {
    let size = value.abs();
    (printed - value).abs() <= 1.001 * if size >= least { least } else { 0.51 * size }
}

fn unit(said: &str, subject: &Subject) -> f64 {
    match () {
        () if *subject == LEAD => 1.0,
        () if said.contains(" thousand") => 1e6,
        () if said.contains(" mn") => 1e3,
        () => 1.0,
    }
}

fn check_clause(results: &Results, regime: usize, subject: &Subject) {
    let values = differences(results, regime, subject);
    let effect = subject.effect(results, regime);
    let said = clause(subject, &effect);
    let [low, middle, high] = tails(&values);
    let part =
        |sign: f64| values.iter().filter(|d| sign * **d > 0.0).count() as f64 / values.len() as f64;
    let (down, up) = (part(-1.0), part(1.0));
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let does = |verbs: [&str; 2]| {
        verbs.iter().any(|verb| said.starts_with(&format!("{} {verb} ", subject.who)))
    };
    let (loses, gains) = (does(["lose", "shrinks"]), does(["gain", "grows"]));
    assert!(!(loses && gains), "{said}");
    // A direction is claimed only where the interval lies on its side.
    assert_eq!(loses, clearly(&values, -1.0), "{said}: {low} to {high}");
    assert_eq!(gains, clearly(&values, 1.0), "{said}: {low} to {high}");
    for (word, mine) in
        [(["mostly lose", "mostly shrinks"], down), (["mostly gain", "mostly grows"], up)]
    {
        if says(&word) {
            assert!(low <= 0.0 && high >= 0.0 && mine >= 0.8 * (down + up), "{said}");
            let none = format!("in {} % of runs", super::effect::percent(1.0 - mine));
            assert!(said.ends_with(&none), "{said} lacks {none}");
        }
    }
    if says(&["no clear difference"]) {
        assert!(low <= 0.0 && high >= 0.0, "{said}: {low} to {high}");
    }
    assert_eq!(says(&["in any run"]), down + up == 0.0, "{said}");
    let least = if *subject == LEAD { 0.05 } else { 0.5 };
    let tiny = low.abs().max(high.abs()) < least && down + up > 0.0;
    assert_eq!(says(&["hardly anything"]), tiny, "{said}: {low} to {high}");
    // The numbers are those of the runs, in the direction of the verb.
    let Some((before, inside)) = said.split_once('(') else { return };
    let sign = if loses || says(&["mostly lose", "mostly shrinks"]) { -1.0 } else { 1.0 };
    let unit = sign * unit(&said, subject);
    let size = *numbers(before).last().unwrap();
    assert!(agrees(size, middle * unit, least), "{said}: {middle}");
    assert_eq!(size == 0.0, middle == 0.0, "{said}: {middle} reads as nothing");
    let range = inside.split_once(':').unwrap().1.split_once(')').unwrap().0;
    let [first, last] = numbers(range)[..] else { panic!("{said}") };
    let (low, high) = if sign < 0.0 { (high, low) } else { (low, high) };
    assert!(agrees(first, low * unit, least) && agrees(last, high * unit, least), "{said}");
    assert!(first <= last && first <= size && size <= last, "{said}");
    // The table says the same, where it is in the table's unit.
    if unit.abs() == 1.0 {
        let cell = interval(&Summary::told(&values), subject.measure.decimals);
        assert_eq!(numbers(&cell)[0], sign * size, "{said} beside {cell}");
    }
    let few = values.len() < 30;
    assert_eq!(inside.starts_with("5\u{2013}95 %"), !few, "{said}");
}

fn check_overall(study: &Study, results: &Results, subject: &Subject) {
    let said = overall(study, results, subject);
    let count = study.regimes.len() - 1;
    let all: Vec<Vec<f64>> = (1..=count).map(|s| differences(results, s, subject)).collect();
    let least = if *subject == LEAD { 0.05 } else { 0.5 };
    let seen = |values: &Vec<f64>, sign: f64| {
        let [low, _, high] = tails(values);
        clearly(values, sign) && low.abs().max(high.abs()) >= least
    };
    for (sign, verbs) in [(-1.0, ["lose", "shrinks"]), (1.0, ["gain", "grows"])] {
        let told = verbs.iter().find_map(|verb| {
            // The first letter may be a capital.
            let alone = format!("{} {verb} ", &subject.who[1..]);
            let head = if count == 1 { alone } else { format!("{verb} most under ") };
            said.split_once(&head).map(|(_, rest)| rest.to_owned())
        });
        let any = all.iter().any(|values| seen(values, sign));
        let claims = told.is_some() && !said.contains("hardly") && !said.contains("mostly");
        assert_eq!(claims, any, "{said}");
        let Some(rest) = told.filter(|_| claims && count > 1) else { continue };
        let names: Vec<usize> = rest
            .split("Regime ")
            .skip(1)
            .map(|part| part.chars().take_while(char::is_ascii_digit).collect::<String>())
            .filter_map(|digits| digits.parse().ok())
            .collect();
        let first = names[0] - 1;
        assert!(seen(&all[first], sign), "{said}");
        // Who is not named is clearly behind; who is named after it is not.
        // `“X”: USD 1 bn (...)`, `“X” (USD 1 bn, ...) or “Y”`, `“X” (...), “Y” or 2 others`.
        let head = rest.split(';').next().unwrap();
        let alone = !head.contains(" or ");
        let behind = |other: usize| {
            let raw = |place: usize| results.difference(place + 1, subject.id);
            let gap: Vec<f64> = raw(first).iter().zip(raw(other)).map(|(a, b)| a - b).collect();
            let gap: Vec<f64> = gap.iter().map(|d| if d.abs() < 1e-6 { 0.0 } else { *d }).collect();
            clearly(&gap, sign)
        };
        let ties = (0..count).filter(|other| *other != first && !behind(*other)).count();
        assert_eq!(alone, ties == 0, "{said}");
        assert_eq!(ties > 2, head.contains(&format!("{} others", ties.max(1) - 1)), "{said}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sentence_contradicts_its_numbers_or_another_sentence(
        shapes in prop::collection::vec(shape(), 1..6),
        runs in prop_oneof![1..8_usize, 25..35_usize, 40..120_usize],
        seed in any::<u64>(),
    ) {
        let (study, results) = case(&shapes, runs, seed);
        let said = regimes(&study, &results);
        prop_assert_eq!(said.len(), shapes.len());
        for (s, sentence) in (1..).zip(&said) {
            let (named, base) = (study.named(s), study.named(0));
            prop_assert!(sentence.contains(&named) && sentence.contains(&base), "{}", sentence);
            prop_assert!(sentence.contains("2027\u{2013}2030, 2019 dollars"), "{}", sentence);
            for subject in [TOOLS, CHIPS, LEAD] {
                check_clause(&results, s, &subject);
            }
        }
        for subject in [TOOLS, CHIPS, LEAD] {
            check_overall(&study, &results, &subject);
        }
        let whole = sentence(&study, &results);
        prop_assert!(!whole.contains("NaN") && !whole.contains('?'), "{}", whole);
    }
}
