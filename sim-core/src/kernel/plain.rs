//! The hot loop for one cell, operation by operation: what [`super::weights`] must agree with to the last bit.

use super::Menu;
use crate::vector::exp_plain;

/// Logit weights, shares through the grey channel, and the share of demand that is deferred, of the cell in one
/// lane of a tile.
pub fn weights(menu: &Menu<'_>, lane: usize) -> (Vec<f64>, Vec<f64>, f64) {
    let need = menu.need[lane];
    let fitness = |delivered: f64| 1.0 / (1.0 + exp_plain(-menu.sharpness * (delivered - need)));
    let (mut total, mut full_total) = (1.0, 1.0);
    let mut open = vec![0.0; menu.level.len()];
    let mut grey = open.clone();
    let availability =
        |i: usize| menu.leak.map_or(1.0, |leak| leak[i][lane]) * menu.connections[lane];
    for i in (0..open.len()).filter(|i| menu.appeal[*i] > 0.0) {
        let gain = menu.installed[i][lane] - menu.base_installed[i][lane];
        let liking = menu.appeal[i] * menu.trust[i][lane] * exp_plain(menu.stickiness * gain);
        open[i] = fitness(
            menu.level[i].min(menu.ceiling.map_or(f64::INFINITY, |ceiling| ceiling[i][lane])),
        ) * liking;
        total += open[i];
        let barred = menu.leak.is_some_and(|leak| leak[i][lane] < 1.0);
        if barred && menu.connections[lane] > 0.0 {
            grey[i] = fitness(menu.level[i]) * liking * menu.premium;
            full_total += grey[i];
        } else {
            full_total += open[i];
        }
    }
    let mut found = 0.0;
    for (i, share) in grey.iter_mut().enumerate() {
        *share *= availability(i) / full_total;
        found += *share;
    }
    (open, grey, (1.0 - found) / total)
}
