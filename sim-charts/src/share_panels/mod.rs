//! Share panels: where does the US share in China go first?
//!
//! One panel per segment on one scale from 0 to 100 %: median of the baseline and of each regime,
//! with light 90 % bands. With many regimes only the first two series carry a band; the others show
//! their 90 % range at the end as a bar beside the panel.
//!
//! Invariant: every panel shows the same series in the same styles.

mod cell;
mod layout;

use super::error::ChartError;
use super::events::{self, Event};
use super::figure::Figure;
use super::frame::Frame;
use super::table::Table;
use super::{checks, units};
use layout::ShareLayout;

/// Most panels, and most series in a panel.
const MAX_PANELS: usize = 12;
const MAX_SERIES: usize = 7;
/// Opacity of bands.
pub(super) const BAND: f64 = 0.17;
/// Up to this many series all carry a band; with more, the first two do and the others have bars.
const BANDS_FOR_ALL: usize = 3;

/// Shares by segment.
#[derive(Debug, Clone, PartialEq)]
pub struct SharePanels {
    /// Unit of all values; shares are in percent, such as "%" or "% of sales".
    pub unit: String,
    /// Times of the values: the middle of each quarter [calendar years], rising.
    pub times: Vec<f64>,
    /// One panel per segment, 1 to 12, in the order of reading.
    pub panels: Vec<SharePanel>,
    /// Events drawn as vertical rules.
    pub events: Vec<Event>,
}

/// Shares of one segment under all regimes.
#[derive(Debug, Clone, PartialEq)]
pub struct SharePanel {
    /// Name of the segment.
    pub name: String,
    /// The baseline and the regimes, 1 to 7. Every panel has series of these names and styles.
    pub series: Vec<Series>,
}

/// Quantiles of a share over replicates, at each time.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Name of the regime.
    pub name: String,
    /// Style of the series: 0 is the baseline's grey, 1 the first regime
    /// (see [`palette::style`](super::palette::style)).
    pub style: usize,
    /// 5 % quantile [%, 0–100].
    pub p05: Vec<f64>,
    /// Median [%, 0–100].
    pub p50: Vec<f64>,
    /// 95 % quantile [%, 0–100].
    pub p95: Vec<f64>,
}

impl Series {
    fn quantiles(&self) -> [(&'static str, &[f64]); 3] {
        [("p05", &self.p05), ("p50", &self.p50), ("p95", &self.p95)]
    }
}

/// Draws the share panels.
pub fn share_panels(frame: &Frame, data: &SharePanels) -> Result<Figure, ChartError> {
    check(data)?;
    let events = events::within(&data.events, &data.times);
    let data = SharePanels { events, ..data.clone() };
    let (mut canvas, body) = frame.lay()?;
    ShareLayout::new(&data, body, frame.size)?.draw(&mut canvas, &data);
    Figure::new(frame, &canvas, csv(&data))
}

/// Whether the series at a position carries a band.
fn has_band(position: usize, series: usize) -> bool {
    series <= BANDS_FOR_ALL || position < 2
}

/// Number of series without a band; their end is shown by a bar beside the panel.
fn bars(panel: &SharePanel) -> usize {
    let count = panel.series.len();
    (0..count).filter(|i| !has_band(*i, count)).count()
}

fn check(data: &SharePanels) -> Result<(), ChartError> {
    checks::times(&data.times)?;
    checks::count("panels", data.panels.len(), 1, MAX_PANELS)?;
    let looks = |panel: &SharePanel| -> Vec<(String, usize)> {
        panel.series.iter().map(|s| (s.name.clone(), s.style)).collect()
    };
    let first = looks(&data.panels[0]);
    for panel in &data.panels {
        checks::count("series in a panel", panel.series.len(), 1, MAX_SERIES)?;
        if looks(panel) != first {
            return Err(ChartError::Series { panel: panel.name.clone() });
        }
        for series in &panel.series {
            let name = format!("{}, {}", panel.name, series.name);
            for (quantile, values) in series.quantiles() {
                let name = format!("{name} {quantile}");
                checks::series(&name, values, data.times.len())?;
                checks::shares(&name, values)?;
            }
            checks::order(&name, &series.quantiles().map(|(_, values)| values))?;
        }
    }
    Ok(())
}

fn csv(data: &SharePanels) -> String {
    let header = format!("panel,series,quantity,time_years,value_{}", units::column(&data.unit));
    let mut table = Table::new(&header);
    for panel in &data.panels {
        for series in &panel.series {
            for (quantile, values) in series.quantiles() {
                for (time, v) in data.times.iter().zip(values) {
                    table.row(&[&panel.name, &series.name, quantile], &[*time, *v]);
                }
            }
        }
    }
    for event in &data.events {
        table.row(&[&event.label, "", "event"], &[event.time, f64::NAN]);
    }
    table.finish()
}
