//! `CHOKEPOINT_SIMD`: restricts the program to a set of vector instructions, for tests. Results are the same.

use std::process::ExitCode;

use sim_core::vector;

use crate::out::errln;

/// Name of the variable.
const VARIABLE: &str = "CHOKEPOINT_SIMD";

/// Obeys the variable; the exit code of a usage error if it names instructions that the processor does not have.
pub(crate) fn restrict() -> Option<ExitCode> {
    let name = std::env::var(VARIABLE).ok()?;
    if vector::restrict(&name) {
        return None;
    }
    let known = vector::INSTRUCTION_SETS.join(", ");
    errln!("error: {VARIABLE}={name}: this processor has no such instructions; known are {known}");
    Some(ExitCode::from(2))
}
