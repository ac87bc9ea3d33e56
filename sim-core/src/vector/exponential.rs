//! The exponential function without branches.
//!
//! `x = n ln 2 + r` with `|r| ≤ ½ ln 2`, and `eʳ = 1 + r + r² q(r)`, where `q` is the polynomial of degree 9 that comes
//! closest to `(eʳ − 1 − r)/r²` (error of `eʳ` about 1e-17). The ends are cut where a power of two would leave
//! the normal numbers: `e^x = 0` below −708 and `∞` above 709. NaN stays NaN.
//!
//! Relative error at most 2.3e-16.

use fearless_simd::{Bytes, Simd, prelude::*};

use super::Vector;

/// Adding and subtracting 1.5 · 2⁵² rounds to an integer, which then stands in the lowest bits.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// ln 2 to 32 bits, so that its product with a small integer is exact, and the rest.
const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
const LOWEST: f64 = -708.0;
const HIGHEST: f64 = 709.0;
/// Bits of the fraction of a number.
const FRACTION: u32 = 52;

/// Coefficients of `q`, from the highest power down (a Chebyshev fit in 40 digits).
const Q: [f64; 10] = [
    2.510_038_549_551_032e-8,
    2.762_008_844_540_974_6e-7,
    2.755_726_845_999_706_4e-6,
    2.480_152_129_595_437_6e-5,
    1.984_126_986_305_362_6e-4,
    1.388_888_891_721_371_7e-3,
    8.333_333_333_330_062e-3,
    4.166_666_666_662_413e-2,
    1.666_666_666_666_666_9e-1,
    5.000_000_000_000_001e-1,
];

/// `e^x` in every lane.
#[inline(always)]
pub fn exp<S: Simd>(simd: S, x: Vector<S>) -> Vector<S> {
    let of = |value: f64| simd.splat_f64x8(value);
    let fused = |a, b, c| simd.mul_add_precise_f64x8(a, b, c);
    let shifted = fused(x, of(std::f64::consts::LOG2_E), of(ROUND));
    let n = shifted - of(ROUND);
    let r = fused(n, of(-LN2_LOW), fused(n, of(-LN2_HIGH), x));
    let mut q = of(Q[0]);
    for c in &Q[1..] {
        q = fused(q, r, of(*c));
    }
    let fraction = fused(q, r * r, r) + of(1.0);
    // n is added to the exponent.
    let power = simd.shl_i64x8(shifted.bitcast(), FRACTION);
    let value: Vector<S> = simd.add_i64x8(fraction.bitcast(), power).bitcast();
    let value = simd.select_f64x8(x.simd_gt(of(HIGHEST)), of(f64::INFINITY), value);
    simd.select_f64x8(x.simd_lt(of(LOWEST)), of(0.0), value)
}

/// The same for one number, operation by operation.
pub fn exp_plain(x: f64) -> f64 {
    if x > HIGHEST {
        return f64::INFINITY;
    }
    if x < LOWEST {
        return 0.0;
    }
    let shifted = x.mul_add(std::f64::consts::LOG2_E, ROUND);
    let n = shifted - ROUND;
    let r = n.mul_add(-LN2_LOW, n.mul_add(-LN2_HIGH, x));
    let q = Q[1..].iter().fold(Q[0], |q, c| q.mul_add(r, *c));
    let fraction = q.mul_add(r * r, r) + 1.0;
    f64::from_bits(fraction.to_bits().wrapping_add(shifted.to_bits() << FRACTION))
}

#[cfg(test)]
mod tests {
    use fearless_simd::dispatch;

    use super::super::{INSTRUCTION_SETS, LANES, Row, level_of, load};
    use super::*;

    /// Arguments from the smallest to beyond the ends.
    fn arguments() -> Vec<f64> {
        let mut all = vec![
            0.0,
            -0.0,
            1e-300,
            f64::INFINITY,
            f64::NEG_INFINITY,
            LOWEST,
            HIGHEST,
            -708.1,
            709.1,
            f64::NAN,
        ];
        all.extend((0..40_006).map(|i| (f64::from(i) - 20_000.0) * 0.0377));
        all.extend((0..2000).map(|i| (f64::from(i) - 1000.0) * 1e-5));
        all.resize(all.len().next_multiple_of(LANES), 0.0);
        all
    }

    #[test]
    fn it_is_the_exponential() {
        for x in arguments().into_iter().filter(|x| x.abs() < 708.0) {
            let (own, known) = (exp_plain(x), libm::exp(x));
            assert!((own / known - 1.0).abs() < 4.5e-16, "exp({x}) is {own:e}, not {known:e}");
        }
        assert_eq!(exp_plain(0.0), 1.0);
        assert_eq!(exp_plain(f64::NEG_INFINITY), 0.0);
        assert_eq!(exp_plain(f64::INFINITY), f64::INFINITY);
        assert!(exp_plain(f64::NAN).is_nan());
    }

    #[test]
    fn every_set_of_instructions_gives_the_bits_of_the_plain_function() {
        let plain = level_of("plain").unwrap();
        for level in INSTRUCTION_SETS.iter().filter_map(|name| level_of(name)).chain([plain]) {
            for x in arguments().as_chunks::<LANES>().0 {
                let all: Row = dispatch!(level, simd => exp(simd, load(simd, x)).into());
                for (x, y) in x.iter().zip(all) {
                    let known = exp_plain(*x);
                    let same = y.to_bits() == known.to_bits() || (y.is_nan() && known.is_nan());
                    assert!(same, "{level:?}: exp({x}) is {y:e}, not {known:e}");
                }
            }
        }
    }
}
