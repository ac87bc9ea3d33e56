//! The comparison as a table for the terminal.

use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table};
use sim_lab::finding::{interval, number};
use sim_lab::outcome::{HEADLINES, Headline};
use sim_lab::results::{DesignOut, Results};
use sim_lab::stats::Summary;
use sim_lab::study::Study;

/// Rows = outcomes, columns = baseline level and paired differences of each regime.
pub(crate) fn comparison(study: &Study, results: &Results) -> String {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY);
    // Fit a terminal; a pipe or a file takes lines of any length.
    if table.width().is_some() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    }
    let titles = |from: usize| study.regimes[from..].iter().map(|s| s.title.clone());
    push(&mut table, std::iter::once(String::new()).chain(titles(0)).collect());
    let kinds = std::iter::repeat_n("difference".to_owned(), study.regimes.len() - 1);
    let kinds = ["median (5 % to 95 %)".to_owned(), "level".to_owned()].into_iter().chain(kinds);
    push(&mut table, kinds.collect());

    let end = study.end.year();
    section(&mut table, format!("Revenue {}, USD bn", study.span()));
    for h in HEADLINES.iter().filter(|h| h.is_money()) {
        push(&mut table, row(study, results, h, ""));
        if h.id == "us-revenue-world" {
            let regimes = 1..study.regimes.len();
            let percent = regimes.map(|s| interval(&Summary::of(&results.relative(s, h.id)), 1));
            let label = ["  the same, % of the level".to_owned(), String::new()];
            push(&mut table, label.into_iter().chain(percent).collect());
        }
    }
    section(&mut table, format!("At the end of {end}"));
    for h in HEADLINES.iter().filter(|h| !h.is_money()) {
        push(&mut table, row(study, results, h, &format!(", {}", h.unit)));
    }
    section(&mut table, "T50: that US share halved".to_owned());
    let start = f64::from(study.start.year());
    let times = (0..study.regimes.len()).map(|s| t50(&results.design_out(s, 0.5), start));
    push(
        &mut table,
        std::iter::once("  median time (share of runs)".to_owned()).chain(times).collect(),
    );
    if let Some(labels) = table.column_mut(0) {
        labels.set_constraint(ColumnConstraint::ContentWidth);
    }
    table.to_string()
}

fn row(study: &Study, results: &Results, h: &Headline, unit: &str) -> Vec<String> {
    let mut row = vec![format!("  {}{unit}", h.name)];
    row.push(interval(&Summary::of(results.values(0, h.id)), h.decimals));
    for s in 1..study.regimes.len() {
        row.push(interval(&Summary::of(&results.difference(s, h.id)), h.decimals));
    }
    row
}

fn section(table: &mut Table, title: String) {
    table.add_row([Cell::new(title)]);
}

fn push(table: &mut Table, row: Vec<String>) {
    table.add_row(row.into_iter().enumerate().map(|(i, text)| {
        let side = if i == 0 { CellAlignment::Left } else { CellAlignment::Right };
        Cell::new(text).set_alignment(side)
    }));
}

fn t50(time: &DesignOut, start: f64) -> String {
    let share = number(100.0 * time.reached, 0);
    match time.p50 {
        Some(years) => format!("{:.1} ({share} %)", start + years),
        None => format!("after the end ({share} %)"),
    }
}
