//! Share panels: where does the US share in China go first?

use sim_core::metric::Id;
use sim_core::record::Record;
use sim_core::scenario::tables::Bloc;

use super::{Scene, Words, enough_years, events, of_whole_years, part_years, whole_years};
use crate::finding::headlines::{Change, share_change};
use crate::outcome::Reader;
use crate::results::Results;
use crate::study::Study;
use sim_charts::{ChartError, Figure, Series, SharePanel, SharePanels, share_panels};
use sim_stats::summary::Summary;

/// Panels of the chart, and in a column.
const SEGMENTS: (usize, usize) = (8, 4);
/// Segments whose US base share is below this are left out: there is nothing to design out.
const LEAST_US_SHARE: f64 = 0.02;

/// US share of Chinese-owned purchases by segment, yearly.
pub(super) fn draw(scene: Scene<'_>) -> Result<Figure, ChartError> {
    let Scene { study, results, size } = scene;
    enough_years(study)?;
    let mut chosen = largest_segments(study, results);
    let all = changes(study, results, &chosen);
    let (first, headline) = share_change(study, &all);
    let fall = first.map(|place| &all[place]);
    // The baseline and the regime of the headline come first: they carry the bands.
    let drawn = scene.shown_with(fall.map(|f| f.regime).as_slice());
    chosen.truncate(size.choose(SEGMENTS.0, SEGMENTS.1));
    // The segment of the headline is seen.
    if let (Some(fall), Some(last)) = (fall, chosen.len().checked_sub(1))
        && !chosen.contains(&fall.segment)
    {
        chosen[last] = fall.segment;
    }
    let mut order: Vec<(usize, usize)> =
        std::iter::once(0).chain(drawn.iter().copied()).enumerate().collect();
    order.sort_by_key(|(_, s)| (*s != 0, fall.is_none_or(|f| f.regime != *s)));
    let panels: Vec<SharePanel> = chosen
        .iter()
        .map(|segment| SharePanel {
            name: study.segments[*segment].name.clone(),
            series: order.iter().map(|s| share_series(study, results, *s, *segment)).collect(),
        })
        .collect();
    let data = SharePanels {
        unit: "%".to_owned(),
        times: whole_years(study),
        panels,
        events: events(study),
    };
    let (n, segments, left_out) = (scene.replicates(), chosen.len(), scene.left_out(&drawn));
    let part = part_years(study);
    let bands = scene.bands();
    let sized = match &study.trunk {
        Some(_) => (study.whole_years().start + sized_in(study) as i32).to_string(),
        None => "the first year".to_owned(),
    };
    let words = Words {
        headline,
        subtitle: format!(
            "US share of the purchases of Chinese-owned buyers by segment and year, %; the {segments} largest segments by US \
             sales to them in {sized}; {n} paired replicates{left_out}; medians, {bands} bands{part}"
        ),
        short: format!(
            "US share of Chinese-owned buyers\u{2019} purchases, %, {segments} large segments; medians, {bands} bands; {n} paired \
             replicates{left_out}{part}"
        ),
        form: "Small line charts, one for each segment, of the US share under each regime",
    };
    share_panels(&scene.frame("share-panels", words), &data)
}

/// US share of Chinese-owned purchases in a segment in each whole year, percent.
fn yearly_share(study: &Study, reader: &Reader, record: &Record, segment: usize) -> Vec<f64> {
    let [us, china, third] = purchases(study, reader, record, segment);
    (0..us.len())
        .map(|y| {
            let all = us[y] + china[y] + third[y];
            if all > 0.0 { 100.0 * us[y] / all } else { 0.0 }
        })
        .collect()
}

/// Purchases of Chinese-owned buyers in a segment by bloc of the supplier in each whole year, USD million of 2019.
fn purchases(study: &Study, reader: &Reader, record: &Record, segment: usize) -> [Vec<f64>; 3] {
    Bloc::ALL
        .map(|bloc| of_whole_years(study, &reader.yearly(record, Id::SegmentOwned, bloc, segment)))
}

/// The series of a scenario, drawn in a style.
fn share_series(
    study: &Study,
    results: &Results,
    (style, scenario): (usize, usize),
    segment: usize,
) -> Series {
    let bands = results.series_level(scenario, |reader, r| yearly_share(study, reader, r, segment));
    let line = |f: &dyn Fn(&Summary) -> f64| bands.iter().map(f).collect();
    Series {
        name: study.regimes[scenario].title.clone(),
        style,
        p05: line(&|b| b.p5),
        p50: line(&|b| b.p50),
        p95: line(&|b| b.p95),
    }
}

/// Segments by US sales to Chinese-owned buyers in the first whole year of the baseline, or in the last before scenarios
/// part, largest first; services and segments without a US share to lose are left out.
fn largest_segments(study: &Study, results: &Results) -> Vec<usize> {
    let segments = study.segments.len();
    let mut sales = vec![0.0; segments];
    let mut share = vec![0.0; segments];
    let year = sized_in(study);
    for record in &results.records[0] {
        for (s, (sales, share)) in sales.iter_mut().zip(&mut share).enumerate() {
            let [us, china, third] =
                purchases(study, &results.reader, record, s).map(|years| years[year]);
            *sales += us;
            *share += us / (us + china + third).max(f64::MIN_POSITIVE);
        }
    }
    let runs = results.replicates().max(1) as f64;
    let mut order: Vec<usize> = (0..segments)
        .filter(|s| {
            let goods = study.segments[*s].goods;
            goods && share[*s] / runs > LEAST_US_SHARE
        })
        .collect();
    order.sort_by(|a, b| sales[*b].total_cmp(&sales[*a]));
    order.truncate(SEGMENTS.0);
    order
}

/// The year by whose sales segments are chosen, counted from the first whole one.
fn sized_in(study: &Study) -> usize {
    let (whole, told) = (study.whole_years(), study.told_years());
    let last = (told.start - 1).clamp(whole.start, whole.end - 1);
    if study.trunk.is_some() { (last - whole.start) as usize } else { 0 }
}

/// The change of the US share against the baseline by the last whole year, for each regime and segment.
fn changes(study: &Study, results: &Results, chosen: &[usize]) -> Vec<Change> {
    let change = |regime: usize, segment: usize| {
        let last = |r: &Record| {
            yearly_share(study, &results.reader, r, segment).last().copied().unwrap_or_default()
        };
        let pairs = results.records[regime].iter().zip(&results.records[0]);
        Change { regime, segment, differences: pairs.map(|(a, b)| last(a) - last(b)).collect() }
    };
    let pairs = (1..study.regimes.len()).flat_map(|s| chosen.iter().map(move |k| (s, *k)));
    pairs.map(|(s, k)| change(s, k)).collect()
}
