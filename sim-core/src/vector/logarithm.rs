//! The natural logarithm without branches.
//!
//! `x = 2^k m` with `√½ ≤ m < √2`; with `f = m − 1` and `s = f/(2 + f)`, `ln m = f − f²/2 + s (f²/2 + R(s²))`, where `R` is
//! the polynomial of fdlibm's `log`. For positive normal numbers; zero, subnormal and negative numbers,
//! infinity and NaN give NaN.
//!
//! Relative error below 3e-16.
//!
//! Reference: Sun Microsystems (1993), fdlibm 5.3, `e_log.c`.

use fearless_simd::{Bytes, Simd, prelude::*};

use super::{LANES, Vector, fuses, load};

/// ln 2 to 32 bits, so that its product with a small integer is exact, and the rest.
const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// Bits of the fraction of a number.
const FRACTION: u32 = 52;
/// Bits of 1 and of √½.
const ONE: i64 = 0x3ff0_0000_0000_0000;
const ROOT_HALF: i64 = 0x3fe6_a09e_667f_3bcd;
const EXPONENT_BIAS: f64 = 1023.0;
/// 2⁵²: an integer in its lowest bits is added to it.
const LARGE: f64 = 4_503_599_627_370_496.0;

/// Coefficients of `R`, from the highest power down.
const R: [f64; 7] = [
    1.479_819_860_511_658_6e-1,
    1.531_383_769_920_937_3e-1,
    1.818_357_216_161_805e-1,
    2.222_219_843_214_978_4e-1,
    2.857_142_874_366_239e-1,
    3.999_999_999_940_942e-1,
    6.666_666_666_666_735e-1,
];

/// `ln x` in every lane.
#[inline(always)]
pub fn ln<S: Simd>(simd: S, x: Vector<S>) -> Vector<S> {
    if !fuses(simd) {
        return load(simd, &ln_lanes(&x.into()));
    }
    let of = |value: f64| simd.splat_f64x8(value);
    let int = |value: i64| simd.splat_i64x8(value);
    let fused = |a, b, c| simd.mul_add_precise_f64x8(a, b, c);
    let raised = simd.add_i64x8(x.bitcast(), int(ONE - ROOT_HALF));
    let biased = simd.shr_u64x8(raised.bitcast(), FRACTION);
    let k = simd.or_u64x8(biased, of(LARGE).bitcast());
    let k: Vector<S> = k.bitcast();
    let k = k - of(LARGE) - of(EXPONENT_BIAS);
    let fraction = simd.and_i64x8(raised, int((1 << FRACTION) - 1));
    let m: Vector<S> = simd.add_i64x8(fraction, int(ROOT_HALF)).bitcast();
    let f = m - of(1.0);
    let s = f / (f + of(2.0));
    let z = s * s;
    let mut r = of(R[0]);
    for c in &R[1..] {
        r = fused(r, z, of(*c));
    }
    let half = of(0.5) * f * f;
    let low = fused(k, of(LN2_LOW), s * fused(r, z, half));
    let value = fused(k, of(LN2_HIGH), f - (half - low));
    let inside = x.simd_ge(of(f64::MIN_POSITIVE)) & x.simd_lt(of(f64::INFINITY));
    simd.select_f64x8(inside, value, of(f64::NAN))
}

/// The same lane by lane, out of the way.
#[inline(never)]
fn ln_lanes(x: &[f64; LANES]) -> [f64; LANES] {
    x.map(ln_plain)
}

/// The same for one number, operation by operation.
pub fn ln_plain(x: f64) -> f64 {
    if !(f64::MIN_POSITIVE..f64::INFINITY).contains(&x) {
        return f64::NAN;
    }
    let raised = (x.to_bits() as i64).wrapping_add(ONE - ROOT_HALF);
    let k = f64::from_bits(((raised as u64) >> FRACTION) | LARGE.to_bits());
    let k = k - LARGE - EXPONENT_BIAS;
    let m = f64::from_bits(((raised & ((1 << FRACTION) - 1)) + ROOT_HALF) as u64);
    let f = m - 1.0;
    let s = f / (f + 2.0);
    let z = s * s;
    let r = R[1..].iter().fold(R[0], |r, c| r.mul_add(z, *c));
    let half = 0.5 * f * f;
    let low = k.mul_add(LN2_LOW, s * r.mul_add(z, half));
    k.mul_add(LN2_HIGH, f - (half - low))
}

#[cfg(test)]
mod tests {
    use crate::with_vectors;

    use super::super::{INSTRUCTION_SETS, Row, level_of};
    use super::*;

    fn arguments() -> Vec<f64> {
        let mut all =
            vec![1.0, 2.0, 0.5, f64::MIN_POSITIVE, f64::MAX, 0.0, -1.0, 1e-310, f64::INFINITY];
        all.push(f64::NAN);
        all.extend((0..40_000).map(|i| libm::exp((f64::from(i) - 20_000.0) * 0.0351)));
        all.extend((0..4000).map(|i| 1.0 + (f64::from(i) - 2000.0) * 2e-4));
        all.extend((0..2000).map(|i| 1.0 + (f64::from(i) - 1000.0) * 1e-13));
        all.resize(all.len().next_multiple_of(LANES), 1.0);
        all
    }

    #[test]
    fn it_is_the_logarithm() {
        let normal = |x: &f64| x.is_normal() && *x > 0.0;
        for x in arguments().into_iter().filter(normal) {
            let (own, known) = (ln_plain(x), libm::log(x));
            assert!(
                (own - known).abs() <= 3e-16 * known.abs(),
                "ln({x:e}) is {own:e}, not {known:e}"
            );
        }
        assert_eq!(ln_plain(1.0), 0.0);
        for x in [0.0, -1.0, 1e-310, f64::INFINITY, f64::NAN] {
            assert!(ln_plain(x).is_nan());
        }
    }

    #[test]
    fn every_set_of_instructions_gives_the_bits_of_the_plain_function() {
        for level in INSTRUCTION_SETS.iter().filter_map(|name| level_of(name)) {
            for x in arguments().as_chunks::<LANES>().0 {
                let all: Row = with_vectors!(level, simd => ln(simd, load(simd, x)).into());
                for (x, y) in x.iter().zip(all) {
                    let known = ln_plain(*x);
                    let same = y.to_bits() == known.to_bits() || (y.is_nan() && known.is_nan());
                    assert!(same, "{level:?}: ln({x:e}) is {y:e}, not {known:e}");
                }
            }
        }
    }
}
