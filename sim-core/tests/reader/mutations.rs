//! However a valid scenario is damaged, reading it ends in a scenario or in problems with places.

use proptest::prelude::*;
use sim_core::scenario::problem::{Problems, Severity};

use crate::library::{Library, MEASURE};

/// One way to damage a text.
#[derive(Debug, Clone)]
enum Damage {
    Cut(f64, usize),
    Insert(f64, String),
    Double(f64),
    Swap(f64, f64),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = || 0.0..1.0f64;
    let scrap = prop_oneof![
        Just("\"".to_owned()),
        Just("[".to_owned()),
        Just("}\n".to_owned()),
        Just("=".to_owned()),
        Just("\n[measures.x]\n".to_owned()),
        Just("drop = true\n".to_owned()),
        Just("1e999".to_owned()),
        Just("-nan".to_owned()),
        Just("99999999999999999999".to_owned()),
        Just(",,".to_owned()),
        Just("\r".to_owned()),
        Just("é\u{0}".to_owned()),
        ".{0,12}",
    ];
    prop_oneof![
        (at(), 0..60usize).prop_map(|(at, length)| Damage::Cut(at, length)),
        (at(), scrap).prop_map(|(at, scrap)| Damage::Insert(at, scrap)),
        at().prop_map(Damage::Double),
        (at(), at()).prop_map(|(a, b)| Damage::Swap(a, b)),
    ]
}

fn apply(text: &str, damage: &Damage) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let place = |at: f64, length: usize| (at * length as f64) as usize;
    match damage {
        Damage::Cut(at, length) => {
            let start = place(*at, chars.len());
            let end = (start + length).min(chars.len());
            chars.drain(start..end);
            chars.into_iter().collect()
        }
        Damage::Insert(at, scrap) => {
            let at = place(*at, chars.len());
            chars.splice(at..at, scrap.chars());
            chars.into_iter().collect()
        }
        Damage::Double(at) => {
            if let Some(&line) = lines.get(place(*at, lines.len())) {
                lines.insert(place(*at, lines.len()), line);
            }
            lines.concat()
        }
        Damage::Swap(a, b) => {
            if !lines.is_empty() {
                let (a, b) = (place(*a, lines.len()), place(*b, lines.len()));
                lines.swap(a, b);
            }
            lines.concat()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_never_panics(
        file in 0..12usize,
        damages in prop::collection::vec(damage(), 1..4),
        set in prop::option::of("(parameters|time|measures|data)?[a-z.=\\-\"]{0,20}"),
    ) {
        let mut library = Library::with_child(MEASURE);
        let path = library.0.keys().nth(file).cloned().unwrap_or_default();
        if let Some(text) = library.0.get_mut(&path) {
            for damage in &damages {
                *text = apply(text, damage);
            }
        }
        let sets: Vec<_> = set.iter().map(String::as_str).collect();
        if let Err(Problems(problems)) = library.load("child.toml", &sets) {
            prop_assert!(problems.iter().any(|problem| problem.severity == Severity::Error));
            for problem in problems {
                prop_assert!(!problem.message.is_empty() && !problem.file.is_empty());
                prop_assert!(problem.excerpt.get(problem.mark.clone()).is_some());
            }
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}", set in "\\PC{0,40}") {
        let mut library = Library::with_child(&text);
        let _ = library.load("child.toml", &[]);
        let _ = library.load("base.toml", &[&set]);
        library.0.insert("data/lines.csv".to_owned(), text);
        let _ = library.load("base.toml", &[]);
    }
}
