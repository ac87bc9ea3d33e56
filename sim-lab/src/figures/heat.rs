//! Which regime does what: regimes by outcomes.

use super::contrasts::{spec, three};
use super::{Scene, Words};
use crate::finding::headlines::cells;
use sim_charts::{ChartError, Figure, Heat, heat as draw_heat};

const COLUMNS: [&str; 6] =
    ["us-revenue-world", "us-share", "domestic-share", "lead-logic", "leverage", "us-belief"];
/// In a column.
const FEW: [&str; 3] = ["us-revenue-world", "us-share", "lead-logic"];
/// Most rows, and in a column.
const ROWS: (usize, usize) = (10, 6);

/// Paired differences of each regime in several outcomes.
pub(super) fn draw(scene: Scene<'_>) -> Result<Figure, ChartError> {
    let Scene { study, results, size } = scene;
    let columns: &[&str] = size.choose(&COLUMNS, &FEW);
    let regimes = 1..study.regimes.len().min(1 + size.choose(ROWS.0, ROWS.1));
    let shown = regimes.len();
    let data = Heat {
        columns: columns
            .iter()
            .map(|id| (format!("{}, {}", spec(id).name, spec(id).unit), spec(id).decimals))
            .collect(),
        rows: regimes
            .map(|s| {
                let cells = columns.iter().map(|id| Some(three(&results.difference(s, id))));
                (study.regimes[s].title.clone(), cells.collect())
            })
            .collect(),
        alike: false,
    };
    // What every size shows.
    let first = 1..study.regimes.len().min(1 + ROWS.1);
    let main: Vec<[f64; 3]> = first
        .clone()
        .flat_map(|s| FEW.iter().map(move |id| three(&results.difference(s, id))))
        .collect();
    let whose = match (first.len(), study.regimes.len() - 1) {
        (1, 1) => "the regime".to_owned(),
        (shown, all) if shown == all => "the regimes".to_owned(),
        (shown, _) => format!("the first {shown} regimes"),
    };
    let what = format!(
        "effects of {whose} on US makers\u{2019} revenue, the US share and the lead in logic"
    );
    let (n, base, dollars) = (scene.replicates(), scene.baseline(), results.dollars.label());
    let of = match study.regimes.len() - 1 {
        all if all == shown => String::new(),
        all => format!("; the first {shown} of {all} regimes"),
    };
    let (span, end) = (study.span(), study.end_words());
    let words = Words {
        headline: cells(&what, &main),
        subtitle: format!(
            "Paired differences from {base}: medians, with 5 % and 95 % quantiles below; money {span} in {dollars}, all else \
             at the end of {end}; {n} paired replicates{of}. Levers within a regime: draw this figure of a sweep with levers"
        ),
        short: format!(
            "Paired differences from {base}: medians, 5 % to 95 % below; money {span} in {dollars}, all else end of {end}; {n} \
             replicates{of}"
        ),
        form: "Table of regimes by outcomes",
    };
    draw_heat(&scene.frame("regime-heat", words), &data)
}
