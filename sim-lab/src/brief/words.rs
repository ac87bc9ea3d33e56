//! The sentences of a brief: what was run, how certain it is, what decides it, what it leaves out.
//!
//! Invariant: a sentence about numbers is made from the run's numbers.

use sim_core::scenario::param::Grade;

use super::rows_of;
use crate::deciding::{Columns, DECIDES, FEWEST, along_untested, movers, untested_head};
use crate::finding::assumptions::said;
use crate::finding::effect::{Side, Verdict, cells, percent};
use crate::finding::{self, TOOLS, capital, number};
use crate::outcome::Headline;
use crate::question::Asked;
use crate::scored;
use crate::store::{Run, StoreError};
use crate::study::Study;
use sim_stats::summary::{FEWEST_FOR_TAILS, Summary};

/// Name, scope and unit of a headline's row.
pub(super) fn label(h: &Headline, study: &Study) -> String {
    let scope = if h.id == "us-revenue-world" { ": tools, materials, software and IP" } else { "" };
    let unit = match h.unit {
        "USD bn" => format!("USD bn ({})", study.dollars.label()),
        "%" => "% (differences in percentage points)".to_owned(),
        unit => unit.to_owned(),
    };
    format!("{}{scope}, {unit}", h.name)
}

/// What the cells of a table are.
pub(super) fn note(study: &Study, runs: usize) -> String {
    let told = study.trunk.as_ref().map_or_else(String::new, |_| {
        format!(
            "; USD bn: sums over {}; all else at the end of {}",
            study.span(),
            study.end_words()
        )
    });
    format!("{}; bold: the interval lies on one side of zero{told}", capital(&cells(runs)))
}

/// What was asked and run, in a paragraph; where all branches off another scenario, also what each changes there.
pub fn scope(run: &Run) -> String {
    let names: Vec<String> = (1..run.study.regimes.len()).map(|s| run.study.named(s)).collect();
    let scope = format!(
        "{} against {}, {}. {} paired replicates; money in {}; US makers: of tools, materials, software and IP, chips apart. A model, not a forecast.",
        names.join(", "),
        run.study.named(0),
        run.study.span(),
        run.results.replicates(),
        run.results.dollars.label()
    );
    let trunk = run.study.trunk.iter().map(|trunk| {
        format!(
            "All begin as {}; sums, percentages and times run from {} on, when each goes on under its own law.",
            finding::quoted(&trunk.title),
            trunk.at
        )
    });
    let law = run.study.stands().into_iter().chain(run.study.branch.iter().cloned());
    let branch = law.map(|sentence| format!("{sentence}."));
    let asked = run.study.question.iter().flat_map(asked);
    let changed = run.study.changes().map(|said| format!("{said}."));
    asked.chain([scope]).chain(changed).chain(trunk).chain(branch).collect::<Vec<_>>().join(" ")
}

/// The question of a study and its words; where a command line put something in place of what the file says, that.
fn asked(asked: &Asked) -> Vec<String> {
    let mut said = vec![asked.question.clone()];
    if !asked.changed.is_empty() {
        let keys = asked.changed.join(", ");
        said.push(format!("Asked as in the study {}, with other {keys}.", asked.id));
    } else if !asked.brief.is_empty() {
        said.push(asked.brief.clone());
    }
    said
}

pub(super) fn certain(run: &Run, hindcast: Option<&str>) -> Vec<String> {
    let study = &run.study;
    let error = (1..study.regimes.len())
        .map(|s| Summary::of(&run.results.difference(s, "us-revenue-world")).error)
        .fold(0.0, f64::max);
    let count = |grade: Grade| study.drawn().filter(|a| a.grade == grade).count();
    let grades: Vec<String> = Grade::ALL
        .into_iter()
        .rev()
        .filter(|g| count(*g) > 0)
        .map(|g| format!("{} {g}", count(g)))
        .collect();
    let mut lines = vec![
        format!(
            "{} over {} replicates, each with its own draw of {} assumptions ({}). They do not cover what the \
             model leaves out.",
            if run.results.replicates() < FEWEST_FOR_TAILS {
                "Ranges run from the lowest to the highest run (too few for 90 % intervals)"
            } else {
                "Intervals run"
            },
            run.results.replicates(),
            study.drawn().count(),
            grades.join(", ")
        ),
        format!(
            "Market sizes are measured for {} % of the money. Chance left by the number of replicates: at most USD {} bn on \
             the mean loss.",
            number(100.0 * study.measured(), 0),
            number(error, 1)
        ),
    ];
    lines.extend(study.standing.filter(|_| hindcast.is_some()).map(|year| {
        format!("That runs meet the shares of {year} is no test: they are led there. The next line is of runs that are not.")
    }));
    lines.extend(hindcast.map(|headline| {
        format!("Against what happened: {headline}. A share counts as held to half a unit of its last printed digit.")
    }));
    let untested: Vec<&str> = scored::untested(&study.changed).map(String::as_str).collect();
    if !untested.is_empty() {
        lines.push(format!(
            "This variant was not tested against what happened: {}.",
            untested.join("; ")
        ));
    }
    if !run.facts.complete {
        lines.push("The run was interrupted: fewer replicates than were asked for.".to_owned());
    }
    lines
}

pub(super) fn decides(run: &Run, sweep: Option<&str>) -> Result<Vec<String>, StoreError> {
    let (study, results) = (&run.study, &run.results);
    let split = |clear: bool| -> Vec<String> {
        rows_of(study)
            .into_iter()
            .filter(|h| {
                let any = (1..study.regimes.len())
                    .any(|s| Summary::told(&results.difference(s, h.id)).clear());
                any == clear
            })
            .map(|h| finding::inside(h.name))
            .collect()
    };
    let mut lines = Vec::new();
    let (clear, open) = (split(true), split(false));
    if !clear.is_empty() {
        lines.push(format!(
            "Under at least one regime the direction is clear for: {}.",
            clear.join("; ")
        ));
    }
    if !open.is_empty() {
        lines.push(format!("Under no regime is it clear for: {}.", open.join("; ")));
    }
    let drawn = drawn(run)?;
    match sweep {
        Some(headline) => lines.push(format!("{headline}.")),
        None => lines.extend(moved(run, &drawn)),
    }
    lines.extend(untested(run, &drawn));
    Ok(lines)
}

/// What the replicates of each regime drew; nothing of a few replicates.
fn drawn(run: &Run) -> Result<Vec<Columns>, StoreError> {
    let enough = run.results.replicates() >= FEWEST;
    (1..run.study.regimes.len()).filter(|_| enough).map(|s| run.drawn(s)).collect()
}

/// What the outcomes of each regime go with most over replicates, and which way.
fn moved(run: &Run, drawn: &[Columns]) -> Option<String> {
    let replicates = run.results.replicates();
    if replicates < FEWEST {
        return Some(format!(
            "Which assumption moves the answer most cannot be told from {replicates} replicates: it takes {FEWEST}, or a sweep."
        ));
    }
    let found: Vec<String> = (1..)
        .zip(drawn)
        .filter_map(|(s, drawn)| {
            let parts = movers(&run.results, s, drawn);
            (!parts.is_empty())
                .then(|| format!("under {}: {}", run.study.named(s), parts.join("; ")))
        })
        .collect();
    let (first, rest) = found.split_first()?;
    let rest = rest.iter().map(|said| format!(" {}.", capital(said)));
    Some(format!("{DECIDES}, {first}.{}", rest.collect::<String>()))
}

/// US revenue of each regime along what no figure can test.
fn untested(run: &Run, drawn: &[Columns]) -> Option<String> {
    let mut found = Vec::new();
    for (s, drawn) in (1..).zip(drawn) {
        if let Some(thirds) = along_untested(&run.results, s, drawn) {
            found.push(format!("{}: {}", run.study.named(s), thirds.words()));
        }
    }
    (!found.is_empty()).then(|| format!("{}: {}.", untested_head(&run.study), found.join("; ")))
}

/// What would change our mind: for each regime the evidence that would speak against what is said of it.
pub(super) fn mind(run: &Run) -> Vec<String> {
    let (study, results) = (&run.study, &run.results);
    let mut lines: Vec<String> = (1..study.regimes.len())
        .map(|s| {
            let effect = TOOLS.effect(results, s);
            let title = study.named(s);
            let [lose, gain] = [effect.down, effect.up].map(percent);
            match effect.verdict {
                Verdict::Unknown | Verdict::Same => format!(
                    "{title}: no run changes what US makers of tools, materials, software and IP sell; sales that change when \
                     such a rule is made would speak against it."
                ),
                Verdict::Clear(side) => {
                    let (share, verb, other) = match side {
                        Side::Down => (lose, "lose", "do not fall"),
                        Side::Up => (gain, "gain", "do not rise"),
                    };
                    format!(
                        "{title}: US makers of tools, materials, software and IP {verb} in {share} % of runs; sales that {other} \
                         under such a rule, all else alike, would speak against it."
                    )
                }
                Verdict::Mostly(_) | Verdict::Open => format!(
                    "{title}: US makers of tools, materials, software and IP lose in {lose} % of runs and gain in {gain} %: \
                     which of the two is open."
                ),
            }
        })
        .collect();
    let weak: Vec<String> =
        study.drawn().filter(|a| a.grade == Grade::Placeholder).map(|a| said(&a.key)).collect();
    if !weak.is_empty() {
        lines.push(format!(
            "Evidence on the {} placeholder assumptions: {}.",
            weak.len(),
            weak.join("; ")
        ));
    }
    lines.push(format!(
        "Shares and revenues of coming years outside the {}, and a rule of thumb that forecasts them better.",
        if results.replicates() < FEWEST_FOR_TAILS { "range of the runs" } else { "90 % intervals" }
    ));
    lines
}

/// A sentence for each regime; none of one regime, of which the finding is that sentence.
pub(super) fn findings(run: &Run) -> Vec<String> {
    if run.study.regimes.len() > 2 {
        finding::regimes(&run.study, &run.results)
    } else {
        Vec::new()
    }
}

pub(super) const LEAVES_OUT: [&str; 6] = [
    "Nothing here proves a counterfactual: what would have happened without controls was never seen.",
    "Most behaviour is judgement; firms\u{2019} shares in 2019 are split by a stated rule.",
    "Routes around a control are given, nobody invents one; licences last a quarter; an ally that joined never leaves; how \
     open the grey channel is, is judgement.",
    "US makers are firms whose legal home is the United States; service, spares, US parts in foreign products and chips are \
     counted apart, foundry and packaging not at all.",
    "Ladders are extrapolated: a lead in generations says how far apart two fabs stand, not what they make.",
    "Spending is given, not explained, but for the part of Chinese-owned fabs that reacts to controls.",
];

pub(super) const LICENCES: [&str; 3] = [
    "Market shares and sizes derive from the ETO Advanced Semiconductor Supply Chain Dataset (Emerging Technology \
     Observatory, CSET, Georgetown University), CC BY-NC 4.0; the licensor does not endorse this use. Keep the use \
     non-commercial and credit the source, unless the tables were replaced.",
    "Program: MIT or Apache-2.0. Cite program version, seed and scenario hash with every number.",
    "Text in figures: DejaVu Sans.",
];
