//! Commit: what a quarter has decided becomes the state that the next one starts from.

mod stocks;

use std::sync::Arc;

use crate::calendar::Quarter;
use crate::decisions::{Caught, Outcome};
use crate::market::net::Net;
use crate::policy::{Rules, blank};
use crate::world::law_memory::MeasureState;
use crate::world::{State, World};

impl World {
    /// Enters the outcome of a quarter.
    #[expect(clippy::disallowed_methods, reason = "the one place where a quarter changes a world")]
    pub fn commit(&mut self, outcome: Outcome) {
        let Outcome { rules, beliefs, routes, output, books, progress, climb, .. } = outcome;
        let net = Net::new(self, &rules);
        let state = self.state_mut();
        state.move_stocks(&net, &outcome.trades, &books);
        state.remember_law(&rules, &outcome.joined, &outcome.caught);
        state.buyers.belief = beliefs.risk;
        state.products.cost = output.cost;
        state.products.price = output.price;
        state.products.capacity = output.capacity;
        state.products.experience = output.experience;
        state.products.shipped = output.shipped;
        state.products.trailing = output.trailing;
        state.route_spend = routes.spend;
        state.cells.backlog = books.backlog;
        state.cells.stock = books.stock;
        state.buyers.shifted = books.shifted;
        state.products.active = progress.active;
        state.products.level = progress.level;
        state.products.design = progress.design;
        state.products.content_kept = outcome.redesign.content_kept;
        state.products.reach_risk = outcome.redesign.reach_risk;
        state.products.xi = progress.xi;
        state.products.knowledge = progress.knowledge;
        state.yardstick = progress.yardstick;
        state.cells.installed_level = climb.installed_level;
        for (class, level) in state.buyers.legal_class.iter_mut().zip(&climb.line_level) {
            *class = class.max(*level);
        }
        state.buyers.level = climb.line_level;
        state.t += 1;
        let structure = Arc::clone(&state.setup.structure);
        for grey in [outcome.orders.grey, outcome.trades.grey] {
            blank::give_back_zeros(&structure, grey, rules.hit.clone());
        }
        let (barred, hit) = rules.give_back(&structure);
        let before = std::mem::replace(&mut state.barred, barred);
        blank::give_back_zeros(&structure, before, std::mem::replace(&mut state.hit, hit));
    }
}

impl State {
    /// What the law remembers: reviews, surprises, allies that joined, buyers that were caught.
    fn remember_law(&mut self, rules: &Rules, joined: &[(usize, usize, Quarter)], caught: &Caught) {
        let pairs = self.installed.len();
        for (measure, reviewed) in self.scenario.measures.iter().zip(&rules.reviewed) {
            let blank = || MeasureState {
                reviewed: *reviewed,
                known: vec![0.0; pairs],
                aligned: vec![None; measure.allies.len()],
                vigilance: 0.0,
            };
            self.law.entry(&measure.id, blank).reviewed = *reviewed;
        }
        let measures = &self.scenario.measures;
        for (measure, pair, strength) in &rules.learned {
            if let Some(state) = self.law.get_mut(&measures[*measure].id) {
                state.known[*pair] = *strength;
            }
        }
        for (measure, ally, announced) in joined {
            if let Some(state) = self.law.get_mut(&measures[*measure].id) {
                state.aligned[*ally] = Some(*announced);
            }
        }
        for (measure, vigilance) in &caught.vigilance {
            if let Some(state) = self.law.get_mut(&measures[*measure].id) {
                state.vigilance = *vigilance;
            }
        }
        for (buyer, from) in &caught.buyers {
            self.buyers.listed[*buyer].get_or_insert(*from);
        }
    }
}
