//! Problems as people read them: path, line and column, the offending line, a caret, what to do.
//!
//! Invariant: rendering reads no file; a problem carries the line it is about.

use std::collections::BTreeSet;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use sim_core::scenario::plain::printable;
use sim_core::scenario::problem::{Problem, Severity};

use crate::out;
use crate::wrap::{WIDTH, broken};

/// What goes before the help of a problem.
const BEFORE_HELP: usize = 14;
/// What goes before its message: the longest code.
const BEFORE_MESSAGE: usize = 28;

/// Renders all problems and ends with their count: `3 problems in 1 file`.
pub(crate) fn render(problems: &[Problem], colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(WIDTH);
    let mut out = String::new();
    for problem in problems {
        out.push_str(&one(problem, &renderer));
        out.push_str("\n\n");
    }
    out.push_str(&count(problems));
    out
}

/// Writes all problems to standard error.
pub(crate) fn print(problems: &[Problem], colour: bool) {
    out::paint(&(render(problems, colour) + "\n"));
}

fn one(problem: &Problem, renderer: &Renderer) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let message = broken(&printable(&problem.message), WIDTH - BEFORE_MESSAGE);
    let title = level.primary_title(message).id(problem.code.as_str());
    let file = printable(&problem.file);
    let (excerpt, mark) = out::shown(&problem.excerpt, &problem.mark);
    let mut group = if problem.line == 0 {
        title.element(Origin::path(file.as_ref()))
    } else {
        let snippet = Snippet::source(excerpt)
            .line_start(problem.line)
            .path(file.as_ref())
            .annotation(AnnotationKind::Primary.span(mark));
        title.element(snippet)
    };
    if let Some(help) = &problem.help {
        let help = printable(help);
        group = group.element(Level::HELP.message(broken(&help, WIDTH - BEFORE_HELP)));
    }
    renderer.render(&[group])
}

/// The closing line.
fn count(problems: &[Problem]) -> String {
    let files: BTreeSet<_> = problems.iter().map(|problem| &problem.file).collect();
    let of = |severity| problems.iter().filter(|problem| problem.severity == severity).count();
    let (number, what) = match (of(Severity::Error), of(Severity::Warning), of(Severity::Note)) {
        (0, warnings, 0) => (warnings, "warning"),
        (0, 0, notes) => (notes, "note"),
        (0, ..) => (problems.len(), "remark"),
        _ => (problems.len(), "problem"),
    };
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    format!("{number} {what}{} in {} file{}", plural(number), files.len(), plural(files.len()))
}

#[cfg(test)]
mod tests {
    use sim_core::scenario::problem::Code;

    use super::*;

    fn problem(line: usize, excerpt: &str, mark: std::ops::Range<usize>) -> Problem {
        Problem {
            severity: Severity::Error,
            code: Code::OutOfRange,
            file: "scenarios/mine.toml".to_owned(),
            line,
            column: mark.start + 1,
            span: mark.clone(),
            excerpt: excerpt.to_owned(),
            mark,
            message: "1.4 is outside 0–1".to_owned(),
            help: Some("write 0.014 for 1.4 %".to_owned()),
        }
    }

    #[test]
    fn a_problem_shows_its_line_and_a_caret() {
        let text = render(&[problem(12, "coverage = 1.4", 11..14)], false);
        for part in [
            "error[out-of-range]: 1.4 is outside 0–1",
            "scenarios/mine.toml:12:12",
            "coverage = 1.4",
            "^^^",
            "help: write 0.014 for 1.4 %",
            "1 problem in 1 file",
        ] {
            assert!(text.contains(part), "{part} is not in:\n{text}");
        }
    }

    #[test]
    fn a_problem_with_a_whole_file_has_no_snippet() {
        let text = render(&[problem(0, "", 0..0), problem(1, "", 0..0)], false);
        assert!(text.contains("--> scenarios/mine.toml\n"), "{text}");
        assert!(text.ends_with("2 problems in 1 file"), "{text}");
    }

    #[test]
    fn colour_is_only_there_when_asked_for() {
        let problems = [problem(1, "x = 1", 0..1)];
        assert!(render(&problems, true).contains('\u{1b}'));
        assert!(!render(&problems, false).contains('\u{1b}'));
    }

    #[test]
    fn long_texts_are_wrapped() {
        assert_eq!(broken("one two three", 8), "one two\nthree");
        assert_eq!(broken("one incomprehensible two", 8), "one\nincomprehensible\ntwo");
        let long = Problem { help: Some("word ".repeat(60)), ..problem(1, &"x".repeat(230), 0..1) };
        let text = render(&[long], false);
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
    }
}
