//! How much still gets through: what is blocked, licensed, down-rated, diverted and stockpiled, year by year.

use sim_core::metric::Id;
use sim_core::record::Record;
use sim_core::scenario::tables::Bloc;

use super::{Scene, Words, enough_years, events, of_whole_years, part_years, whole_years};
use crate::finding::headlines::gets_through;
use sim_charts::{ChartError, Figure, Stack, palette, stack};
use sim_stats::summary::Summary;

/// Areas from below, with the columns that they sum. What is stockpiled is the only one that is no flow in the record: it
/// is the growth of the stock from quarter to quarter ([`growth`]).
const KINDS: [(&str, palette::Rgb, Id); 5] = [
    ("Diverted", palette::CHINA, Id::Grey),
    ("Stockpiled", palette::BASELINE, Id::Stock),
    ("Down-rated", palette::REGIMES[4], Id::DownRated),
    ("Licensed", palette::THIRD, Id::Licensed),
    ("Blocked", palette::US, Id::Barred),
];
const DIVERTED: usize = 0;
const BLOCKED: usize = 4;
/// What gets through: diverted, down-rated, licensed.
const OPEN: [usize; 3] = [DIVERTED, 2, 3];

/// What the controls of the costliest regime bar, and what gets through all the same.
pub(super) fn draw(scene: Scene<'_>) -> Result<Figure, ChartError> {
    let Scene { study, results, .. } = scene;
    enough_years(study)?;
    let harsh = scene.worst();
    let runs = &results.records[harsh];
    let each: Vec<Vec<Vec<f64>>> =
        KINDS.iter().map(|k| runs.iter().map(|r| yearly(scene, r, k.2)).collect()).collect();
    let at = |values: &[Vec<f64>], y: usize| values.iter().map(|v| v[y]).collect::<Vec<f64>>();
    let years = 0..study.whole_years().len();
    let whole: Vec<Summary> = years
        .clone()
        .map(|y| {
            let sum = |r: usize| each.iter().map(|kind| kind[r][y]).sum();
            Summary::told(&(0..runs.len()).map(sum).collect::<Vec<f64>>())
        })
        .collect();
    let data = Stack {
        unit: "USD bn a year".to_owned(),
        times: whole_years(study),
        areas: KINDS
            .iter()
            .zip(&each)
            .map(|((name, colour, _), values)| {
                let means = years.clone().map(|y| Summary::told(&at(values, y)).mean).collect();
                ((*name).to_owned(), *colour, means)
            })
            .collect(),
        whole: [whole.iter().map(|s| s.p5).collect(), whole.iter().map(|s| s.p95).collect()],
        events: events(study),
    };
    // Years before scenarios part are drawn and not counted.
    let told = (study.told_years().start - study.whole_years().start) as usize;
    let total = |kind: usize, r: usize| each[kind][r].iter().skip(told).sum::<f64>();
    // What is bought ahead of a rule was touched by none.
    let touched =
        |r: usize| OPEN.iter().map(|kind| total(*kind, r)).sum::<f64>() + total(BLOCKED, r);
    let share = |kinds: &[usize]| -> Vec<f64> {
        let some = (0..runs.len()).filter(|r| touched(*r) > 0.0);
        some.map(|r| 100.0 * kinds.iter().map(|k| total(*k, r)).sum::<f64>() / touched(r)).collect()
    };
    let bands = scene.bands();
    let (n, dollars, part) = (scene.replicates(), results.dollars.label(), part_years(study));
    let words = Words {
        headline: gets_through(
            scene.written(harsh),
            &share(&OPEN),
            &share(&[DIVERTED]),
            &told_in(scene),
        ),
        subtitle: format!(
            "All suppliers and wares, chips included, USD bn a year ({dollars}); areas: means of {n} replicates, dashed: {bands} of \
             their sum. Blocked: budgets at base-year shares less what is bought openly; down-rated: sold below \
             its full level; stockpiled: growth of stocks bought ahead{part}"
        ),
        short: format!(
            "All suppliers and wares, USD bn a year ({dollars}); areas: means of {n} replicates, dashed: {bands} of their \
             sum. Blocked: at base-year shares; stockpiled: growth of stocks{part}"
        ),
        form: "Stacked areas over years",
    };
    stack(&scene.frame("leakage", words), &data)
}

/// Sums over each whole calendar year, USD bn.
fn yearly(scene: Scene<'_>, record: &Record, metric: Id) -> Vec<f64> {
    let Scene { study, results, .. } = scene;
    let reader = &results.reader;
    let mut sums = vec![0.0; reader.years()];
    let mut add = |series: &[f64]| {
        for (t, v) in series.iter().enumerate() {
            let year = study.start.plus(t as i32).year() - study.start.year();
            sums[year as usize] += v / 1e3;
        }
    };
    if metric == Id::Stock {
        let stock = reader.series(record, reader.column(metric, None, None));
        add(&growth(&stock));
    } else {
        for bloc in Bloc::ALL {
            add(&reader.series(record, reader.column(metric, Some(bloc), None)));
        }
    }
    of_whole_years(study, &sums)
}

/// What each quarter adds to a stock; nothing where it falls, and nothing in the first quarter: the record has stocks at
/// the ends of quarters, and what the first one holds was for the most part there before.
fn growth(stock: &[f64]) -> Vec<f64> {
    let before = stock.first().into_iter().chain(stock);
    stock.iter().zip(before).map(|(now, before)| (now - before).max(0.0)).collect()
}

/// The years that are counted, in words.
fn told_in(scene: Scene<'_>) -> String {
    let told = scene.study.told_years();
    match (&scene.study.trunk, told.is_empty()) {
        (None, _) => "in all the years".to_owned(),
        (Some(_), false) => format!("in {}\u{2013}{}", told.start, told.end - 1),
        (Some(_), true) => "in the years that are told".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::growth;

    #[test]
    fn a_stock_that_buyers_begin_with_was_not_stockpiled() {
        assert_eq!(growth(&[2600.0, 2600.0, 2700.0, 2650.0]), [0.0, 0.0, 100.0, 0.0]);
        assert_eq!(growth(&[]), [] as [f64; 0]);
    }
}
