//! Loss fan: how much US revenue is lost against the baseline, and when?

use sim_core::record::Record;
use sim_core::scenario::tables::Bloc;

use super::{Scene, Words, events, times};
use crate::finding::{TOOLS, named, overall};
use crate::outcome::Reader;
use sim_charts::{ChartError, FanPanel, Figure, LossFan, loss_fan};
use sim_stats::summary::Summary;

/// Cumulative paired difference of US suppliers' world revenue.
pub(super) fn draw(scene: Scene<'_>) -> Result<Figure, ChartError> {
    let Scene { study, results, .. } = scene;
    let (before, drawn) = (study.before(), study.drawn_from());
    let cumulative = |reader: &Reader, record: &Record| -> Vec<f64> {
        let mut sum = 0.0;
        let revenue = reader.revenue(record, Bloc::Us, &Bloc::ALL);
        let told = revenue.into_iter().enumerate().skip(drawn);
        told.map(|(t, v)| {
            sum += if t < before { 0.0 } else { v / 1e3 };
            sum
        })
        .collect()
    };
    let shown = scene.shown_with(&named(study, results, &TOOLS));
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
    let times = times(study).split_off(drawn);
    let data = LossFan { unit: "USD bn".to_owned(), times, panels, events: events(study) };
    let (n, base, dollars) = (scene.replicates(), scene.baseline(), results.dollars.label());
    let left_out = scene.left_out(&shown);
    let from = scene.counted_from();
    let bands = scene.bands();
    let words = Words {
        headline: overall(study, results, &TOOLS),
        subtitle: format!(
            "Cumulative difference of US makers\u{2019} world revenue from the same draw under {base}{from}, USD bn ({dollars}): \
             tools, materials, software and IP, chips apart; {n} paired replicates{left_out}; median, 50 % and {bands} bands"
        ),
        short: format!(
            "World revenue of US makers of tools, materials, software and IP, chips apart: cumulative difference from \
             {base}{from}, USD bn ({dollars}); {n} paired replicates{left_out}; {bands} bands"
        ),
        form: "Fan chart, one panel for each regime, of the cumulative change in US makers' revenue",
    };
    loss_fan(&scene.frame("loss-fan", words), &data)
}
