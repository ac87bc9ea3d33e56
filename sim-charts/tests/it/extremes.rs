//! Every chart in every size, with data at the edges: one row and as many as are allowed, long and unbreakable names,
//! negative numbers of three digits, nothing at all.
//!
//! Invariant: what a chart accepts it draws without overlap; what it has no room for it refuses, and grows until it has.

use crate::chart_boxes::assert_clean;
use crate::chart_data;
use sim_charts::{
    Backcast, Bill, ChartError, Choice, Country, DesignOut, Drifting, Drifts, Dumbbell, Figure,
    Flows, Frame, Frontier, Gap, Heat, Pair, Part, Size, Slope, Slopes, Stack, Survival, Swing,
    Tornado, Unit, backcast, bill, design_out, drifts, dumbbell, flows, frontier, gap, heat,
    palette, slopes, stack, tornado,
};

/// Names as they may come: short, long, and without a place to break.
const NAMES: [&str; 3] = [
    "Hard cap",
    "Controls on advanced computing, tools and materials with all allied countries joining after two years",
    "Unbrechbarerüberlangernameunbrechbarerüberlangername",
];
/// Sizes of numbers: three digits below zero, a thousandth, nothing.
const SCALES: [f64; 4] = [-1.0, 1.0, 1e-3, 0.0];

/// Draws in every size, with more height while there is no room.
fn everywhere(what: &str, draw: impl Fn(&Frame) -> Result<Figure, ChartError>) {
    for size in Size::ALL {
        let mut frame = Frame { size, ..chart_data::frame("extreme") };
        let mut drawn = draw(&frame);
        while matches!(drawn, Err(ChartError::NoRoom { .. })) && frame.size.height < 1600.0 {
            frame.size.height *= 1.2;
            drawn = draw(&frame);
        }
        match drawn {
            Ok(figure) => assert_clean(&figure),
            Err(error) => panic!("{what}, {}: {error}", size.name),
        }
    }
}

/// All names with all scales.
fn cases(check: impl Fn(&dyn Fn(usize) -> String, f64, String)) {
    for name in NAMES {
        for scale in SCALES {
            let numbered = |i: usize| format!("{name} {i}");
            check(&numbered, scale, format!("{name} × {scale}"));
        }
    }
}

/// Low, middle, high.
fn three(i: usize, scale: f64) -> [f64; 3] {
    let middle = scale * (123.0 + 101.0 * (i % 7) as f64);
    let spread = 60.0 * scale.abs() * (1 + i % 3) as f64;
    [middle - spread, middle, middle + spread]
}

fn years() -> Vec<f64> {
    (0..17).map(|y| 2019.5 + f64::from(y)).collect()
}

#[test]
fn bills() {
    cases(|name, scale, what| {
        for (parts, beside) in [(1, 0), (4, 3), (8, 4)] {
            let part = |i: usize| {
                let [low, mean, high] = three(i, scale);
                Part { name: name(i), mean, low, high }
            };
            let data = Bill {
                unit: "USD bn, 2019–2035".to_owned(),
                parts: (0..parts).map(part).collect(),
                total: part(5),
                beside: (0..beside).map(part).collect(),
            };
            everywhere(&format!("bill {what} {parts}"), |frame| bill(frame, &data));
        }
    });
}

#[test]
fn dumbbells() {
    cases(|name, scale, what| {
        for (panels, rows) in [(1, 1), (3, 4), (4, 4)] {
            let unit = |p: usize| Unit {
                title: name(p),
                rows: (0..rows)
                    .map(|r| (name(r), [three(r, scale), three(r + p, -scale)]))
                    .collect(),
            };
            let data = Dumbbell {
                regimes: [(name(0), 1), (name(1), 4)],
                panels: (0..panels).map(unit).collect(),
            };
            everywhere(&format!("dumbbell {what} {panels}"), |frame| dumbbell(frame, &data));
        }
    });
}

#[test]
fn slope_charts() {
    cases(|name, scale, what| {
        for panels in [1, 2, 6] {
            let panel = |p: usize| Slope {
                name: name(p),
                lines: (0..3).map(|k| (250.0 * scale.abs(), three(p + k, scale.abs()))).collect(),
                words: (0..3).map(|k| format!("−{}00 (−{k}99 to −123)", k + 1)).collect(),
            };
            if panels > 2 && scale < 0.0 {
                continue;
            }
            let data = Slopes {
                unit: "USD bn".to_owned(),
                actors: (0..3)
                    .map(|k| (name(k), [palette::US, palette::CHINA, palette::THIRD][k]))
                    .collect(),
                panels: (0..panels).map(panel).collect(),
            };
            for size in Size::ALL.into_iter().filter(|size| panels < 3 || !size.narrow()) {
                let mut frame = Frame { size, ..chart_data::frame("slopes") };
                let mut drawn = slopes(&frame, &data);
                while matches!(drawn, Err(ChartError::NoRoom { .. })) && frame.size.height < 1600.0
                {
                    frame.size.height *= 1.2;
                    drawn = slopes(&frame, &data);
                }
                assert_clean(&drawn.unwrap_or_else(|e| panic!("slopes {what} {panels}: {e}")));
            }
        }
    });
}

#[test]
fn heat_maps() {
    cases(|name, scale, what| {
        for (columns, rows) in [(1, 1), (3, 6), (2, 12)] {
            let cells = |r: usize| {
                (0..columns).map(|c| (r + c != 1).then(|| three(r + c, scale))).collect()
            };
            let data = Heat {
                columns: (0..columns).map(|c| (name(c), c)).collect(),
                rows: (0..rows).map(|r| (name(r), cells(r))).collect(),
                alike: columns == 2,
            };
            everywhere(&format!("heat {what} {rows}"), |frame| heat(frame, &data));
        }
    });
}

#[test]
fn sankeys() {
    cases(|name, scale, what| {
        for (from, to) in [(1, 1), (4, 3), (6, 2)] {
            let data = Flows {
                unit: "USD bn".to_owned(),
                from: (0..from).map(name).collect(),
                to: (0..to).map(|k| (name(k), palette::REGIMES[k])).collect(),
                links: (0..from)
                    .map(|i| (0..to).map(|k| scale.abs() * (1.0 + (i * k) as f64)).collect())
                    .collect(),
            };
            everywhere(&format!("flows {what} {from}"), |frame| flows(frame, &data));
        }
    });
}

#[test]
fn stacks() {
    cases(|name, scale, what| {
        for areas in [1, 5, 6] {
            let values =
                |i: usize| years().iter().map(|t| scale.abs() * (t - 2019.0) * i as f64).collect();
            let data = Stack {
                unit: "USD bn a year".to_owned(),
                times: years(),
                areas: (0..areas).map(|i| (name(i), palette::REGIMES[i], values(i))).collect(),
                whole: [values(3), values(9)],
                events: chart_data::events(),
            };
            everywhere(&format!("stack {what} {areas}"), |frame| stack(frame, &data));
        }
    });
}

#[test]
fn gaps() {
    cases(|name, scale, what| {
        for panels in [1, 2, 3] {
            let level =
                |k: f64| years().iter().map(|t| scale * k * (t - 2019.0)).collect::<Vec<f64>>();
            let pair = |p: usize| Pair {
                name: name(p),
                levels: [
                    [level(1.0), level(1.1), level(1.2)],
                    [level(0.2), level(0.3), level(1.1)],
                ],
                gap: "lead −123.4 (−234.5\u{a0}to\u{a0}−100.1)".to_owned(),
            };
            let data = Gap {
                unit: "generations".to_owned(),
                times: years(),
                names: [name(0), name(1)],
                panels: (0..panels).map(pair).collect(),
                events: chart_data::events(),
            };
            everywhere(&format!("gap {what} {panels}"), |frame| gap(frame, &data));
        }
    });
}

#[test]
fn tornados() {
    cases(|name, scale, what| {
        for (rows, dots) in [(1, true), (6, true), (14, false), (14, true)] {
            let row = |i: usize| Swing {
                name: name(i),
                low: three(i, scale)[0],
                high: three(i, scale)[2],
                index: dots.then(|| three(i, scale.abs())),
            };
            let data = Tornado {
                swing_title: name(0),
                dot_title: name(1),
                centre: -321.0 * scale,
                rows: (0..rows).map(row).collect(),
            };
            everywhere(&format!("tornado {what} {rows}"), |frame| tornado(frame, &data));
        }
    });
}

#[test]
fn backcasts() {
    for name in NAMES {
        for rows in [1, 7, 24] {
            let country = |colour| Country {
                name: name.to_owned(),
                colour,
                quantiles: (0..rows).map(|i| [0.0, 1.0, 2.0, 50.0, 60.0 + i as f64]).collect(),
                base: vec![100.0; rows],
                observed: (0..rows).map(|i| i as f64).collect(),
            };
            let data = Backcast {
                segments: (0..rows).map(|i| format!("{name} {i}")).collect(),
                panels: vec![country(palette::CHINA), country(palette::US)],
            };
            everywhere(&format!("backcast {name} {rows}"), |frame| backcast(frame, &data));
        }
    }
}

#[test]
fn drifts_around_zero() {
    for name in NAMES {
        for (rows, scale) in [(1, 0.0), (9, 0.01), (24, 3.0)] {
            let panel = |colour| Drifting {
                name: name.to_owned(),
                colour,
                quantiles: (0..rows)
                    .map(|i| (i % 5 != 3).then(|| [-1.0, 0.0, f64::from(i)].map(|v| v * scale)))
                    .collect(),
            };
            let data = Drifts {
                rows: (0..rows).map(|i| format!("{name} {i}")).collect(),
                panels: vec![panel(palette::CHINA), panel(palette::US)],
            };
            everywhere(&format!("drifts {name} {rows}"), |frame| drifts(frame, &data));
        }
    }
}

#[test]
fn survival_curves() {
    for name in NAMES {
        for curves in [1, 5, 7] {
            let curve = |i: usize| Survival {
                name: format!("{name} {i}"),
                style: i,
                times: vec![2024.0, 2026.0 + i as f64],
                survival: vec![90.0, 100.0 / (i + 2) as f64],
                low: vec![80.0, 0.0],
                high: vec![95.0, 70.0],
                censored: i,
                at_risk: vec![10_000, 9_999, 100, 10, 1],
            };
            let data = DesignOut {
                span: (2019.0, 2036.0),
                curves: (0..curves).map(curve).collect(),
                risk_times: vec![2019.0, 2023.0, 2027.0, 2031.0, 2035.0],
                risk_title: "Runs in which the US share has not yet halved:".to_owned(),
                events: chart_data::events(),
            };
            everywhere(&format!("design-out {name} {curves}"), |frame| design_out(frame, &data));
        }
    }
}

#[test]
fn scatters() {
    for name in NAMES {
        for (points, apart) in [(1, 1.0), (6, 1.0), (6, 0.0)] {
            let choice = |i: usize| {
                let spread = |k: usize| 5.0 * ((k * 7 + i) % 10) as f64;
                let at = -100.0 + 60.0 * apart * i as f64;
                Choice {
                    name: format!("{name} {i}"),
                    style: i + 1,
                    x: (0..30).map(|k| at + spread(k)).collect(),
                    y: (0..30).map(|k| spread(k * 3 + 1)).collect(),
                    across: [at, at + 20.0, at + 45.0],
                    up: [0.0, 20.0, 45.0],
                    dominated: i % 2 == 1,
                }
            };
            let data = Frontier {
                x_title: "US suppliers’ lost revenue, USD bn".to_owned(),
                y_title: "Lead gained, generations".to_owned(),
                points: (0..points).map(choice).collect(),
            };
            everywhere(&format!("frontier {name} {points}"), |frame| frontier(frame, &data));
        }
    }
}
