//! The exponential function without branches.
//!
//! `x = n ln 2 + r` with `|r| ≤ ½ ln 2`, and `eʳ = 1 + r + r² q(r)`, where `q` is the polynomial of degree 9 that comes
//! closest to `(eʳ − 1 − r)/r²` (error of `eʳ` about 1e-17). The ends are cut where a power of two would leave
//! the normal numbers: `e^x = 0` below −708 and `∞` above 709. NaN stays NaN.
//!
//! Relative error at most 2.3e-16.

use fearless_simd::{Bytes, Simd, prelude::*};

use super::{LANES, Vector, fuses, load};

/// Adding and subtracting 1.5 · 2⁵² rounds to an integer, which then stands in the lowest bits.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// ln 2 to 32 bits, so that its product with a small integer is exact, and the rest.
const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
const LOWEST: f64 = -708.0;
const HIGHEST: f64 = 709.0;
/// Bits of the fraction of a number.
const FRACTION: u32 = 52;

/// Coefficients of `q`, from the constant up (a Chebyshev fit in 40 digits).
const Q: [f64; 10] = [
    5.000_000_000_000_001e-1,
    1.666_666_666_666_666_9e-1,
    4.166_666_666_662_413e-2,
    8.333_333_333_330_062e-3,
    1.388_888_891_721_371_7e-3,
    1.984_126_986_305_362_6e-4,
    2.480_152_129_595_437_6e-5,
    2.755_726_845_999_706_4e-6,
    2.762_008_844_540_974_6e-7,
    2.510_038_549_551_032e-8,
];

/// `e^x` in every lane.
#[inline(always)]
pub fn exp<S: Simd>(simd: S, x: Vector<S>) -> Vector<S> {
    let [value] = exps(simd, [x]);
    value
}

/// `e^x` of several vectors, step by step in all of them: a processor looks ahead too short a way to find the next
/// vector's steps by itself.
#[inline(always)]
pub fn exps<S: Simd, const N: usize>(simd: S, x: [Vector<S>; N]) -> [Vector<S>; N] {
    if !fuses(simd) {
        let mut values = x;
        for value in &mut values {
            *value = load(simd, &exp_lanes(&(*value).into()));
        }
        return values;
    }
    // Loops, since a closure would lose the instructions on its way.
    macro_rules! each {
        ($i:ident => $value:expr) => {{
            let mut all = x;
            for $i in 0..N {
                all[$i] = $value;
            }
            all
        }};
    }
    macro_rules! of {
        ($value:expr) => {
            simd.splat_f64x8($value)
        };
    }
    macro_rules! fused {
        ($a:expr, $b:expr, $c:expr) => {
            simd.mul_add_precise_f64x8($a, $b, $c)
        };
    }
    // Two neighbouring terms of q.
    macro_rules! pair {
        ($k:expr, $r:expr) => {
            each!(i => fused!(of!(Q[$k + 1]), $r[i], of!(Q[$k])))
        };
    }
    let shifted = each!(i => fused!(x[i], of!(std::f64::consts::LOG2_E), of!(ROUND)));
    let n = each!(i => shifted[i] - of!(ROUND));
    let r = each!(i => fused!(n[i], of!(-LN2_HIGH), x[i]));
    let r = each!(i => fused!(n[i], of!(-LN2_LOW), r[i]));
    // Estrin's scheme: in pairs, so that no step waits for nine others.
    let r2 = each!(i => r[i] * r[i]);
    let (a, b, c, d, e) = (pair!(0, r), pair!(2, r), pair!(4, r), pair!(6, r), pair!(8, r));
    let r4 = each!(i => r2[i] * r2[i]);
    let low = each!(i => fused!(b[i], r2[i], a[i]));
    let high = each!(i => fused!(d[i], r2[i], c[i]));
    let r8 = each!(i => r4[i] * r4[i]);
    let q = each!(i => fused!(high[i], r4[i], low[i]));
    let q = each!(i => fused!(e[i], r8[i], q[i]));
    let fraction = each!(i => fused!(q[i], r2[i], r[i]) + of!(1.0));
    // n is added to the exponent.
    let value = each!(i => {
        let power = simd.shl_i64x8(shifted[i].bitcast(), FRACTION);
        simd.add_i64x8(fraction[i].bitcast(), power).bitcast()
    });
    let value =
        each!(i => simd.select_f64x8(x[i].simd_gt(of!(HIGHEST)), of!(f64::INFINITY), value[i]));
    each!(i => simd.select_f64x8(x[i].simd_lt(of!(LOWEST)), of!(0.0), value[i]))
}

/// The same lane by lane, out of the way: unrolled, it would be most of the program.
#[inline(never)]
fn exp_lanes(x: &[f64; LANES]) -> [f64; LANES] {
    x.map(exp_plain)
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
    let (r2, pair) = (r * r, |i: usize| Q[i + 1].mul_add(r, Q[i]));
    let r4 = r2 * r2;
    let low = pair(2).mul_add(r2, pair(0));
    let high = pair(6).mul_add(r2, pair(4));
    let q = pair(8).mul_add(r4 * r4, high.mul_add(r4, low));
    let fraction = q.mul_add(r2, r) + 1.0;
    f64::from_bits(fraction.to_bits().wrapping_add(shifted.to_bits() << FRACTION))
}

#[cfg(test)]
mod tests {
    use crate::with_vectors;

    use super::super::{INSTRUCTION_SETS, Row, level_of};
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
                let all: Row = with_vectors!(level, simd => exp(simd, load(simd, x)).into());
                for (x, y) in x.iter().zip(all) {
                    let known = exp_plain(*x);
                    let same = y.to_bits() == known.to_bits() || (y.is_nan() && known.is_nan());
                    assert!(same, "{level:?}: exp({x}) is {y:e}, not {known:e}");
                }
            }
        }
    }
}
