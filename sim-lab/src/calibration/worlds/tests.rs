//! The likelihood and the sampler together, on worlds of a stand-in for the model that costs nothing.

use std::convert::Infallible;

use super::*;
use crate::calibration::class::{CLASSES, Class};
use crate::calibration::errors::Errors;
use crate::calibration::likelihood::tests::{figure, row};
use sim_core::scenario::panel::{Definition, Panel};
use sim_stats::normal::normal_quantile;
use sim_stats::smc::Posterior;

const PARAMETERS: usize = 6;
const SEGMENTS: usize = 8;
const PARTICLES: usize = 120;
const WORLDS: u64 = 100;

/// Six parameters move eight segments and twelve figures of three firms, linearly on the scale of the likelihood.
struct StandIn {
    data: Likelihood,
    silent: Vec<usize>,
    /// What the fit believes of the errors, over what they are.
    belief: f64,
}

fn likelihood() -> Likelihood {
    let segments: Vec<String> = (0..SEGMENTS).map(|i| format!("N{i}")).collect();
    let rows: Vec<_> =
        segments.iter().flat_map(|s| [row(s, "CHN", 20.0), row(s, "USA", 40.0)]).collect();
    let years = |firm: &'static str| {
        (2021..2025).map(move |y| {
            figure(&format!("{firm}-{y}"), firm, Definition::ChinaShare, y, Vec::new())
        })
    };
    let figures = ["lam", "kla", "asml"].into_iter().flat_map(years).collect();
    Likelihood::new(&segments, &rows, &Panel { figures, sources: Vec::new() })
}

impl StandIn {
    fn new(data: Likelihood, belief: f64) -> Self {
        Self { data, silent: (PARAMETERS..=PARAMETERS + CLASSES).collect(), belief }
    }

    fn point(stream: &mut Stream) -> Point {
        let columns = PARAMETERS + 1 + CLASSES;
        Point { scores: (0..columns).map(|_| normal_quantile(stream.unit())).collect(), luck: 0 }
    }

    fn errors(&self, point: &Point) -> Errors {
        let at = |class: Class| {
            self.belief * class.discrepancy(point.unit(PARAMETERS + 1 + class as usize))
        };
        let statistic = self.belief * (0.1 + 0.4 * point.unit(PARAMETERS));
        Errors { statistic, discrepancy: Class::ALL.map(at) }
    }

    fn shown(point: &Point) -> Vec<f64> {
        let one = |i: usize| {
            let weight = |j: usize| 0.4 * libm::sin((3 * i + 5 * j + i * j) as f64);
            (0..PARAMETERS).map(|j| weight(j) * point.scores[j]).sum::<f64>() - 0.8
        };
        (0..2 * SEGMENTS + 12).map(one).collect()
    }
}

impl Posterior for StandIn {
    type Shown = Vec<f64>;
    type Error = Infallible;

    fn silent(&self) -> &[usize] {
        &self.silent
    }

    fn show(&self, points: &[Point]) -> Result<Vec<Vec<f64>>, Infallible> {
        Ok(points.iter().map(Self::shown).collect())
    }

    fn log_likelihood(&self, point: &Point, shown: &Vec<f64>) -> f64 {
        self.data.log(shown, &self.errors(point), &Seen::ALL)
    }
}

/// Ranks of all columns over worlds.
fn ranks(belief: f64) -> Vec<Vec<f64>> {
    let real = likelihood();
    let honest = StandIn::new(real.clone(), 1.0);
    let mut found = vec![Vec::new(); PARAMETERS + 1 + CLASSES];
    for world in 0..WORLDS {
        let mut stream = Stream::new(2, Use::Truth, world, 0);
        let truth = StandIn::point(&mut stream);
        let data = real.simulated(&StandIn::shown(&truth), &honest.errors(&truth), &mut stream);
        let fit = StandIn::new(data, belief);
        let mut start = Stream::new(3, Use::Silent, world, 0);
        let drawn = (0..4 * PARTICLES).map(|_| {
            let point = StandIn::point(&mut start);
            let shown = StandIn::shown(&point);
            (point, shown)
        });
        let mut state = State::start(&fit, drawn.collect());
        state.finish(&fit, &settings(PARTICLES, None, world)).expect("no run fails");
        for (column, ranks) in found.iter_mut().enumerate() {
            let scores: Vec<f64> = state.particles.iter().map(|p| p.point.scores[column]).collect();
            ranks.push(rank(truth.scores[column], &scores));
        }
    }
    found
}

#[test]
fn parameters_and_discrepancies_of_simulated_worlds_are_where_their_posteriors_say() {
    for (column, ranks) in ranks(1.0).iter().enumerate() {
        let found = uniformity(ranks, 10);
        // Twelve columns: one in two hundred each.
        assert!(found.p > 0.0005 && found.inside90 > 0.8, "{column}: {found:?}");
    }
}

#[test]
fn errors_believed_a_third_of_what_they_are_are_found_out() {
    let worst = ranks(0.33)[..PARAMETERS]
        .iter()
        .map(|ranks| uniformity(ranks, 10).inside90)
        .fold(1.0, f64::min);
    assert!(worst < 0.82, "{worst}");
}
