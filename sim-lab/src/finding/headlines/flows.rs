//! Headlines on who sells, what gets through, and who is how far.

use crate::finding::claims::{ROOM, short};
use crate::finding::effect::{Effect, GENERATIONS, MONEY, Side, Verdict, band};
use crate::finding::{Subject, digits, fitted, quoted_in};
use sim_stats::summary::Summary;

const US: Subject = Subject::sellers("US suppliers", "sales of US suppliers");
const CHINA: Subject = Subject::sellers("Chinese suppliers", "sales of Chinese suppliers");
const THIRD: Subject =
    Subject::sellers("suppliers of third countries", "sales of suppliers of third countries");

/// What suppliers of three blocs gain and lose under a regime, in the order United States, China, third countries. `head`
/// says of which sales.
pub fn sales(head: &str, title: &str, changes: [&[f64]; 3]) -> String {
    let effects = changes.map(|values| Effect::of(values, MONEY));
    let said: Vec<String> =
        [US, CHINA, THIRD].iter().zip(&effects).map(|(who, effect)| short(who, effect)).collect();
    fitted(ROOM, |most| format!("{head} under {}: {}", quoted_in(title, most), said.join("; ")))
}

/// How much of what measures touch gets through all the same, and how much of it through the grey channel; percent by run.
pub fn gets_through(title: &str, through: &[f64], grey: &[f64], told: &str) -> String {
    fitted(ROOM, |most| {
        let title = quoted_in(title, most);
        if through.is_empty() {
            return format!("Under {title} no sale is barred, licensed or diverted {told}");
        }
        let (all, smuggled) = (Summary::told(through), Summary::told(grey));
        format!(
            "Under {title}, {} % of what the measures touch still gets through {told} ({}: {} to {} %), {} % through the \
             grey channel",
            digits(all.p50, 0),
            band(through.len()),
            digits(all.p5, 0),
            digits(all.p95, 0),
            digits(smuggled.p50, 0)
        )
    })
}

/// Where the frontier and China's best line end under a regime, against the baseline; differences in generations.
pub fn levels([title, baseline]: [&str; 2], frontier: &[f64], china: &[f64]) -> String {
    let told = |who: &str, values: &[f64]| {
        let effect = Effect::of(values, GENERATIONS);
        let sized = |side: Side| {
            let (size, range) = GENERATIONS.told(&effect.summary.scaled(side.sign()));
            format!("{size} ({}: {range})", band(effect.runs))
        };
        let word = |side: Side| if side == Side::Down { "lower" } else { "higher" };
        match effect.verdict {
            Verdict::Unknown => format!("where {who} ends is not known"),
            Verdict::Same => format!("{who} ends where it does there"),
            Verdict::Clear(side) => format!("{who} ends {} {}", sized(side), word(side)),
            Verdict::Mostly(side) if effect.summary.p50 != 0.0 => {
                format!("{who} mostly ends {}: {}", word(side), sized(side))
            }
            _ => format!("{who} ends not clearly elsewhere: {}", sized(Side::Up)),
        }
    };
    let parts =
        [told("China\u{2019}s best line", china), told("the frontier", frontier)].join("; ");
    fitted(ROOM, |most| {
        let [title, baseline] = [title, baseline].map(|title| quoted_in(title, most));
        format!("Under {title}, against {baseline}: {parts}")
    })
}
