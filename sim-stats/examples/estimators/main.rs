//! Prints fixed inputs and what the estimators make of them as JSON, for `checks/python` to compare with
//! independent implementations: `cargo run -p sim-stats --example estimators`.
//!
//! Numbers that do not exist (NaN, infinite) are null.

mod inputs;

use serde_json::{Value, json};
use sim_stats::bootstrap::Bootstrap;
use sim_stats::design::{Design, LatinHypercube, Morris, Saltelli, Sobol};
use sim_stats::summary;
use sim_stats::{
    cart, distribution, drivers, moments::Moments, morris, pairing, prim, robust, shapley, sobol,
    stopping, survival, variance,
};

use inputs::{ishigami, noise, rows};

const BOOTSTRAP: Bootstrap = Bootstrap { resamples: 2000, level: 0.95, seed: 7 };

fn main() {
    let all = json!({
        "distributions": distributions(),
        "designs": designs(),
        "morris": of_morris(),
        "sobol": of_sobol(),
        "survival": of_survival(),
        "prim": of_prim(),
        "cart": of_cart(),
        "variance": of_variance(),
        "pairing": of_pairing(),
        "shapley": of_shapley(),
        "robust": of_robust(),
        "stopping": of_stopping(),
        "ranks": of_ranks(),
    });
    println!("{all}");
}

/// Rank correlations of lists without equal values, with some, and with many.
fn of_ranks() -> Value {
    let (mut first, mut second) = (noise(41), noise(42));
    let x: Vec<f64> = (0..60).map(|_| first()).collect();
    let y: Vec<f64> = x.iter().map(|x| second() + 0.5 * x).collect();
    let pairs = [0.0, 0.3, 2.0].map(|grid| {
        let round = |x: &f64| if grid > 0.0 { (x / grid).round() * grid } else { *x };
        let (x, y): (Vec<f64>, Vec<f64>) =
            (x.iter().map(round).collect(), y.iter().map(round).collect());
        let found = drivers::rank_correlation(&x, &y);
        json!({ "x": x, "y": y, "found": found })
    });
    json!(pairs)
}

fn distributions() -> Value {
    let mut student = Vec::new();
    let mut f = Vec::new();
    for p in [0.005, 0.025, 0.2, 0.9, 0.975, 0.999] {
        for df in [1.0, 2.0, 7.5, 30.0, 1e3, 1e6] {
            student.push(json!([p, df, distribution::student_quantile(p, df)]));
            for d2 in [1.0, 4.0, 50.0, 1e4] {
                f.push(json!([p, df, d2, distribution::f_quantile(p, df, d2)]));
            }
        }
    }
    let mut beta = Vec::new();
    let mut binomial = Vec::new();
    for x in [1e-6, 0.03, 0.4, 0.5, 0.77, 0.999] {
        for (a, b) in [(0.5, 0.5), (1.0, 3.0), (20.0, 3.0), (300.0, 500.0), (1e5, 1e5)] {
            beta.push(json!([x, a, b, distribution::beta_cdf(x, a, b)]));
        }
        for (k, n) in [(1_u64, 1_u64), (3, 10), (60, 100), (700, 1000)] {
            binomial.push(json!([k, n, x, distribution::binomial_tail(k, n, x)]));
        }
    }
    json!({ "student": student, "f": f, "beta": beta, "binomial": binomial })
}

fn designs() -> Value {
    let sobol = Design::Sobol(Sobol { factors: 20, points: 1024, seed: 3 });
    let latin =
        Design::LatinHypercube(LatinHypercube { factors: 6, block: 25, blocks: 4, seed: 3 });
    json!({ "sobol": rows(&sobol), "latin": { "block": 25, "rows": rows(&latin) } })
}

fn of_morris() -> Value {
    let design = Morris { factors: 3, levels: 6, trajectories: 30, seed: 2 };
    let points = rows(&Design::Morris(design.clone()));
    // Ishigami's function alone has effects of one size on a grid of levels.
    let outcomes: Vec<f64> =
        points.iter().map(|u| ishigami(u) + 5.0 * u[0] * u[1].exp() * (1.0 + u[2])).collect();
    json!({
        "levels": design.levels,
        "rows": points,
        "outcomes": outcomes,
        "effects": morris::effects(&design, &outcomes),
        "indices": morris::indices(&design, &outcomes, &BOOTSTRAP),
    })
}

fn of_sobol() -> Value {
    let design = Saltelli { factors: 3, points: 512, seed: 2 };
    let points = rows(&Design::Saltelli(design.clone()));
    let outcomes: Vec<f64> = points.iter().map(|u| 40.0 + ishigami(u)).collect();
    let mut random = noise(21);
    let noisy: Vec<f64> =
        outcomes.iter().flat_map(|y| [(); 3].map(|()| y + 2.0 * random())).collect();
    json!({
        "rows": points,
        "outcomes": outcomes,
        "indices": sobol::indices(&design, &outcomes, 1, &BOOTSTRAP),
        "noisy": noisy,
        "seeds": 3,
        "of_noisy": sobol::indices(&design, &noisy, 3, &BOOTSTRAP),
    })
}

fn of_survival() -> Value {
    let mut random = noise(31);
    // Times in whole quarters with ties; censoring at several horizons.
    let observations: Vec<survival::Observation> = (0..120)
        .map(|i| {
            let time = (8.0 * (0.7 * random()).exp()).ceil() / 4.0;
            let horizon = [2.0, 3.5, 5.0][i % 3];
            let event = (time <= horizon).then_some(time);
            survival::Observation::within(event, horizon)
        })
        .collect();
    let complete: Vec<survival::Observation> =
        [1.0, 2.0, 2.0, 4.0, 7.0].map(|time| survival::Observation { time, event: true }).into();
    let curve = survival::Curve::new(&observations, 0.95);
    let quantiles = [0.1, 0.25, 0.5, 0.6].map(|p| json!([p, curve.quantile(p)]));
    let times = [0.0, 0.5, 1.0, 2.0, 2.25, 3.5, 4.0, 5.0, 6.0];
    json!({
        "observations": observations,
        "curve": curve,
        "quantiles": quantiles,
        "times": times,
        "at_risk": curve.at_risk(&times),
        "complete": { "observations": complete, "curve": survival::Curve::new(&complete, 0.95) },
    })
}

fn of_prim() -> Value {
    let (columns, cases) = inputs::futures(600, 0.08);
    let patience = prim::Patience { peel: 0.05, paste: 0.05, mass: 0.05 };
    let trajectory = prim::trajectory(&columns, &cases, &patience);
    json!({ "columns": columns, "cases": cases, "trajectory": trajectory })
}

fn of_cart() -> Value {
    let (columns, cases) = inputs::futures(600, 0.08);
    let share: Vec<f64> = cases.iter().map(|c| f64::from(u8::from(*c))).collect();
    let mut random = noise(41);
    let loss: Vec<f64> = (0..600)
        .map(|i| 10.0 * columns[0][i] * columns[0][i] - 4.0 * columns[2][i] + random())
        .collect();
    let growth = cart::Growth { depth: 3, leaf: 25, gain: 0.0 };
    json!({
        "columns": columns,
        "depth": growth.depth,
        "leaf": growth.leaf,
        "cases": { "outcomes": share, "tree": cart::grow(&columns, &share, &growth) },
        "loss": { "outcomes": loss, "tree": cart::grow(&columns, &loss, &growth) },
    })
}

fn of_variance() -> Value {
    let mut random = noise(51);
    let resampling = Bootstrap { resamples: 20_000, ..BOOTSTRAP };
    let nested: Vec<Vec<f64>> = (0..40)
        .map(|_| {
            let draw = 3.0 * random();
            (0..5).map(|_| 20.0 + draw + 2.0 * random()).collect()
        })
        .collect();
    let seeds: Vec<f64> = (0..6).map(|_| 2.0 * random()).collect();
    let crossed: Vec<Vec<f64>> = (0..40)
        .map(|_| {
            let draw = 3.0 * random();
            seeds.iter().map(|s| 20.0 + draw + s + random()).collect()
        })
        .collect();
    let unequal: Vec<Vec<f64>> =
        nested.iter().enumerate().map(|(i, draw)| draw[..2 + i % 4].to_vec()).collect();
    json!({
        "nested": { "outcomes": nested, "components": variance::nested(&nested, &resampling) },
        "unequal": { "outcomes": unequal, "components": variance::nested(&unequal, &resampling) },
        "crossed": { "outcomes": crossed, "components": variance::crossed(&crossed, &resampling) },
    })
}

fn of_pairing() -> Value {
    let mut random = noise(61);
    let a: Vec<f64> = (0..200).map(|_| 5.0 + random()).collect();
    let b: Vec<f64> = a.iter().map(|v| 0.8 * v + 0.4 * random()).collect();
    let moments: Moments = a.iter().copied().collect();
    let mut sorted = a.clone();
    sorted.sort_by(f64::total_cmp);
    let quantiles =
        [0.05, 0.25, 0.5, 0.75, 0.95].map(|p| json!([p, summary::quantile(&sorted, p)]));
    json!({
        "a": a, "b": b, "report": pairing::report(&a, &b),
        "mean": moments.mean(), "variance": moments.variance(),
        "quantiles": quantiles,
    })
}

fn of_shapley() -> Value {
    let mut random = noise(71);
    let table: Vec<Vec<f64>> = (0..32).map(|_| (0..12).map(|_| random()).collect()).collect();
    let orders = shapley::orders(5, 10, 3);
    let by_coalition = table.iter().enumerate().map(|(s, row)| (s as u64, row.clone())).collect();
    json!({
        "measures": 5,
        "table": table,
        "exact": shapley::exact(5, &table, 0.95),
        "orders": orders,
        "sampled": shapley::sampled(&orders, &by_coalition, 0.95),
    })
}

fn of_robust() -> Value {
    let mut random = noise(81);
    let outcomes: Vec<Vec<f64>> =
        (0..4).map(|_| (0..30).map(|_| (4.0 * random()).round()).collect()).collect();
    let thresholds = [
        robust::Threshold { limit: 0.0, better: robust::Better::More },
        robust::Threshold { limit: 2.0, better: robust::Better::Less },
    ];
    json!({
        "outcomes": outcomes,
        "more": robust::regrets(&outcomes, robust::Better::More, 0.0),
        "less": robust::regrets(&outcomes, robust::Better::Less, 0.0),
        "limits": [0.0, 2.0],
        "satisficing": robust::satisficing(&outcomes[..2], &thresholds),
    })
}

fn of_stopping() -> Value {
    let mut random = noise(91);
    let differences: Vec<f64> = (0..500).map(|_| (0.6 * random()).exp()).collect();
    let looks = |centre| {
        let width = stopping::Width::Absolute(0.1);
        let rule = stopping::Rule { centre, width, level: 0.95, minimum: 20 };
        [20, 100, 500].map(|n| json!([n, rule.look(&differences[..n])]))
    };
    let ranks: Vec<Value> =
        [6, 7, 20, 99, 500, 10_000].map(|n| json!([n, stopping::median_rank(n, 0.95)])).into();
    json!({
        "differences": differences,
        "mean": looks(stopping::Centre::Mean),
        "median": looks(stopping::Centre::Median),
        "ranks": ranks,
    })
}
