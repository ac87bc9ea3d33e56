//! Labels pushed apart along one axis.
//!
//! Invariant: the order of the labels along the axis is the order of their targets.

/// A label that wants to stand at a position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slot {
    /// Best position of its centre [logical px].
    pub target: f64,
    /// Its extent along the axis, with the gap to its neighbour [logical px].
    pub extent: f64,
}

/// Centres of labels that do not overlap and stay between `low` and `high` [logical px], in the
/// order of the input; `None` if the labels need more room than there is.
///
/// The sum of squared moves is least: after the extents before each label are taken off, the
/// problem is a monotone regression, solved by pooling neighbours that violate the order.
pub fn spread(slots: &[Slot], low: f64, high: f64) -> Option<Vec<f64>> {
    let total: f64 = slots.iter().map(|slot| slot.extent).sum();
    if total > high - low {
        return None;
    }
    let mut order: Vec<usize> = (0..slots.len()).collect();
    order.sort_by(|&a, &b| slots[a].target.total_cmp(&slots[b].target));

    let mut offsets = Vec::with_capacity(slots.len());
    let mut used = 0.0;
    for &i in &order {
        offsets.push(used + slots[i].extent / 2.0);
        used += slots[i].extent;
    }
    let wishes: Vec<f64> = order.iter().zip(&offsets).map(|(&i, o)| slots[i].target - o).collect();

    let mut centres = vec![0.0; slots.len()];
    for ((&i, offset), place) in order.iter().zip(&offsets).zip(monotone(&wishes)) {
        centres[i] = place.clamp(low, high - total) + offset;
    }
    Some(centres)
}

/// The rising sequence closest to `values` in least squares (pool adjacent violators).
fn monotone(values: &[f64]) -> Vec<f64> {
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for &value in values {
        let mut pool = (value, 1);
        while let Some(&(mean, count)) = pools.last() {
            if mean <= pool.0 {
                break;
            }
            pools.pop();
            let size = count + pool.1;
            pool = ((mean * count as f64 + pool.0 * pool.1 as f64) / size as f64, size);
        }
        pools.push(pool);
    }
    pools.into_iter().flat_map(|(mean, count)| std::iter::repeat_n(mean, count)).collect()
}
