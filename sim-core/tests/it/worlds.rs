//! Random but valid scenarios on tiny tables.
//!
//! Parameters come from the registry of the real baseline, so a new parameter or mechanism takes part
//! without a change here.

use std::path::Path;
use std::sync::OnceLock;

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use sim_core::calendar::Quarter;
use sim_core::draws::Draws;
use sim_core::policy::idle;
use sim_core::scenario::load::{self, Found, Unreadable, Wanted};
use sim_core::scenario::measure::{Accession, Mandate, Measure, Salience, Subsidy};
use sim_core::scenario::mechanism::MECHANISMS;
use sim_core::scenario::param::{Param, Prior, SPECS};
use sim_core::scenario::purchase_rule::{Counted, Missing, PurchaseRule};
use sim_core::scenario::tables::Difficulty;
use sim_core::scenario::{PriorNews, Scenario};
use sim_stats::normal::normal_quantile;

use crate::measures::measures;
use crate::purchase_rules::quota;
use crate::tables::{Plan, SegmentPlan};

/// A scenario and the random numbers of a replicate.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) scenario: Scenario,
    pub(crate) seed: u64,
}

impl Case {
    pub(crate) fn draws(&self) -> Draws {
        Draws::new(self.seed, 0)
    }
}

/// The project's baseline: its parameters and mechanisms are the start of every random scenario.
fn baseline() -> &'static Scenario {
    static BASELINE: OnceLock<Scenario> = OnceLock::new();
    BASELINE.get_or_init(|| {
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
        let mut fetch = |wanted: &Wanted| {
            let text = std::fs::read_to_string(home.join(&wanted.path))
                .map_err(|error| Unreadable { message: error.to_string(), help: None })?;
            Ok(Found { path: wanted.path.clone(), text })
        };
        match load::load("baseline.toml", &[], &mut fetch, idle::find) {
            Ok(reading) => reading.scenario,
            Err(problems) => panic!("{problems}"),
        }
    })
}

/// A scenario with the central parameters, every mechanism on and no law.
pub(crate) fn plain() -> Scenario {
    let segment = |size, node_following, levels| SegmentPlan {
        size,
        node_following,
        need_level: 0.5,
        difficulty: Difficulty::Medium,
        service_dependence: 0.5,
        shares: [45, 5, 10],
        levels,
        second_us: true,
    };
    let plan = Plan {
        segments: [
            segment(12_000.0, 1.0, [4.5, 3.5, 4.0, 3.0, 1.0, 0.0, 2.0]),
            segment(4000.0, 0.0, [1.0, 0.5, 1.0, 0.5, 0.0, -0.5, 0.5]),
            segment(400.0, 1.0, [5.0, 4.5, 5.0, 5.0, 1.0, 0.0, 2.0]),
            segment(900.0, 0.5, [4.5, 3.5, 4.0, 3.0, 1.0, 0.0, 2.0]),
        ],
        with_euv: true,
        with_eda: true,
        with_nand: true,
        sided: true,
        line_levels: [0.8, -1.0, 2.0, 3.5, 2.0, 1.0],
        advanced: [0.4, 0.4],
        state_exposure: 0.8,
        spending: [4000.0, 6000.0, 4000.0],
        growth: [0.15, 0.05, 0.03],
        inflation: 0.02,
    };
    Scenario {
        id: "plain".into(),
        start: Quarter::new(2019, 1),
        end: Quarter::new(2023, 4),
        tables: plan.tables(),
        ensemble: None,
        ..baseline().clone()
    }
}

/// Sets a parameter by key.
pub(crate) fn set(scenario: &mut Scenario, key: &str, value: f64) {
    let place = SPECS.iter().position(|spec| spec.key == key).unwrap();
    scenario.parameters[place].value = value;
}

/// Random scenarios of 12 to 24 quarters with up to three measures.
pub(crate) fn any_case() -> impl Strategy<Value = Case> {
    (uncontrolled(), measures(0..4), weighted(0.3, rule())).prop_map(|(case, measures, rule)| {
        let mut case = with(case, measures);
        let from = case.scenario.start.plus(4);
        case.scenario.purchase_rules.extend(rule.map(|rule| PurchaseRule { from, ..rule }));
        case
    })
}

/// A random quota of China's.
fn rule() -> impl Strategy<Value = PurchaseRule> {
    let shares = (0.0..1.0_f64, 0.0..1.0_f64, weighted(0.3, Just(1.0)));
    (shares, [any::<bool>(), any::<bool>(), any::<bool>()]).prop_map(
        |((share, compliance, ban), [by_line, waived, of_us])| PurchaseRule {
            compliance: compliance.into(),
            counted: if by_line { Counted::Line } else { Counted::Segment },
            missing: if waived { Missing::Waived } else { Missing::Unbought },
            makers: if of_us { vec!["USA".into()] } else { Vec::new() },
            ..quota(ban.unwrap_or(share))
        },
    )
}

/// Random scenarios with measures of the given number.
pub(crate) fn controlled(count: std::ops::Range<usize>) -> impl Strategy<Value = Case> {
    (uncontrolled(), measures(count)).prop_map(|(case, measures)| with(case, measures))
}

/// Enters measures, dated from the start of the scenario.
pub(crate) fn with(mut case: Case, measures: Vec<Measure>) -> Case {
    let shift = case.scenario.start.since(Quarter::new(2019, 1));
    case.scenario.measures = measures;
    for measure in &mut case.scenario.measures {
        measure.announced = measure.announced.plus(shift);
        measure.in_force = measure.in_force.plus(shift);
        measure.sunset = measure.sunset.map(|end| end.plus(shift));
        for ally in &mut measure.allies {
            if let Some(away) = &mut ally.away {
                away.from = away.from.plus(shift);
                away.to = away.to.map(|end| end.plus(shift));
            }
            if let Accession::Dated { from, announced } = &mut ally.accession {
                *announced = announced.plus(shift);
                *from = from.plus(shift);
            }
        }
        for addition in &mut measure.additions {
            addition.announced = addition.announced.plus(shift);
            addition.in_force = addition.in_force.plus(shift);
        }
        let (suspensions, validated) = (&mut measure.suspensions, &mut measure.validated);
        let spans = suspensions.iter_mut().map(|s| (&mut s.from, &mut s.to));
        for (from, to) in spans.chain(validated.iter_mut().map(|v| (&mut v.from, &mut v.to))) {
            *from = from.plus(shift);
            *to = to.map(|end| end.plus(shift));
        }
    }
    case
}

/// Random scenarios without any measure.
pub(crate) fn uncontrolled() -> impl Strategy<Value = Case> {
    let time = (weighted(0.3, 1..12_i32), 12..=24_i32);
    (time, plan(), vec(0.001..0.999_f64, SPECS.len()), support(), any::<u64>()).prop_map(
        |((late, quarters), plan, luck, support, seed)| {
            let start = Quarter::new(2019, 1).plus(late.unwrap_or(0));
            let base = baseline();
            let parameters = base.parameters.iter().zip(luck).enumerate();
            let (prior_news, mandate, subsidies, off) = support;
            let mut scenario = Scenario {
                id: "random".into(),
                start,
                end: start.plus(quarters - 1),
                parameters: parameters.map(|(i, (param, u))| drawn(i, param, u)).collect(),
                tables: plan.tables(),
                prior_news: if prior_news { base.prior_news.clone() } else { Vec::new() },
                mandates: mandate.map(|logits| push(start, logits)).into_iter().collect(),
                subsidies: subsidies
                    .into_iter()
                    .map(|(home, money)| money_for(start, home, money))
                    .collect(),
                ..base.clone()
            };
            if let Some(place) = off {
                *scenario.mechanisms.switch(place) = false;
            }
            Case { scenario, seed }
        },
    )
}

/// The switch of a mechanism.
pub(crate) fn switch<'a>(scenario: &'a mut Scenario, key: &str) -> &'a mut bool {
    let place = MECHANISMS.iter().position(|spec| spec.key == key).unwrap();
    scenario.mechanisms.switch(place)
}

/// Prior news or none, a mandate, a subsidy, a mechanism that is off.
#[expect(clippy::type_complexity, reason = "a tuple of independent options")]
fn support()
-> impl Strategy<Value = (bool, Option<f64>, Option<(&'static str, f64)>, Option<usize>)> {
    (
        any::<bool>(),
        weighted(0.3, 0.0..3.0_f64),
        weighted(0.3, (select(vec!["USA", "CHN", "JPN"]), 1.0..3000.0_f64)),
        weighted(0.25, 0..MECHANISMS.len()),
    )
}

pub(crate) fn push(start: Quarter, logits: f64) -> Mandate {
    Mandate {
        id: "push".into(),
        owner: "CHN".into(),
        from: start.plus(4),
        to: Some(start.plus(9)),
        logits: logits.into(),
        dependence: 0.4.into(),
        third: 0.3.into(),
        segments: Vec::new(),
        source: "test".into(),
    }
}

pub(crate) fn money_for(start: Quarter, home: &str, usd_m_per_year: f64) -> Subsidy {
    Subsidy {
        id: "money".into(),
        home: home.into(),
        from: start.plus(2),
        to: start.plus(9),
        usd_m_per_year,
        crowding_out: 0.0,
        segments: vec!["etch".into()],
        source: "test".into(),
    }
}

/// A parameter at a quantile of its prior; a fixed one moves by up to a half, inside its range.
fn drawn(place: usize, param: &Param, u: f64) -> Param {
    let spec = &SPECS[place];
    let value = match param.prior {
        Prior::Fixed => param.value * (0.5 + u),
        Prior::Uniform { low, high } => low + u * (high - low),
        Prior::Normal { mean, sd, min } => (mean + sd * normal_quantile(u)).max(min),
        Prior::LogNormal { median, sigma } => {
            median * libm::exp(sigma * normal_quantile(0.05 + 0.9 * u))
        }
    };
    Param { value: value.clamp(spec.low, spec.high), ..param.clone() }
}

fn segment(node_following: std::ops::Range<f64>) -> impl Strategy<Value = SegmentPlan> {
    (
        (100.0..20_000.0_f64, node_following, -1.0..2.0_f64, 0.0..1.0_f64),
        select(vec![Difficulty::Easy, Difficulty::Medium, Difficulty::Hard]),
        (1..70_u8, 0..10_u8, 0..15_u8),
        (vec(-0.5..2.0_f64, 7), any::<bool>()),
    )
        .prop_map(
            |((size, follow, need_level, service), difficulty, (us, cn, nl), (up, second_us))| {
                let floor = [2.5, 1.5, 2.0, 1.0, -0.5, -1.0, 0.0];
                SegmentPlan {
                    size,
                    node_following: follow,
                    need_level,
                    difficulty,
                    service_dependence: service,
                    shares: [us, cn, nl],
                    levels: std::array::from_fn(|i| floor[i] + up[i]),
                    second_us,
                }
            },
        )
}

fn plan() -> impl Strategy<Value = Plan> {
    (
        (segment(0.5..1.0), segment(0.0..0.001), segment(0.7..1.0), segment(0.0..1.0)),
        [any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()],
        (0.3..1.5_f64, -1.5..0.0_f64, 0.5..2.5_f64, 3.3..4.5_f64, 1.0..3.0_f64, 0.0..2.0_f64),
        ([0.1..0.8_f64, 0.1..0.8_f64], 0.0..1.0_f64),
        (
            [500.0..9000.0_f64, 500.0..9000.0, 500.0..9000.0],
            [-0.05..0.3_f64, -0.05..0.1, -0.05..0.1],
        ),
        0.0..0.05_f64,
    )
        .prop_map(
            |(
                segments,
                flags,
                levels,
                (advanced, state_exposure),
                (spending, growth),
                inflation,
            )| {
                let [with_euv, with_eda, with_nand, sided] = flags;
                Plan {
                    segments: segments.into(),
                    with_euv,
                    with_eda,
                    with_nand,
                    sided,
                    line_levels: levels.into(),
                    advanced,
                    state_exposure,
                    spending,
                    growth,
                    inflation,
                }
            },
        )
}

/// News before the start, as the real baseline has it.
pub(crate) fn listing(at: Quarter, salience: Salience) -> PriorNews {
    PriorNews {
        id: "listing".into(),
        authority: "USA".into(),
        owners: "CHN".into(),
        at,
        salience,
        reference: "test".into(),
    }
}
