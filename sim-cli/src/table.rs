//! Tables for the terminal.
//!
//! Invariant: no line of a table is longer than the terminal; where there is none, 80 columns.

use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};
use sim_lab::finding::effect::cells;
use sim_lab::finding::{cell, number};
use sim_lab::outcome::Headline;
use sim_lab::reported::Lines;
use sim_lab::results::{DesignOut, FEES, Results};
use sim_lab::study::Study;
use sim_lab::sweep::DESIGN_OUT;
use sim_stats::summary::Summary;

use crate::wrap::{broken, columns};

/// Columns that labels want at least before numbers are broken in two lines, or the table into several.
const LABEL: usize = 18;
/// Columns of the border with its blanks.
const BORDER: usize = 4;

/// An empty table that fits the terminal.
pub(crate) fn fitting() -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(columns()).unwrap_or(u16::MAX));
    table
}

/// Rows with a head.
pub(crate) fn lines(lines: &Lines) -> String {
    let head = std::iter::once("USD bn".to_owned()).chain(lines.columns.iter().cloned());
    let mut rows: Vec<Vec<String>> = vec![head.collect()];
    let cells = |(name, cells): &(String, Vec<String>)| {
        std::iter::once(name.clone()).chain(cells.iter().cloned()).collect()
    };
    rows.extend(lines.rows.iter().map(cells));
    laid_out(&rows, columns())
}

/// Rows = outcomes, columns = baseline level and paired differences of each regime.
pub(crate) fn comparison(study: &Study, results: &Results) -> String {
    laid_out(&rows(study, results), columns())
}

/// The cells: a label, the level of the baseline, the differences of the regimes. A title of rows is a label alone.
fn rows(study: &Study, results: &Results) -> Vec<Vec<String>> {
    let titles = study.regimes.iter().map(|s| s.title.clone());
    let mut rows = vec![std::iter::once(String::new()).chain(titles).collect()];
    let kinds = std::iter::repeat_n("difference".to_owned(), study.regimes.len() - 1);
    let kinds = [cells(results.replicates()), "level".to_owned()].into_iter().chain(kinds);
    rows.push(kinds.collect());

    if let Some(asked) = study.question.as_ref().filter(|asked| !asked.rows.is_empty()) {
        rows.push(vec![format!("What `{}` asks for", asked.id)]);
        for (place, of) in asked.rows.iter().enumerate() {
            let level = Summary::told(results.row(0, place));
            let regimes = 1..study.regimes.len();
            let differences = regimes.map(|s| Summary::told(&results.row_difference(s, place)));
            let all = std::iter::once(level).chain(differences);
            let told = all.map(|summary| cell(&summary, of.decimals));
            rows.push(std::iter::once(format!("  {}", of.label())).chain(told).collect());
        }
    }
    if study.shown().any(Headline::is_money) {
        rows.push(vec![format!(
            "Revenue from tools, materials, software and IP {}, USD bn ({})",
            study.span(),
            results.dollars.label()
        )]);
        // A firm's sales are taken down by the year.
        let parted = study.from();
        if parted != study.start && parted.of_year() > 1 {
            rows.push(vec![format!("  firms by name: from {}Q1", parted.year())]);
        }
    }
    let mut of_makers = true;
    for h in study.shown().filter(|h| h.is_money()) {
        if of_makers && !h.is_of_makers() {
            let dollars = results.dollars.label();
            rows.push(vec![format!("Counted apart {}, USD bn ({dollars})", study.span())]);
        }
        of_makers = h.is_of_makers();
        rows.push(row(study, results, h, ""));
        if h.id == "us-revenue-world" {
            let regimes = 1..study.regimes.len();
            let percent = regimes.map(|s| cell(&Summary::told(&results.relative(s, h.id)), 1));
            let label = ["  the same, % of the level".to_owned(), String::new()];
            rows.push(label.into_iter().chain(percent).collect());
        }
    }
    if let Some(fees) = results.fees().filter(|_| study.shown().any(Headline::is_money)) {
        let cells = fees.iter().map(|summary| cell(summary, 0));
        rows.push(std::iter::once(format!("  {FEES}")).chain(cells).collect());
    }
    if study.shown().any(|h| !h.is_money()) {
        rows.push(vec![format!("At the end of {}", study.end_words())]);
    }
    for h in study.shown().filter(|h| !h.is_money()) {
        rows.push(row(study, results, h, &format!(", {}", h.unit)));
    }
    if !study.shows(DESIGN_OUT) {
        return rows;
    }
    rows.push(vec![format!("T50: that US share halved{}", study.halved_against())]);
    let first = study.from();
    let start = f64::from(first.year()) + f64::from(first.of_year() - 1) / 4.0;
    let times = (0..study.regimes.len()).map(|s| t50(&results.design_out(s, 0.5), start));
    rows.push(std::iter::once("  median time (share of runs)".to_owned()).chain(times).collect());
    rows
}

fn row(study: &Study, results: &Results, h: &Headline, unit: &str) -> Vec<String> {
    let mut row = vec![format!("  {}{unit}", h.name)];
    row.push(cell(&Summary::told(results.values(0, h.id)), h.decimals));
    for s in 1..study.regimes.len() {
        row.push(cell(&Summary::told(&results.difference(s, h.id)), h.decimals));
    }
    row
}

fn t50(time: &DesignOut, start: f64) -> String {
    let share = number(100.0 * time.reached, 0);
    match time.p50 {
        Some(years) => format!("{:.1} ({share} %)", start + years),
        None => format!("after the end ({share} %)"),
    }
}

/// The rows within `width` columns. Labels give way first; then each interval goes below its median; then regimes go
/// into tables of their own.
fn laid_out(rows: &[Vec<String>], width: usize) -> String {
    if fits(rows, width) {
        return drawn(rows, width);
    }
    let stacked: Vec<Vec<String>> = rows
        .iter()
        .map(|row| match row.as_slice() {
            [label, cells @ ..] if !cells.is_empty() => {
                std::iter::once(label.clone()).chain(cells.iter().map(|c| stacked(c))).collect()
            }
            _ => row.clone(),
        })
        .collect();
    let regimes = stacked[0].len() - 2;
    let most = (1..=regimes).rev().find(|n| {
        let widest = (0..regimes).step_by(*n).map(|at| part(&stacked, at, *n));
        widest.into_iter().all(|part| fits(&part, width))
    });
    let most = most.unwrap_or(1);
    let tables = (0..regimes).step_by(most).map(|at| drawn(&part(&stacked, at, most), width));
    tables.collect::<Vec<_>>().join("\n")
}

/// A cell on two lines: the median, and the interval that stood in brackets.
fn stacked(cell: &str) -> String {
    match cell.split_once(" (") {
        Some((median, rest)) => {
            let interval = rest.trim_end_matches(')').replace(" to ", "\u{2026}");
            format!("{median}\n{interval}").replace("after the end", "after end")
        }
        None => broken(cell, 10),
    }
}

/// The rows with some of the regimes.
fn part(rows: &[Vec<String>], from: usize, regimes: usize) -> Vec<Vec<String>> {
    let pick = |row: &Vec<String>| match row.as_slice() {
        [label, level, differences @ ..] => {
            let to = (from + regimes).min(differences.len());
            [label, level].into_iter().chain(&differences[from.min(to)..to]).cloned().collect()
        }
        _ => row.clone(),
    };
    rows.iter().map(pick).collect()
}

/// Columns of the numbers, with a blank before each.
fn numbers(rows: &[Vec<String>]) -> usize {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let lines = |row: &Vec<String>, i: usize| -> usize {
        let cell = row.get(i).map_or("", String::as_str);
        cell.lines().map(|line| line.chars().count()).max().unwrap_or(0)
    };
    (1..count).map(|i| rows.iter().map(|row| lines(row, i)).max().unwrap_or(0) + 1).sum()
}

fn fits(rows: &[Vec<String>], width: usize) -> bool {
    numbers(rows) + LABEL + BORDER <= width
}

/// A table in which labels take what numbers leave.
fn drawn(rows: &[Vec<String>], width: usize) -> String {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY);
    let columns = rows.iter().map(Vec::len).max().unwrap_or(1) - 1;
    let longest = rows.iter().map(|row| row[0].chars().count()).max().unwrap_or(0);
    let label = longest.min(width.saturating_sub(numbers(rows) + BORDER)).max(1);
    for row in rows {
        let mut cells = vec![Cell::new(hanging(&row[0], label))];
        cells.extend(
            row[1..].iter().map(|text| Cell::new(text).set_alignment(CellAlignment::Right)),
        );
        table.add_row(cells);
    }
    // Columns have a blank between them in any case; two more where there is room.
    let roomy = longest + numbers(rows) + 2 * columns + BORDER <= width;
    for (i, column) in table.column_iter_mut().enumerate() {
        let (left, right) = (u16::from(i == 0 || roomy), u16::from(i == columns || roomy));
        column.set_padding((left, right));
    }
    table.to_string()
}

/// A label on lines of some columns; the second and those after it are indented more.
fn hanging(label: &str, width: usize) -> String {
    if label.chars().count() <= width {
        return label.to_owned();
    }
    let indent = label.len() - label.trim_start().len() + 1;
    let lines = broken(label.trim_start(), width.saturating_sub(indent).max(1));
    let blank = " ".repeat(indent);
    format!("{}{}", &blank[1..], lines.replace('\n', &format!("\n{blank}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(label: &str, cells: &[&str]) -> Vec<String> {
        std::iter::once(label).chain(cells.iter().copied()).map(str::to_owned).collect()
    }

    /// A table like that of the default comparison, with its longest label and widest numbers.
    fn sample(regimes: usize) -> Vec<Vec<String>> {
        let level = ["No control", "level", "5395 (4794 to 5825)", "after the end (10 %)"];
        let other = [
            "Hard cap with allies",
            "difference",
            "\u{2212}329 (\u{2212}445 to \u{2212}253)",
            "2030.2 (100 %)",
        ];
        let labels = [
            "",
            "median (5 % to 95 %)",
            "  AI accelerators, China behind the best, generations",
            "  median time",
        ];
        let mut rows: Vec<Vec<String>> = (0..4)
            .map(|i| {
                let cells: Vec<&str> = std::iter::once(level[i])
                    .chain(std::iter::repeat_n(other[i], regimes))
                    .collect();
                row(labels[i], &cells)
            })
            .collect();
        rows.insert(2, row("Revenue 2019\u{2013}2035, USD bn", &[]));
        rows
    }

    #[test]
    fn tables_fit_whatever_the_width_and_the_number_of_regimes() {
        for regimes in [1, 2, 4, 9] {
            for width in [60, 80, 100, 132, 250] {
                let text = laid_out(&sample(regimes), width);
                let widest = text.lines().map(|line| line.chars().count()).max();
                assert!(widest.is_some_and(|w| w <= width), "{regimes} in {width}:\n{text}");
                assert_eq!(text.matches("445").count(), regimes, "{text}");
            }
        }
    }

    #[test]
    fn four_regimes_stand_side_by_side_in_eighty_columns() {
        let text = laid_out(&sample(4), 80);
        assert_eq!(text.matches('\u{250c}').count(), 1, "{text}");
        assert!(text.contains("\u{2212}445\u{2026}\u{2212}253"), "{text}");
    }

    #[test]
    fn labels_give_way_before_numbers() {
        let text = laid_out(&sample(1), 80);
        assert!(text.contains("\u{2212}329 (\u{2212}445 to \u{2212}253)"), "{text}");
    }
}
