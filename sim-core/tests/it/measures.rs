//! Laws: a plain measure to start from, and random ones.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use sim_core::calendar::Quarter;
use sim_core::scenario::dated::{Dated, Level};
use sim_core::scenario::measure::{
    Absence, Accession, Addition, Alignment, EndUse, Levels, Licence, MarketAccess, Measure,
    Salience, Suspension, Threshold, Validation,
};

/// The quarter `n` after 2019Q1.
pub(crate) fn at(n: i32) -> Quarter {
    Quarter::new(2019, 1).plus(n)
}

/// One level for all families.
pub(crate) const fn flat(level: f64) -> Levels {
    Levels { logic: level, dram: level, nand: level, packaging: level }
}

/// A market in Taiwan that is opened to US suppliers from quarter 4 on.
pub(crate) fn deal(to: Option<Quarter>, extra_demand: f64) -> MarketAccess {
    MarketAccess {
        id: "deal".into(),
        home: "USA".into(),
        locations: vec!["TWN".into()],
        from: at(4),
        to,
        logits: 0.5,
        extra_demand,
        segments: Vec::new(),
        source: "test".into(),
    }
}

/// A US hard cap on everything for lines in China, announced and in force at once, without news.
pub(crate) fn cap(quarter: i32, level: f64) -> Measure {
    Measure {
        id: "cap".into(),
        title: "Cap".into(),
        reference: "test".into(),
        authority: "USA".into(),
        announced: at(quarter),
        in_force: at(quarter),
        sunset: None,
        segments: Vec::new(),
        destinations: vec!["CHN".into()],
        owners: Vec::new(),
        end_users: Vec::new(),
        end_use: None,
        threshold: Threshold::HardCap(flat(level)),
        de_minimis: None,
        fdpr: None,
        exempt_homes: Vec::new(),
        additions: Vec::new(),
        suspensions: Vec::new(),
        validated: Vec::new(),
        lists_detected: false,
        enforcement: Dated::always(0.5),
        licence: Licence::NONE,
        servicing_barred: false,
        salience: Salience::None,
        allies: Vec::new(),
    }
}

/// A licence with an approval rate and no terms.
pub(crate) const fn licence(approval_rate: f64) -> Licence {
    Licence { approval_rate: Dated::always(approval_rate), ..Licence::NONE }
}

/// The same with nothing let through.
pub(crate) fn embargo(quarter: i32) -> Measure {
    Measure { threshold: Threshold::Embargo, ..cap(quarter, 0.0) }
}

/// A home that aligns.
pub(crate) fn ally(home: &str, quarter: i32, coverage: f64) -> Alignment {
    Alignment {
        home: home.into(),
        accession: Accession::Dated { from: at(quarter), announced: at(quarter) },
        coverage,
        except_segments: Vec::new(),
        servicing_barred: false,
        away: None,
        reference: "test".into(),
    }
}

/// Random measures, dated from 2019Q1.
pub(crate) fn measures(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Measure>> {
    vec(measure(), count).prop_map(|mut measures| {
        for (i, measure) in measures.iter_mut().enumerate() {
            measure.id = format!("measure-{i}");
        }
        measures
    })
}

fn levels() -> impl Strategy<Value = Levels> {
    [-2.0..5.0_f64, -2.0..5.0, -2.0..5.0].prop_map(|[logic, dram, nand]| Levels {
        logic,
        dram,
        nand,
        packaging: 1.0,
    })
}

fn threshold() -> impl Strategy<Value = Threshold> {
    prop_oneof![
        levels().prop_map(Threshold::HardCap),
        (0.0..5.0_f64, weighted(0.7, 1..9_u32))
            .prop_map(|(lag, review_every)| Threshold::SlidingScale { lag, review_every }),
        Just(Threshold::Embargo),
    ]
}

fn end_use() -> impl Strategy<Value = EndUse> {
    prop_oneof![levels().prop_map(EndUse::MinLevel), (0.0..4.0_f64).prop_map(EndUse::FrontierLag)]
}

fn salience() -> impl Strategy<Value = Salience> {
    prop_oneof![
        Just(Salience::None),
        Just(Salience::Champion),
        Just(Salience::Sector),
        (0.0..1.0_f64).prop_map(Salience::Value),
    ]
}

fn some_of(ids: &[&str]) -> impl Strategy<Value = Vec<String>> + use<> {
    let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    let one = select(ids).prop_map(|id| vec![id]);
    prop_oneof![2 => Just(Vec::new()), 1 => one]
}

fn alignment(home: &'static str) -> impl Strategy<Value = Alignment> {
    let away = weighted(0.2, (2..10_i32, weighted(0.5, 0..4_i32)));
    (accession(), 0.0..1.0_f64, some_of(&["S1", "handling"]), any::<bool>(), away).prop_map(
        move |(accession, coverage, except_segments, servicing_barred, away)| Alignment {
            home: home.into(),
            accession,
            coverage,
            except_segments,
            servicing_barred,
            away: away.map(|(from, length)| Absence {
                from: at(from),
                to: length.map(|quarters| at(from + quarters)),
            }),
            reference: "test".into(),
        },
    )
}

fn accession() -> impl Strategy<Value = Accession> {
    prop_oneof![
        (0..8_i32, 0..4_i32).prop_map(|(announced, wait)| Accession::Dated {
            from: at(announced + wait),
            announced: at(announced)
        }),
        (0.0..1.0_f64).prop_map(|pressure| Accession::Weighed { pressure }),
    ]
}

/// How a random measure reaches foreign-made goods.
type Reach = (Option<f64>, Option<f64>, Vec<String>);

fn reach() -> impl Strategy<Value = Reach> {
    (weighted(0.2, 0.0..0.4_f64), weighted(0.2, 0.3..0.9_f64), some_of(&["JPN", "NLD"]))
}

fn terms() -> impl Strategy<Value = Licence> {
    let rates = (0.0..1.0_f64, weighted(0.3, 0.0..1.0_f64));
    (rates, 0..3_u32, weighted(0.3, 0.0..0.5_f64), weighted(0.3, 0.0..1.0_f64)).prop_map(
        |((enacted, worn), delay, fee, quantity_cap)| Licence {
            approval_rate: worn.map_or(Dated::always(enacted), |worn| {
                Dated::new(&[(at(4), Level::Value(enacted)), (at(8), Level::Value(worn))]).unwrap()
            }),
            delay,
            fee: fee.unwrap_or(0.0).into(),
            quantity_cap,
        },
    )
}

fn addition() -> impl Strategy<Value = Addition> {
    (0..8_i32, 0..3_i32, some_of(&["cn-nand", "cn-mature"]), some_of(&["KOR"]), salience())
        .prop_map(|(announced, wait, end_users, destinations, salience)| Addition {
            id: "more".into(),
            announced: at(announced),
            in_force: at(announced + wait),
            end_users,
            destinations,
            salience,
            reference: "test".into(),
        })
}

fn suspension() -> impl Strategy<Value = Suspension> {
    (2..10_i32, weighted(0.7, 1..5_i32)).prop_map(|(from, length)| Suspension {
        id: "truce".into(),
        from: at(from),
        to: length.map(|quarters| at(from + quarters)),
        reference: "test".into(),
    })
}

fn validation() -> impl Strategy<Value = Validation> {
    (0..8_i32, weighted(0.5, 1..6_i32)).prop_map(|(from, length)| Validation {
        id: "trusted".into(),
        end_users: vec!["kr-in-china".into()],
        from: at(from),
        to: length.map(|quarters| at(from + quarters)),
        reference: "test".into(),
    })
}

/// One random measure with every term that a measure can have.
pub(crate) fn measure() -> impl Strategy<Value = Measure> {
    (
        bare_measure(),
        reach(),
        (weighted(0.2, addition()), weighted(0.2, suspension()), weighted(0.2, validation())),
        (weighted(0.2, any::<bool>()), 0.0..1.0_f64, weighted(0.2, terms())),
    )
        .prop_map(
            |(bare, reach, (addition, suspension, validation), (detects, enforcement, terms))| {
                Measure {
                    de_minimis: reach.0,
                    fdpr: reach.1,
                    exempt_homes: reach.2,
                    additions: addition.into_iter().collect(),
                    suspensions: suspension.into_iter().collect(),
                    validated: validation.into_iter().collect(),
                    lists_detected: detects.unwrap_or(false),
                    enforcement: enforcement.into(),
                    licence: terms.unwrap_or(bare.licence),
                    ..bare
                }
            },
        )
}

/// One random measure of the United States or the Netherlands against lines in China, with plain terms.
fn bare_measure() -> impl Strategy<Value = Measure> {
    (
        (select(vec!["USA", "USA", "NLD"]), -1..8_i32, 0..4_i32, weighted(0.2, 1..8_i32)),
        (some_of(&["S1", "etch", "handling", "litho_euv"]), some_of(&["CHN"])),
        (some_of(&["cn-advanced", "kr-in-china"]), weighted(0.3, end_use()), threshold()),
        (weighted(0.3, 0.0..1.0_f64), any::<bool>(), salience()),
        (weighted(0.4, alignment("JPN")), weighted(0.2, alignment("KOR"))),
    )
        .prop_map(
            |(
                (authority, announced, wait, life),
                (segments, owners),
                (end_users, end_use, threshold),
                (approval_rate, servicing_barred, salience),
                allies,
            )| {
                let in_force = at(announced + wait);
                Measure {
                    authority: authority.into(),
                    announced: at(announced),
                    in_force,
                    sunset: life.map(|quarters| in_force.plus(quarters)),
                    segments,
                    owners,
                    end_users,
                    end_use,
                    threshold,
                    licence: licence(approval_rate.unwrap_or(0.0)),
                    servicing_barred,
                    salience,
                    allies: allies.0.into_iter().chain(allies.1).collect(),
                    ..cap(0, 0.0)
                }
            },
        )
}
