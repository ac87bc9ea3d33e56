//! `docs/law.md`: the law that is in force, what came before it and what is not known of it, from the scenario files.
//!
//! Invariant: every entry, date and reference is one of the files'; what is left out, and what is not known, stands at the
//! head of a file and is repeated from there.

mod timeline;
mod words;

use std::fmt::Write as _;

use sim_core::calendar::Quarter;
use sim_core::policy;
use sim_core::scenario::measure::{Measure, Suspension};

use crate::library::Loaded;
use crate::reference::{GENERATED, cell};
use timeline::timeline;
use words::{barred, place, terms};

/// The scenarios of the page.
#[derive(Debug, Clone, Copy)]
pub struct Law<'a> {
    /// The law as it is taken to be, and the text of its file.
    pub current: (&'a Loaded, &'a str),
    /// The other answer to what is not known.
    pub other: &'a Loaded,
    /// The day that is called today, in words, and its quarter.
    pub today: (&'a str, Quarter),
}

/// What a measure is on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    ToCome,
    InForce,
    Suspended,
    Ended,
}

fn state(measure: &Measure, at: Quarter) -> State {
    if measure.sunset.is_some_and(|end| end <= at) {
        State::Ended
    } else if measure.in_force > at {
        State::ToCome
    } else if policy::suspended(measure, at) {
        State::Suspended
    } else {
        State::InForce
    }
}

/// The page.
pub fn page(law: Law<'_>) -> String {
    let Law { current: (current, text), today: (day, at), .. } = law;
    let scenario = &current.scenario;
    let of = |wanted: State| -> Vec<&Measure> {
        scenario.measures.iter().filter(|m| state(m, at) == wanted).collect()
    };
    let [in_force, suspended, ended, to_come] =
        [State::InForce, State::Suspended, State::Ended, State::ToCome].map(of);
    let mut page = format!(
        "# The law today\n\n{GENERATED}\n\
         What [`{id}.toml`](../scenarios/{id}.toml) takes to be in force. **Today is {day}**, {at}: a date of this page, not that of the \
         clock. {} measures are in force, {} suspended, {} have ended{}.\n\n\
         The model counts in quarters: a measure that binds for less than half of one begins with the next, and the comments beside \
         an entry say where its date is moved. References are as the files give them; levels, approval rates and whom a list reaches among \
         the model's buyers are judgement (`expert`) where the comment beside the number says so. `chokepoint check {id}` prints what the \
         program understands of it, `chokepoint explain KEY` what a word means.\n",
        in_force.len(),
        suspended.len(),
        ended.len(),
        if to_come.is_empty() { String::new() } else { format!(", {} are to come", to_come.len()) },
        id = scenario.id,
    );
    let files: Vec<String> = current
        .chain
        .iter()
        .filter_map(|path| path.rsplit('/').next())
        .map(|name| format!("[{name}](../scenarios/{name})"))
        .collect();
    let _ = write!(page, "\nThe entries stand in {}.\n", files.join(", "));

    page.push_str("\n## In force today\n\n");
    table(&mut page, current, &in_force);
    if !scenario.mandates.is_empty() {
        page.push('\n');
        for mandate in scenario.mandates.iter().filter(|m| at.lies_in(m.from, m.to)) {
            let _ = writeln!(
                page,
                "Beside the measures: `{}`, a push for domestic products by owners from {} since {}.",
                mandate.id,
                place(scenario, &mandate.owner),
                date(current, &format!("mandates.{}.from", mandate.id), mandate.from)
            );
        }
    }
    buyers_rules(&mut page, current, at);
    page.push_str("\n## Suspended today\n\n");
    table(&mut page, current, &suspended);
    for measure in &suspended {
        for s in &measure.suspensions {
            let path = format!("measures.{}.suspensions.{}", measure.id, s.id);
            let to = s.to.map_or_else(
                || "without an end in the file".to_owned(),
                |to| format!("until {}", date(current, &format!("{path}.to"), to)),
            );
            let from = date(current, &format!("{path}.from"), s.from);
            let _ =
                write!(page, "\n`{}`: suspended from {from}, {to}. {}.\n", measure.id, s.reference);
        }
    }
    unknown(&mut page, law);
    let _ = write!(
        page,
        "\n## What is left out, and why\n\nFrom the head of `{}.toml`:\n\n{}\n",
        scenario.id,
        paragraphs(text, "Left out").join("\n\n")
    );
    timeline(&mut page, current);
    page
}

/// Measures as rows.
fn table(page: &mut String, loaded: &Loaded, measures: &[&Measure]) {
    page.push_str(
        "| measure | what it is | by | in force | what is barred | reach and terms | reference |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for m in measures {
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} | {} | {} |",
            m.id,
            cell(&m.title),
            place(&loaded.scenario, &m.authority),
            date(loaded, &format!("measures.{}.in_force", m.id), m.in_force),
            cell(&barred(&loaded.scenario, m)),
            cell(&terms(loaded, m)),
            cell(&m.reference)
        );
    }
}

/// Rules of the buyers' states that are in force, a paragraph each.
fn buyers_rules(page: &mut String, loaded: &Loaded, at: Quarter) {
    let rules = loaded.scenario.purchase_rules.iter();
    for rule in rules.filter(|r| at.lies_in(r.from, r.to)) {
        let _ = write!(
            page,
            "\nOf the buyers' state: `{}`, {}, a rule of {} since {}. {}.\n",
            rule.id,
            cell(&rule.title),
            place(&loaded.scenario, &rule.state),
            date(loaded, &format!("purchase_rules.{}.from", rule.id), rule.from),
            rule.reference
        );
    }
}

/// Paragraphs at the head of a file that begin with some words, as one line each.
fn paragraphs(text: &str, begin: &str) -> Vec<String> {
    let head: Vec<&str> = text.lines().take_while(|line| line.starts_with('#')).collect();
    let lines = head.iter().map(|line| line.trim_start_matches('#').trim());
    let mut all = vec![String::new()];
    for line in lines {
        match (line.is_empty(), all.last_mut()) {
            (false, Some(last)) => {
                last.push_str(if last.is_empty() { "" } else { " " });
                last.push_str(line);
            }
            _ => all.push(String::new()),
        }
    }
    all.into_iter().filter(|paragraph| paragraph.starts_with(begin)).collect()
}

/// What could not be found out, and the two answers.
fn unknown(page: &mut String, law: Law<'_>) {
    let Law { current: (current, text), other, .. } = law;
    let (mine, theirs) = (&current.scenario, &other.scenario);
    let _ = write!(
        page,
        "\n## What could not be found out\n\n{}\n\n\
         The default is [`{id}`](../scenarios/{id}.toml), \u{201c}{}\u{201d}; the other answer is [`{other}`](../scenarios/{other}.toml), \
         \u{201c}{}\u{201d}: {} `chokepoint compare {other} --baseline {id}` sets one beside the other.\n\n\
         | entry | in `{id}` | in `{other}` |\n| --- | --- | --- |\n",
        paragraphs(text, "Not known").join(" "),
        mine.title,
        theirs.title,
        theirs.summary,
        id = mine.id,
        other = theirs.id,
    );
    let answer = |loaded: &Loaded, measure: &Measure| -> String {
        let of = |s: &Suspension| {
            let path = format!("measures.{}.suspensions.{}", measure.id, s.id);
            let from = date(loaded, &format!("{path}.from"), s.from);
            match s.to {
                Some(to) => {
                    format!(
                        "suspended from {from}, back from {}",
                        date(loaded, &format!("{path}.to"), to)
                    )
                }
                None => format!("suspended from {from} on"),
            }
        };
        let all: Vec<String> = measure.suspensions.iter().map(of).collect();
        if all.is_empty() { "not suspended".to_owned() } else { all.join("; ") }
    };
    for measure in &mine.measures {
        let Some(same) = theirs.measures.iter().find(|m| m.id == measure.id) else { continue };
        if same.suspensions != measure.suspensions {
            let _ = writeln!(
                page,
                "| `{}`, {} | {} | {} |",
                measure.id,
                cell(&measure.title),
                answer(current, measure),
                answer(other, same)
            );
        }
    }
}

/// A date as its file writes it.
fn date(loaded: &Loaded, path: &str, quarter: Quarter) -> String {
    let leaf = loaded.leaves.iter().find(|leaf| leaf.path == path);
    leaf.map_or_else(|| quarter.to_string(), |leaf| leaf.value.trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::library::load;

    fn read(name: &str) -> Loaded {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios").join(name);
        load(&path, &[]).expect("it is valid")
    }

    #[test]
    fn a_measure_is_what_its_dates_make_of_it() {
        let law = read("current-law.toml").scenario;
        let of = |id: &str, at: Quarter| {
            state(law.measures.iter().find(|m| m.id == id).expect("it is there"), at)
        };
        assert_eq!(of("oct-2022", Quarter::new(2022, 3)), State::ToCome);
        assert_eq!(of("oct-2022", Quarter::new(2026, 4)), State::InForce);
        assert_eq!(of("ai-chips-2022", Quarter::new(2023, 3)), State::InForce);
        assert_eq!(of("ai-chips-2022", Quarter::new(2023, 4)), State::Ended);
        assert_eq!(of("affiliates-2025", Quarter::new(2026, 4)), State::Suspended);
        let other = read("truce-ends.toml").scenario;
        let back = other.measures.iter().find(|m| m.id == "affiliates-2025").expect("it is there");
        assert_eq!(state(back, Quarter::new(2026, 4)), State::InForce);
    }

    #[test]
    fn the_page_has_every_measure_and_both_answers() {
        let (current, other) = (read("current-law.toml"), read("truce-ends.toml"));
        let text = "# One.\n#\n# Not known here: a thing\n# and more.\n#\n# Left out, because: b.\n\nschema = 1\n# Left out, no.\n";
        let today = ("a day", Quarter::new(2026, 4));
        let page = page(Law { current: (&current, text), other: &other, today });
        for measure in &current.scenario.measures {
            assert!(page.contains(&format!("(`{}`)", measure.id)), "{}", measure.id);
        }
        assert!(page.contains("\n\nNot known here: a thing and more.\n"), "{page}");
        assert!(page.contains("Left out, because: b.") && !page.contains("Left out, no"));
        let answers =
            page.lines().filter(|l| l.contains("suspended from") && l.contains("back from"));
        assert_eq!(answers.count(), 2);
        assert!(page.contains("back from 2026-11-10"));
    }
}
