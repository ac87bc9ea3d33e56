//! What a hindcast says: scores of the model and of simple rules, the shares behind them, and the misses.
//!
//! Invariant: a constant that a rule uses for a segment was fitted without that segment.

use serde::Serialize;
use sim_core::scenario::observed::ObservedShare;

use super::scores::{Case, best_constant, coverage, mae, mean_crps, weighted_mae};
use super::{COUNTRIES, Forecast};
use sim_stats::Estimate;
use sim_stats::bootstrap::Bootstrap;

/// Resamples of segments behind the intervals of differences.
const RESAMPLES: usize = 2000;
/// Level of these intervals.
const LEVEL: f64 = 0.9;

/// Scores of one forecast. `None` where the score has no meaning: a point forecast has no interval.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// Country, ISO-3.
    pub country: &'static str,
    /// `all` scored segments, or those that are `active`: China sold something in the scored year.
    pub set: &'static str,
    /// `model`, `persistence`, `linear`, `constant` or `constant-roster`.
    pub forecast: &'static str,
    /// Number of segments.
    pub segments: usize,
    /// Mean absolute error, percentage points.
    pub mae_pp: Option<f64>,
    /// The same weighted by world sizes of the scored year.
    pub size_weighted_mae_pp: Option<f64>,
    /// Mean continuous ranked probability score, points; a point forecast's is its mean absolute error.
    pub crps_pp: Option<f64>,
    /// Share of segments whose 50 % interval holds the observed share.
    pub coverage_50: Option<f64>,
    /// The same of the 90 % interval.
    pub coverage_90: Option<f64>,
}

/// How much further off the model is than a rule, by size-weighted error: below 0 the model is closer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// Country, ISO-3.
    pub country: &'static str,
    /// `all` or `active`.
    pub set: &'static str,
    /// The rule.
    pub against: &'static str,
    /// Model minus rule, points, with the 90 % bootstrap interval over segments.
    pub size_weighted_mae_pp: Estimate,
}

/// A segment's forecast of a country's share, percent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Segment id.
    pub segment_id: String,
    /// Name of the segment.
    pub name: String,
    /// Country, ISO-3.
    pub country: &'static str,
    /// World size of the scored year, nominal USD million.
    pub world_size_usd_m: Option<f64>,
    /// Share of the base year.
    pub base_pct: f64,
    /// Whether the base year's roster lists a supplier of the country.
    pub on_base_roster: bool,
    /// Quantiles over replicates.
    pub p5: f64,
    /// 25 %.
    pub p25: f64,
    /// Median.
    pub p50: f64,
    /// 75 %.
    pub p75: f64,
    /// 95 %.
    pub p95: f64,
    /// What was observed.
    pub observed_pct: Option<f64>,
    /// Observed minus median, points.
    pub miss_pp: Option<f64>,
}

/// What was observed in a segment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Outcome {
    pub(super) share: [f64; 2],
    pub(super) size: f64,
}

/// All scores.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scored {
    /// By country, set and forecast.
    pub scores: Vec<Score>,
    /// The same over the segments in which every supplier is counted at its legal home.
    pub scores_where_homes_agree: Vec<Score>,
    /// Model against rules.
    pub differences: Vec<Difference>,
}

/// Observed shares of a segment; a country that is not listed has none.
pub(super) fn outcome(observed: &[ObservedShare], segment: &str) -> Option<Outcome> {
    let rows = || observed.iter().filter(|row| row.segment == segment);
    let size = rows().next()?.world_size_usd_m;
    // From 0: the empty sum of floats is −0.
    let share = |country: &str| {
        rows().filter(|r| r.country == country).fold(0.0, |sum, r| sum + r.share_pct)
    };
    Some(Outcome { share: COUNTRIES.map(|(c, _)| share(c)), size })
}

/// Forecasts and observed shares of both countries in all segments.
pub fn rows(forecasts: &[Forecast], observed: &[ObservedShare]) -> Vec<Row> {
    let mut rows = Vec::new();
    for (c, (country, _)) in COUNTRIES.iter().enumerate() {
        for forecast in forecasts {
            let outcome = outcome(observed, &forecast.segment);
            let case = Case {
                ensemble: forecast.ensemble[c].clone(),
                observed: outcome.map_or(f64::NAN, |o| o.share[c]),
                weight: outcome.map_or(f64::NAN, |o| o.size),
            };
            rows.push(Row {
                segment_id: forecast.segment.clone(),
                name: forecast.name.clone(),
                country,
                world_size_usd_m: outcome.map(|o| o.size),
                base_pct: forecast.base[c],
                on_base_roster: forecast.roster[c],
                p5: case.quantile(0.05),
                p25: case.quantile(0.25),
                p50: case.quantile(0.5),
                p75: case.quantile(0.75),
                p95: case.quantile(0.95),
                observed_pct: outcome.map(|o| o.share[c]),
                miss_pp: outcome.map(|_| case.miss()),
            });
        }
    }
    rows
}

/// Scores the forecasts of all segments that were observed. `None` if there is none.
pub fn score(forecasts: &[Forecast], observed: &[ObservedShare], seed: u64) -> Option<Scored> {
    let met: Vec<(&Forecast, Outcome)> = forecasts
        .iter()
        .filter_map(|forecast| Some((forecast, outcome(observed, &forecast.segment)?)))
        .collect();
    if met.is_empty() {
        return None;
    }
    let agreeing: Vec<(&Forecast, Outcome)> =
        met.iter().filter(|(forecast, _)| forecast.homes_agree).copied().collect();
    Some(Scored {
        scores: all_scores(&met),
        scores_where_homes_agree: all_scores(&agreeing),
        differences: differences(&met, seed),
    })
}

/// The segments of a set: all, or those where China sold something.
fn members(met: &[(&Forecast, Outcome)], set: &str) -> Vec<usize> {
    (0..met.len()).filter(|i| set == "all" || met[*i].1.share[0] > 0.0).collect()
}

const SETS: [&str; 2] = ["all", "active"];
const RULES: [&str; 3] = ["persistence", "constant", "constant-roster"];

fn all_scores(met: &[(&Forecast, Outcome)]) -> Vec<Score> {
    let mut scores = Vec::new();
    for (c, (country, _)) in COUNTRIES.iter().enumerate() {
        for set in SETS {
            let within = members(met, set);
            let of = |cases: &[Case]| -> Vec<Case> {
                within.iter().map(|i| cases[*i].clone()).collect()
            };
            let score = |forecast, plain: &[Case], weighted: &[Case], interval: bool| {
                let some = |x: f64| x.is_finite().then_some(x);
                let held = |p| some(coverage(plain, p)).filter(|_| interval);
                Score {
                    country,
                    set,
                    forecast,
                    segments: plain.len(),
                    mae_pp: some(mae(plain)),
                    size_weighted_mae_pp: some(weighted_mae(weighted)),
                    crps_pp: some(mean_crps(plain)),
                    coverage_50: held(0.5),
                    coverage_90: held(0.9),
                }
            };
            let model = of(&ensemble(met, c));
            scores.push(score("model", &model, &model, true));
            for rule in RULES {
                let cases = |by_size| of(&points(met, c, rule, by_size));
                scores.push(score(rule, &cases(false), &cases(true), false));
            }
            // From the base year there is one table, and a line needs two.
            let line = if met.iter().all(|(forecast, _)| forecast.line.is_some()) {
                of(&points(met, c, "linear", false))
            } else {
                Vec::new()
            };
            let segments = within.len();
            scores.push(Score { segments, ..score("linear", &line, &line, false) });
        }
    }
    scores
}

fn ensemble(met: &[(&Forecast, Outcome)], c: usize) -> Vec<Case> {
    let case = |(forecast, outcome): &(&Forecast, Outcome)| Case {
        ensemble: forecast.ensemble[c].clone(),
        observed: outcome.share[c],
        weight: outcome.size,
    };
    met.iter().map(case).collect()
}

/// A rule's forecasts. Constants have the least error on all other segments, or on those of other folds, weighted by size
/// or not, so that each score meets the constant that is best for it.
fn points(met: &[(&Forecast, Outcome)], c: usize, rule: &str, by_size: bool) -> Vec<Case> {
    let fitted = |i: usize, only_roster: bool| {
        let others: Vec<(f64, f64)> = met
            .iter()
            .enumerate()
            .filter(|(j, (forecast, _))| {
                let unseen = *j != i && (forecast.fold.is_none() || forecast.fold != met[i].0.fold);
                unseen && (!only_roster || forecast.roster[c])
            })
            .map(|(_, (_, outcome))| (outcome.share[c], if by_size { outcome.size } else { 1.0 }))
            .collect();
        best_constant(&others)
    };
    met.iter()
        .enumerate()
        .map(|(i, (forecast, outcome))| {
            let value = match rule {
                "persistence" => forecast.base[c],
                "linear" => forecast.line.map_or(f64::NAN, |line| line[c]),
                "constant" => fitted(i, false),
                _ if forecast.roster[c] => fitted(i, true),
                _ => 0.0,
            };
            Case { ensemble: vec![value], observed: outcome.share[c], weight: outcome.size }
        })
        .collect()
}

/// Paired differences of the size-weighted errors; the constants are those of the folds, not fitted anew.
fn differences(met: &[(&Forecast, Outcome)], seed: u64) -> Vec<Difference> {
    let bootstrap = Bootstrap { resamples: RESAMPLES, level: LEVEL, seed };
    let mut found = Vec::new();
    for (c, (country, _)) in COUNTRIES.iter().enumerate() {
        let model = ensemble(met, c);
        for set in SETS {
            let within = members(met, set);
            for against in RULES {
                let rule = points(met, c, against, true);
                let difference = |places: &[usize]| {
                    let (mut sum, mut weight) = (0.0, 0.0);
                    for i in places.iter().map(|place| within[*place]) {
                        sum += model[i].weight * (model[i].miss().abs() - rule[i].miss().abs());
                        weight += model[i].weight;
                    }
                    sum / weight
                };
                let every: Vec<usize> = (0..within.len()).collect();
                let value = difference(&every);
                let size_weighted_mae_pp = bootstrap.interval(value, within.len(), difference);
                found.push(Difference { country, set, against, size_weighted_mae_pp });
            }
        }
    }
    found
}

/// The scored segments in which the model misses a country most, largest first.
pub fn worst<'a>(rows: &'a [Row], country: &str, count: usize) -> Vec<&'a Row> {
    let mut found: Vec<&Row> =
        rows.iter().filter(|r| r.country == country && r.miss_pp.is_some()).collect();
    let size = |row: &Row| row.miss_pp.map_or(0.0, f64::abs);
    found.sort_by(|a, b| size(b).total_cmp(&size(a)));
    found.truncate(count);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forecast(segment: &str, base: f64, roster: bool, ensemble: &[f64]) -> Forecast {
        Forecast {
            segment: segment.to_owned(),
            name: segment.to_owned(),
            base: [base, 100.0 - base],
            line: None,
            roster: [roster, true],
            homes_agree: segment != "D",
            slot: 0,
            fold: None,
            ensemble: [ensemble.to_vec(), ensemble.iter().map(|x| 100.0 - x).collect()],
        }
    }

    fn observed(rows: &[(&str, f64, f64)]) -> Vec<ObservedShare> {
        let row = |(segment, share, size): &(&str, f64, f64)| ObservedShare {
            segment: (*segment).to_owned(),
            country: "CHN".to_owned(),
            share_pct: *share,
            year: 2024,
            world_size_usd_m: *size,
        };
        rows.iter().map(row).collect()
    }

    /// Four segments: three with a Chinese supplier, one in which China sold nothing, one that nobody observed.
    fn example() -> (Vec<Forecast>, Vec<ObservedShare>) {
        let forecasts = vec![
            forecast("A", 1.0, true, &[2.0, 4.0, 6.0]),
            forecast("B", 3.0, true, &[5.0, 7.0, 9.0]),
            forecast("C", 0.0, false, &[0.0, 0.0, 3.0]),
            forecast("D", 10.0, true, &[8.0, 10.0, 30.0]),
            forecast("E", 50.0, true, &[50.0]),
        ];
        let table = [("A", 8.0, 100.0), ("B", 10.0, 300.0), ("C", 0.0, 500.0), ("D", 20.0, 100.0)];
        (forecasts, observed(&table))
    }

    fn find<'a>(scores: &'a [Score], country: &str, set: &str, forecast: &str) -> &'a Score {
        let wanted = |s: &&Score| (s.country, s.set, s.forecast) == (country, set, forecast);
        scores.iter().find(wanted).unwrap()
    }

    #[test]
    fn scores_of_a_hand_computed_case() {
        let (forecasts, table) = example();
        let scored = score(&forecasts, &table, 1).unwrap();
        let of = |set, forecast| find(&scored.scores, "CHN", set, forecast);
        // Misses of the medians: 4, 3, 0, 10.
        let model = of("all", "model");
        assert_eq!((model.segments, model.mae_pp), (4, Some(4.25)));
        assert_eq!(model.size_weighted_mae_pp, Some((400.0 + 900.0 + 1000.0) / 1000.0));
        // 90 % intervals: 2.2–5.8, 5.2–8.8, 0–2.7, 8.2–28; 50 %: 3–5, 6–8, 0–1.5, 9–20.
        assert_eq!((model.coverage_50, model.coverage_90), (Some(0.5), Some(0.5)));
        assert_eq!(of("active", "model").mae_pp, Some(17.0 / 3.0));
        // Persistence misses 7, 7, 0, 10.
        assert_eq!(of("all", "persistence").mae_pp, Some(6.0));
        assert_eq!(of("all", "persistence").crps_pp, Some(6.0));
        assert_eq!(of("all", "persistence").coverage_90, None);
        let linear = of("all", "linear");
        assert_eq!((linear.segments, linear.mae_pp, linear.crps_pp), (4, None, None));
    }

    #[test]
    fn constants_are_fitted_without_the_segment_they_forecast() {
        let (forecasts, table) = example();
        let scored = score(&forecasts, &table, 1).unwrap();
        let of = |forecast| find(&scored.scores, "CHN", "all", forecast);
        // Medians of the other three: 10 for A, 8 for B, 10 for C, 8 for D.
        assert_eq!(of("constant").mae_pp, Some((2.0 + 2.0 + 10.0 + 12.0) / 4.0));
        // Of the other two on the roster: 15 for A, 14 for B, 9 for D; 0 for C.
        assert_eq!(of("constant-roster").mae_pp, Some((7.0 + 4.0 + 0.0 + 11.0) / 4.0));
        // By size: B alone has most of what A and D leave; A and D weigh the same without B.
        let weighted = (100.0 * 2.0 + 300.0 * 4.0 + 100.0 * 10.0) / 1000.0;
        assert_eq!(of("constant-roster").size_weighted_mae_pp, Some(weighted));
    }

    #[test]
    fn differences_are_paired_and_sets_are_kept_apart() {
        let (forecasts, table) = example();
        let scored = score(&forecasts, &table, 1).unwrap();
        let wanted =
            |d: &&Difference| (d.country, d.set, d.against) == ("CHN", "all", "persistence");
        let found = scored.differences.iter().find(wanted).unwrap().size_weighted_mae_pp;
        assert!((found.value - (2.3 - 3.8)).abs() < 1e-12);
        assert!(found.low <= found.value && found.value <= found.high && found.low < found.high);
        let agreeing = find(&scored.scores_where_homes_agree, "CHN", "all", "model");
        assert_eq!((agreeing.segments, agreeing.mae_pp), (3, Some(7.0 / 3.0)));
        assert!(score(&forecasts, &[], 1).is_none());
    }

    #[test]
    fn the_worst_misses_come_first_and_unobserved_segments_do_not_come() {
        let (forecasts, table) = example();
        let rows = rows(&forecasts, &table);
        assert_eq!(rows.len(), 10);
        let ids: Vec<&str> =
            worst(&rows, "CHN", 9).iter().map(|row| row.segment_id.as_str()).collect();
        assert_eq!(ids, ["D", "A", "B", "C"]);
    }
}
