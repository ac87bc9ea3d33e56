//! The hot loop: utilities and shares of one cell.
//!
//! Invariant: IEEE operations and `libm` only, in a fixed order, so that every machine gives the same
//! bits.

/// How well a delivered level serves a need, 0–1: `σ(κ (q̂ − r)) = 1 / (1 + e^{−κ (q̂ − r)})`.
///
/// An embargo (`q̂ = −∞`) gives 0; a level far above the need gives 1.
pub fn fitness(sharpness: f64, delivered: f64, need: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-sharpness * (delivered - need)))
}

/// What a cell sees of its alternatives.
#[derive(Debug, Clone, Copy)]
pub struct Menu<'a> {
    /// Level of each product.
    pub level: &'a [f64],
    /// Ceiling of each pair.
    pub ceiling: &'a [f64],
    /// `exp(ξ − β ln p)` of each product; 0 for what is not on the market.
    pub appeal: &'a [f64],
    /// `exp(μ − θ ρ)` of each pair's jurisdiction and home, with what fees, subsidies and standards add.
    pub trust: &'a [f64],
    /// Chance that each alternative can be had in spite of a bar; 1 where nothing bars it.
    pub leak: &'a [f64],
    /// The buyer's own connections times the utility of the premium, `a (1 + π)^{−β}`; 0 = no grey channel.
    pub connections: f64,
    /// Installed share of each pair minus its base.
    pub installed_gain: &'a [f64],
    /// Need of the cell.
    pub need: f64,
    /// κ.
    pub sharpness: f64,
    /// γ.
    pub stickiness: f64,
}

/// Writes the logit weights of a cell's products to `open`, those of the same products through the grey
/// channel to `grey`, and returns the share of demand that is deferred: `1 / (1 + Σ_k w_k + Σ_k g_k)`, with
/// `w_k = σ(κ(q̂ − r)) · e^{ξ − β ln p} · e^{μ − θρ} · e^{γ (h − h⁰)}` and, for what is barred, the same at the full
/// level times `leak · a (1 + π)^{−β}`.
pub fn weights(menu: &Menu<'_>, open: &mut [f64], grey: &mut [f64]) -> f64 {
    let mut total = 1.0;
    for (i, weight) in open.iter_mut().enumerate() {
        let appeal = menu.appeal[i] * menu.trust[i];
        *weight = 0.0;
        grey[i] = 0.0;
        if appeal > 0.0 {
            let habit = libm::exp(menu.stickiness * menu.installed_gain[i]);
            let fit = fitness(menu.sharpness, menu.level[i].min(menu.ceiling[i]), menu.need);
            *weight = fit * appeal * habit;
            if menu.leak[i] < 1.0 && menu.connections > 0.0 {
                let full = fitness(menu.sharpness, menu.level[i], menu.need);
                grey[i] = full * appeal * habit * menu.leak[i] * menu.connections;
            }
        }
        total += *weight + grey[i];
    }
    1.0 / total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_embargo_sells_nothing_and_no_control_changes_nothing() {
        assert_eq!(fitness(1.5, f64::NEG_INFINITY, 0.0), 0.0);
        let menu = |ceiling: &'static [f64]| Menu {
            level: &[1.0, 2.0],
            ceiling,
            appeal: &[1.0, 3.0],
            trust: &[1.0, 0.5],
            leak: &[1.0, 1.0],
            connections: 0.3,
            installed_gain: &[0.0, 0.1],
            need: 0.5,
            sharpness: 1.5,
            stickiness: 1.0,
        };
        let (mut free, mut high) = ([0.0; 2], [0.0; 2]);
        let mut grey = [0.0; 2];
        let a = weights(&menu(&[f64::INFINITY, f64::INFINITY]), &mut free, &mut grey);
        let b = weights(&menu(&[9.0, 2.0]), &mut high, &mut grey);
        assert_eq!((a, free), (b, high));
        let mut barred = [0.0; 2];
        let c = weights(&menu(&[f64::INFINITY, f64::NEG_INFINITY]), &mut barred, &mut grey);
        assert!(barred[1] == 0.0 && c > a);
    }
}
