//! Figures of flows: how far the leader is ahead, who replaces US products.

use sim_core::metric::Id;
use sim_core::record::Record;
use sim_core::scenario::tables::Bloc;

use super::{Scene, Words, events, times};
use crate::finding::headlines::{levels, sales};
use crate::finding::interval;
use sim_charts::{
    ChartError, Figure, Flows, Gap, Pair, flows as draw_flows, gap as draw_gap, palette,
};
use sim_stats::summary::{Summary, paired};

/// Segments of their own on the chart of substitution.
const SEGMENTS: usize = 3;

/// The best logic line outside Chinese ownership and the best Chinese-owned one.
pub(super) fn lead(scene: Scene<'_>) -> Result<Figure, ChartError> {
    let Scene { study, results, .. } = scene;
    let column = |id| results.reader.column(id, None, None);
    let columns = [column(Id::Frontier), column(Id::ChinaLogic)];
    let change = |s: &usize| Summary::told(&results.difference(*s, "lead-logic")).p50.abs();
    let best = (1..study.regimes.len()).max_by(|a, b| change(a).total_cmp(&change(b))).unwrap_or(0);
    let pair = |s: usize| {
        let levels = columns.map(|c| {
            let bands = results.series_level(s, |reader, r| reader.series(r, c));
            [
                bands.iter().map(|b| b.p5).collect(),
                bands.iter().map(|b| b.p50).collect(),
                bands.iter().map(|b| b.p95).collect(),
            ]
        });
        let lead = Summary::told(results.values(s, "lead-logic"));
        // The interval stays on one line.
        let gap = interval(&lead, 1).replace(" to ", "\u{a0}to\u{a0}");
        Pair { name: study.regimes[s].title.clone(), levels, gap: format!("lead {gap}") }
    };
    let data = Gap {
        unit: "generations".to_owned(),
        times: times(study),
        names: ["Frontier".to_owned(), "China\u{2019}s best".to_owned()],
        panels: vec![pair(0), pair(best)],
        events: events(study),
    };
    let last = |s: usize, c: usize| -> Vec<f64> {
        let end = |r: &Record| results.reader.series(r, c).last().copied().unwrap_or_default();
        results.records[s].iter().map(|r| end(r)).collect()
    };
    let change = |c: usize| paired(&last(best, c), &last(0, c));
    let titles = [scene.written(best), scene.written(0)];
    let headline = levels(titles, &change(columns[0]), &change(columns[1]));
    let bands = scene.bands();
    let n = scene.replicates();
    let words = Words {
        headline,
        subtitle: format!(
            "Highest process level of a logic line outside and under Chinese ownership, generations (28 nm = 0); medians and \
             {bands} bands, the gap shaded, its median and {bands} interval over the last year; {n} replicates"
        ),
        short: format!(
            "Highest process level of a logic line outside and under Chinese ownership, generations (28 nm = 0); medians, {bands} \
             bands; {n} replicates"
        ),
        form: "Two levels over time in two panels",
    };
    draw_gap(&scene.frame("lead", words), &data)
}

/// Who takes over what US suppliers lose with Chinese-owned buyers, by segment.
pub(super) fn substitution(scene: Scene<'_>) -> Result<Figure, ChartError> {
    let Scene { study, results, .. } = scene;
    let harsh = scene.worst();
    // Cumulated paired change by segment and bloc, run by run, USD bn of 2019.
    let sum = |r: &Record, bloc, s| {
        results.reader.yearly(r, Id::SegmentOwned, bloc, s).iter().sum::<f64>() / 1e3
    };
    let runs = || results.records[harsh].iter().zip(&results.records[0]);
    let goods: Vec<usize> =
        (0..study.segments.len()).filter(|s| study.segments[*s].goods).collect();
    let mean = |bloc, s: usize| {
        runs().map(|(a, b)| sum(a, bloc, s) - sum(b, bloc, s)).sum::<f64>() / runs().count() as f64
    };
    let mut losses: Vec<(usize, f64)> =
        goods.iter().map(|s| (*s, -mean(Bloc::Us, *s))).filter(|(_, loss)| *loss > 0.0).collect();
    losses.sort_by(|a, b| b.1.total_cmp(&a.1));
    let links_of = |(s, loss): (usize, f64)| -> Vec<f64> {
        let gains = [Bloc::China, Bloc::Third].map(|bloc| mean(bloc, s).max(0.0));
        let all: f64 = gains.iter().sum();
        let scale = if all > loss { loss / all } else { 1.0 };
        vec![gains[0] * scale, gains[1] * scale, loss - (gains[0] + gains[1]) * scale]
    };
    let mut from: Vec<String> = Vec::new();
    let mut links: Vec<Vec<f64>> = Vec::new();
    for (i, loss) in losses.iter().enumerate() {
        if i < SEGMENTS {
            from.push(study.segments[loss.0].name.clone());
            links.push(links_of(*loss));
        } else {
            if i == SEGMENTS {
                from.push(format!("{} other segments", losses.len() - SEGMENTS));
                links.push(vec![0.0; 3]);
            }
            for (to, v) in links[SEGMENTS].iter_mut().zip(links_of(*loss)) {
                *to += v;
            }
        }
    }
    if from.is_empty() {
        return Err(ChartError::Count {
            what: "segments in which US suppliers lose".to_owned(),
            count: 0,
            min: 1,
            max: study.segments.len(),
        });
    }
    let all = |r: &Record, bloc| goods.iter().map(|s| sum(r, bloc, *s)).sum::<f64>();
    let changes = [Bloc::Us, Bloc::China, Bloc::Third]
        .map(|bloc| runs().map(|(a, b)| all(a, bloc) - all(b, bloc)).collect::<Vec<f64>>());
    let headline = sales(
        "With Chinese-owned buyers",
        scene.written(harsh),
        [&changes[0], &changes[1], &changes[2]],
    );
    let data = Flows {
        unit: "USD bn".to_owned(),
        from,
        to: vec![
            ("Chinese suppliers".to_owned(), palette::CHINA),
            ("Third countries".to_owned(), palette::THIRD),
            ("Not bought".to_owned(), palette::BASELINE),
        ],
        links,
    };
    let bands = scene.bands();
    let (n, base, span) = (scene.replicates(), scene.baseline(), study.span());
    let words = Words {
        headline,
        subtitle: format!(
            "Purchases of Chinese-owned buyers {span}, USD bn (2019 dollars): mean paired difference from {base}, {n} \
             replicates; within a segment gains are set against the US loss, the rest is not bought; what is bought beyond \
             that loss is not drawn; brackets: {bands} of the runs"
        ),
        short: format!(
            "Purchases of Chinese-owned buyers {span}, USD bn (2019 dollars), mean paired difference from {base}; {n} replicates; \
             gains beyond the US loss are not drawn; brackets: {bands}"
        ),
        form: "Flows from segments to suppliers",
    };
    draw_flows(&scene.frame("substitution", words), &data)
}
