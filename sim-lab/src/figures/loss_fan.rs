//! Loss fan: how much US revenue is lost against no control, and when?

use sim_core::record::Record;
use sim_core::scenario::tables::Bloc;

use super::{baseline, events, left_out, mark, shown, source_line, times};
use crate::chart::{ChartError, FanPanel, Figure, Frame, LossFan, loss_fan};
use crate::finding;
use crate::outcome::Reader;
use crate::results::Results;
use crate::stats::Summary;
use crate::study::Study;

/// Cumulative paired difference of US suppliers' world revenue.
pub(super) fn draw(study: &Study, results: &Results) -> Result<Figure, ChartError> {
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
    let shown = shown(study, results);
    let panels = shown
        .iter()
        .enumerate()
        .map(|(place, &s)| {
            let bands = results.series_difference(s, cumulative);
            let line = |f: &dyn Fn(&Summary) -> f64| bands.iter().map(f).collect();
            FanPanel {
                name: study.regimes[s].title.clone(),
                style: place + 1,
                p05: line(&|b| b.p5),
                p25: line(&|b| b.p25),
                p50: line(&|b| b.p50),
                p75: line(&|b| b.p75),
                p95: line(&|b| b.p95),
                end_values: results.difference(s, "us-revenue-world"),
            }
        })
        .collect();
    let data =
        LossFan { unit: "USD bn".to_owned(), times: times(study), panels, events: events(study) };
    let headline = finding::cost(study, results);
    let frame = Frame {
        id: "loss-fan".to_owned(),
        subtitle: format!(
            "Cumulative difference of US suppliers\u{2019} world revenue from the same draw under \
             {}, USD bn ({}), tools, materials, software and IP; {} paired replicates{}; median, 50 % and \
             90 % bands",
            baseline(study),
            results.dollars.label(),
            results.replicates(),
            left_out(study, &shown)
        ),
        alt: format!(
            "Fan chart, one panel for each regime, of the cumulative change in US suppliers' revenue. {headline}."
        ),
        headline,
        source_line: source_line(study, results, "loss-fan"),
        stamp: mark(study),
    };
    loss_fan(&frame, &data)
}
