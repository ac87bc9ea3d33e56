//! What may not matter about a scenario as an analyst writes it: names and order, how a measure is cut up, measures that
//! bar nothing, and where a value stands.
//!
//! `CHOKEPOINT_CASES=400 cargo test -p sim-core --test it papers` tries more of them.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use sim_core::base_year::setup::Setup;
use sim_core::draws::Draws;
use sim_core::metric::{Every, Id, columns};
use sim_core::policy::idle;
use sim_core::record::Watch;
use sim_core::scenario::Scenario;
use sim_core::scenario::load::{self, Found, Reading, Unreadable, Wanted};
use sim_core::simulate::Run;

use crate::accepted::cases_or;
use crate::analyst::{END, Entry, Luck, Paper, quarter};
use crate::runs::same_bits;

/// Papers unless the environment says otherwise.
const CASES: u32 = 40;
const PARENT: &str = "baseline.toml";

/// Reads a text as a scenario that stands beside the project's own.
pub(crate) fn read(text: &str, sets: &[String]) -> Reading {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let mut fetch = |wanted: &Wanted| {
        let text = if wanted.path == "paper.toml" {
            Ok(text.to_owned())
        } else {
            std::fs::read_to_string(home.join(&wanted.path))
        };
        let text = text.map_err(|e| Unreadable { message: e.to_string(), help: None })?;
        Ok(Found { path: wanted.path.clone(), text })
    };
    match load::load("paper.toml", sets, &mut fetch, idle::find) {
        Ok(reading) => reading,
        Err(problems) => panic!("{problems}\n{text}"),
    }
}

fn scenario(paper: &Paper) -> Scenario {
    read(&paper.toml(PARENT), &[]).scenario
}

fn draws() -> Draws {
    Draws::new(11, 3)
}

/// The base year of all papers: none changes it.
fn base() -> &'static Arc<Setup> {
    &usual().1
}

/// The usual scenario and its base year.
fn usual() -> &'static (Scenario, Arc<Setup>) {
    static USUAL: OnceLock<(Scenario, Arc<Setup>)> = OnceLock::new();
    USUAL.get_or_init(|| {
        let nothing = scenario(&Paper { entries: Vec::new() });
        let setup = crate::runs::setup(&nothing, &draws());
        (nothing, setup)
    })
}

pub(crate) fn play(scenario: Scenario) -> Run {
    let watch = Watch::new(&base().structure, |_| true);
    // Other assumptions have another base year.
    let own = (scenario.parameters != usual().0.parameters)
        .then(|| crate::runs::setup(&scenario, &draws()));
    let mut run = Run::new(own.as_ref().unwrap_or(base()), &Arc::new(scenario));
    let quarters = run.world.scenario.quarters();
    run.play(quarters, &draws(), &watch).unwrap();
    run
}

/// The first number that is not the same in two runs, but for some metrics.
pub(crate) fn difference(one: &Run, other: &Run, but: &[Id]) -> Option<String> {
    for (every, a, b) in [
        (Every::Quarter, &one.record.quarterly, &other.record.quarterly),
        (Every::Year, &one.record.yearly, &other.record.yearly),
    ] {
        let columns = columns(&base().structure, every);
        for (i, (a, b)) in a.iter().zip(b).enumerate() {
            let column = columns[i % columns.len()];
            if a.to_bits() != b.to_bits() && !but.contains(&column.metric) {
                return Some(format!(
                    "{column:?} in row {}: {a:e} against {b:e}",
                    i / columns.len()
                ));
            }
        }
    }
    let state = |run: &Run| {
        let world = &run.world;
        [
            world.buyers.belief.to_vec(),
            world.buyers.level.to_vec(),
            world.bought.to_vec(),
            world.installed.to_vec(),
            world.cells.stock.to_vec(),
            world.cells.backlog.to_vec(),
            world.products.level.to_vec(),
            world.products.knowledge.to_vec(),
            world.products.content_kept.to_vec(),
            run.record.firms.clone(),
        ]
    };
    let parts = state(one).into_iter().zip(state(other)).enumerate();
    parts.filter(|(_, (a, b))| !same_bits(a, b)).map(|(i, _)| format!("state {i}")).next()
}

/// Tries a property on all papers; it says how two runs differ.
fn holds(property: impl Fn(u64, Paper) -> Option<String>) {
    for number in 0..u64::from(cases_or(CASES)) {
        let paper = Paper::new(number);
        let text = paper.toml(PARENT);
        let found = property(number, paper);
        assert!(found.is_none(), "paper {number}: {}\n{text}", found.unwrap_or_default());
    }
}

#[test]
fn names_and_order_of_measures_and_programmes_move_nothing() {
    holds(|number, paper| {
        let renamed = paper.renamed(&mut Luck::new(number + 1));
        difference(&play(scenario(&paper)), &play(scenario(&renamed)), &[])
    });
}

/// Weighed allies look at all that a measure would bar, and what detections teach is the measure's: there a part is not
/// the whole. News is told once.
fn divisible(paper: &mut Paper, luck: &mut Luck) -> Option<(usize, Vec<String>)> {
    let many =
        |i: &usize| paper.entries[*i].get("segments").is_some_and(|list| list.contains(", "));
    let candidates: Vec<usize> = paper.measures().into_iter().filter(many).collect();
    let at = *candidates.get(luck.below(candidates.len().max(1)))?;
    let measure = &mut paper.entries[at];
    if measure.get("allies").is_some_and(|allies| allies.contains("pressure")) {
        measure.set("allies", None);
    }
    let list = measure.get("segments")?.trim_matches(['[', ']']).to_owned();
    Some((at, list.split(", ").map(str::to_owned).collect()))
}

#[test]
fn a_measure_split_by_segment_is_the_whole() {
    let split = std::cell::Cell::new(0);
    let untaught = |paper: &Paper| {
        let sets = ["parameters.vigilance-step=0.0".to_owned()];
        read(&paper.toml(PARENT), &sets).scenario
    };
    holds(|number, mut whole| {
        let mut luck = Luck::new(number + 2);
        let (at, segments) = divisible(&mut whole, &mut luck)?;
        let mut parts = whole.clone();
        let measure = parts.entries.remove(at);
        for (n, segment) in segments.iter().enumerate() {
            let mut part = Entry { id: format!("{}-{n}", measure.id), ..measure.clone() };
            part.set("segments", Some(format!("[{segment}]")));
            if n > 0 {
                part.set("salience", None);
                let quiet = part.get("additions").map(|more| {
                    more.replace(", salience = 0.1", "").replace(", salience = \"champion\"", "")
                });
                part.set("additions", quiet);
            }
            parts.entries.push(part);
        }
        split.set(split.get() + 1);
        let found = difference(&play(untaught(&whole)), &play(untaught(&parts)), &[]);
        found.map(|found| format!("{} in parts: {found}", measure.id))
    });
    assert!(split.get() >= CASES / 4, "{} measures were split", split.get());
}

#[test]
fn a_measure_without_buyers_or_that_licenses_everything_moves_nothing() {
    holds(|number, paper| {
        let mut luck = Luck::new(number + 3);
        let mut more = paper.clone();
        let measures = paper.measures();
        let mut idle = paper.entries[measures[luck.below(measures.len())]].clone();
        idle.id = "idle".into();
        if luck.percent(50) {
            // Nobody stands there.
            idle.set("destinations", Some("[\"MNG\", \"KAZ\"]".into()));
            for key in ["end_users", "additions", "lists_detected"] {
                idle.set(key, None);
            }
        } else {
            for key in ["salience", "additions", "servicing", "allies"] {
                idle.set(key, None);
            }
            idle.set("licence", Some("{ approval_rate = 1.0 }".into()));
        }
        more.entries.push(idle);
        // What is sold under a licence that everybody gets is counted, and nothing else.
        difference(&play(scenario(&paper)), &play(scenario(&more)), &[Id::Licensed])
    });
}

/// A law that is announced once more while it holds: what it bars is barred already, and is no news.
#[test]
fn a_copy_of_a_law_that_holds_moves_nothing() {
    let tried = std::cell::Cell::new(0);
    holds(|_, paper| {
        let mut more = paper.clone();
        // What may end, pause or grow, is reviewed, weighed or licensed on terms of its own holds otherwise twice.
        let plain = |entry: &&Entry| {
            let but = ["sunset", "suspensions", "additions", "sliding_scale", "licence"];
            entry.kind == "measures"
                && but.iter().all(|key| entry.get(key).is_none())
                && !entry.get("allies").is_some_and(|allies| allies.contains("pressure"))
        };
        let mut copy = paper.entries.iter().find(plain)?.clone();
        copy.id = "copy".into();
        copy.set("salience", None);
        copy.set("announced", Some(quarter(12)));
        copy.set("in_force", Some(quarter(14)));
        more.entries.push(copy);
        tried.set(tried.get() + 1);
        difference(&play(scenario(&paper)), &play(scenario(&more)), &[])
    });
    assert!(tried.get() >= CASES / 4, "{} copies", tried.get());
}

#[test]
fn a_branch_where_two_papers_part_is_the_paper_alone() {
    let late = std::cell::Cell::new(0);
    holds(|number, _| {
        let (trunk, branch) = Paper::forked(number);
        let (trunk, branch) = (scenario(&trunk), scenario(&branch));
        let parting = trunk.parts_from(&branch);
        late.set(late.get() + u32::from(parting > 2 && parting < trunk.quarters()));
        let watch = Watch::new(&base().structure, |_| true);
        let alone = play(branch.clone());
        let branched = |at| {
            let mut run = Run::new(base(), &Arc::new(trunk.clone()));
            run.play(at, &draws(), &watch).unwrap();
            let mut run = run.under(&Arc::new(branch.clone()));
            run.play(branch.quarters(), &draws(), &watch).unwrap();
            difference(&run, &alone, &[])
        };
        branched(parting).or_else(|| branched(0))
    });
    assert!(late.get() >= CASES / 4, "{} part late", late.get());
}

#[test]
fn overrides_say_what_the_file_says() {
    holds(|_, paper| {
        let written = read(&paper.toml(PARENT), &[]).scenario;
        let bare = Paper { entries: Vec::new() }.toml(PARENT);
        let set = read(&bare, &paper.sets()).scenario;
        (written != set).then(|| "another scenario".to_owned())
    });
}

/// Under two caps both hold, whichever is the tighter one, and when what others cannot deliver looks for another supplier.
#[test]
fn licensed_sales_keep_within_every_cap() {
    let (kept, shared) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    holds(|number, mut paper| {
        let mut luck = Luck::new(number + 4);
        for cap in ["0.3", "0.15"] {
            let mut rule = Entry {
                kind: "measures",
                id: format!("capped-{cap}").replace('.', "-"),
                keys: Vec::new(),
                from: 1,
            };
            for (key, value) in [
                ("title", "\"t\"".to_owned()),
                ("reference", "\"r\"".to_owned()),
                ("authority", "\"USA\"".to_owned()),
                ("destinations", "[\"CHN\"]".to_owned()),
                ("announced", quarter(2)),
                ("in_force", quarter(2 + luck.below(3))),
                ("segments", "[\"CHIP-AI\", \"etch\"]".to_owned()),
                ("embargo", "{}".to_owned()),
                ("licence", format!("{{ approval_rate = 1.0, fee = 0.1, quantity_cap = {cap} }}")),
            ] {
                rule.set(key, Some(value));
            }
            if luck.percent(50) {
                rule.set("owners", Some("[\"CHN\"]".into()));
            }
            paper.entries.push(rule);
        }
        let run = crate::runs::play_from(base(), &scenario(&paper), &draws());
        for outcome in &run.outcomes {
            let quotas = &outcome.rules.quotas;
            for quota in quotas {
                let sold: f64 = quota
                    .pairs
                    .iter()
                    .map(|p| outcome.trades.purchases[*p] / outcome.rules.price_factor_of(*p))
                    .sum();
                if sold > quota.limit * (1.0 + 1e-9) {
                    return Some(format!("{sold} beyond {}", quota.limit));
                }
                kept.set(kept.get() + usize::from(sold > 0.99 * quota.limit && sold > 0.0));
            }
            let pairs = quotas.iter().flat_map(|quota| quota.pairs.iter());
            let mut pairs: Vec<usize> = pairs.copied().collect();
            let all = pairs.len();
            pairs.sort_unstable();
            pairs.dedup();
            shared.set(shared.get() + all - pairs.len());
        }
        None
    });
    assert!(kept.get() > 0 && shared.get() > 0, "{} at a cap, {} shared", kept.get(), shared.get());
}

#[test]
fn a_paper_is_a_scenario_of_its_kind() {
    let papers: Vec<Scenario> = (0..60).map(|n| scenario(&Paper::new(n))).collect();
    let count = |what: &dyn Fn(&Scenario) -> bool| papers.iter().filter(|s| what(s)).count();
    assert!(papers.iter().all(|s| (2..=6).contains(&s.measures.len())));
    assert!(papers.iter().all(|s| s.end.to_string() == END));
    let some = [
        count(&|s| s.measures.iter().any(|m| m.sunset.is_some())),
        count(&|s| s.measures.iter().any(|m| !m.suspensions.is_empty())),
        count(&|s| s.measures.iter().any(|m| !m.additions.is_empty())),
        count(&|s| s.measures.iter().any(|m| !m.allies.is_empty())),
        count(&|s| s.measures.iter().any(|m| !m.validated.is_empty())),
        count(&|s| s.measures.iter().any(|m| m.licence.quantity_cap.is_some())),
        count(&|s| s.measures.iter().any(|m| m.fdpr.is_some())),
        count(&|s| !s.mandates.is_empty()),
        count(&|s| !s.market_access.is_empty()),
        count(&|s| !s.purchase_rules.is_empty()),
        count(&|s| !s.purchase_subsidies.is_empty()),
        count(&|s| !s.subsidies.is_empty()),
    ];
    assert!(some.iter().all(|n| *n >= 5), "{some:?}");
}
