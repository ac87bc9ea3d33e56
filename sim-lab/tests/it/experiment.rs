//! Experiments: results depend on the seed and nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rayon::ThreadPoolBuilder;
use sim_core::calendar::Quarter;
use sim_core::draws::Draws;
use sim_core::ledger::Imbalance;
use sim_core::metric::NAMED_FIRMS;
use sim_core::scenario::param::Prior;
use sim_lab::experiment::{BATCH, Design, Replicate, RunError};
use sim_lab::outcome::{Dollars, HEADLINES};
use sim_lab::results::Results;

use crate::library::{play, scenario, until};

fn design(stems: &[&str], end: &str, replicates: usize) -> Design {
    let scenarios = stems.iter().map(|stem| until(stem, end)).collect();
    Design::new(scenarios, replicates, 1, |id| NAMED_FIRMS.contains(&id))
}

/// All replicates of a design on a number of threads, in the order in which they were given.
pub(crate) fn run(design: &Design, threads: usize) -> Vec<Replicate> {
    let mut all = Vec::new();
    let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let finished = pool.install(|| {
        design.run::<RunError>(&AtomicBool::new(false), &|| {}, |first, batch| {
            assert_eq!(first, all.len());
            all.extend(batch);
            Ok(())
        })
    });
    assert_eq!(finished, Ok(design.replicates));
    all
}

/// Whether two replicates have the same bits.
fn same(one: &Replicate, other: &Replicate) -> bool {
    format!("{one:?}") == format!("{other:?}")
}

#[test]
fn threads_change_nothing() {
    let design = design(&["baseline", "hard-cap"], "2023Q1", BATCH + 4);
    let one = run(&design, 1);
    assert_eq!(one.len(), BATCH + 4);
    for threads in [2, 8] {
        let other = run(&design, threads);
        assert!(one.iter().zip(&other).all(|(a, b)| same(a, b)), "{threads} threads");
    }
    assert!(!same(&one[0], &one[1]));
}

#[test]
fn results_are_in_the_order_of_replicates() {
    let design = design(&["baseline"], "2019Q2", 2 * BATCH + 3);
    let all = run(&design, 4);
    for number in [0, BATCH - 1, BATCH, 2 * BATCH + 2] {
        assert!(same(&all[number], &design.replicate(number).unwrap()), "replicate {number}");
    }
}

#[test]
fn forty_replicates_are_the_first_of_eighty() {
    let (forty, eighty) =
        (design(&["baseline"], "2019Q2", 40), design(&["baseline"], "2019Q2", 80));
    let (few, many) = (run(&forty, 2), run(&eighty, 2));
    assert_eq!((few.len(), many.len()), (40, 80));
    assert!(few.iter().zip(&many).all(|(a, b)| same(a, b)));
}

#[test]
fn the_baseline_differs_from_itself_by_nothing() {
    let design = design(&["baseline", "baseline"], "2020Q4", 6);
    let mut results = Results::new(&design, Dollars::Of2019).unwrap();
    results.add(run(&design, 2));
    for headline in HEADLINES {
        let difference = results.difference(1, headline.id);
        assert!(difference.iter().all(|d| *d == 0.0), "{}: {difference:?}", headline.id);
        let values = results.values(0, headline.id);
        assert!(values.iter().all(|v| v.is_finite()), "{}", headline.id);
    }
    assert_eq!(results.replicates(), 6);
}

/// The baseline's own base year is shared where it may be; solving it again gives the same.
#[test]
fn a_shared_base_year_is_the_scenario_s_own() {
    let pair = design(&["baseline", "hard-cap"], "2023Q1", 2);
    let alone = design(&["hard-cap"], "2023Q1", 2);
    for number in 0..2 {
        let (both, one) = (pair.replicate(number).unwrap(), alone.replicate(number).unwrap());
        assert_eq!(both.records[1], one.records[0]);
    }
}

/// A scenario that changes the base year gets one of its own.
#[test]
fn another_parameter_is_another_base_year() {
    let base = until("baseline", "2019Q4");
    let mut other = (*base).clone();
    let place = sim_core::scenario::param::Spec::find("home-preference").unwrap().0;
    other.parameters[place].prior = Prior::Fixed;
    other.parameters[place].value = 1.0;
    let design = Design::new(vec![base, other.into()], 1, 1, |_| false);
    let replicate = design.replicate(0).unwrap();
    assert_eq!(replicate.parameters[1].home_preference, 1.0);
    assert_ne!(replicate.records[0], replicate.records[1]);
}

#[test]
fn an_experiment_stops_between_batches() {
    let design = design(&["baseline"], "2019Q1", 5 * BATCH);
    for threads in [1, 2] {
        let (stop, ticks) = (AtomicBool::new(false), AtomicUsize::new(0));
        let tick = || {
            ticks.fetch_add(1, Ordering::Relaxed);
        };
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let run = || {
            design.run::<RunError>(&stop, &tick, |_, batch| {
                assert_eq!(batch.len(), BATCH);
                stop.store(true, Ordering::Relaxed);
                Ok(())
            })
        };
        let finished = pool.install(run).unwrap();
        // When a batch is handed out, another thread may have begun the next one, which then is finished too.
        assert!(finished.is_multiple_of(BATCH) && (BATCH..=threads * BATCH).contains(&finished));
        assert_eq!(ticks.load(Ordering::Relaxed), finished, "all that was played is handed out");
    }
}

#[test]
fn batches_come_whole_and_in_order_whoever_plays_them() {
    let design = design(&["baseline"], "2019Q1", 3 * BATCH + 7);
    let pool = ThreadPoolBuilder::new().num_threads(8).build().unwrap();
    let never = AtomicBool::new(false);
    // The earlier ones of a batch take longer.
    let play = |replicate: usize| {
        std::thread::sleep(std::time::Duration::from_micros(
            100 * (BATCH - replicate % BATCH) as u64,
        ));
        Ok::<_, RunError>(replicate)
    };
    let mut seen = Vec::new();
    let done = |first: usize, batch: Vec<usize>| {
        assert_eq!(first, batch[0]);
        assert_eq!(batch.len(), if first == 3 * BATCH { 7 } else { BATCH });
        seen.extend(batch);
        Ok::<_, RunError>(())
    };
    let finished = pool.install(|| design.batches(&never, &|| (), play, done)).unwrap();
    assert_eq!(finished, 3 * BATCH + 7);
    assert_eq!(seen, (0..finished).collect::<Vec<_>>());
}

/// One thread sleeps in the first replicate: the others play the first two batches and wait.
#[test]
fn nobody_runs_further_ahead_of_a_slow_replicate_than_a_batch() {
    let design = design(&["baseline"], "2019Q1", 5 * BATCH);
    let pool = ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    let (never, begun) = (AtomicBool::new(false), AtomicUsize::new(0));
    let play = |replicate: usize| {
        begun.fetch_add(1, Ordering::Relaxed);
        if replicate > 0 {
            return Ok(0);
        }
        std::thread::sleep(std::time::Duration::from_millis(200));
        Ok::<_, RunError>(begun.load(Ordering::Relaxed))
    };
    let mut before = None;
    let done = |_, batch: Vec<usize>| {
        before.get_or_insert(batch[0]);
        Ok::<_, RunError>(())
    };
    let finished = pool.install(|| design.batches(&never, &|| (), play, done)).unwrap();
    assert_eq!(finished, 5 * BATCH);
    assert!(before.unwrap() <= 2 * BATCH, "{before:?}");
}

/// The threads that wait for the batch of a lost replicate must not wait for ever.
#[test]
#[should_panic(expected = "lost")]
fn a_panic_in_a_replicate_ends_the_experiment() {
    let design = design(&["baseline"], "2019Q1", 5 * BATCH);
    let pool = ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    let never = AtomicBool::new(false);
    let play = |replicate: usize| {
        if replicate == 0 {
            std::thread::sleep(std::time::Duration::from_millis(50));
            panic!("lost");
        }
        Ok::<_, RunError>(replicate)
    };
    let done = |_, _: Vec<usize>| Ok::<_, RunError>(());
    let _ = pool.install(|| design.batches(&never, &|| (), play, done));
}

#[test]
fn the_first_error_in_the_order_of_replicates_is_the_one_that_is_told() {
    let design = design(&["baseline"], "2019Q1", 3 * BATCH);
    let never = AtomicBool::new(false);
    let play = |replicate: usize| {
        if [BATCH + 9, BATCH + 3].contains(&replicate) { refused(replicate) } else { Ok(replicate) }
    };
    let mut handed = 0;
    let told = design.batches(&never, &|| (), play, |_, batch: Vec<usize>| {
        handed += batch.len();
        Ok::<_, RunError>(())
    });
    assert_eq!((told, handed), (refused(BATCH + 3), BATCH));
}

/// A replicate that fails.
fn refused(replicate: usize) -> Result<usize, RunError> {
    let source = Imbalance {
        account: "budget",
        agent: "nobody".into(),
        by: 1.0,
        quarter: Quarter::new(2019, 1),
    };
    Err(RunError::Books { scenario: "baseline".into(), replicate, source })
}

#[test]
fn a_replicate_without_a_base_year_is_named() {
    let mut broken = (*until("baseline", "2019Q2")).clone();
    for row in broken.tables.lines.iter_mut().filter(|row| row.path == "fab-CN-domestic") {
        row.share_2019 = 0.0;
    }
    for row in &mut broken.tables.weights {
        row.at_level = if row.class == "etch" { [0.0; 4] } else { row.at_level };
    }
    broken.id = "broken".into();
    let design = Design::new(vec![broken.into()], 1, 1, |_| false);
    let error = design.replicate(0).unwrap_err().to_string();
    assert!(error.starts_with("replicate 0 of broken: spend weights"), "{error}");
}

#[test]
fn a_seed_is_a_run() {
    let baseline = scenario("baseline");
    assert_eq!(play(&baseline, &Draws::new(2, 1)), play(&baseline, &Draws::new(2, 1)));
    assert_ne!(play(&baseline, &Draws::new(2, 1)), play(&baseline, &Draws::new(2, 2)));
}

/// Scenarios share their history until they part; alone they would have had the same.
#[test]
fn a_shared_history_changes_no_bit() {
    let scenarios: Vec<_> =
        crate::library::stems().iter().map(|stem| crate::library::scenario(stem)).collect();
    // Those that stand are led on one path: that of the law of today, which is theirs, too, as far as it leads.
    let (stand, free): (Vec<_>, Vec<_>) = scenarios.into_iter().partition(|s| s.standing.is_some());
    assert!(free.len() > 20 && stand.len() > 5);
    for scenarios in [free, stand] {
        let all = Design::new(scenarios.clone(), 1, 7, |_| true).replicate(0).unwrap();
        for (i, scenario) in scenarios.iter().enumerate() {
            let alone = Design::new(vec![Arc::clone(scenario)], 1, 7, |_| true);
            let alone = alone.replicate(0).unwrap();
            assert_eq!(
                format!("{:?}", all.records[i]),
                format!("{:?}", alone.records[0]),
                "{}",
                scenario.id
            );
        }
    }
}

#[test]
fn a_branch_into_its_own_trunk_is_the_uninterrupted_run() {
    let [history, cap] = ["history", "hard-cap"].map(crate::library::scenario);
    let at = sim_core::calendar::Quarter::new(2025, 1);
    let whole = Design::new(vec![Arc::clone(&history)], 1, 3, |_| true).replicate(0).unwrap();
    let branched = Design::new(vec![Arc::clone(&history), Arc::clone(&cap)], 1, 3, |_| true)
        .branched(&history, at)
        .unwrap()
        .replicate(0)
        .unwrap();
    assert_eq!(format!("{:?}", branched.records[0]), format!("{:?}", whole.records[0]));
    // Until 2025 the other branch is history, and then it is not.
    let row = whole.records[0].quarterly.len() / history.quarters();
    let until = 24 * row;
    let [one, other] = [0, 1].map(|i| &branched.records[i].quarterly);
    assert_eq!(one[..until], other[..until]);
    assert_ne!(one[until..], other[until..]);
    let wafers = crate::library::scenario("sic-wafers");
    let refused = Design::new(vec![wafers], 1, 3, |_| true).branched(&history, at);
    assert_eq!(refused.unwrap_err(), "sic-wafers", "its assumptions are others");
}
