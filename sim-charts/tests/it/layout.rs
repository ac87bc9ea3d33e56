//! No text overlaps another or leaves the canvas, whatever the data.

use crate::chart_boxes::{assert_clean, boxes};
use crate::chart_data;
use sim_charts::{
    ChartError, Event, Figure, Frame, LossFan, SharePanels, Size, loss_fan, share_panels,
};

const LONG: &str = "Controls on advanced computing, tools and materials with all allied countries \
                    joining after two years and full enforcement";

/// Draws in every size; a column may grow in height until there is room.
fn in_every_size(name: &str, draw: impl Fn(&Frame) -> Result<Figure, ChartError>) {
    for size in Size::ALL {
        let mut frame = Frame { size, ..chart_data::frame(name) };
        let mut drawn = draw(&frame);
        while matches!(drawn, Err(ChartError::NoRoom { .. })) && frame.size.height < 1200.0 {
            frame.size.height *= 1.25;
            drawn = draw(&frame);
        }
        assert_clean(&drawn.expect("it can be drawn"));
    }
}

fn assert_fan(name: &str, data: &LossFan) {
    in_every_size(name, |frame| loss_fan(frame, data));
}

fn assert_shares(name: &str, data: &SharePanels) {
    in_every_size(name, |frame| share_panels(frame, data));
}

fn scaled(mut data: LossFan, change: impl Fn(f64) -> f64) -> LossFan {
    for p in &mut data.panels {
        for values in [&mut p.p05, &mut p.p25, &mut p.p50, &mut p.p75, &mut p.p95] {
            for v in values.iter_mut() {
                *v = change(*v);
            }
            values.sort_by(|a, b| b.total_cmp(a));
        }
        p.end_values.iter_mut().for_each(|v| *v = change(*v));
    }
    data
}

fn crowded() -> Vec<Event> {
    let event = |i: u32| Event {
        time: 2022.0 + 0.4 * f64::from(i),
        label: format!("Measure number {i} of the series"),
    };
    (0..9).map(event).collect()
}

#[test]
fn fans_of_one_to_six_panels() {
    for panels in 1..=6 {
        assert_fan(&format!("fan-{panels}"), &chart_data::fan(panels));
    }
}

#[test]
fn fans_with_long_names() {
    for panels in 1..=6 {
        let mut data = chart_data::fan(panels);
        data.panels.iter_mut().for_each(|p| p.name = LONG.to_owned());
        assert_fan(&format!("long-{panels}"), &data);
        data.panels.iter_mut().for_each(|p| p.name = "Unbrechbarerüberlangername".repeat(4));
        assert_fan(&format!("word-{panels}"), &data);
    }
}

#[test]
fn fans_of_any_size_and_sign() {
    for panels in [1, 4, 6] {
        let fan = || chart_data::fan(panels);
        assert_fan("three-digits", &scaled(fan(), |v| 4.3 * v));
        assert_fan("trillions", &scaled(fan(), |v| 170.0 * v));
        assert_fan("small", &scaled(fan(), |v| 2e-9 * v));
        assert_fan("nothing", &scaled(fan(), |_| 0.0));
        assert_fan("one-sided", &scaled(fan(), |v| v - 4e11));
    }
}

#[test]
fn fans_that_gain() {
    let mut data = chart_data::fan(4);
    for p in &mut data.panels {
        for values in [&mut p.p05, &mut p.p25, &mut p.p50, &mut p.p75, &mut p.p95] {
            for v in values.iter_mut() {
                *v = -*v;
            }
        }
        std::mem::swap(&mut p.p05, &mut p.p95);
        std::mem::swap(&mut p.p25, &mut p.p75);
        p.end_values.iter_mut().for_each(|v| *v = -*v);
    }
    assert_fan("gain", &data);
}

#[test]
fn fans_with_few_or_no_replicates_at_the_end() {
    for kept in [0, 1, 5] {
        let mut data = chart_data::fan(3);
        data.panels.iter_mut().for_each(|p| p.end_values.truncate(kept));
        assert_fan(&format!("kept-{kept}"), &data);
    }
}

#[test]
fn fans_with_crowded_or_no_events() {
    for panels in [1, 4, 6] {
        let mut data = chart_data::fan(panels);
        data.events = crowded();
        assert_fan("crowded", &data);
        data.events.clear();
        assert_fan("no-events", &data);
    }
}

#[test]
fn a_long_unit_gets_a_row() {
    let mut data = chart_data::fan(4);
    data.unit = "USD, prices of 2019, all suppliers".to_owned();
    assert_fan("unit", &data);
}

#[test]
fn labels_of_the_first_fan_are_on_the_chart() {
    for panels in 1..=6 {
        let figure =
            loss_fan(&chart_data::frame("labels"), &chart_data::fan(panels)).expect("drawn");
        let words: Vec<String> = boxes(&figure).into_iter().map(|b| b.text).collect();
        for start in ["Median", "50 %", "90 %", "USD bn", "Oct 2022", "−110"] {
            assert!(words.iter().any(|w| w.starts_with(start)), "{panels} panels lack {start}");
        }
    }
}

#[test]
fn shares_of_one_to_twelve_segments() {
    for panels in 1..=12 {
        for regimes in [0, 1, 3, 6] {
            let data = chart_data::shares(panels, regimes);
            assert_shares(&format!("shares-{panels}-{regimes}"), &data);
        }
    }
}

#[test]
fn shares_with_long_names() {
    for panels in [1, 3, 4, 9, 12] {
        let mut data = chart_data::shares(panels, 2);
        for panel in &mut data.panels {
            LONG.clone_into(&mut panel.name);
            for series in &mut panel.series {
                series.name = format!("{LONG} {}", series.style);
            }
        }
        assert_shares(&format!("long-{panels}"), &data);
    }
}

#[test]
fn shares_that_all_end_at_one_point() {
    for value in [0.0, 50.0, 100.0] {
        let mut data = chart_data::shares(2, 6);
        for series in data.panels.iter_mut().flat_map(|p| &mut p.series) {
            for values in [&mut series.p05, &mut series.p50, &mut series.p95] {
                values.fill(value);
            }
        }
        assert_shares("one-point", &data);
    }
}

#[test]
fn shares_with_crowded_events() {
    for panels in [1, 3, 12] {
        let mut data = chart_data::shares(panels, 3);
        data.events = crowded();
        assert_shares("crowded", &data);
    }
}

#[test]
fn long_frames_fit_or_fail() {
    let mut frame = chart_data::frame("frame");
    frame.headline = "word ".repeat(38);
    frame.subtitle = "word ".repeat(60);
    frame.source_line = "word ".repeat(80);
    frame.stamp = Some("Placeholder data".to_owned());
    assert_clean(&loss_fan(&frame, &chart_data::fan(6)).expect("three lines fit"));
    frame.headline = "word ".repeat(200);
    let error = loss_fan(&frame, &chart_data::fan(6)).expect_err("the headline is too long");
    assert!(matches!(error, ChartError::TooLong { part: "headline", max: 3, .. }), "{error}");
}
