//! Shares, rationing and spill-over of a tile, whatever the utility.
//!
//! One row for each product, one lane for each cell. The utility is an argument, so that another market can be
//! cleared by the same loops.
//!
//! Invariant: all sums over products run in their order, lane by lane.

use fearless_simd::Simd;

use crate::vector::{Row, Vector, load, splat};

/// Products whose weights are worked out together.
pub const BLOCK: usize = 4;

/// What cells like.
pub trait Utility<S: Simd> {
    /// Logit weights of the products from the `i`-th on against deferring (weight 1), `e^U`, in every lane; `rows` are
    /// what stood in their place before.
    fn weights<const N: usize>(&self, simd: S, i: usize, rows: [Vector<S>; N]) -> [Vector<S>; N];
}

/// Writes the weights of all products over the rows; returns `1 + Σ_k w_k`.
#[inline(always)]
pub fn weigh<S: Simd>(simd: S, utility: &impl Utility<S>, rows: &mut [Row]) -> Vector<S> {
    let mut total = splat(simd, 1.0);
    let (blocks, rest) = rows.as_chunks_mut::<BLOCK>();
    let first_of_rest = blocks.len() * BLOCK;
    for (i, rows) in blocks.iter_mut().enumerate() {
        let mut before = [total; BLOCK];
        for n in 0..BLOCK {
            before[n] = load(simd, &rows[n]);
        }
        let weights = utility.weights(simd, i * BLOCK, before);
        for n in 0..BLOCK {
            total += weights[n];
            rows[n] = weights[n].into();
        }
    }
    for (i, row) in rest.iter_mut().enumerate() {
        let [weight] = utility.weights(simd, first_of_rest + i, [load(simd, row)]);
        total += weight;
        *row = weight.into();
    }
    total
}

/// Adds the orders `each · w_k` to the sums by product, `each` being what a cell orders at weight 1.
#[inline(always)]
pub fn order<S: Simd>(simd: S, rows: &[Row], each: Vector<S>, sums: &mut [Row]) {
    for (row, sum) in rows.iter().zip(sums) {
        *sum = simd.mul_add_precise_f64x8(load(simd, row), each, load(simd, sum)).into();
    }
}

/// What pro-rata filling leaves of a cell's orders, `Σ_k each · w_k (1 − f_k)`, and the weight of the products with
/// slack against deferring, `1 + Σ w_k` over `f_k = 1`.
#[inline(always)]
pub fn unmet<S: Simd>(
    simd: S,
    rows: &[Row],
    each: Vector<S>,
    fill: &[f64],
) -> (Vector<S>, Vector<S>) {
    let (mut short, mut slack) = (splat(simd, 0.0), splat(simd, 1.0));
    for (row, fill) in rows.iter().zip(fill) {
        if *fill < 1.0 {
            short = simd.mul_add_precise_f64x8(load(simd, row), splat(simd, 1.0 - fill), short);
        } else {
            slack += load(simd, row);
        }
    }
    (short * each, slack)
}

/// Replaces the weights by what was got, `w_k (each · f_k + again · f′_k)`, where `again` is the order at weight 1 of
/// the second round and `f′` what it fills; returns the sum over products.
#[inline(always)]
pub fn settle<S: Simd>(
    simd: S,
    rows: &mut [Row],
    (each, again): (Vector<S>, Vector<S>),
    (fill, refill): (&[f64], &[f64]),
) -> Vector<S> {
    let mut sum = splat(simd, 0.0);
    for ((row, fill), refill) in rows.iter_mut().zip(fill).zip(refill) {
        let first = each * splat(simd, *fill);
        let part = simd.mul_add_precise_f64x8(again, splat(simd, *refill), first);
        let got = load(simd, row) * part;
        sum += got;
        *row = got.into();
    }
    sum
}
