//! The comparison as a table for the terminal.

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};
use sim_lab::experiment::Design;
use sim_lab::finding::{interval, number};
use sim_lab::outcome::HEADLINES;
use sim_lab::results::{DesignOut, Results};
use sim_lab::stats::Summary;

/// Columns of text that a table may take where the terminal does not say.
const DEFAULT_WIDTH: u16 = 132;

/// Rows = outcomes, columns = baseline level and paired differences of each regime.
pub fn comparison(design: &Design, results: &Results) -> String {
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    if table.width().is_none() {
        table.set_width(DEFAULT_WIDTH);
    }
    let mut header =
        vec!["median (5 % to 95 %)".to_owned(), format!("{}, level", design.scenarios[0].title)];
    header.extend(design.scenarios[1..].iter().map(|s| format!("{}, difference", s.title)));
    table.set_header(header);
    for h in HEADLINES {
        let mut row = vec![format!("{}, {}", h.name, h.unit)];
        row.push(interval(&Summary::of(results.values(0, h.id)), h.decimals));
        for s in 1..design.scenarios.len() {
            row.push(interval(&Summary::of(&results.difference(s, h.id)), h.decimals));
        }
        push(&mut table, row);
        if h.id == "us-revenue-world" {
            let mut row = vec!["the same, % of the baseline".to_owned(), String::new()];
            for s in 1..design.scenarios.len() {
                row.push(interval(&Summary::of(&results.relative(s, h.id)), 1));
            }
            push(&mut table, row);
        }
    }
    let start = f64::from(design.scenarios[0].start.year());
    let mut row = vec![
        "T50: US share of Chinese purchases halved (Kaplan\u{2013}Meier median, share of runs)"
            .to_owned(),
    ];
    row.extend((0..design.scenarios.len()).map(|s| t50(&results.design_out(s, 0.5), start)));
    push(&mut table, row);
    table.to_string()
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
        None => format!("not by the end ({share} %)"),
    }
}
