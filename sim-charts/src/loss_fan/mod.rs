//! Loss fan: how much US revenue is lost against no control, and when?
//!
//! One panel per regime on one scale: median, 50 % and 90 % bands of the paired differences, and
//! the density of the replicates at the end of the horizon.
//!
//! Invariant: what is drawn and what is in the table are the same numbers, in the same unit.

mod band_labels;
mod density;
mod layout;
mod panel;

use super::error::ChartError;
use super::events::{self, Event};
use super::figure::Figure;
use super::frame::Frame;
use super::table::Table;
use super::{checks, units};
use layout::Draft;

/// Most panels side by side.
const MAX_PANELS: usize = 6;

/// Paired differences of several regimes against the baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct LossFan {
    /// Unit of all values, such as "USD" or "USD bn"; dollars are rescaled to readable steps.
    pub unit: String,
    /// Times of the values: the middle of each quarter [calendar years], rising.
    pub times: Vec<f64>,
    /// One panel per regime, 1 to 6.
    pub panels: Vec<FanPanel>,
    /// Events drawn as vertical rules.
    pub events: Vec<Event>,
}

/// The fan of one regime: pointwise quantiles over replicates.
#[derive(Debug, Clone, PartialEq)]
pub struct FanPanel {
    /// Name of the regime.
    pub name: String,
    /// Style of the series: 0 is the baseline's grey, 1 the first regime
    /// (see [`palette::style`](super::palette::style)).
    pub style: usize,
    /// 5 % quantile at each time (unit).
    pub p05: Vec<f64>,
    /// 25 % quantile at each time (unit).
    pub p25: Vec<f64>,
    /// Median at each time (unit).
    pub p50: Vec<f64>,
    /// 75 % quantile at each time (unit).
    pub p75: Vec<f64>,
    /// 95 % quantile at each time (unit).
    pub p95: Vec<f64>,
    /// The replicates' values at the last time (unit), for the density; may be empty.
    pub end_values: Vec<f64>,
}

impl FanPanel {
    /// The quantiles with their names, from low to high.
    fn quantiles(&self) -> [(&'static str, &[f64]); 5] {
        [
            ("p05", &self.p05),
            ("p25", &self.p25),
            ("p50", &self.p50),
            ("p75", &self.p75),
            ("p95", &self.p95),
        ]
    }

    /// The fan with all values multiplied by a factor.
    fn times(&self, factor: f64) -> Self {
        let mut fan = self.clone();
        let Self { p05, p25, p50, p75, p95, end_values, .. } = &mut fan;
        for value in [p05, p25, p50, p75, p95, end_values].into_iter().flatten() {
            *value *= factor;
        }
        fan
    }
}

/// Draws the loss fan.
pub fn loss_fan(frame: &Frame, data: &LossFan) -> Result<Figure, ChartError> {
    check(data)?;
    let data = readable(data);
    let (mut canvas, body) = frame.lay()?;
    Draft::new(&data, body, frame.size).layout()?.draw(&mut canvas);
    Figure::new(frame, &canvas, csv(&data))
}

fn check(data: &LossFan) -> Result<(), ChartError> {
    checks::times(&data.times)?;
    checks::count("panels", data.panels.len(), 1, MAX_PANELS)?;
    for panel in &data.panels {
        for (name, values) in panel.quantiles() {
            checks::series(&format!("{} {name}", panel.name), values, data.times.len())?;
        }
        let quantiles = panel.quantiles().map(|(_, values)| values);
        checks::order(&panel.name, &quantiles)?;
        checks::finite(&format!("{} end values", panel.name), &panel.end_values)?;
    }
    Ok(())
}

/// The data in a readable unit, with the events that are inside the times.
fn readable(data: &LossFan) -> LossFan {
    let values = data.panels.iter().flat_map(|p| p.p05.iter().chain(&p.p95));
    let largest = values.fold(0.0, |most: f64, v| most.max(v.abs()));
    let unit = units::readable(&data.unit, largest);
    LossFan {
        unit: unit.name,
        times: data.times.clone(),
        panels: data.panels.iter().map(|panel| panel.times(unit.factor)).collect(),
        events: events::within(&data.events, &data.times),
    }
}

fn csv(data: &LossFan) -> String {
    let header = format!("panel,quantity,time_years,value_{}", units::column(&data.unit));
    let mut table = Table::new(&header);
    for panel in &data.panels {
        for (name, values) in panel.quantiles() {
            for (time, v) in data.times.iter().zip(values) {
                table.row(&[&panel.name, name], &[*time, *v]);
            }
        }
        let end = data.times.last().copied().unwrap_or_default();
        for (i, v) in panel.end_values.iter().enumerate() {
            table.row(&[&panel.name, &format!("end_value_{}", i + 1)], &[end, *v]);
        }
    }
    for event in &data.events {
        table.row(&[&event.label, "event"], &[event.time, f64::NAN]);
    }
    table.finish()
}
