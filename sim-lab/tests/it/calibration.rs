//! A fit is the same on any number of threads and after a stop, and refuses what is another's.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use sim_core::scenario::ensemble::Members;
use sim_lab::calibration::ensemble::{members, of, render};
use sim_lab::calibration::fit::Shown;
use sim_lab::calibration::likelihood::Seen;
use sim_lab::calibration::sample::{Plan, Sample, SampleError, own};
use sim_lab::calibration::session::{Asked, Session};
use sim_lab::calibration::space::CUT;
use sim_lab::hindcast::table::{own_panel, own_rows};
use sim_lab::library;
use sim_stats::smc::{Point, State};

use crate::library::home;

const PARTICLES: usize = 24;
const KEEP: usize = 10;

fn session(dir: &Path, seed: u64) -> Session {
    let sets = ["time.end=2024Q4", "data.ensemble=prior", "mechanisms.luck=false"];
    let loaded = library::load(&home().join("history.toml"), &sets.map(str::to_owned))
        .unwrap_or_else(|problems| panic!("{problems}"));
    let observed = own_rows(&loaded, 2024).expect("the table");
    let panel = Arc::new(own_panel(&loaded).expect("the panel"));
    let asked = Asked { draws: 100, particles: PARTICLES, keep: KEEP, dir: dir.to_owned() };
    let plan = Plan::new(&loaded.hash, seed);
    Session::new((&loaded.scenario, plan), (&observed, &panel), asked).expect("a base year")
}

/// A fit of the segments of one fold; stopped after `most` runs.
fn fit(
    session: &Session,
    prior: &[(Point, Shown)],
    (threads, most): (usize, usize),
) -> Result<State<Shown>, SampleError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let (stop, runs) = (AtomicBool::new(false), AtomicUsize::new(0));
    let tick = || {
        if runs.fetch_add(1, Ordering::Relaxed) + 1 >= most {
            stop.store(true, Ordering::Relaxed);
        }
    };
    let places = &session.targets.folds(5)[0].places;
    let seen = Seen::of_fold(places);
    pool.install(|| session.fit(("fold-1", seen), prior, PARTICLES, (&stop, &tick)))
}

fn sampled(session: &Session, never: &AtomicBool) -> Sample {
    let lock = own(&session.asked.dir).expect("its directory");
    session.sample(&lock, never, &|_| ()).expect("a sample")
}

#[test]
fn a_fit_is_the_same_on_any_threads_and_after_a_stop() {
    let place = tempfile::tempdir().expect("a directory");
    let one = session(&place.path().join("one"), 1);
    let never = AtomicBool::new(false);
    let sample = sampled(&one, &never);
    let prior = one.prior(&sample);
    let whole = fit(&one, &prior, (2, usize::MAX)).expect("a fit");
    assert!(whole.done() && whole.steps.len() > 1, "{:?}", whole.steps);

    // Stopped within the second step, the first is kept; it goes on, on one thread, to the same particles.
    let two = session(&place.path().join("two"), 1);
    sampled(&two, &never);
    let first = whole.steps[0].sweeps * PARTICLES;
    let stopped = fit(&two, &prior, (1, first + 1));
    assert!(matches!(stopped, Err(SampleError::Stopped(_))), "{stopped:?}");
    assert_eq!(fit(&two, &prior, (1, usize::MAX)).expect("goes on"), whole);
    // What is finished is not run again.
    assert_eq!(fit(&two, &prior, (1, 0)).expect("is there"), whole);

    // A damaged file, or one of another prior sample, is refused by name.
    let path = place.path().join("two/fit-fold-1.json");
    let text = std::fs::read_to_string(&path).expect("a file");
    std::fs::write(&path, text.replace("\"runs\":", "\"runs\": ")).expect("written");
    let error = fit(&two, &prior, (1, usize::MAX)).expect_err("damaged").to_string();
    assert!(error.contains("fit-fold-1.json") && error.contains("delete it"), "{error}");
    std::fs::write(&path, text).expect("written");
    let error = fit(&two, &prior[1..], (1, usize::MAX)).expect_err("other").to_string();
    assert!(error.contains("another directory"), "{error}");

    reads_back(&one, &whole);
}

/// The file of an ensemble is read as it was written, and the trend keeps its prior.
fn reads_back(session: &Session, state: &State<Shown>) {
    let chosen = members(&session.space, state, KEEP);
    let column = session.space.cut().expect("it is free");
    assert_eq!(session.space.names()[column], CUT);
    let Members::Coordinates { rows, .. } = &chosen else { panic!("coordinates") };
    // One member in each of its ten strata.
    let mut strata: Vec<u16> = rows.iter().map(|row| row[column] / 1000).collect();
    strata.sort_unstable();
    assert_eq!(strata, (0..10).collect::<Vec<_>>());
    let group = session.targets.folds(5).remove(0);
    let folds = vec![(group, chosen.clone())];
    let ensemble = of(&session.scenario, chosen, folds, &session.segments);
    let place = tempfile::tempdir().expect("a directory");
    let file = place.path().join("mine.toml");
    std::fs::write(&file, render(&ensemble, &session.plan, (100, PARTICLES))).expect("written");
    let named = format!("data.ensemble=\"{}\"", file.display());
    let loaded = library::load(&home().join("history.toml"), &[named])
        .unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(loaded.scenario.ensemble.as_ref(), Some(&ensemble));
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
}
