//! Each mechanism that is off has its neutral value: an ablation removes it and nothing else.

use proptest::prelude::*;
use sim_core::draws::Draws;
use sim_core::market::production;
use sim_core::scenario::Scenario;
use sim_core::scenario::dated::{Dated, Level};
use sim_core::scenario::measure::{
    Accession, Alignment, EndUse, Licence, Mandate, Measure, Salience,
};
use sim_core::scenario::mechanism::MECHANISMS;
use sim_core::scenario::param::SPECS;
use sim_core::scenario::purchase_rule::PurchaseRule;
use sim_core::scenario::tables::Difficulty;

use crate::measures::{ally, at, cap, embargo, flat, licence};
use crate::purchase_rules::quota;
use crate::runs::{Run, parting, play};
use crate::worlds::{controlled, listing, plain, push, set, switch};

/// What a mechanism's neutral value is, with the mechanism on.
type Neutral = fn(&mut Scenario);

const NEUTRAL: [(&str, Neutral); 20] = [
    ("salience", |s| {
        for measure in &mut s.measures {
            measure.salience = Salience::None;
            measure.additions.iter_mut().for_each(|more| more.salience = Salience::None);
        }
        s.prior_news.clear();
    }),
    ("beliefs", |s| set(s, "belief-gain", 0.0)),
    ("stockpiling", |s| {
        set(s, "stock-per-belief", 0.0);
        set(s, "pull-forward", 0.0);
        set(s, "scarce-stock", 0.0);
    }),
    ("erosion", |s| {
        let parameters = s.central();
        let enacted = |number: &mut Dated| *number = number.first(&parameters).into();
        for measure in &mut s.measures {
            enacted(&mut measure.licence.approval_rate);
            enacted(&mut measure.licence.fee);
            enacted(&mut measure.enforcement);
        }
    }),
    ("reactive-mandate", |s| set(s, "reactive-mandate", 0.0)),
    ("reactive-capex", |s| set(s, "reactive-capex", 0.0)),
    ("stickiness", |s| set(s, "stickiness", 0.0)),
    ("drift", |s| set(s, "xi-years", f64::INFINITY)),
    ("entry", |s| set(s, "entry-hazard", 0.0)),
    ("learning", |s| set(s, "learning-rate", 0.0)),
    ("routes", |s| s.tables.routes.clear()),
    ("grey-channel", |s| set(s, "grey-availability", 0.0)),
    ("weighed-alignment", |s| {
        for ally in s.measures.iter_mut().flat_map(|measure| &mut measure.allies) {
            if let Accession::Weighed { pressure } = &mut ally.accession {
                *pressure = 0.0;
            }
        }
    }),
    ("redesign", |s| set(s, "redesign-speed", 0.0)),
    ("purchase-rules", |s| {
        s.purchase_rules.iter_mut().for_each(|rule| rule.home_share = 0.0.into());
    }),
    ("luck", |s| set(s, "quality-drift", 0.0)),
    ("us-free-marketing", |s| set(s, "us-free-appeal", 0.0)),
    ("standards", |s| s.tables.segments.iter_mut().for_each(|segment| segment.network = 0.0)),
    ("service", |s| s.tables.segments.iter_mut().for_each(|segment| segment.service_share = 0.0)),
    ("research", |s| {
        set(s, "ladder-speed", 0.0);
        set(s, "follower-speed", 0.0);
    }),
];

fn switched(scenario: &Scenario, name: &str, on: bool) -> Scenario {
    let mut scenario = scenario.clone();
    *switch(&mut scenario, name) = on;
    scenario
}

/// A number by quarters after the base year's first.
fn dated(points: &[(i32, Level)]) -> Dated {
    let points: Vec<_> = points.iter().map(|(quarter, level)| (at(*quarter), *level)).collect();
    Dated::new(&points).expect("rising dates")
}

/// A late, eventful world in which every mechanism and parameter has something to do: a listing, then a
/// cap with an ally that erodes, no servicing, a push at home that grows, tools that barely serve their lines, a slump in
/// prices.
fn eventful() -> Scenario {
    let mut scenario = plain();
    (scenario.start, scenario.end) = (at(8), at(31));
    scenario.prior_news = vec![listing(at(0), Salience::Champion)];
    let listed = Measure {
        id: "listing".into(),
        announced: at(10),
        end_users: vec!["cn-advanced".into()],
        salience: Salience::Champion,
        servicing_barred: true,
        ..embargo(12)
    };
    let capped = Measure {
        announced: at(14),
        salience: Salience::Sector,
        allies: vec![ally("JPN", 17, 0.7)],
        licence: Licence {
            approval_rate: dated(&[
                (16, Level::Value(0.0)),
                (20, Level::Eroded),
                (24, Level::Eroded2024),
            ]),
            ..licence(0.0)
        },
        ..cap(15, 0.0)
    };
    // A strict rule on uses that lists whoever is caught, and a reach by content with an ally that weighs
    // whether to join, at a pressure about as large as its sales at stake.
    let watched = Measure {
        id: "watched".into(),
        end_use: Some(EndUse::MinLevel(flat(0.0))),
        lists_detected: true,
        end_users: vec!["cn-advanced".into()],
        ..cap(13, -1.0)
    };
    let reaching = Measure {
        id: "reaching".into(),
        de_minimis: Some(0.1),
        exempt_homes: vec!["NLD".into()],
        segments: vec!["handling".into()],
        end_users: vec!["cn-advanced".into(), "cn-nand".into()],
        allies: vec![Alignment {
            accession: Accession::Weighed { pressure: 0.3 },
            ..ally("NLD", 0, 1.0)
        }],
        ..cap(13, -1.0)
    };
    let grows = |level| dated(&[(8, Level::Value(0.0)), (12, level)]);
    scenario.mandates = vec![Mandate {
        logits: grows(Level::ListingsPush),
        dependence: grows(Level::PushDependence),
        third: grows(Level::PushThird),
        to: None,
        ..push(at(8), 0.0)
    }];
    scenario.measures = vec![listed, capped, watched, reaching];
    let compliance = dated(&[(18, Level::RuleCompliance)]);
    scenario.purchase_rules = vec![PurchaseRule { from: at(18), compliance, ..quota(0.3) }];
    for segment in &mut scenario.tables.segments {
        segment.difficulty = if segment.id == "S2" { Difficulty::Hard } else { segment.difficulty };
    }
    for product in scenario.tables.products.iter_mut().filter(|p| p.segment == "S1") {
        product.level = (product.level - 2.0).max(-1.0);
    }
    scenario.tables.lines[1].ambition = 1.0;
    for (key, value) in [
        ("entry-hazard", 0.2),
        ("price-utilisation", 2.0),
        ("line-speed-cap", 0.18),
        ("catch-up-ambition", 0.6),
        ("detection-volume", 0.005),
        ("detection", 0.25),
        ("grey-availability", 0.9),
    ] {
        set(&mut scenario, key, value);
    }
    scenario
}

fn played(scenario: &Scenario) -> Run {
    play(scenario, &Draws::new(9, 0))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn off_is_the_neutral_value(case in controlled(1..3), place in 0..NEUTRAL.len()) {
        let (name, neutral) = NEUTRAL[place];
        let off = switched(&case.scenario, name, false);
        let mut at_zero = switched(&case.scenario, name, true);
        neutral(&mut at_zero);
        let (off, at_zero) = (play(&off, &case.draws()), play(&at_zero, &case.draws()));
        prop_assert_eq!(parting(&off.history(), &at_zero.history()), None, "{}", name);
    }
}

/// So that the property above says something: every switch changes an eventful world.
#[test]
fn every_switch_matters() {
    let on = played(&eventful()).history();
    for spec in MECHANISMS {
        let off = played(&switched(&eventful(), spec.key, false)).history();
        assert!(parting(&on, &off).is_some(), "{} changes nothing", spec.key);
    }
}

/// Every neutral value, too, so that none equals the switch by being unused.
#[test]
fn every_neutral_value_matters() {
    let on = played(&eventful()).history();
    for (name, neutral) in NEUTRAL {
        let mut scenario = eventful();
        neutral(&mut scenario);
        assert!(parting(&on, &played(&scenario).history()).is_some(), "{name} changes nothing");
    }
}

#[test]
fn without_stockpiling_nobody_holds_stock() {
    let run = played(&switched(&eventful(), "stockpiling", false));
    assert!(run.worlds.iter().all(|world| world.cells.stock.iter().all(|stock| *stock == 0.0)));
    let on = played(&eventful());
    assert!(on.worlds[14].cells.stock.iter().any(|stock| *stock > 0.0));
}

#[test]
fn without_entry_no_entrant_appears() {
    let active = |run: &Run| run.worlds[24].products.active.iter().filter(|on| **on).count();
    let (on, off) = (played(&eventful()), played(&switched(&eventful(), "entry", false)));
    assert_eq!(off.worlds[24].products.active, off.worlds[0].products.active);
    assert!(active(&on) > active(&off));
}

#[test]
fn without_learning_costs_stay() {
    let off = played(&switched(&eventful(), "learning", false));
    assert_eq!(off.worlds[24].products.cost, off.worlds[0].products.cost);
    let on = played(&eventful());
    let fell = on.worlds[24].products.cost.iter().zip(&on.worlds[0].products.cost);
    assert!(
        fell.clone().all(|(after, before)| after <= before) && fell.into_iter().any(|(a, b)| a < b)
    );
}

#[test]
fn without_research_levels_stay() {
    let off = played(&switched(&eventful(), "research", false));
    let first = &off.worlds[0].products;
    for (k, level) in off.worlds[24].products.level.iter().enumerate() {
        assert!(*level == first.level[k] || !first.active[k], "product {k}");
    }
    let on = played(&eventful());
    assert!(on.worlds[24].products.level[0] > first.level[0]);
}

#[test]
fn without_fabs_lines_and_tools_stay() {
    let off = played(&switched(&eventful(), "fabs", false));
    assert_eq!(off.worlds[24].buyers.level, off.worlds[0].buyers.level);
    assert_eq!(off.worlds[24].cells.installed_level, off.worlds[0].cells.installed_level);
}

#[test]
fn without_rationing_orders_are_filled() {
    let off = played(&switched(&eventful(), "rationing", false));
    let mut beyond = 0;
    for (world, outcome, _) in off.quarters() {
        assert_eq!(outcome.trades.purchases, outcome.orders.placed(&world.setup.structure));
        let capacity = world.products.capacity.iter().zip(&world.products.price);
        beyond += capacity.zip(&outcome.trades.revenue).filter(|((k, p), r)| **r > *k * *p).count();
    }
    assert!(beyond > 0, "capacity never bound, so the test says nothing");
}

/// Without rationing nothing limits what is sold, and the price that follows utilisation must not run away with it.
#[test]
fn without_rationing_a_flood_moves_the_price_as_full_use_does() {
    let off = played(&switched(&switched(&eventful(), "rationing", false), "learning", false));
    let (world, outcome) = (&off.worlds[3], &off.outcomes[3]);
    let price = |use_of_capacity: f64| {
        let mut trades = outcome.trades.clone();
        let all = world.products.capacity[0] * world.products.price[0];
        trades.revenue[0] = use_of_capacity * all;
        production::run(world, &trades, &outcome.rules).price[0]
    };
    assert!(price(0.5) < price(1.0));
    assert_eq!(price(1.0), price(1e300));
}

#[test]
fn without_drift_and_beliefs_these_stay() {
    let off = played(&switched(&switched(&eventful(), "drift", false), "luck", false));
    assert_eq!(off.worlds[24].products.xi, off.worlds[0].products.xi);
    let off = played(&switched(&eventful(), "beliefs", false));
    assert_eq!(off.worlds[24].buyers.belief, off.worlds[0].buyers.belief);
}

/// Every parameter is looked at by some eventful world: a dead one would be a silent mistake.
#[test]
fn every_parameter_matters() {
    let reference = eventful();
    let base = played(&reference).history();
    let mut dead = Vec::new();
    // What the error of a statistic scales is no part of a run.
    for (i, spec) in SPECS.iter().enumerate().filter(|(_, s)| s.key != "statistic-error") {
        let value = reference.parameters[i].value;
        let step = (value + 0.07 * (spec.high - value)).min(value * 1.3 + 0.05);
        // A chance may need more than a small step to decide otherwise.
        let matters = [step, value + 0.9 * (spec.high - value)].into_iter().any(|value| {
            let mut scenario = reference.clone();
            scenario.parameters[i].value = value;
            parting(&base, &played(&scenario).history()).is_some()
        });
        if !matters {
            dead.push(spec.key);
        }
    }
    assert!(dead.is_empty(), "no effect: {dead:?}");
}
