//! Vector arithmetic: eight numbers at once, on the widest instructions that the processor has.
//!
//! The number of lanes is fixed, whatever the registers' width, and a multiplication and an addition are fused
//! exactly where it is written.
//!
//! Invariant: AVX-512, AVX2 and plain x86-64 give the same bits; the last one slowly, since it has no fused
//! instruction.

mod exponential;
mod logarithm;

use std::sync::OnceLock;

pub use exponential::{exp, exp_plain, exps};
pub use logarithm::{ln, ln_plain};

/// Numbers that are worked on together.
pub const LANES: usize = 8;
/// One number for each lane.
pub type Row = [f64; LANES];

/// A set of instructions that this processor has.
pub use fearless_simd::Level;
/// Instructions of a level.
pub use fearless_simd::Simd;
/// A vector of [`LANES`] numbers.
pub use fearless_simd::f64x8 as Vector;

/// Sets of instructions by name, the widest first.
pub const INSTRUCTION_SETS: [&str; 3] = ["avx512", "avx2", "plain"];

static LEVEL: OnceLock<Level> = OnceLock::new();

/// The instructions in use: the widest that the processor has, unless [`restrict`] said otherwise before.
pub fn level() -> Level {
    *LEVEL.get_or_init(Level::new)
}

/// The level of a set of instructions; `None` if its name is unknown or the processor does not have it.
pub fn level_of(name: &str) -> Option<Level> {
    let widest = Level::new();
    #[cfg(target_arch = "x86_64")]
    return match name {
        "avx512" => widest.as_avx512().map(Level::Avx512),
        "avx2" => widest.as_avx2().map(Level::Avx2),
        "plain" => widest.as_sse2().map(Level::Sse2),
        _ => None,
    };
    #[cfg(not(target_arch = "x86_64"))]
    (name == "plain").then_some(widest)
}

/// Uses a set of instructions from now on, for tests: results are the same. It can be said once, before anything
/// is computed; returns whether the processor has the instructions and they are in use.
pub fn restrict(name: &str) -> bool {
    level_of(name).is_some_and(|level| LEVEL.set(level).is_ok())
}

/// Whether these instructions fuse a multiplication and an addition; known when the program is compiled.
#[inline(always)]
pub fn fuses<S: Simd>(simd: S) -> bool {
    #[cfg(target_arch = "x86_64")]
    return !matches!(simd.level(), Level::Sse2(_) | Level::Sse4_2(_));
    #[cfg(not(target_arch = "x86_64"))]
    {
        let _ = simd;
        true
    }
}

/// Evaluates an expression with the instructions of a level. Fewer sets than the library has: each is one more copy
/// of all loops to compile.
#[cfg(target_arch = "x86_64")]
#[macro_export]
macro_rules! with_vectors {
    ($level:expr, $simd:ident => $work:expr) => {
        match $level {
            $crate::vector::Level::Avx512($simd) => $crate::vector::Simd::vectorize(
                $simd,
                #[inline(always)]
                || $work,
            ),
            $crate::vector::Level::Avx2($simd) => $crate::vector::Simd::vectorize(
                $simd,
                #[inline(always)]
                || $work,
            ),
            level => {
                let $simd = level.as_sse2().expect("every x86-64 processor has SSE2");
                $crate::vector::Simd::vectorize(
                    $simd,
                    #[inline(always)]
                    || $work,
                )
            }
        }
    };
}

/// Evaluates an expression with the instructions of a level.
#[cfg(not(target_arch = "x86_64"))]
#[macro_export]
macro_rules! with_vectors {
    ($level:expr, $simd:ident => $work:expr) => {
        fearless_simd::dispatch!($level, $simd => $work)
    };
}

/// The rows of a table.
///
/// # Panics
/// If the length of the table is no multiple of [`LANES`].
#[inline(always)]
pub fn rows(table: &[f64]) -> &[Row] {
    let (rows, rest) = table.as_chunks();
    assert!(rest.is_empty(), "a table of rows has {} numbers", table.len());
    rows
}

/// The rows of a table.
///
/// # Panics
/// If the length of the table is no multiple of [`LANES`].
#[inline(always)]
pub fn rows_mut(table: &mut [f64]) -> &mut [Row] {
    let (rows, rest) = table.as_chunks_mut();
    assert!(rest.is_empty(), "{} numbers follow the last row", rest.len());
    rows
}

/// The row of a table that begins at `first`.
///
/// # Panics
/// If the table ends before the row does.
#[inline(always)]
pub fn row_at(table: &[f64], first: usize) -> &Row {
    table[first..].first_chunk().expect("a table of rows ends with a whole row")
}

/// The row of a table that begins at `first`.
///
/// # Panics
/// If the table ends before the row does.
#[inline(always)]
pub fn row_at_mut(table: &mut [f64], first: usize) -> &mut Row {
    table[first..].first_chunk_mut().expect("a table of rows ends with a whole row")
}

/// Replaces every number by its exponential.
pub fn exp_all(values: &mut [f64]) {
    with_vectors!(level(), simd => each(simd, values, Function::Exp));
}

/// Replaces every positive number by its logarithm.
pub fn ln_all(values: &mut [f64]) {
    with_vectors!(level(), simd => each(simd, values, Function::Ln));
}

/// Replaces every positive number by its power, `x^y = e^{y ln x}`.
pub fn pow_all(values: &mut [f64], exponent: f64) {
    with_vectors!(level(), simd => each(simd, values, Function::Pow(exponent)));
}

/// A function of one number. A closure would lose the instructions on its way.
#[derive(Clone, Copy)]
enum Function {
    Exp,
    Ln,
    Pow(f64),
}

impl Function {
    #[inline(always)]
    fn of<S: Simd>(self, simd: S, row: &Row) -> Row {
        let x = load(simd, row);
        match self {
            Self::Exp => exp(simd, x),
            Self::Ln => ln(simd, x),
            Self::Pow(exponent) => exp(simd, splat(simd, exponent) * ln(simd, x)),
        }
        .into()
    }
}

/// Replaces the rows of a table, the last one filled up with ones.
#[inline(always)]
fn each<S: Simd>(simd: S, values: &mut [f64], function: Function) {
    let (rows, rest) = values.as_chunks_mut::<LANES>();
    for row in rows {
        *row = function.of(simd, row);
    }
    if !rest.is_empty() {
        let mut row = [1.0; LANES];
        row[..rest.len()].copy_from_slice(rest);
        rest.copy_from_slice(&function.of(simd, &row)[..rest.len()]);
    }
}

/// A row as a vector.
#[inline(always)]
pub fn load<S: Simd>(simd: S, row: &Row) -> Vector<S> {
    use fearless_simd::SimdInto;
    (*row).simd_into(simd)
}

/// The row of a table that begins at `first`, as a vector.
#[inline(always)]
pub fn at<S: Simd>(simd: S, table: &[f64], first: usize) -> Vector<S> {
    load(simd, row_at(table, first))
}

/// Adds a vector to a row.
#[inline(always)]
pub fn add_to<S: Simd>(simd: S, row: &mut Row, value: Vector<S>) {
    *row = (load(simd, row) + value).into();
}

/// The same number in all lanes.
#[inline(always)]
pub fn splat<S: Simd>(simd: S, value: f64) -> Vector<S> {
    simd.splat_f64x8(value)
}

/// Sum of the lanes in a fixed order: neighbours at distance four, then two, then one.
#[inline(always)]
pub fn sum(row: &Row) -> f64 {
    let [a, b, c, d, e, f, g, h] = *row;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}
