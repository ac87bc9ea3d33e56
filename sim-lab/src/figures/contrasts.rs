//! Figures of contrasts: two regimes outcome by outcome, and who gains.

use sim_core::scenario::tables::Bloc;

use super::{Scene, Words};
use crate::finding::headlines::{differ, sales};
use crate::outcome::{HEADLINES, Headline};
use sim_charts::{
    ChartError, Dumbbell, Figure, Slope, Slopes, Unit, dumbbell as draw_dumbbell, palette, slopes,
};
use sim_stats::summary::{Summary, paired};

const RELATIVE: [&str; 5] = [
    "us-revenue-world",
    "us-revenue-china",
    "third-revenue-china",
    "china-revenue-world",
    "us-research",
];
const POINTS: [&str; 4] = ["us-share", "domestic-share", "leverage", "visibility"];
const GENERATIONS: [&str; 2] = ["lead-logic", "lead-memory"];
/// Slope charts in a column.
const NARROW_PANELS: usize = 2;

/// Outcomes in a column: money, points, generations.
const FEW: [&str; 6] = [
    "us-revenue-world",
    "china-revenue-world",
    "us-research",
    "us-share",
    "domestic-share",
    "lead-logic",
];

pub(super) fn spec(id: &str) -> &'static Headline {
    &HEADLINES[Headline::find(id).expect("figures name registered headlines")]
}

pub(super) fn three(values: &[f64]) -> [f64; 3] {
    let s = Summary::told(values);
    [s.p5, s.p50, s.p95]
}

/// `−58 (−77 to −38)`.
fn range(s: &Summary, decimals: usize) -> String {
    crate::finding::interval(s, decimals)
}

/// The two regimes that differ most in what they cost, or the baseline and the only regime.
pub(super) fn dumbbell(scene: Scene<'_>) -> Result<Figure, ChartError> {
    let Scene { study, results, size } = scene;
    let regimes = scene.shown();
    let harsh = scene.worst();
    let mild = (1..study.regimes.len())
        .filter(|s| *s != harsh)
        .max_by(|a, b| scene.loss(*a).total_cmp(&scene.loss(*b)))
        .unwrap_or(0);
    let drawn = |ids: &[&'static str]| -> Vec<&'static str> {
        ids.iter().filter(|id| size.choose(true, FEW.contains(id))).copied().collect()
    };
    let (relative, points, generations) = (drawn(&RELATIVE), drawn(&POINTS), drawn(&GENERATIONS));
    let style = |s: usize| regimes.iter().position(|r| *r == s).map_or(0, |p| p + 1);
    let pair = [harsh, mild];
    let row = |id: &&str, relative: bool| {
        let values = pair.map(|s| {
            three(&if relative { results.relative(s, id) } else { results.difference(s, id) })
        });
        (spec(id).name.to_owned(), values)
    };
    let data = Dumbbell {
        regimes: pair.map(|s| (study.regimes[s].title.clone(), style(s))),
        panels: vec![
            Unit {
                title: format!("Money {}, % of the level under {}", study.span(), scene.baseline()),
                rows: relative.iter().map(|id| row(id, true)).collect(),
            },
            Unit {
                title: format!("At the end of {}, percentage points", study.end_words()),
                rows: points.iter().map(|id| row(id, false)).collect(),
            },
            Unit {
                title: format!("At the end of {}, generations", study.end_words()),
                rows: generations.iter().map(|id| row(id, false)).collect(),
            },
        ],
    };
    // The main outcomes are drawn in every size.
    let main: Vec<(&str, [&[f64]; 2])> =
        FEW.iter().map(|id| (spec(id).name, pair.map(|s| results.values(s, id)))).collect();
    let headline = differ(pair.map(|s| scene.written(s)), &main);
    let bands = scene.bands();
    let (n, base, dollars) = (scene.replicates(), scene.baseline(), results.dollars.label());
    let words = Words {
        headline,
        subtitle: format!(
            "Differences from the same draw under {base}: medians with {bands} intervals, {n} paired replicates; money in \
             {dollars}; a clear difference: the {bands} interval of the paired difference between the two lies on one side of \
             zero"
        ),
        short: format!(
            "Differences from {base}: medians, {bands} intervals; {n} paired replicates; {dollars}; clear: the paired \
             difference\u{2019}s {bands} interval spares zero"
        ),
        form: "Rows of outcomes with two dots each",
    };
    draw_dumbbell(&scene.frame("dumbbell", words), &data)
}

/// Sales in China by bloc of the supplier, without and with each regime.
pub(super) fn who_gains(scene: Scene<'_>) -> Result<Figure, ChartError> {
    let Scene { study, results, size } = scene;
    let harsh = scene.worst();
    let mut regimes = scene.shown();
    if size.narrow() && regimes.len() > NARROW_PANELS {
        regimes.retain(|s| *s != harsh);
        regimes.truncate(NARROW_PANELS - 1);
        regimes.push(harsh);
        regimes.sort_unstable();
    }
    let sold = |s: usize, bloc: Bloc| -> Vec<f64> {
        let reader = &results.reader;
        let sum = |r| reader.sum(&reader.revenue(r, bloc, &[Bloc::China])) / 1e3;
        results.records[s].iter().map(|r| sum(r)).collect()
    };
    let actors = [
        ("US suppliers", palette::US, Bloc::Us),
        ("Chinese suppliers", palette::CHINA, Bloc::China),
        ("Third countries\u{2019} suppliers", palette::THIRD, Bloc::Third),
    ];
    let base: Vec<Vec<f64>> = actors.iter().map(|(_, _, bloc)| sold(0, *bloc)).collect();
    let change = |s: usize, k: usize| Summary::told(&paired(&sold(s, actors[k].2), &base[k]));
    let panels = regimes
        .iter()
        .map(|s| Slope {
            name: study.regimes[*s].title.clone(),
            lines: (0..actors.len())
                .map(|k| (Summary::told(&base[k]).p50, three(&sold(*s, actors[k].2))))
                .collect(),
            words: (0..actors.len()).map(|k| range(&change(*s, k), 0)).collect(),
        })
        .collect();
    let changes = [0, 1, 2].map(|k| paired(&sold(harsh, actors[k].2), &base[k]));
    let headline = sales("In China", scene.written(harsh), [&changes[0], &changes[1], &changes[2]]);
    let data = Slopes {
        unit: "USD bn".to_owned(),
        actors: actors.iter().map(|(name, colour, _)| ((*name).to_owned(), *colour)).collect(),
        panels,
    };
    let (n, base, dollars) = (scene.replicates(), scene.baseline(), results.dollars.label());
    let bands = scene.bands();
    let of = match regimes.len() {
        all if all == study.regimes.len() - 1 => String::new(),
        some => format!("; {some} of {} regimes", study.regimes.len() - 1),
    };
    let words = Words {
        headline,
        subtitle: format!(
            "Sales to buyers in China {}, USD bn ({dollars}), by legal home of the supplier: under {base} at the left, under \
             the regime at the right; medians, {bands} bars, paired differences with {bands} intervals; {n} paired replicates{of}",
            study.span()
        ),
        short: format!(
            "Sales to buyers in China {}, USD bn ({dollars}), from {base} to the regime: medians, paired differences, {bands} \
             intervals; {n} replicates{of}",
            study.span()
        ),
        form: "Slope charts by regime",
    };
    slopes(&scene.frame("who-gains", words), &data)
}
