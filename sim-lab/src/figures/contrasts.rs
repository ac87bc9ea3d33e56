//! Figures of contrasts: two regimes outcome by outcome, who gains, what the loss is made of, regimes by outcomes.

use sim_core::metric::Id;
use sim_core::scenario::tables::Bloc;

use super::{baseline, frame, left_out, shown, worst};
use crate::chart::{
    Bill, ChartError, Dumbbell, Figure, Heat, Part, Slope, Slopes, Unit, bill as draw_bill,
    dumbbell as draw_dumbbell, heat as draw_heat, palette, slopes,
};
use crate::finding::{inside, number};
use crate::outcome::{HEADLINES, Headline};
use crate::results::Results;
use crate::stats::{Summary, paired};
use crate::study::Study;

const RELATIVE: [&str; 5] = [
    "us-revenue-world",
    "us-revenue-china",
    "third-revenue-china",
    "china-revenue-world",
    "us-research",
];
const POINTS: [&str; 4] = ["us-share", "domestic-share", "leverage", "visibility"];
/// Segments of their own on the bill.
const PARTS: usize = 5;
const GENERATIONS: [&str; 2] = ["lead-logic", "lead-memory"];

fn spec(id: &str) -> &'static Headline {
    &HEADLINES[Headline::find(id).expect("figures name registered headlines")]
}

fn three(values: &[f64]) -> [f64; 3] {
    let s = Summary::of(values);
    [s.p5, s.p50, s.p95]
}

/// `−58 (−77 to −38)`.
fn range(s: &Summary, decimals: usize) -> String {
    crate::finding::interval(s, decimals)
}

/// The two regimes that differ most in what they cost, or the baseline and the only regime.
pub(super) fn dumbbell(study: &Study, results: &Results) -> Result<Figure, ChartError> {
    let regimes = shown(study, results);
    let harsh = worst(study, results);
    let loss = |s: &usize| Summary::of(&results.difference(*s, "us-revenue-world")).p50;
    let mild = (1..study.regimes.len())
        .filter(|s| *s != harsh)
        .max_by(|a, b| loss(a).total_cmp(&loss(b)))
        .unwrap_or(0);
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
                title: format!("Money {}, % of the level under {}", study.span(), baseline(study)),
                rows: RELATIVE.iter().map(|id| row(id, true)).collect(),
            },
            Unit {
                title: format!("At the end of {}, percentage points", study.end.year()),
                rows: POINTS.iter().map(|id| row(id, false)).collect(),
            },
            Unit {
                title: format!("At the end of {}, generations", study.end.year()),
                rows: GENERATIONS.iter().map(|id| row(id, false)).collect(),
            },
        ],
    };
    let all: Vec<&str> = RELATIVE.iter().chain(&POINTS).chain(&GENERATIONS).copied().collect();
    let clear: Vec<&str> = all
        .iter()
        .filter(|id| {
            Summary::of(&paired(results.values(harsh, id), results.values(mild, id))).clear()
        })
        .map(|id| spec(id).name)
        .collect();
    let titles = pair.map(|s| inside(&study.regimes[s].title));
    let headline = match clear.len() {
        0 => format!("No outcome differs clearly between {} and {}", titles[0], titles[1]),
        n => format!(
            "Between {} and {}, {n} of {} outcomes differ clearly{}",
            titles[0],
            titles[1],
            all.len(),
            if n < all.len() && n < 4 {
                format!(": {}", clear.iter().map(|c| inside(c)).collect::<Vec<_>>().join("; "))
            } else {
                String::new()
            }
        ),
    };
    let subtitle = format!(
        "Differences from the same draw under {}: medians with 90 % intervals, {} paired replicates; money in {}; a clear \
         difference: the 90 % interval of the paired difference between the two lies on one side of zero",
        baseline(study),
        results.replicates(),
        results.dollars.label()
    );
    draw_dumbbell(
        &frame(
            (study, results),
            "dumbbell",
            headline,
            subtitle,
            "Rows of outcomes with two dots each",
        ),
        &data,
    )
}

/// Sales in China by bloc of the supplier, without and with each regime.
pub(super) fn who_gains(study: &Study, results: &Results) -> Result<Figure, ChartError> {
    let regimes = shown(study, results);
    let sales = |s: usize, bloc: Bloc| -> Vec<f64> {
        let sum = |r| results.reader.revenue(r, bloc, &[Bloc::China]).iter().sum::<f64>() / 1e3;
        results.records[s].iter().map(sum).collect()
    };
    let actors = [
        ("US suppliers", palette::US, Bloc::Us),
        ("Chinese suppliers", palette::CHINA, Bloc::China),
        ("Third countries\u{2019} suppliers", palette::THIRD, Bloc::Third),
    ];
    let base: Vec<Vec<f64>> = actors.iter().map(|(_, _, bloc)| sales(0, *bloc)).collect();
    let change = |s: usize, k: usize| Summary::of(&paired(&sales(s, actors[k].2), &base[k]));
    let panels = regimes
        .iter()
        .map(|s| Slope {
            name: study.regimes[*s].title.clone(),
            lines: (0..actors.len())
                .map(|k| (Summary::of(&base[k]).p50, three(&sales(*s, actors[k].2))))
                .collect(),
            words: (0..actors.len()).map(|k| range(&change(*s, k), 0)).collect(),
        })
        .collect();
    let harsh = worst(study, results);
    let title = inside(&study.regimes[harsh].title);
    let (lost, china, third) = (change(harsh, 0), change(harsh, 1), change(harsh, 2));
    let gain = |who: &str, s: &Summary| {
        if s.clear() {
            let verb = if s.p50 > 0.0 { "gain" } else { "lose" };
            let (low, high) = (s.p5.abs().min(s.p95.abs()), s.p5.abs().max(s.p95.abs()));
            format!(
                "{who} {verb} USD {} bn ({} to {})",
                number(s.p50.abs(), 0),
                number(low, 0),
                number(high, 0)
            )
        } else {
            format!("no clear change for {who}")
        }
    };
    let headline = format!(
        "In China under {title}: {}; {}; {}",
        gain("US suppliers", &lost),
        gain("Chinese suppliers", &china),
        gain("those of third countries", &third)
    );
    let data = Slopes {
        unit: "USD bn".to_owned(),
        actors: actors.iter().map(|(name, colour, _)| ((*name).to_owned(), *colour)).collect(),
        panels,
    };
    let subtitle = format!(
        "Sales to buyers in China {}, USD bn ({}), by legal home of the supplier: under {} at the left, under the regime at \
         the right; medians, 90 % bars, paired differences with 90 % intervals; {} paired replicates{}",
        study.span(),
        results.dollars.label(),
        baseline(study),
        results.replicates(),
        left_out(study, &regimes)
    );
    slopes(
        &frame((study, results), "who-gains", headline, subtitle, "Slope charts by regime"),
        &data,
    )
}

/// What the loss of the regime that costs most is made of, segment by segment.
pub(super) fn bill(study: &Study, results: &Results) -> Result<Figure, ChartError> {
    let harsh = worst(study, results);
    let sold = |s: usize, segment: usize| -> Vec<f64> {
        let yearly = |r| results.reader.yearly(r, Id::SegmentSales, Bloc::Us, segment);
        results.records[s].iter().map(|r| yearly(r).iter().sum::<f64>() / 1e3).collect()
    };
    let goods = (0..study.segments.len()).filter(|s| study.segments[*s].goods);
    let mut changes: Vec<(String, Vec<f64>)> = goods
        .map(|s| (study.segments[s].name.clone(), paired(&sold(harsh, s), &sold(0, s))))
        .collect();
    let weight = |v: &[f64]| Summary::of(v).mean.abs();
    changes.sort_by(|a, b| weight(&b.1).total_cmp(&weight(&a.1)));
    let add = |all: &[(String, Vec<f64>)]| -> Vec<f64> {
        (0..results.replicates()).map(|r| all.iter().map(|c| c.1[r]).sum()).collect()
    };
    let whole = add(&changes);
    let rest = changes.split_off(changes.len().min(PARTS));
    if !rest.is_empty() {
        changes.push((format!("{} other segments", rest.len()), add(&rest)));
    }
    let part = |name: &str, values: &[f64]| {
        let s = Summary::of(values);
        Part { name: name.to_owned(), mean: s.mean, low: s.p5, high: s.p95 }
    };
    let data = Bill {
        unit: format!("USD bn, {}", study.span()),
        parts: changes.iter().map(|(name, values)| part(name, values)).collect(),
        total: part("US suppliers, world", &whole),
        beside: vec![
            part("US parts in others\u{2019} products", &results.difference(harsh, "us-upstream")),
            part("US firms\u{2019} service and spares", &results.difference(harsh, "us-service")),
            part("US firms\u{2019} research spending", &results.difference(harsh, "us-research")),
        ],
    };
    let all = Summary::of(&whole);
    let title = inside(&study.regimes[harsh].title);
    let headline = if all.clear() {
        // A part is the largest for certain if it beats the next in nine runs of ten on the same side.
        let clear = changes.len() > 1 && Summary::of(&paired(&changes[0].1, &changes[1].1)).clear();
        let first = Summary::of(&changes[0].1);
        let range = format!(
            "{}, USD {} bn (5\u{2013}95 %: {} to {})",
            inside(&changes[0].0),
            number(first.mean, 0),
            number(first.p5, 0),
            number(first.p95, 0)
        );
        let verdict = if clear {
            "the largest item is"
        } else {
            "no item is clearly the largest; first on average is"
        };
        format!(
            "The bill of {title} is USD {} bn on average; {verdict} {range}",
            number(all.mean, 0)
        )
    } else {
        format!(
            "No clear difference to US suppliers\u{2019} revenue under {title}: its parts are drawn for reference"
        )
    };
    let subtitle = format!(
        "Mean paired difference of US suppliers\u{2019} sales from {}, USD bn (2019 dollars); bars: means, which add up; lines: \
         90 % of {} replicates; below the rule: not in the total, in {}",
        baseline(study),
        results.replicates(),
        results.dollars.label()
    );
    draw_bill(
        &frame((study, results), "bill", headline, subtitle, "Waterfall of the parts of the loss"),
        &data,
    )
}

/// Regimes by outcomes.
pub(super) fn regime_heat(study: &Study, results: &Results) -> Result<Figure, ChartError> {
    const COLUMNS: [&str; 6] =
        ["us-revenue-world", "us-share", "domestic-share", "lead-logic", "leverage", "us-belief"];
    let all = 1..study.regimes.len().min(11);
    let data = Heat {
        columns: COLUMNS
            .iter()
            .map(|id| (format!("{}, {}", spec(id).name, spec(id).unit), spec(id).decimals))
            .collect(),
        rows: all
            .clone()
            .map(|s| {
                let cells = COLUMNS.iter().map(|id| three(&results.difference(s, id)));
                (study.regimes[s].title.clone(), cells.collect())
            })
            .collect(),
    };
    let unclear =
        data.rows.iter().flat_map(|r| &r.1).filter(|c| c[0] <= 0.0 && c[2] >= 0.0).count();
    let cells = data.rows.len() * COLUMNS.len();
    let headline = match unclear {
        0 => format!("All {cells} effects of the regimes have a clear direction"),
        n if n == cells => "No effect of any regime has a clear direction".to_owned(),
        n => format!(
            "{} of {cells} effects of the regimes have a clear direction; {n} do not",
            cells - n
        ),
    };
    let subtitle = format!(
        "Paired differences from {}: medians, with 5 % and 95 % quantiles below; money {} in {}, all else at the end of {}; \
         {} paired replicates",
        baseline(study),
        study.span(),
        results.dollars.label(),
        study.end.year(),
        results.replicates()
    );
    draw_heat(
        &frame((study, results), "regime-heat", headline, subtitle, "Table of regimes by outcomes"),
        &data,
    )
}
