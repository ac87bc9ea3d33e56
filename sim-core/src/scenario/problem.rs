//! Problems: everything that can be wrong with the files of a scenario, each with its place.
//!
//! Invariant: a problem is complete in itself. It carries the line it talks about, so whoever prints
//! it needs no file.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use super::source::{Files, Origin};

/// Whether a problem stops the scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The scenario cannot run.
    Error,
    /// The scenario can run, but probably does not mean what it says.
    Warning,
    /// Nothing is wrong: something that is easily overlooked.
    Note,
}

impl Severity {
    /// The word of reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

macro_rules! codes {
    ($( $name:ident, $word:literal, $meaning:literal; )*) => {
        /// What kind of problem it is. The word is stable: scripts may rely on it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $( #[doc = $meaning] $name, )* }

        impl Code {
            /// All codes, in the order of the documentation.
            pub const ALL: &[Self] = &[ $( Self::$name, )* ];

            /// The stable word.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$name => $word, )* }
            }

            /// What the code means, in one sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $( Self::$name => $meaning, )* }
            }
        }
    };
}

codes! {
    UnreadableFile, "unreadable-file", "A file is missing, too large, no file or no UTF-8 text.";
    ExtendsCycle, "extends-cycle", "A scenario extends itself, directly or through its parents.";
    Syntax, "syntax", "The text is no TOML or CSV.";
    BadSet, "bad-set", "An override is not of the form KEY=VALUE.";
    UnsupportedSchema, "unsupported-schema", "The file was written for another version of the program.";
    UnknownKey, "unknown-key", "A key that no part of the program reads.";
    MissingKey, "missing-key", "A key that must be given is absent, also from the parents.";
    BadText, "bad-text", "A text holds control characters, or an id what no cell and no file name can hold.";
    WrongType, "wrong-type", "A value of another type was expected, such as a number or a table.";
    OutOfRange, "out-of-range", "A number lies outside what makes sense for it.";
    NotFinite, "not-finite", "A number is infinite or not a number.";
    NotANumber, "not-a-number", "A cell of a table should hold a number and does not.";
    BadDate, "bad-date", "A text is neither a quarter like 2022Q4 nor a date like 2022-10-07.";
    DateOrder, "date-order", "Something ends before it begins.";
    UnknownWord, "unknown-word", "A word is not one of those allowed here.";
    UnknownId, "unknown-id", "An id that the data tables do not have.";
    UnknownSource, "unknown-source", "A source that the list of sources does not have.";
    UnitMismatch, "unit-mismatch", "The unit of a parameter is not the one that the model uses.";
    ExclusiveKeys, "exclusive-keys", "Of several keys exactly one may be given.";
    BadPrior, "bad-prior", "A prior is no distribution, or reaches beyond the admissible range.";
    ValueOutsidePrior, "value-outside-prior", "The central value is one that the prior would hardly draw.";
    NothingToDrop, "nothing-to-drop", "A `drop` names something that no parent has.";
    Inherits, "inherits", "An entry changes some keys of an inherited one of the same name and keeps the others.";
    ReachesNothing, "reaches-nothing", "A measure binds no supplier of any product that a buyer in its scope buys.";
    DoesNothing, "does-nothing", "An entry, or a part of one, moves nothing.";
    EmptyText, "empty-text", "A text or a list that should say something is empty.";
    EmptyTable, "empty-table", "A table has a header and no rows.";
    OutsideTime, "outside-time", "Something is dated wholly outside the simulated time, or news before it lies within.";
    UnknownColumn, "unknown-column", "A table has a column that no part of the program reads.";
    MissingColumn, "missing-column", "A table lacks a column.";
    RaggedRow, "ragged-row", "A row has more or fewer cells than the header.";
    DuplicateId, "duplicate-id", "Two rows have the same id.";
    DuplicateSlot, "duplicate-slot", "Two rows share a slot, so they would share random numbers.";
    ShareSum, "share-sum", "The printed shares of a segment do not add up to about 100 %.";
    LineShareSum, "line-share-sum", "The shares of the lines of a spending path do not add up to 1.";
    WeightSum, "weight-sum", "The spending weights of a family at a level do not add up to 1.";
    SizeConflict, "size-conflict", "Rows about the same segment and year give different world markets.";
    NoIncumbent, "no-incumbent", "A country has a printed share but no product to hold it.";
    NoShare, "no-share", "An incumbent product's country has no printed share.";
    MissingYear, "missing-year", "A table has no row for a year that is simulated.";
    BaseYear, "base-year", "The price level of the base year is not 1.";
    MissingRow, "missing-row", "A table lacks a row that another table, or the model, rests on.";
    Unused, "unused", "A row that nothing refers to.";
    UnknownContent, "unknown-content", "A reach by the content or technology of a state that the tables say nothing of.";
    WrongSide, "wrong-side", "A measure bars the suppliers of a state from buyers at home.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One problem and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Whether it stops the scenario.
    pub severity: Severity,
    /// What kind it is.
    pub code: Code,
    /// The file as it was named, or `--set`.
    pub file: String,
    /// Line, from 1; 0 when the problem is the file itself.
    pub line: usize,
    /// Column in characters, from 1; 0 when the problem is the file itself.
    pub column: usize,
    /// Bytes of the file that it is about.
    pub span: Range<usize>,
    /// The line it points at.
    pub excerpt: String,
    /// Bytes of the excerpt that it is about.
    pub mark: Range<usize>,
    /// What is wrong: a lowercase fragment.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        write!(f, ": {}[{}]: {}", self.severity.as_str(), self.code, self.message)?;
        self.help.iter().try_for_each(|help| write!(f, " ({help})"))
    }
}

/// All problems of a scenario, sorted by file, line and column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// A single problem with a file as a whole.
    pub fn unreadable(file: &str, message: &str, help: Option<String>) -> Self {
        Self(vec![Problem {
            severity: Severity::Error,
            code: Code::UnreadableFile,
            file: file.to_owned(),
            line: 0,
            column: 0,
            span: 0..0,
            excerpt: String::new(),
            mark: 0..0,
            message: message.to_owned(),
            help,
        }])
    }
}

/// A problem before its place is known in lines and columns.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    severity: Severity,
    code: Code,
    origin: Origin,
    message: String,
    help: Option<String>,
}

impl Draft {
    /// Adds what to do about it.
    pub(crate) fn help(&mut self, help: impl Into<String>) {
        self.help = Some(help.into());
    }
}

/// Collects problems while the files are read.
#[derive(Debug, Default)]
pub(crate) struct Log {
    drafts: Vec<Draft>,
}

impl Log {
    /// Notes an error.
    pub(crate) fn error(
        &mut self,
        code: Code,
        origin: Origin,
        message: impl Into<String>,
    ) -> &mut Draft {
        self.push(Severity::Error, code, origin, message.into())
    }

    /// Notes a warning.
    pub(crate) fn warn(
        &mut self,
        code: Code,
        origin: Origin,
        message: impl Into<String>,
    ) -> &mut Draft {
        self.push(Severity::Warning, code, origin, message.into())
    }

    /// Notes what is easily overlooked.
    pub(crate) fn note(
        &mut self,
        code: Code,
        origin: Origin,
        message: impl Into<String>,
    ) -> &mut Draft {
        self.push(Severity::Note, code, origin, message.into())
    }

    /// Adds what another collection holds.
    pub(crate) fn append(&mut self, other: Self) {
        self.drafts.extend(other.drafts);
    }

    /// Number of errors so far.
    pub(crate) fn errors(&self) -> usize {
        self.drafts.iter().filter(|draft| draft.severity == Severity::Error).count()
    }

    /// Whether a part of the scenario could not be read, so that missing keys mean nothing.
    pub(crate) fn broken(&self) -> bool {
        let torn = [Code::Syntax, Code::UnreadableFile, Code::ExtendsCycle];
        self.drafts.iter().any(|draft| torn.contains(&draft.code))
    }

    /// Ends the collection: places every problem and sorts.
    pub(crate) fn place(self, files: &Files) -> Vec<Problem> {
        let mut problems: Vec<_> = self.drafts.iter().map(|draft| locate(draft, files)).collect();
        problems.sort_by(|a, b| place_of(a).cmp(&place_of(b)));
        problems.dedup();
        let torn: BTreeSet<_> = problems
            .iter()
            .filter(|problem| problem.code == Code::Syntax)
            .map(|problem| (problem.file.clone(), problem.line))
            .collect();
        // What the parser recovered from a torn line is a guess: only the tear itself is reported.
        problems.retain(|problem| {
            problem.code == Code::Syntax || !torn.contains(&(problem.file.clone(), problem.line))
        });
        problems
    }

    fn push(
        &mut self,
        severity: Severity,
        code: Code,
        origin: Origin,
        message: String,
    ) -> &mut Draft {
        let index = self.drafts.len();
        self.drafts.push(Draft { severity, code, origin, message, help: None });
        &mut self.drafts[index]
    }
}

fn place_of(problem: &Problem) -> (&str, usize, usize, Code, &str) {
    (&problem.file, problem.line, problem.column, problem.code, &problem.message)
}

fn locate(draft: &Draft, files: &Files) -> Problem {
    let place = files.place(draft.origin);
    Problem {
        severity: draft.severity,
        code: draft.code,
        file: files.name(draft.origin).to_owned(),
        line: place.line,
        column: place.column,
        span: if place.line == 0 { 0..0 } else { draft.origin.start..draft.origin.end },
        excerpt: place.excerpt,
        mark: place.mark,
        message: draft.message.clone(),
        help: draft.help.clone(),
    }
}
