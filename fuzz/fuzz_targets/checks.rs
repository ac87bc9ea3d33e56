//! What holds for every problem.

use sim_core::scenario::problem::Problem;

/// A problem can be printed: it says what is wrong, and its mark lies within its line.
pub fn is_placed(problem: &Problem) {
    assert!(!problem.message.is_empty() && !problem.file.is_empty());
    assert!(problem.excerpt.get(problem.mark.clone()).is_some(), "{problem:?}");
    assert_eq!(problem.line == 0, problem.column == 0);
}
