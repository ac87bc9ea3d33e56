//! Headlines on regimes side by side.

use crate::finding::claims::{ROOM, capital, differences, furthest_words, short};
use crate::finding::effect::{Effect, Furthest, MONEY, Side, Verdict, band};
use crate::finding::{LEAD, Subject, TOOLS, fitted, inside, overall, quoted_in};
use crate::results::Results;
use crate::study::Study;
use sim_stats::summary::{Summary, paired};

/// Who is meant stands in the subtitle.
const MAKERS: Subject = Subject::sellers("US makers", "the revenue of US makers");

/// Which regime moves the lead most, and what it does to the revenue of US makers of tools.
pub fn lead_and_money(study: &Study, results: &Results) -> String {
    let all = differences(study, results, &LEAD);
    let sides = [Side::Up, Side::Down].map(|side| Furthest::of(&all, LEAD.measure, side));
    let size = |f: &Furthest| f.effect.summary.p50.abs();
    let [up, down] = sides;
    let furthest = match (up, down) {
        (Some(up), Some(down)) => Some(if size(&down) > size(&up) { down } else { up }),
        (up, down) => up.or(down),
    };
    let Some(furthest) = furthest else { return overall(study, results, &LEAD) };
    let money = short(&MAKERS, &TOOLS.effect(results, furthest.first + 1));
    let there = if furthest.ties.is_empty() { "there" } else { "under the first" };
    let said = fitted(ROOM, |most| {
        let named = |place: usize| quoted_in(&study.regimes[place + 1].title, most);
        let lead = furthest_words(&LEAD, &furthest, all.len(), &named);
        format!("the lead over China in logic {lead}; {there}, {money}")
    });
    capital(&said)
}

/// Which of some outcomes differ clearly between two regimes. `outcomes` has a name and the two regimes' values.
pub fn differ(titles: [&str; 2], outcomes: &[(&str, [&[f64]; 2])]) -> String {
    // Any unit: what decides is on which side of zero the interval lies.
    let clear = |(_, [a, b]): &&(&str, [&[f64]; 2])| Summary::told(&paired(a, b)).clear();
    let (clear, open): (Vec<_>, Vec<_>) = outcomes.iter().partition(|outcome| clear(outcome));
    let names = |some: &[&(&str, [&[f64]; 2])]| -> String {
        some.iter().map(|(name, _)| inside(name)).collect::<Vec<_>>().join("; ")
    };
    let count = outcomes.len();
    fitted(ROOM, |most| {
        let [one, other] = titles.map(|title| quoted_in(title, most));
        let head = format!("Between {one} and {other}");
        match (clear.len(), open.len()) {
            (0, _) => format!("{head} none of {count} main outcomes differs clearly"),
            (_, 0) => format!("{head} all {count} main outcomes differ clearly"),
            (n, left) if left <= n => {
                format!(
                    "{head} {n} of {count} main outcomes differ clearly, but not: {}",
                    names(&open)
                )
            }
            (n, _) => {
                format!("{head} {n} of {count} main outcomes differ clearly: {}", names(&clear))
            }
        }
    })
}

/// How many of some effects have a clear direction; each is its 5 %, 50 % and 95 %.
pub fn cells(what: &str, effects: &[[f64; 3]]) -> String {
    let unclear = effects.iter().filter(|c| c[0] <= 0.0 && c[2] >= 0.0).count();
    let all = effects.len();
    match unclear {
        0 if all == 1 => format!("The only one of {what} has a clear direction"),
        0 => format!("All {all} {what} have a clear direction"),
        n if n == all => format!("None of {all} {what} has a clear direction"),
        n => format!("{} of {all} {what} have a clear direction; {n} do not", all - n),
    }
}

/// What the change of US makers' revenue under a regime is made of. `parts` has a name and the values by run.
pub fn bill(title: &str, whole: &[f64], parts: &[(&str, &[f64])]) -> String {
    let all = Effect::of(whole, MONEY);
    let Some(side) = all.clear() else {
        let said = short(&TOOLS, &all);
        return fitted(ROOM, |most| {
            format!("Under {}, {said}; its parts are drawn for reference", quoted_in(title, most))
        });
    };
    let mean = |values: &[f64]| Summary::of(values).mean;
    let sign = side.sign();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|a, b| (sign * mean(parts[*b].1)).total_cmp(&(sign * mean(parts[*a].1))));
    let (name, first) = parts[order[0]];
    // The largest for certain beats each of the others in nine runs of ten on the same side.
    let beats = |other: &usize| {
        let gap = Effect::of(&paired(first, parts[*other].1), MONEY);
        gap.verdict == Verdict::Clear(side)
    };
    let verdict = if order[1..].iter().all(beats) {
        "the largest part is"
    } else {
        "no part is clearly the largest; first on average:"
    };
    let told = |values: &[f64]| {
        let told = Summary::told(values).scaled(sign);
        MONEY.told(&Summary { p50: told.mean, ..told })
    };
    let (part, range) = told(first);
    let (total, _) = told(whole);
    let verb = if side == Side::Down { "lose" } else { "gain" };
    fitted(ROOM, |most| {
        format!(
            "US makers of tools, materials, software and IP {verb} {total} on average under {}; {verdict} {}, {part} ({}: \
             {range})",
            quoted_in(title, most),
            inside(name),
            band(first.len())
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_headline_names_the_largest_part_and_doubts_a_close_one() {
        let names = ["Barred sales", "Still sold", "Design-out", "Back-fill"];
        let say = |whole: &[f64], parts: &[Vec<f64>]| {
            let parts: Vec<(&str, &[f64])> =
                names.into_iter().zip(parts.iter().map(Vec::as_slice)).collect();
            bill("A cap", whole, &parts)
        };
        let sure = [vec![-8.0; 9], vec![1.0; 9], vec![-3.0; 9], vec![0.0; 9]];
        let words = say(&[-10.0; 9], &sure);
        assert!(words.contains("lose USD 10 bn on average under \u{201c}A cap\u{201d}"), "{words}");
        assert!(words.contains("the largest part is barred sales, USD 8 bn"), "{words}");
        let close = [
            vec![-6.0; 9],
            vec![1.0; 9],
            (0..9).map(|i| -2.0 - f64::from(i)).collect(),
            vec![0.0; 9],
        ];
        assert!(say(&[-10.0; 9], &close).contains("no part is clearly the largest"));
        let open: Vec<f64> = (-4..5).map(f64::from).collect();
        assert!(
            say(&open, &sure).contains("no clear change for US makers"),
            "{}",
            say(&open, &sure)
        );
    }

    #[test]
    fn outcomes_are_named_on_the_shorter_side() {
        let (low, high) = ([1.0; 8], [2.0; 8]);
        let two = |clear: bool| [if clear { &high[..] } else { &low[..] }, &low[..]];
        let outcomes = [("One", two(true)), ("Two", two(true)), ("Three", two(false))];
        let said = differ(["A", "B"], &outcomes);
        assert!(said.ends_with("2 of 3 main outcomes differ clearly, but not: three"), "{said}");
        assert!(differ(["A", "B"], &outcomes[..2]).contains("all 2 main outcomes differ clearly"));
        assert!(differ(["A", "B"], &outcomes[2..]).contains("none of 1"));
    }
}
