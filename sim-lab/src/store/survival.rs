//! `survival.csv`: how long US technology holds out, by Kaplan and Meier over replicates.

use std::fmt::Write as _;

use sim_core::metric::Id;
use sim_core::record::Record;

use super::cells::cell;
use crate::experiment::Design;
use crate::outcome::Reader;
use crate::results::Results;
use sim_stats::survival::{Curve, Observation};

const HEADER: &str = "scenario,event,years,at_risk,events,surviving,p2.5,p97.5\n";

/// An event, and the time to it in a record.
type Event = (&'static str, fn(&Reader, &Record) -> Option<f64>);

/// Level of the class whose leading-edge form is made with EUV: 5 nm, or 176 layers.
const CONTROLLED_CLASS: f64 = 4.0;

/// Design-out: the US share of Chinese-owned purchases falls to a part of its base. Design-around: a Chinese system
/// level reaches the controlled class. Each for four quarters.
const EVENTS: [Event; 5] = [
    ("design-out-50", |reader, record| reader.design_out(record, 0.5)),
    ("design-out-25", |reader, record| reader.design_out(record, 0.25)),
    ("design-out-10", |reader, record| reader.design_out(record, 0.1)),
    ("design-around-logic", |reader, record| {
        reader.design_around(record, Id::SystemChina, CONTROLLED_CLASS)
    }),
    ("design-around-nand", |reader, record| {
        reader.design_around(record, Id::SystemChinaNand, CONTROLLED_CLASS)
    }),
];

/// Steps of the survival curve of each event in each scenario, with 95 % limits; a row at the end says how many
/// were censored there. Replicates that never see the event are censored at the horizon, not left out.
pub fn survival_csv(design: &Design, results: &Results) -> String {
    let mut text = String::from(HEADER);
    let horizon = results.reader.told_years();
    for (scenario, records) in design.scenarios.iter().zip(&results.records) {
        let id = cell(&scenario.id);
        for (name, time) in EVENTS {
            let observations: Vec<Observation> = records
                .iter()
                .map(|record| Observation::within(time(&results.reader, record), horizon))
                .collect();
            let curve = Curve::new(&observations, 0.95);
            for step in &curve.steps {
                let _ = writeln!(
                    text,
                    "{id},{name},{},{},{},{},{},{}",
                    step.time, step.at_risk, step.events, step.survival, step.low, step.high
                );
            }
            let last = curve.steps.last();
            let (survival, low, high) =
                last.map_or((1.0, 1.0, 1.0), |s| (s.survival, s.low, s.high));
            let censored = curve.censored.len();
            let _ = writeln!(text, "{id},{name},{horizon},{censored},0,{survival},{low},{high}");
        }
    }
    text
}
