//! `summary.csv`: every metric of every quarter across replicates, and its paired difference.

use std::fmt::Write as _;

use rayon::prelude::*;
use sim_core::scenario::tables::Bloc;

use super::cells::row;
use crate::experiment::Design;
use crate::outcome::HEADLINES;
use crate::results::Results;
use sim_stats::summary::{Summary, paired};

const HEADER: &str = "scenario_id,metric,unit,supplier_bloc,buyer_bloc,quarter,\
p5,p25,p50,p75,p95,mean,mc_error,\
diff_p5,diff_p25,diff_p50,diff_p75,diff_p95,diff_mean,diff_mc_error\n";

/// The header line.
pub(crate) fn summary_head() -> String {
    HEADER.to_owned()
}

/// The summary as CSV text: quarterly metrics, then headlines and the rows of a study (quarter `all`).
///
/// `diff_*` are paired differences from the baseline; money is in the run's dollars.
pub fn summary_csv(design: &Design, results: &Results) -> String {
    let mut text = summary_head();
    for (s, scenario) in design.scenarios.iter().enumerate() {
        let columns: Vec<String> = (0..results.reader.columns.len())
            .into_par_iter()
            .map(|place| quarterly(design, results, s, place))
            .collect();
        text.extend(columns);
        for (place, headline) in HEADLINES.iter().enumerate() {
            let values = &results.headlines[s][place];
            let difference = paired(values, &results.headlines[0][place]);
            let key = row(&[&scenario.id, headline.id, headline.unit, "", "", "all"]);
            summary_line(&mut text, &key, &Summary::of(values), &Summary::of(&difference));
        }
        for (place, of) in results.reader.rows().enumerate() {
            let key = row(&[&scenario.id, &of.id, of.unit(), "", "", "all"]);
            let level = Summary::of(results.row(s, place));
            let difference = Summary::of(&results.row_difference(s, place));
            summary_line(&mut text, &key, &level, &difference);
        }
    }
    text
}

/// The lines of a column in a scenario.
fn quarterly(design: &Design, results: &Results, s: usize, place: usize) -> String {
    let mut text = String::new();
    let column = &results.reader.columns[place];
    let spec = column.metric.spec();
    let level = results.series_level(s, |reader, r| reader.series(r, place));
    let difference = results.series_difference(s, |reader, r| reader.series(r, place));
    let bloc = |b: Option<Bloc>| b.map_or("", Bloc::as_str);
    let unit = unit(spec.unit, results);
    for (t, (level, difference)) in level.iter().zip(&difference).enumerate() {
        let quarter = design.scenarios[0].start.plus(t as i32).to_string();
        let (supplier, buyer) = (bloc(column.supplier), bloc(column.buyer));
        let key = row(&[&design.scenarios[s].id, spec.name, &unit, supplier, buyer, &quarter]);
        summary_line(&mut text, &key, level, difference);
    }
    text
}

fn unit(unit: &str, results: &Results) -> String {
    if unit.starts_with("USD million") {
        format!("USD million ({})", results.dollars.label())
    } else {
        unit.to_owned()
    }
}

/// Adds a line: level and paired difference under a key.
pub(crate) fn summary_line(text: &mut String, key: &str, level: &Summary, difference: &Summary) {
    text.push_str(key);
    for s in [level, difference] {
        for value in [s.p5, s.p25, s.p50, s.p75, s.p95, s.mean, s.error] {
            // Zero has one spelling, and the shortest decimal reads back to the same bits.
            let _ = write!(text, ",{}", value + 0.0);
        }
    }
    text.push('\n');
}
