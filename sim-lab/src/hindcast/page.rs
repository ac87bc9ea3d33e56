//! `docs/validation.md` from the JSON of hindcasts, of the calibration and of runs beside published estimates.
//!
//! Invariant: every number about the model on the page comes from the JSON; the words around it hold whatever the
//! numbers are.

use std::fmt::Write as _;

use serde_json::Value;

use super::{calibrated, facts_page, unexplained_page};

const HEAD: &str = "# Validation\n\n\
<!-- Generated from docs/validation*.json, docs/calibration.json and docs/published.json; do not edit. -->\n\n\
How well the model reproduces what happened, what history cannot tell, and how published estimates compare. Scores come \
first by cross-validation, then by the prior alone.\n\n\
**A good hindcast would be no evidence for the counterfactual.** Distrust, mandates and research are three rising \
curves on one history: different mixtures of them fit alike and answer differently what happens without controls. \
A bad hindcast, on the other hand, is evidence against the model.\n";

const SAME: &str = "\n```console\n\
$ chokepoint hindcast --json --quiet > docs/validation.json\n\
$ chokepoint hindcast --roster-known --json --quiet > docs/validation-roster-known.json\n\
$ chokepoint hindcast --parameters prior --json --quiet > docs/validation-prior.json\n\
$ cargo xtask pages\n```\n";

const LIMITS: &str = "\n## What the model cannot say\n\n\
- Whether history would have been different without controls. The hindcast has one history, with controls.\n\
- The share of the United States in a segment better than its share of 2019 does, unless the table above shows it.\n\
- Shares of single firms. The tables of 2019 print firms in four segments only; elsewhere a country is split by a \
stated prior.\n\
- Moves that are no competition: a business sold to a firm of another country, a supplier counted under another \
home, a segment drawn wider. Photomask handlers (N12) are a case: 81 % stand for a US firm in the table of 2019, and \
the same 81.0 % for a Japanese one in that of 2024. Assembly and packaging tools (N70 to N77, N83) hold ASM Pacific, \
Chinese in the first table and Singaporean in the second; here it keeps its home of 2019 in both, by its printed \
share of 2024. Wafer-level inspection (N63) counts KLA in 2024 and not in 2019. None of them is left out of the scores.\n\
- How a single segment will go. Its interval holds luck and the error of a printed share, which is most of it: a factor of ten in the \
odds is not rare.\n\
- Timing within a year: spending is interpolated between the middles of years.\n";

/// What the page is made from.
#[derive(Debug)]
pub struct Stored<'a> {
    /// A hindcast by cross-validation, without hindsight.
    pub plain: &'a Value,
    /// One that knows the later roster.
    pub roster: &'a Value,
    /// One by the prior.
    pub prior: &'a Value,
    /// The report of the calibration.
    pub calibration: &'a Value,
    /// Runs beside published estimates.
    pub published: &'a Value,
    /// Forecasts from the later table.
    pub standing: &'a Value,
    /// Worlds of our own that stand, as a table of Markdown.
    pub worlds: &'a str,
}

/// The page.
pub fn page(stored: &Stored<'_>) -> String {
    let mut page = HEAD.to_owned();
    premises(&mut page, stored.plain);
    page.push_str(SAME);
    scores(&mut page, stored);
    misses(&mut page, stored.plain);
    facts_page::facts(&mut page, stored.plain);
    unexplained_page::unexplained(&mut page, stored.plain, stored.standing, stored.worlds);
    calibrated::posteriors(&mut page, stored.calibration);
    calibrated::profile(&mut page, stored.calibration);
    calibrated::published(&mut page, stored.published);
    page.push_str(LIMITS);
    page.push_str(calibrated::CHANGE);
    page
}

pub(super) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or("")
}

/// A number of a row with some decimals; empty if there is none.
pub(super) fn number(value: &Value, decimals: usize) -> String {
    value.as_f64().map_or_else(String::new, |x| {
        let shown = format!("{x:.decimals$}");
        // No minus before zeros.
        if shown.trim_start_matches('-').chars().all(|c| c == '0' || c == '.') {
            shown.trim_start_matches('-').to_owned()
        } else {
            shown.replace('-', "\u{2212}")
        }
    })
}

pub(super) fn rows<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn premises(page: &mut String, run: &Value) {
    let given: Vec<&str> = rows(run, "conditioned_on").iter().filter_map(Value::as_str).collect();
    let scales: Vec<String> =
        rows(run, "statistic_error").iter().map(|scale| number(scale, 2)).collect();
    let _ = write!(
        page,
        "\n## What was run\n\n`{}` from {} to {}, {} replicates, seed {}, scenario hash `{}`. Given to every run: \
         {}. Parameters by cross-validation ([calibration.md](calibration.md)): those of a fold of segments were fitted to the shares \
         of {} in the other folds, and to no fact; so was the scale of the error of a printed share ({}). {} Entrants come by \
         hazard; the second mode has the suppliers of countries that the later table lists anew from the start, \
         which is hindsight.\n",
        text(run, "scenario"),
        run["from"],
        run["to"],
        run["replicates"],
        run["seed"],
        text(run, "scenario_hash").get(..12).unwrap_or(""),
        given.join("; "),
        run["to"],
        scales.join(", "),
        text(run, "prior_caveat"),
    );
}

fn label(forecast: &str) -> &'static str {
    match forecast {
        "model" => "model",
        "persistence" => "share of the base year",
        "constant" => "one share for all segments",
        "constant-roster" => "one share if on the base roster",
        _ => "linear trend",
    }
}

fn scores(page: &mut String, stored: &Stored<'_>) {
    let Stored { plain, roster, prior, .. } = stored;
    let half = &plain["printing_half_unit_pp"];
    let _ = write!(
        page,
        "\n## Scores\n\nPercentage points. By size: weighted by world sizes of the scored year. CRPS: the fair \
         estimator for ensembles; that of a point forecast is its mean absolute error. Coverage: share of the segments \
         whose interval holds the observed share as printed (within {half} points). Active segments: China sold \
         something. The constants of the two rules are fitted to the *scored* year, leaving out the fold of the segment that they \
         forecast, as the model's parameters are; in the rows by the prior they leave out the segment only, and the model has seen nothing. A linear trend needs \
         two tables up to the base year; there is one.\n\n\
         | country, segments (n) | forecast | MAE | by size | CRPS | 50 % holds | 90 % holds |\n\
         | --- | --- | ---: | ---: | ---: | ---: | ---: |\n"
    );
    for (mode, run) in [("", plain), (", roster known", roster), (", prior", prior)] {
        for score in rows(run, "scores") {
            let forecast = text(score, "forecast");
            let shown = match mode {
                "" => true,
                ", prior" => forecast == "model" || forecast == "constant-roster",
                _ => forecast == "model",
            };
            if score["mae_pp"].is_null() || !shown {
                continue;
            }
            let percent = |key: &str| {
                score[key].as_f64().map_or_else(String::new, |x| format!("{:.0} %", 100.0 * x))
            };
            let _ = writeln!(
                page,
                "| {}, {} ({}) | {}{mode} | {} | {} | {} | {} | {} |",
                text(score, "country"),
                text(score, "set"),
                score["segments"],
                label(forecast),
                number(&score["mae_pp"], 2),
                number(&score["size_weighted_mae_pp"], 2),
                number(&score["crps_pp"], 2),
                percent("coverage_50"),
                percent("coverage_90"),
            );
        }
    }
    let activated: Vec<&str> = rows(roster, "activated").iter().filter_map(Value::as_str).collect();
    let _ = writeln!(page, "\nRoster known: {}.", activated.join(", "));
    verdict(page, plain);
    sides(page, plain);
}

/// On which side of the 90 % interval the observed shares lie.
fn sides(page: &mut String, run: &Value) {
    for (country, name) in [("CHN", "China"), ("USA", "the United States")] {
        let of = rows(run, "segments").iter().filter(|row| text(row, "country") == country);
        let found: Vec<[f64; 4]> = of
            .filter_map(|row| {
                let value = |key: &str| row[key].as_f64();
                Some([value("p5")?, value("p95")?, value("observed_pct")?, value("miss_pp")?])
            })
            .collect();
        let count = |test: fn(&[f64; 4]) -> bool| found.iter().filter(|row| test(row)).count();
        let bias = found.iter().map(|row| row[3]).sum::<f64>() / found.len() as f64;
        let _ = writeln!(
            page,
            "\nShare of {name}: the observed value is below the 90 % interval in {} and above it in {} of {} segments, \
             printing aside; on average it is {} points from the median.",
            count(|row| row[2] < row[0]),
            count(|row| row[2] > row[1]),
            found.len(),
            number(&serde_json::json!(bias), 1),
        );
    }
}

/// Model against the rules, in words that follow from the numbers.
fn verdict(page: &mut String, run: &Value) {
    page.push_str("\nModel minus rule, by size, with 90 % bootstrap intervals over segments:\n\n");
    for d in rows(run, "differences") {
        let e = &d["size_weighted_mae_pp"];
        let limit = |key: &str| e[key].as_f64().unwrap_or(f64::NAN);
        let word = match (limit("low") > 0.0, limit("high") < 0.0) {
            (true, _) => "the model is worse",
            (_, true) => "the model is better",
            _ if limit("value") > 0.0 => "the model is behind, not clearly",
            _ => "the model is ahead, not clearly",
        };
        let _ = writeln!(
            page,
            "- {}, {}, {}: {} ({} to {}): {word}.",
            text(d, "country"),
            text(d, "set"),
            label(text(d, "against")),
            number(&e["value"], 2),
            number(&e["low"], 2),
            number(&e["high"], 2),
        );
    }
    let model = |key: &str, set: &str, forecast: &str| {
        let wanted = |s: &&Value| {
            (text(s, "country"), text(s, "set"), text(s, "forecast")) == ("CHN", set, forecast)
        };
        rows(run, key).iter().find(wanted).cloned().unwrap_or(Value::Null)
    };
    let agree = |forecast| model("scores_where_homes_agree", "all", forecast);
    let _ = writeln!(
        page,
        "\nIn the {} segments without a supplier that the statistic counts away from its legal home (ASM Pacific) \
         the model is off by {} points of China's share by size, the roster rule by {}, the base-year share by {}.",
        agree("model")["segments"],
        number(&agree("model")["size_weighted_mae_pp"], 2),
        number(&agree("constant-roster")["size_weighted_mae_pp"], 2),
        number(&agree("persistence")["size_weighted_mae_pp"], 2),
    );
}

fn misses(page: &mut String, run: &Value) {
    for (country, name) in [("CHN", "China"), ("USA", "the United States")] {
        let _ = write!(
            page,
            "\n## Largest misses of the share of {name}\n\nPercent; the forecast is the median with the 90 % interval.\n\n\
             | segment | {} | forecast of {} | observed | miss |\n| --- | ---: | ---: | ---: | ---: |\n",
            run["from"], run["to"]
        );
        let size = |row: &Value| row["miss_pp"].as_f64().unwrap_or(0.0).abs();
        let mut found: Vec<&Value> =
            rows(run, "segments").iter().filter(|row| text(row, "country") == country).collect();
        found.sort_by(|a, b| size(b).total_cmp(&size(a)));
        for row in found.into_iter().take(8) {
            let _ = writeln!(
                page,
                "| {} {} | {} | {} ({} to {}) | {} | {} |",
                text(row, "segment_id"),
                text(row, "name"),
                number(&row["base_pct"], 1),
                number(&row["p50"], 1),
                number(&row["p5"], 1),
                number(&row["p95"], 1),
                number(&row["observed_pct"], 1),
                number(&row["miss_pp"], 1),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_for_people() {
        assert_eq!(number(&serde_json::json!(-0.04), 1), "0.0");
        assert_eq!(number(&serde_json::json!(-1.26), 1), "\u{2212}1.3");
        assert_eq!(number(&Value::Null, 1), "");
    }
}
