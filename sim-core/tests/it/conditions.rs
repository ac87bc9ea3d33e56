//! What single conditions of the law and the books decide. Each of these was let pass by every other test when the condition
//! was turned around (`checks/mutants.py`).

use sim_core::scenario::measure::{Measure, Subsidy};
use sim_core::scenario::tables::ProductState;
use sim_core::vector::LANES;

use crate::cases::{draws, plain_with, revenue_by_pair};
use crate::measures::{at, deal, embargo};
use crate::runs::{Run, buyer, pairs, play};
use crate::worlds::{money_for, plain};

/// Purchases of a buyer from US products over those from all, in a quarter.
fn us_share(run: &Run, line: &str, t: usize) -> f64 {
    let structure = &run.worlds[0].setup.structure;
    let b = buyer(structure, line);
    let sum = |us: bool| -> f64 {
        pairs(structure)
            .into_iter()
            .filter(|(c, _, k)| {
                structure.cells[*c].buyer == b
                    && (!us || structure.products[*k].legal == structure.us)
            })
            .map(|(_, pair, _)| run.outcomes[t].trades.purchases[pair])
            .sum()
    };
    sum(true) / sum(false)
}

#[test]
fn an_opened_market_prefers_from_its_first_quarter_to_its_last_and_in_no_other() {
    let mut scenario = plain();
    scenario.market_access.push(deal(Some(at(6)), 0.0));
    let (open, shut) = (play(&scenario, &draws()), play(&plain(), &draws()));
    for t in 0..4 {
        assert_eq!(us_share(&open, "tw-fab", t), us_share(&shut, "tw-fab", t), "quarter {t}");
    }
    let lead = |t: usize| us_share(&open, "tw-fab", t) - us_share(&shut, "tw-fab", t);
    assert!(lead(4) > 0.01 && lead(5) > 0.01, "{} {}", lead(4), lead(5));
    // What is left afterwards is habit.
    assert!(lead(6) < 0.5 * lead(5), "{} {}", lead(5), lead(6));
}

#[test]
fn a_fleet_of_which_nothing_is_bought_any_more_only_retires() {
    let run = plain_with(vec![embargo(4)]);
    let mut seen = 0;
    for (world, outcome, next) in run.quarters() {
        let structure = &world.setup.structure;
        let stays = 1.0 - world.setup.parameters.fleet_retirement / 4.0;
        for (c, pair, _) in pairs(structure) {
            let serviced = world.setup.service_share[structure.cells[c].segment] > 0.0;
            let bought = outcome.trades.purchases[pair] + outcome.trades.grey[pair];
            if serviced && bought == 0.0 && world.fleet[pair] > 0.0 {
                let wanted = world.fleet[pair] * stays;
                assert!((next.fleet[pair] - wanted).abs() <= 1e-12 * wanted, "t = {}", world.t);
                seen += 1;
            }
        }
    }
    assert!(seen > 0, "no fleet went without purchases");
}

#[test]
fn us_suppliers_are_bound_where_a_us_product_is_barred_and_nowhere_else() {
    // A rule that reaches its own country's products only.
    let bound = |authority: &str| {
        let measure = Measure { authority: authority.into(), ..embargo(4) };
        let run = plain_with(vec![measure]);
        let rules = &run.outcomes[5].rules;
        let structure = &run.worlds[0].setup.structure;
        let barred = |us: bool| {
            pairs(structure).into_iter().any(|(_, pair, k)| {
                rules.barred[pair] > 0.0 && (structure.products[k].legal == structure.us) == us
            })
        };
        (barred(true), barred(false), rules.us_bound.contains(&true))
    };
    assert_eq!(bound("USA"), (true, false, true));
    assert_eq!(bound("JPN"), (false, true, false));
}

#[test]
fn what_may_be_serviced_is_serviced_and_nothing_else() {
    // US products only, so that barred and free products stand in the same tiles.
    let measure = Measure { servicing_barred: true, ..embargo(4) };
    let run = plain_with(vec![measure]);
    let (mut barred, mut free) = (0, 0);
    for (world, outcome, _) in run.quarters().skip(4) {
        let structure = &world.setup.structure;
        let retirement = world.setup.parameters.fleet_retirement / 4.0;
        let serviced = revenue_by_pair(world, &outcome.rules);
        for (c, pair, _) in pairs(structure) {
            let share = world.setup.service_share[structure.cells[c].segment];
            let unserviced = outcome.rules.unserviced(pair);
            let wanted = if unserviced { 0.0 } else { share * retirement * world.fleet[pair] };
            let serviced = serviced[pair];
            assert!(
                (serviced - wanted).abs() <= 1e-12 * wanted,
                "t = {}: {serviced} {wanted}",
                world.t
            );
            barred += usize::from(unserviced && world.fleet[pair] > 0.0);
            free += usize::from(wanted > 0.0);
        }
    }
    assert!(barred > 0 && free > barred, "{barred} barred, {free} free");
}

#[test]
fn cost_falls_with_own_experience_and_with_what_spills_over() {
    let run = plain_with(vec![]);
    let p = &run.worlds[0].setup.parameters;
    assert!(p.learning_spill > 0.0 && p.learning_spill < 1.0 && p.learning_rate > 0.0);
    for (world, outcome, _) in run.quarters() {
        let structure = &world.setup.structure;
        for segment in &structure.segments {
            let of = |values: &[f64]| -> Vec<f64> {
                segment.products.clone().map(|k| values[k]).collect()
            };
            let (before, after) = (of(&world.products.experience), of(&outcome.output.experience));
            let (cost, next) = (of(&world.products.cost), of(&outcome.output.cost));
            if !segment.products.clone().all(|k| world.products.active[k]) {
                continue;
            }
            let pooled = |values: &[f64], i: usize| {
                let all: f64 = values.iter().sum();
                (1.0 - p.learning_spill) * values[i] + p.learning_spill * all
            };
            for i in 0..cost.len() {
                let growth = pooled(&after, i) / pooled(&before, i);
                let exponent = libm::log2(1.0 - p.learning_rate);
                let wanted = cost[i] * libm::pow(growth, exponent);
                assert!((next[i] - wanted).abs() < 1e-12 * wanted, "{} {wanted}", next[i]);
            }
        }
    }
}

#[test]
fn a_row_is_said_to_be_barred_where_one_of_its_pairs_is() {
    let run = plain_with(vec![embargo(4)]);
    let (mut barred, mut free) = (0, 0);
    for outcome in &run.outcomes {
        for (row, said) in outcome.rules.barred_rows.iter().enumerate() {
            let mut pairs = row * LANES..(row + 1) * LANES;
            assert_eq!(*said, pairs.any(|pair| outcome.rules.barred_by(pair).is_some()), "{row}");
            barred += usize::from(*said);
            free += usize::from(!said);
        }
    }
    assert!(barred > 0 && free > 0, "{barred} barred, {free} free");
}

#[test]
fn prices_go_a_part_of_the_way_to_what_is_wanted() {
    let run = plain_with(vec![embargo(4)]);
    let p = &run.worlds[0].setup.parameters;
    let mut moved = 0;
    for (world, outcome, _) in run.quarters() {
        for k in (0..world.products.price.len()).filter(|k| world.products.active[*k]) {
            let busy = outcome.output.utilisation[k] - p.utilisation;
            let margin = p.markup * (1.0 + p.price_utilisation * busy);
            let wanted = outcome.output.cost[k] * margin.max(p.price_floor);
            let before = world.products.price[k];
            let next = (1.0 - p.price_speed) * before + p.price_speed * wanted;
            assert!((outcome.output.price[k] - next).abs() < 1e-12 * next, "{k}: {next}");
            moved += usize::from((next - before).abs() > 1e-6);
        }
    }
    assert!(moved > 0 && p.price_speed < 1.0);
}

#[test]
fn capacity_goes_a_part_of_the_way_to_orders_at_normal_use() {
    let run = plain_with(vec![embargo(4)]);
    let p = &run.worlds[0].setup.parameters;
    for (world, outcome, _) in run.quarters() {
        for k in (0..world.products.price.len()).filter(|k| world.products.active[*k]) {
            let units = outcome.trades.ordered[k] / world.products.price[k];
            let before = world.products.capacity[k];
            let next = before + p.capacity_speed * (units / p.utilisation - before);
            assert!((outcome.output.capacity[k] - next).abs() < 1e-9 * before, "{k}: {next}");
        }
    }
    assert!(p.utilisation < 1.0 && p.capacity_speed < 1.0);
}

#[test]
fn what_closes_for_a_cell_is_the_installed_share_of_what_is_announced_to_be_barred() {
    let run = plain_with(vec![Measure { announced: at(3), ..embargo(6) }]);
    let mut some = 0;
    for t in 3..6 {
        let (world, rules) = (&run.worlds[t], &run.outcomes[t].rules);
        let structure = &world.setup.structure;
        for (c, cell) in structure.cells.iter().enumerate() {
            let part = |pair: usize| rules.barred[pair] * world.installed[pair];
            let wanted: f64 = structure.pairs_in(cell).map(part).sum();
            assert!((rules.closing[c] - wanted).abs() < 1e-12, "{c}: {wanted}");
            some += usize::from(wanted > 0.0 && wanted < 0.99);
        }
    }
    assert!(some > 0 && run.outcomes[6].rules.closing.iter().all(|part| *part == 0.0));
}

#[test]
fn a_subsidy_goes_to_listed_suppliers_before_they_sell_and_to_entrants_after() {
    let mut scenario = plain();
    let money = money_for(at(0), "CHN", 1000.0);
    scenario.subsidies = vec![Subsidy { from: at(0), to: at(99), segments: Vec::new(), ..money }];
    let run = play(&scenario, &draws());
    let (mut listed, mut waiting) = (0, 0);
    for (world, outcome, _) in run.quarters() {
        for (k, node) in world.setup.structure.products.iter().enumerate() {
            let home = world.setup.structure.jurisdictions[node.behaviour] == "CHN";
            let active = world.products.active[k];
            let entrant = node.row.state == ProductState::Entrant;
            assert_eq!(outcome.rules.subsidy[k] > 0.0, home && (active || !entrant), "{k}");
            listed += usize::from(home && active && !entrant);
            waiting += usize::from(home && !active && entrant);
        }
    }
    assert!(listed > 0 && waiting > 0, "{listed} listed, {waiting} not there yet");
}
