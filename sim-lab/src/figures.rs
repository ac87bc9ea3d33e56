//! The figures of a comparison: which numbers of the results go on which chart, and what it says.

use sim_core::metric::Id;
use sim_core::record::Record;
use sim_core::scenario::Scenario;
use sim_core::scenario::measure::Salience;
use sim_core::scenario::param::{Grade, Prior};
use sim_core::scenario::tables::Bloc;

use crate::chart::{
    ChartError, Event, FanPanel, Figure, Frame, LossFan, Series, SharePanel, SharePanels, loss_fan,
    share_panels,
};
use crate::experiment::Design;
use crate::finding;
use crate::outcome::Reader;
use crate::results::Results;
use crate::stats::Summary;

/// Panels of the share chart.
const SEGMENTS: usize = 8;
/// Scenarios on one chart.
const MOST_SERIES: usize = 7;
/// Segments whose US base share is below this are left out: there is nothing to design out.
const LEAST_US_SHARE: f64 = 0.02;

/// Draws the charts of a comparison. `hash` is the hash of its scenarios, for the source line.
///
/// # Errors
/// [`ChartError`].
pub fn draw(design: &Design, results: &Results, hash: &str) -> Result<Vec<Figure>, ChartError> {
    if design.scenarios.len() < 2 {
        return Ok(Vec::new());
    }
    Ok(vec![fan(design, results, hash)?, shares(design, results, hash)?])
}

/// Cumulative paired difference of US suppliers' world revenue.
fn fan(design: &Design, results: &Results, hash: &str) -> Result<Figure, ChartError> {
    let cumulative = |reader: &Reader, record: &Record| -> Vec<f64> {
        let mut sum = 0.0;
        reader
            .revenue(record, Bloc::Us, &Bloc::ALL)
            .into_iter()
            .map(|v| {
                sum += v / 1e3;
                sum
            })
            .collect()
    };
    let panels = (1..design.scenarios.len().min(MOST_SERIES))
        .map(|s| {
            let bands = results.series_difference(s, cumulative);
            let line = |f: &dyn Fn(&Summary) -> f64| bands.iter().map(f).collect();
            FanPanel {
                name: design.scenarios[s].title.clone(),
                style: s,
                p05: line(&|b| b.p5),
                p25: line(&|b| b.p25),
                p50: line(&|b| b.p50),
                p75: line(&|b| b.p75),
                p95: line(&|b| b.p95),
                end_values: results.difference(s, "us-revenue-world"),
            }
        })
        .collect();
    let data = LossFan {
        unit: "USD bn".to_owned(),
        times: times(&design.scenarios[0]),
        panels,
        events: events(design),
    };
    let headline = finding::cost(design, results);
    let frame = Frame {
        id: "loss-fan".to_owned(),
        subtitle: format!(
            "Cumulative difference of US suppliers\u{2019} world revenue from the same draw under \
             {}, USD bn ({}), tools, materials, software and IP; {} paired replicates; median, 50 % and \
             90 % bands",
            baseline(design),
            results.dollars.label(),
            results.replicates()
        ),
        alt: format!(
            "Fan chart, one panel for each regime, of the cumulative change in US suppliers' revenue. {headline}."
        ),
        headline,
        source_line: source_line(design, hash),
        watermark: None,
    };
    loss_fan(&frame, &data)
}

/// US share of Chinese-owned purchases by segment, yearly.
fn shares(design: &Design, results: &Results, hash: &str) -> Result<Figure, ChartError> {
    let chosen = largest_segments(design, results);
    let fall = largest_fall(design, results, &chosen);
    // The baseline and the regime of the headline come first: they carry the bands.
    let mut order: Vec<usize> = (0..design.scenarios.len().min(MOST_SERIES)).collect();
    order.sort_by_key(|s| (*s != 0, fall.as_ref().is_none_or(|f| f.scenario != *s)));
    let years = design.scenarios[0].end.year() - design.scenarios[0].start.year() + 1;
    let panels: Vec<SharePanel> = chosen
        .iter()
        .map(|segment| SharePanel {
            name: design.structure().segments[*segment].row.name.clone(),
            series: order.iter().map(|s| share_series(design, results, *s, *segment)).collect(),
        })
        .collect();
    let data = SharePanels {
        unit: "%".to_owned(),
        times: (0..years).map(|y| f64::from(design.scenarios[0].start.year() + y) + 0.5).collect(),
        panels,
        events: events(design),
    };
    let headline = share_headline(design, fall.as_ref());
    let frame = Frame {
        id: "share-panels".to_owned(),
        subtitle: format!(
            "US share of the purchases of Chinese-owned buyers by segment and year, %; the {} largest \
             segments by US sales to them in the first year; {} paired replicates; medians, 90 % bands",
            data.panels.len(),
            results.replicates()
        ),
        alt: format!(
            "Small line charts, one for each segment, of the US share under each regime. {headline}."
        ),
        headline,
        source_line: source_line(design, hash),
        watermark: None,
    };
    share_panels(&frame, &data)
}

/// Yearly US share of Chinese-owned purchases in a segment, percent.
fn yearly_share(reader: &Reader, record: &Record, segment: usize) -> Vec<f64> {
    let [us, china, third] =
        Bloc::ALL.map(|bloc| reader.yearly(record, Id::SegmentOwned, bloc, segment));
    (0..us.len())
        .map(|y| {
            let all = us[y] + china[y] + third[y];
            if all > 0.0 { 100.0 * us[y] / all } else { 0.0 }
        })
        .collect()
}

fn share_series(design: &Design, results: &Results, scenario: usize, segment: usize) -> Series {
    let bands = results.series_level(scenario, |reader, r| yearly_share(reader, r, segment));
    let line = |f: &dyn Fn(&Summary) -> f64| bands.iter().map(f).collect();
    Series {
        name: design.scenarios[scenario].title.clone(),
        style: scenario,
        p05: line(&|b| b.p5),
        p50: line(&|b| b.p50),
        p95: line(&|b| b.p95),
    }
}

/// Segments by US sales to Chinese-owned buyers in the first year of the baseline, largest first; services
/// and segments without a US share to lose are left out.
fn largest_segments(design: &Design, results: &Results) -> Vec<usize> {
    let segments = design.structure().segments.len();
    let mut sales = vec![0.0; segments];
    let mut share = vec![0.0; segments];
    for record in &results.records[0] {
        for (s, (sales, share)) in sales.iter_mut().zip(&mut share).enumerate() {
            let [us, china, third] =
                Bloc::ALL.map(|bloc| results.reader.yearly(record, Id::SegmentOwned, bloc, s)[0]);
            *sales += us;
            *share += us / (us + china + third).max(f64::MIN_POSITIVE);
        }
    }
    let runs = results.replicates().max(1) as f64;
    let mut order: Vec<usize> = (0..segments)
        .filter(|s| {
            let goods = design.structure().segments[*s].row.is_goods();
            goods && share[*s] / runs > LEAST_US_SHARE
        })
        .collect();
    order.sort_by(|a, b| sales[*b].total_cmp(&sales[*a]));
    order.truncate(SEGMENTS);
    order
}

/// The regime and segment in which the US share falls most against the baseline by the end.
struct Fall {
    scenario: usize,
    segment: usize,
    difference: Summary,
}

fn largest_fall(design: &Design, results: &Results, chosen: &[usize]) -> Option<Fall> {
    let fall = |scenario: usize, segment: usize| {
        let last = |r: &Record| {
            yearly_share(&results.reader, r, segment).last().copied().unwrap_or_default()
        };
        let pairs = results.records[scenario].iter().zip(&results.records[0]);
        let differences: Vec<f64> = pairs.map(|(a, b)| last(a) - last(b)).collect();
        Fall { scenario, segment, difference: Summary::of(&differences) }
    };
    (1..design.scenarios.len())
        .flat_map(|s| chosen.iter().map(move |k| (s, *k)))
        .map(|(s, k)| fall(s, k))
        .min_by(|a, b| a.difference.p50.total_cmp(&b.difference.p50))
}

fn share_headline(design: &Design, fall: Option<&Fall>) -> String {
    let year = design.scenarios[0].end.year();
    match fall {
        Some(Fall { scenario, segment, difference }) if difference.p95 < 0.0 => format!(
            "The US share falls most in {} under {}: by {} percentage points in {year} against {} \
             (5\u{2013}95 %: {} to {})",
            finding::inside(&design.structure().segments[*segment].row.name),
            finding::inside(&design.scenarios[*scenario].title),
            finding::number(-difference.p50, 0),
            baseline(design),
            finding::number(-difference.p95, 0),
            finding::number(-difference.p5, 0)
        ),
        _ => format!(
            "No regime makes a clear difference to the US share of any of these segments by {year}"
        ),
    }
}

fn times(scenario: &Scenario) -> Vec<f64> {
    (0..scenario.quarters()).map(|t| scenario.start.plus(t as i32).mid_year()).collect()
}

/// The announcements of salient measures of all scenarios, one rule for a quarter.
fn events(design: &Design) -> Vec<Event> {
    let mut quarters: Vec<_> = design
        .scenarios
        .iter()
        .skip(1)
        .flat_map(|s| &s.measures)
        .filter(|m| matches!(m.salience, Salience::Sector))
        .map(|m| m.announced)
        .collect();
    quarters.sort();
    quarters.dedup();
    quarters
        .into_iter()
        .map(|q| Event {
            time: f64::from(q.year()) + f64::from(q.of_year() - 1) / 4.0,
            label: q.to_string(),
        })
        .collect()
}

fn baseline(design: &Design) -> String {
    finding::inside(&design.scenarios[0].title)
}

/// The lowest grade among the parameters that are drawn, and how many have it.
fn lowest_grade(scenario: &Scenario) -> (Grade, usize) {
    let drawn = || scenario.parameters.iter().filter(|p| p.prior != Prior::Fixed);
    let lowest = drawn().map(|p| p.grade).min().unwrap_or(Grade::Measured);
    (lowest, drawn().filter(|p| p.grade == lowest).count())
}

/// Program, scenario hash, seed, data and their grades.
fn source_line(design: &Design, hash: &str) -> String {
    let (grade, count) = lowest_grade(&design.scenarios[0]);
    let drawn = design.scenarios[0].parameters.iter().filter(|p| p.prior != Prior::Fixed).count();
    // The figures are about tools, materials, software and IP.
    let goods = || design.structure().segments.iter().filter(|s| s.row.is_goods());
    let total: f64 = goods().map(|s| s.row.size_2019_usd_m).sum();
    let measured: f64 = goods()
        .filter(|s| s.row.size_grade == Grade::Measured)
        .map(|s| s.row.size_2019_usd_m)
        .sum();
    format!(
        "Source: Chokepoint {}, scenarios {}, seed {}. Market shares 2019: ETO/CSET (CC BY-NC 4.0). \
         Grades: market sizes measured for {} % of the money; {count} of {drawn} drawn parameters \u{201c}{grade}\u{201d}. \
         A model, not a forecast.",
        env!("CARGO_PKG_VERSION"),
        &hash[..8.min(hash.len())],
        design.seed,
        finding::number(100.0 * measured / total, 0),
    )
}
