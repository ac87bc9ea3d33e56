//! Made-up data for charts, shared by the tests and the example.
//!
//! Invariant: no random numbers; replicates are normal quantiles at even steps.

#![allow(dead_code, unreachable_pub)] // a module of several programs, each takes a part

use sim_charts::{Event, FanPanel, Frame, LossFan, Series, SharePanel, SharePanels, Short, Size};

const REGIMES: [&str; 6] = [
    "Rules of October 2022",
    "Hard cap",
    "Hard cap with allies",
    "Sliding scale",
    "No enforcement",
    "Entity list only",
];

const SEGMENTS: [&str; 12] = [
    "AI accelerators",
    "Logic, advanced",
    "Design software (EDA)",
    "Deposition and etch tools",
    "Lithography",
    "Process control",
    "Memory, DRAM",
    "Memory, NAND",
    "Analogue and power",
    "Foundry services",
    "Logic, mature",
    "Packaging and test equipment",
];

/// A frame of a page with texts of ordinary length.
pub fn frame(id: &str) -> Frame {
    Frame {
        id: id.to_owned(),
        size: Size::PAGE,
        short: Short::default(),
        headline:
            "A hard cap costs US suppliers about 180 billion dollars by 2031, and most of it \
                   is lost after Chinese buyers have designed US products out"
                .to_owned(),
        subtitle: "Cumulative US revenue in China minus the same run without controls, USD bn of \
                   2025, 2021–2031. Made-up numbers; 500 paired runs; bands hold 50 % and 90 % of \
                   the runs."
            .to_owned(),
        source_line:
            "Source: Chokepoint 0.1.0, scenario 3fa91c02, seed 1. Data grade: placeholder."
                .to_owned(),
        alt: "Made-up losses grow over time in every panel and the bands widen.".to_owned(),
        stamp: None,
    }
}

/// Mid-quarters from 2021 to 2031.
pub fn times() -> Vec<f64> {
    (0..44).map(|q| 2021.125 + 0.25 * f64::from(q)).collect()
}

/// Three events.
pub fn events() -> Vec<Event> {
    let event = |time, label: &str| Event { time, label: label.to_owned() };
    vec![event(2022.77, "Oct 2022"), event(2023.79, "Oct 2023"), event(2024.92, "Dec 2024")]
}

/// A loss fan in dollars with 1 to 6 panels.
pub fn fan(panels: usize) -> LossFan {
    LossFan {
        unit: "USD".to_owned(),
        times: times(),
        panels: (0..panels).map(fan_panel).collect(),
        events: events(),
    }
}

fn fan_panel(i: usize) -> FanPanel {
    let depth = [110e9, 180e9, 205e9, 90e9, 18e9, 60e9][i];
    let spread = [0.30, 0.28, 0.33, 0.35, 0.9, 0.2][i];
    let middle = |t: f64| -depth * grown(t);
    let at = |z: f64| -> Vec<f64> {
        times().iter().map(|t| middle(*t) - z * spread * middle(*t).abs() * skew(z)).collect()
    };
    let end = times()[43];
    let value = |z: f64| middle(end) - z * spread * middle(end).abs() * skew(z);
    FanPanel {
        name: REGIMES[i].to_owned(),
        style: i + 1,
        p05: at(1.645),
        p25: at(0.674),
        p50: at(0.0),
        p75: at(-0.674),
        p95: at(-1.645),
        end_values: (0..500).map(|k| value(normal((f64::from(k) + 0.5) / 500.0))).collect(),
    }
}

/// The lower tail is longer.
fn skew(z: f64) -> f64 {
    if z > 0.0 { 1.0 } else { 0.7 }
}

/// Grows from 0 in 2022.8 to 1 at the end.
fn grown(t: f64) -> f64 {
    let gone = ((t - 2022.8) / 9.1).max(0.0);
    gone.powf(1.25)
}

/// Share panels with a baseline and 1 to 6 regimes.
pub fn shares(panels: usize, regimes: usize) -> SharePanels {
    let panel = |i: usize| SharePanel {
        name: SEGMENTS[i].to_owned(),
        series: (0..=regimes).map(|r| series(i, r)).collect(),
    };
    SharePanels {
        unit: "%".to_owned(),
        times: times(),
        panels: (0..panels).map(panel).collect(),
        events: events(),
    }
}

fn series(segment: usize, regime: usize) -> Series {
    let start = [92.0, 71.0, 78.0, 55.0, 12.0, 66.0, 28.0, 33.0, 45.0, 6.0, 38.0, 24.0][segment];
    let depth =
        [0.0, 0.35, 0.8, 0.92, 0.55, 0.12, 0.2][regime] * if segment > 6 { 0.5 } else { 1.0 };
    let drift = 0.12 + 0.01 * segment as f64;
    let middle = |t: f64| start * (1.0 - drift * (t - 2021.0) / 11.0) * (1.0 - depth * ramp(t));
    let at = |z: f64| -> Vec<f64> {
        let width = |t: f64| 0.02 + 0.14 * ramp(t);
        let value = |t: f64| middle(t) + z * width(t) * middle(t).min(100.0 - middle(t));
        times().into_iter().map(value).collect()
    };
    let name = if regime == 0 { "No control" } else { REGIMES[regime - 1] };
    Series { name: name.to_owned(), style: regime, p05: at(-1.645), p50: at(0.0), p95: at(1.645) }
}

fn ramp(t: f64) -> f64 {
    let gone = ((t - 2022.8) / 6.0).clamp(0.0, 1.0);
    gone * gone * (3.0 - 2.0 * gone)
}

/// Normal quantile, good to three digits (Tukey's lambda).
fn normal(p: f64) -> f64 {
    (p.powf(0.135) - (1.0 - p).powf(0.135)) / 0.1975
}
