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
    /// The buyer's own connections, 0–1; 0 = no grey channel.
    pub connections: f64,
    /// What the premium of the grey channel leaves of a weight, `(1 + π)^{−β}`.
    pub premium: f64,
    /// Installed share of each pair minus its base.
    pub installed_gain: &'a [f64],
    /// Need of the cell.
    pub need: f64,
    /// κ.
    pub sharpness: f64,
    /// γ.
    pub stickiness: f64,
}

/// Writes the logit weights of a cell's open alternatives to `open` and the shares of demand that go through
/// the grey channel to `grey`; returns the share of demand that is deferred.
///
/// With `w_k = σ(κ(q̂ − r)) · e^{ξ − β ln p} · e^{μ − θρ} · e^{γ (h − h⁰)}` and, for what is barred, `w⁺_k` the same at the full
/// level and at the premium: the part `g_k = availability_k · w⁺_k / (1 + Σ_l w⁺_l)` of demand finds its way to
/// a barred product, since that is the share it would have if it could be had; the rest is spread over what
/// is open, `(1 − Σ g) w_k / (1 + Σ_l w_l)`.
pub fn weights(menu: &Menu<'_>, open: &mut [f64], grey: &mut [f64]) -> f64 {
    let mut total = 1.0;
    let mut full_total = 1.0;
    let mut barred = false;
    for (i, weight) in open.iter_mut().enumerate() {
        let appeal = menu.appeal[i] * menu.trust[i];
        *weight = 0.0;
        grey[i] = 0.0;
        if appeal > 0.0 {
            let liking = appeal * libm::exp(menu.stickiness * menu.installed_gain[i]);
            let delivered = menu.level[i].min(menu.ceiling[i]);
            *weight = fitness(menu.sharpness, delivered, menu.need) * liking;
            total += *weight;
            if menu.leak[i] < 1.0 && menu.connections > 0.0 {
                barred = true;
                grey[i] = fitness(menu.sharpness, menu.level[i], menu.need) * liking * menu.premium;
                full_total += grey[i];
            } else {
                full_total += *weight;
            }
        }
    }
    if !barred {
        return 1.0 / total;
    }
    let mut found = 0.0;
    for (share, leak) in grey.iter_mut().zip(menu.leak) {
        *share *= leak * menu.connections / full_total;
        found += *share;
    }
    (1.0 - found) / total
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
            premium: 0.5,
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

    #[test]
    fn the_grey_channel_never_serves_more_than_is_available() {
        let menu = Menu {
            level: &[1.0, 9.0],
            ceiling: &[f64::INFINITY, f64::NEG_INFINITY],
            appeal: &[1.0, 1e6],
            trust: &[1.0, 1.0],
            leak: &[1.0, 0.1],
            connections: 0.2,
            premium: 0.5,
            installed_gain: &[0.0, 0.0],
            need: 0.5,
            sharpness: 1.5,
            stickiness: 1.0,
        };
        let (mut open, mut grey) = ([0.0; 2], [0.0; 2]);
        let deferred = weights(&menu, &mut open, &mut grey);
        assert!(grey[1] < 0.02 && grey[1] > 0.019, "{grey:?}");
        assert!((deferred * (1.0 + open[0]) + grey[1] - 1.0).abs() < 1e-15);
    }
}
