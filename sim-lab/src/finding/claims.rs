//! What a comparison finds, of each regime and of all of them.
//!
//! Superlatives are tested run by run against every other regime: where one of them is not clearly behind, it is named, too.

use super::effect::{Effect, Furthest, GENERATIONS, MONEY, Measure, Side, Verdict, band, percent};
use super::{digits, fitted, quoted_in};
use crate::results::Results;
use crate::study::Study;
use sim_stats::summary::Summary;

/// Letters for which there is room in a headline, whatever the size of the paper.
pub(super) const ROOM: usize = 225;

/// Whom or what a sentence is about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Subject {
    /// The headline outcome.
    pub id: &'static str,
    /// Its name in a sentence.
    pub(super) who: &'static str,
    /// The word that stands for it the second time.
    they: &'static str,
    /// What it does where there is less, and where there is more.
    verbs: [&'static str; 2],
    /// Between verb and size.
    by: &'static str,
    /// What it is that changes, after "nothing changes in".
    of: &'static str,
    /// Name and what changes, where there is little room.
    brief: [&'static str; 2],
    /// How its size is told.
    pub measure: Measure,
}

/// Revenue of US firms but that of chip makers.
pub const TOOLS: Subject = Subject {
    id: "us-revenue-world",
    who: "US makers of tools, materials, software and IP",
    they: "they",
    verbs: ["lose", "gain"],
    by: "",
    of: "the revenue of US makers of tools, materials, software and IP",
    brief: ["US makers (chips apart)", "the revenue of US makers (chips apart)"],
    measure: MONEY,
};
/// Revenue of US chip firms.
pub const CHIPS: Subject = Subject {
    id: "us-chips",
    who: "US chip firms",
    of: "the revenue of US chip firms",
    brief: ["US chip firms", "the revenue of US chip firms"],
    ..TOOLS
};
/// The lead in logic at the end.
pub const LEAD: Subject = Subject {
    id: "lead-logic",
    who: "the lead over China in logic",
    they: "it",
    verbs: ["shrinks", "grows"],
    by: "by ",
    of: "the lead over China in logic",
    brief: ["the lead in logic", "the lead in logic"],
    measure: GENERATIONS,
};

impl Subject {
    /// What it is that changes.
    pub(super) const fn of(&self) -> &'static str {
        self.of
    }

    /// Where a loss or a gain is, after these words.
    pub(super) fn where_lost(&self) -> String {
        if self.measure == MONEY { format!(" of {}", self.who) } else { format!(" in {}", self.of) }
    }

    /// Another whose sales change.
    pub(super) const fn sellers(who: &'static str, of: &'static str) -> Self {
        Self { id: "", who, of, brief: [who, of], ..TOOLS }
    }

    /// The same in fewer words.
    const fn in_brief(self) -> Self {
        Self { who: self.brief[0], of: self.brief[1], ..self }
    }

    /// What it does on a side.
    const fn verb(&self, side: Side) -> &'static str {
        match side {
            Side::Down => self.verbs[0],
            Side::Up => self.verbs[1],
        }
    }

    /// The effect of a regime.
    pub fn effect(&self, results: &Results, regime: usize) -> Effect {
        Effect::of(&results.difference(regime, self.id), self.measure)
    }
}

/// What happens on a side, as a noun.
const fn noun(side: Side) -> &'static str {
    match side {
        Side::Down => "loss",
        Side::Up => "gain",
    }
}

/// Parts of the runs that go either way, in words.
fn ways(effect: &Effect) -> String {
    let part = |side: Side| {
        (effect.part(side) > 0.0)
            .then(|| format!("a {} in {} %", noun(side), percent(effect.part(side))))
    };
    let parts: Vec<String> = [Side::Down, Side::Up].into_iter().filter_map(part).collect();
    format!("{} of runs", parts.join(" and "))
}

/// What an effect is, as a clause: `US chip firms lose USD 9 bn (5–95 %: 1 to 21)`.
pub fn clause(subject: &Subject, effect: &Effect) -> String {
    let Subject { who, by, of, measure, .. } = subject;
    let band = band(effect.runs);
    let told = |sign: f64| {
        let (size, range) = measure.told(&effect.summary.scaled(sign));
        (size, format!("{band}: {range}"))
    };
    match effect.verdict {
        Verdict::Unknown => format!("what happens to {of} is not known"),
        Verdict::Same => format!("nothing changes in {of} in any run"),
        Verdict::Clear(side) if effect.tiny => {
            let (size, range) = told(side.sign());
            format!("{who} {} {by}hardly anything: {size} ({range})", subject.verb(side))
        }
        _ if effect.tiny => {
            let (size, range) = told(1.0);
            format!("hardly anything changes in {of}: {size} ({range})")
        }
        Verdict::Clear(side) => {
            let (size, range) = told(side.sign());
            format!("{who} {} {by}{size} ({range})", subject.verb(side))
        }
        Verdict::Mostly(side) if effect.summary.p50 != 0.0 => {
            let (size, range) = told(side.sign());
            format!(
                "{who} mostly {}: {size} in the median run ({range}), no {} in {} % of runs",
                subject.verb(side),
                noun(side),
                percent(1.0 - effect.part(side))
            )
        }
        _ => {
            let (size, range) = told(1.0);
            format!(
                "no clear difference to {of}: {size} in the median run ({range}), {}",
                ways(effect)
            )
        }
    }
}

/// The part of the baseline's revenue that a clear change is; nothing where that revenue could be none.
fn of_revenue(results: &Results, regime: usize, subject: &Subject) -> Option<String> {
    let base = Summary::told(results.values(0, subject.id));
    let part = Summary::told(&results.relative(regime, subject.id));
    (base.p5 > 0.0 && part.clear()).then(|| digits(part.p50.abs(), 1))
}

/// Subjects of some regimes in the order in which they are told: whose money changes most, then the lead. Chips only where
/// something changes for them; of those whom a study names, if it names any.
pub fn subjects(study: &Study, results: &Results, of: &[usize]) -> Vec<Subject> {
    let largest = |subject: &Subject| {
        let sizes = of.iter().map(|s| subject.effect(results, *s).summary.p50.abs());
        sizes.fold(0.0, f64::max)
    };
    let same = |s: &usize| CHIPS.effect(results, *s).verdict == Verdict::Same;
    let none = study.regimes.len() < 2 || of.iter().all(same);
    let all = match (none, largest(&CHIPS) > largest(&TOOLS)) {
        (true, _) => vec![TOOLS, LEAD],
        (false, true) => vec![CHIPS, TOOLS, LEAD],
        (false, false) => vec![TOOLS, CHIPS, LEAD],
    };
    let asked: Vec<Subject> = all.iter().copied().filter(|s| study.shows(s.id)).collect();
    if asked.is_empty() { all } else { asked }
}

/// What differences are taken from, and over which years.
fn against(study: &Study, results: &Results, most: usize) -> String {
    let from = study.trunk.as_ref().map_or_else(String::new, |t| format!(" from {} on", t.at));
    format!(
        "against {}{from} (sums over {}, {}; the lead at the end of {})",
        quoted_in(&study.regimes[0].title, most),
        study.span(),
        results.dollars.label(),
        study.end_words()
    )
}

/// What a regime does to some subjects, clause by clause.
fn clauses(results: &Results, regime: usize, subjects: &[Subject]) -> String {
    let clauses: Vec<String> = subjects
        .iter()
        .map(|subject| {
            let effect = subject.effect(results, regime);
            let said = clause(subject, &effect);
            let money = subject.measure == MONEY && effect.clear().is_some();
            match of_revenue(results, regime, subject).filter(|_| money) {
                Some(part) => format!("{said}, {part} % of their revenue"),
                None => said,
            }
        })
        .collect();
    clauses.join("; ")
}

/// What a regime does to some subjects, in a sentence without its full stop.
pub fn regime(study: &Study, results: &Results, regime: usize, subjects: &[Subject]) -> String {
    let most = super::MOST_IN_SENTENCE;
    format!(
        "Under {}, {}: {}",
        quoted_in(&study.regimes[regime].title, most),
        against(study, results, most),
        clauses(results, regime, subjects)
    )
}

/// A sentence for each regime: what it does to US makers of tools, to US chip firms and to the lead.
pub fn regimes(study: &Study, results: &Results) -> Vec<String> {
    (1..study.regimes.len())
        .map(|s| format!("{}.", regime(study, results, s, &subjects(study, results, &[s]))))
        .collect()
}

/// The same where the finding of all stands above, and says what they are compared with and from when; nothing for one
/// regime, which has no more than its sentence.
pub fn below(study: &Study, results: &Results) -> Vec<String> {
    let of = |s: usize| {
        let said = clauses(results, s, &subjects(study, results, &[s]));
        format!("{}: {said}.", quoted_in(&study.regimes[s].title, super::MOST_IN_SENTENCE))
    };
    if study.regimes.len() > 2 { (1..study.regimes.len()).map(of).collect() } else { Vec::new() }
}

/// The finding: of one regime its sentence; of several, who loses and gains most, in money and in lead.
pub fn sentence(study: &Study, results: &Results) -> String {
    match study.regimes.len() {
        0 | 1 => String::new(),
        2 => regimes(study, results).remove(0),
        count => {
            let all: Vec<usize> = (1..count).collect();
            let subjects = subjects(study, results, &all);
            let said = subjects.iter().map(|s| format!("{}.", overall(study, results, s)));
            let head = against(study, results, super::MOST_IN_SENTENCE);
            let said: Vec<String> = said.collect();
            format!("A{}: {}", &head[1..], said.join(" "))
        }
    }
}

/// Under which regime a subject clearly loses most and under which it gains most, as far as either is clear.
pub fn overall(study: &Study, results: &Results, subject: &Subject) -> String {
    let all = differences(study, results, subject);
    let sides = [Side::Down, Side::Up].map(|side| Furthest::of(&all, subject.measure, side));
    let say = |subject: &Subject| {
        fitted(ROOM, |most| {
            let named = |place: usize| quoted_in(&study.regimes[place + 1].title, most);
            let parts: Vec<String> = sides
                .iter()
                .flatten()
                .map(|furthest| furthest_words(subject, furthest, all.len(), &named))
                .collect();
            match parts.as_slice() {
                [] => no_side(subject, &all, &named),
                [one] => format!("{} {one}", subject.who),
                [first, second, ..] => {
                    format!("{} {first}; {} {second}", subject.who, subject.they)
                }
            }
        })
    };
    let said = say(subject);
    let long = said.chars().count() > ROOM;
    capital(&if long { say(&subject.in_brief()) } else { said })
}

/// With a capital letter at its head.
pub(crate) fn capital(said: &str) -> String {
    let mut letters = said.chars();
    letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect())
}

/// Paired differences of a subject, by regime.
pub(super) fn differences(study: &Study, results: &Results, subject: &Subject) -> Vec<Vec<f64>> {
    (1..study.regimes.len()).map(|s| results.difference(s, subject.id)).collect()
}

/// The regimes that [`overall`] names: who is furthest on each side, and the nearest that is not clearly behind.
pub fn named(study: &Study, results: &Results, subject: &Subject) -> Vec<usize> {
    let all = differences(study, results, subject);
    let sides = [Side::Down, Side::Up].map(|side| Furthest::of(&all, subject.measure, side));
    let of = |f: &Furthest| [Some(f.first), f.ties.first().copied()];
    let mut named: Vec<usize> =
        sides.iter().flatten().flat_map(of).flatten().map(|place| place + 1).collect();
    named.sort_unstable();
    named.dedup();
    named
}

/// `lose most under “X” (USD 26 bn, 5–95 %: 17 to 42) or “Y”`.
pub(super) fn furthest_words(
    subject: &Subject,
    furthest: &Furthest,
    regimes: usize,
    named: &dyn Fn(usize) -> String,
) -> String {
    let Furthest { first, side, effect, ties } = furthest;
    let (size, range) = subject.measure.told(&effect.summary.scaled(side.sign()));
    let range = format!("{}: {range}", band(effect.runs));
    let (verb, by, first) = (subject.verb(*side), subject.by, named(*first));
    match ties.as_slice() {
        _ if regimes == 1 => format!("{verb} {by}{size} under {first} ({range})"),
        [] => format!("{verb} most under {first}: {by}{size} ({range})"),
        [one] => format!("{verb} most under {first} ({by}{size}, {range}) or {}", named(*one)),
        [one, more @ ..] => {
            let plural = if more.len() == 1 { "" } else { "s" };
            format!(
                "{verb} most under {first} ({by}{size}, {range}), {} or {} other{plural}",
                named(*one),
                more.len()
            )
        }
    }
}

/// What is said where no regime is clearly on a side in a size that the table shows.
fn no_side(subject: &Subject, all: &[Vec<f64>], named: &dyn Fn(usize) -> String) -> String {
    let effects: Vec<Effect> = all.iter().map(|one| Effect::of(one, subject.measure)).collect();
    if effects.iter().all(|effect| effect.verdict == Verdict::Same) {
        return format!("nothing changes in {} in any run", subject.of);
    }
    let known = (0..all.len()).filter(|place| effects[*place].verdict != Verdict::Unknown);
    let size = |place: &usize| effects[*place].summary.p50.abs();
    let Some(first) = known.rev().max_by(|a, b| size(a).total_cmp(&size(b))) else {
        return format!("what happens to {} is not known", subject.of);
    };
    let effect = &effects[first];
    if all.len() == 1 {
        return format!("under {}, {}", named(first), clause(subject, effect));
    }
    let (size, range) = subject.measure.told(&effect.summary);
    let told = format!("{size} ({}: {range}) under {}", band(effect.runs), named(first));
    if effects.iter().all(|effect| effect.tiny) {
        return format!(
            "hardly anything changes in {} under any regime: at most {told} in the median run",
            subject.of
        );
    }
    let seen = effects.iter().any(|effect| matches!(effect.verdict, Verdict::Clear(_)));
    let more = if seen { " by more than hardly anything" } else { "" };
    format!(
        "no regime clearly changes {}{more}; the largest median is {told}, {}",
        subject.of,
        ways(effect)
    )
}

/// A clause with no more than direction, size and interval, for a headline of several: what the interval is stands below it.
pub(super) fn short(subject: &Subject, effect: &Effect) -> String {
    let Subject { who, measure, .. } = subject;
    let told = |side: Side| measure.told(&effect.summary.scaled(side.sign()));
    let (size, range) = told(Side::Up);
    match effect.verdict {
        Verdict::Unknown => format!("no number for {who}"),
        Verdict::Same => format!("no change for {who}"),
        _ if effect.tiny => format!("hardly any change for {who} ({size}, {range})"),
        Verdict::Clear(side) => {
            let (size, range) = told(side);
            format!("{who} {} {size} ({range})", subject.verb(side))
        }
        Verdict::Mostly(side) if effect.summary.p50 != 0.0 => {
            let (size, range) = told(side);
            format!("{who} mostly {} ({size}, {range})", subject.verb(side))
        }
        _ => format!("no clear change for {who} ({size}, {range})"),
    }
}
