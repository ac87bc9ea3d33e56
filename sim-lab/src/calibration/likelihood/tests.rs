use super::*;
use sim_core::scenario::panel::Seen as How;
use sim_stats::random::Use;

pub(in crate::calibration) fn figure(
    id: &str,
    firm: &str,
    definition: Definition,
    year: i32,
    of: Vec<usize>,
) -> Figure {
    Figure {
        id: id.to_owned(),
        fact: "V8".to_owned(),
        what: String::new(),
        firms: if firm.is_empty() { Vec::new() } else { vec![firm.to_owned()] },
        segments: Vec::new(),
        of,
        since: None,
        start: Day::new(year, 1, 1),
        end: Day::new(year, 12, 31),
        low: 29.0,
        high: 31.0,
        error: 1.5,
        why: String::new(),
        unit: "percent".to_owned(),
        definition,
        role: Role::Fact,
        seen: How::Found,
        shown: String::new(),
        source: String::new(),
        note: String::new(),
    }
}

fn panel() -> Panel {
    let share = Definition::ChinaShare;
    let mut memory = figure("memory", "kla", share, 2023, Vec::new());
    memory.seen = How::Memory;
    let mut growth = figure("growth", "", Definition::SalesGrowth, 2024, vec![5]);
    growth.since = Some(4);
    Panel {
        figures: vec![
            figure("lam-2023", "lam", share, 2023, Vec::new()),
            figure("lam-2024", "lam", share, 2024, Vec::new()),
            figure("asml-2024", "asml", share, 2024, Vec::new()),
            memory,
            figure("all-2023", "", share, 2023, vec![0, 2]),
            figure("all-2024", "", share, 2024, vec![1, 2]),
            growth,
            figure("owners", "", Definition::StateShare, 2024, vec![1, 2]),
        ],
        sources: Vec::new(),
    }
}

pub(in crate::calibration) fn row(segment: &str, country: &str, share_pct: f64) -> ObservedShare {
    ObservedShare {
        segment: segment.to_owned(),
        country: country.to_owned(),
        year: 2024,
        share_pct,
        world_size_usd_m: 100.0,
    }
}

fn observed() -> Vec<ObservedShare> {
    vec![row("N1", "CHN", 12.0), row("N1", "USA", 44.0), row("N2", "USA", 80.0)]
}

fn likelihood() -> Likelihood {
    let segments = ["N1", "N2", "N3"].map(str::to_owned);
    Likelihood::new(&segments, &observed(), &panel())
}

fn run(china: f64, facts: f64) -> Observation {
    let shares = vec![[china, 40.0], [0.2, 75.0], [50.0, 10.0]];
    Observation { shares, facts: vec![Some(facts); panel().figures.len()] }
}

const ERRORS: Errors = Errors { statistic: 0.3, discrepancy: [0.2; CLASSES] };

fn log(of: &Observation, seen: &Seen) -> f64 {
    let likelihood = likelihood();
    likelihood.log(&likelihood.shown(of, &panel()).expect("all numbers"), &ERRORS, seen)
}

#[test]
fn sums_growth_and_what_nobody_saw_are_no_targets() {
    let found = likelihood();
    assert_eq!(found.figures, [0, 1, 2, 7]);
    assert_eq!(Class::ALL.map(|class| found.count(class)), [2, 2, 3, 0, 1]);
    // A firm's years are one group.
    assert_eq!(found.groups.iter().map(Group::len).collect::<Vec<_>>(), [2, 1, 1]);
}

#[test]
fn nearer_is_likelier_and_what_is_unseen_is_not_read() {
    let (near, far) = (run(12.0, 30.0), run(25.0, 18.0));
    assert!(log(&near, &Seen::ALL) > log(&far, &Seen::ALL) + 3.0);
    let without = Seen::of_fold(&[0]);
    assert_eq!(log(&near, &without), log(&far, &without), "neither segment nor firms");
    let others = Seen::without(Class::Firms);
    assert!(log(&near, &others) > log(&far, &others));
    // A segment that was not observed never counts.
    let mut moved = near.clone();
    moved.shares[2] = [1.0, 1.0];
    assert_eq!(log(&near, &Seen::ALL), log(&moved, &Seen::ALL));
}

#[test]
fn a_run_without_a_number_for_a_target_shows_nothing() {
    let mut of = run(12.0, 30.0);
    of.facts[3] = None;
    assert!(likelihood().shown(&of, &panel()).is_some(), "no target");
    of.facts[1] = None;
    assert_eq!(likelihood().shown(&of, &panel()), None);
}

#[test]
fn what_is_shown_is_the_observation_again() {
    let likelihood = likelihood();
    let of = run(12.0, 30.0);
    let back = likelihood.observation(&likelihood.shown(&of, &panel()).expect("numbers"), &panel());
    for (a, b) in back.shares.iter().flatten().zip(of.shares.iter().flatten()) {
        assert!((a - b).abs() < 1e-9, "{back:?}");
    }
    assert!(back.facts[3].is_none() && (back.facts[7].expect("target") - 30.0).abs() < 1e-9);
}

#[test]
fn simulated_data_depend_on_the_stream_alone() {
    let likelihood = likelihood();
    let shown = likelihood.shown(&run(12.0, 30.0), &panel()).expect("numbers");
    let draw =
        |block| likelihood.simulated(&shown, &ERRORS, &mut Stream::new(1, Use::Truth, block, 0));
    assert_eq!(draw(0), draw(0));
    assert_ne!(draw(0), draw(1));
    assert_eq!(draw(0).figures, likelihood.figures);
}
