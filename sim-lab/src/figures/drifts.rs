//! Drifts: what does the model not explain? From the JSON of a hindcast whose runs are led through an observed year.

use sim_core::scenario::param::Grade;

use super::backcast::{Hindcast, Row, sources};
use super::{Words, growing};
use crate::finding::tested::{Tally, unexplained};
use crate::standing::Unexplained;
use sim_charts::{ChartError, Drifting, Drifts, Figure, Size, drifts as draw_drifts, palette};

/// Segments on the chart, and in a column.
const ROWS: (usize, usize) = (18, 9);

/// A share below this prints as nothing, percent: how far down it went is not known.
const PRINTED: f64 = 0.5;

/// A segment's name with the drifts of China's and of US makers, where their shares are printed.
type Pair<'a> = (&'a str, [Option<&'a Unexplained>; 2]);

/// Draws the drifts that lead runs to the observed year, by segment.
///
/// # Errors
/// [`ChartError`].
pub(super) fn drifts(hindcast: &Hindcast, size: Size) -> Result<Figure, ChartError> {
    growing(size, |size| draw(hindcast, size))
}

fn draw(hindcast: &Hindcast, size: Size) -> Result<Figure, ChartError> {
    let mut pairs = pairs(hindcast);
    let all = pairs.len();
    let headline = unexplained(hindcast.from, [tally(&pairs, 0), tally(&pairs, 1)]);
    let furthest =
        |(_, of): &Pair| of.iter().flatten().map(|drift| drift.p50.abs()).fold(0.0, f64::max);
    pairs.sort_by(|a, b| furthest(b).total_cmp(&furthest(a)));
    pairs.truncate(size.choose(ROWS.0, ROWS.1));
    let panel = |place: usize, name: &str, colour| Drifting {
        name: name.to_owned(),
        colour,
        quantiles: pairs.iter().map(|(_, of)| of[place].map(|u| [u.p5, u.p50, u.p95])).collect(),
    };
    let data = Drifts {
        rows: pairs.iter().map(|(name, _)| (*name).to_owned()).collect(),
        panels: vec![
            panel(0, "China\u{2019}s makers, logits", palette::CHINA),
            panel(1, "US makers, logits", palette::US),
        ],
    };
    let words = Words {
        headline,
        subtitle: format!(
            "Drift of the unexplained utility from the base year to {}, by which runs stand at the observed shares; logits (0.7 \
             doubles the odds of being chosen); no dot where a share prints as nothing; the {} of {all} segments with the \
             largest; {} replicates",
            hindcast.from,
            pairs.len(),
            hindcast.replicates
        ),
        short: format!(
            "Drift of the unexplained utility to {}, logits (0.7 doubles the odds); the {} largest of {all} segments; {} \
             replicates",
            hindcast.from,
            pairs.len(),
            hindcast.replicates
        ),
        form: "Intervals of drifts around zero, one row for each segment, one panel for each country",
    };
    let frame = words.frame("drifts", size, sources(hindcast, "drifts"), Grade::Measured);
    draw_drifts(&frame, &data)
}

/// The segments in which one of them has a printed share, by name.
fn pairs(hindcast: &Hindcast) -> Vec<Pair<'_>> {
    let of = |row: &Row| {
        ["CHN", "USA"].map(|country| {
            let mine = |u: &&Unexplained| u.segment_id == row.segment_id && u.country == country;
            hindcast.unexplained.iter().find(mine).filter(|u| u.observed_pct >= PRINTED)
        })
    };
    let china = hindcast.segments.iter().filter(|row| row.country == "CHN");
    let pairs = china.map(|row| (row.name.as_str(), of(row)));
    pairs.filter(|(_, of)| of.iter().any(Option::is_some)).collect()
}

/// How many of the shares stood clearly higher than the model explains, and clearly lower.
fn tally(pairs: &[Pair<'_>], place: usize) -> Tally {
    let drifts = || pairs.iter().filter_map(|(_, of)| of[place]);
    Tally {
        of: drifts().count(),
        higher: drifts().filter(|drift| drift.p5 > 0.0).count(),
        lower: drifts().filter(|drift| drift.p95 < 0.0).count(),
    }
}
