//! What was dropped or changed on the way, and why.

use super::super::source::{Files, Origin};

/// What became of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The row is in no table.
    Dropped,
    /// The row is there, with a value that was changed or supplied.
    Normalised,
    /// The row is there as printed, with something to mind.
    Kept,
}

impl Effect {
    /// The word of reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dropped => "dropped",
            Self::Normalised => "normalised",
            Self::Kept => "kept",
        }
    }
}

macro_rules! reasons {
    ($( $name:ident, $word:literal, $effect:ident, $meaning:literal; )*) => {
        /// Why. The word is stable: scripts may rely on it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Reason { $( #[doc = $meaning] $name, )* }

        impl Reason {
            /// All reasons, in the order of reports.
            pub const ALL: &[Self] = &[ $( Self::$name, )* ];

            /// The stable word.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$name => $word, )* }
            }

            /// What became of the value.
            pub const fn effect(self) -> Effect {
                match self { $( Self::$name => Effect::$effect, )* }
            }

            /// What it means, in one sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $( Self::$name => $meaning, )* }
            }
        }
    };
}

reasons! {
    NoSize, "no-size", Dropped, "Country share of a segment without a printed world market.";
    Stage, "stage", Dropped, "Share of a whole stage (S1, S2, …), which is no segment.";
    UnknownSegment, "unknown-segment", Dropped, "The segment is not in inputs.csv.";
    UnknownProvider, "unknown-provider", Dropped, "The provider is not in providers.csv.";
    UnknownKind, "unknown-kind", Dropped, "A relation names a segment that is not in inputs.csv.";
    NoShare, "no-share", Dropped, "A country is listed without a share.";
    Residual, "residual", Dropped, "Several companies together are no firm.";
    Twice, "twice", Dropped, "The row repeats an earlier one.";
    TooMuch, "too-much", Dropped, "The country shares of the segment add up to more than 106 %.";
    TooLittle, "too-little", Dropped, "The country shares of the segment add up to less than 95 %.";
    Country, "country", Normalised, "The name of a country became its ISO-3 code.";
    Several, "several", Normalised, "Several countries together became VAR.";
    Percent, "percent", Normalised, "The percent sign was taken off.";
    SizeYear, "size-year", Normalised, "The row has no year: that of the world market was taken.";
    UsualYear, "usual-year", Normalised, "The segment has no year: that of most world markets was taken.";
    Rough, "rough", Normalised, "The world market is printed as a rough figure, and taken as it is.";
    UnreadSize, "unread-size", Normalised, "The world market is no amount in US dollars, and left empty.";
    Negligible, "negligible", Kept, "A firm is listed as negligible, without a share.";
    Listed, "listed", Kept, "A firm is listed without a share.";
    OtherScope, "other-scope", Kept, "The world market is that of a wider group of products.";
    OtherYear, "other-year", Kept, "The world market is of another year than the share.";
    NoCountry, "no-country", Kept, "Europe is no country.";
    Group, "group", Kept, "The segment contains others: count it or its parts, not both.";
}

/// One thing that was dropped or changed, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Why.
    pub reason: Reason,
    /// What it is about: a segment, and who provides it.
    pub about: String,
    /// The file as it was named.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// Collects notes while the tables are built.
#[derive(Debug, Default)]
pub(super) struct Notes(Vec<(Reason, Origin, String)>);

impl Notes {
    /// Notes something.
    pub(super) fn add(&mut self, reason: Reason, origin: Origin, about: impl Into<String>) {
        self.0.push((reason, origin, about.into()));
    }

    /// Places every note and sorts; what is said twice of one place is said once.
    pub(super) fn place(mut self, files: &Files) -> Vec<Note> {
        self.0.sort_by(|a, b| {
            (a.1.file, a.1.start, a.0, &a.2).cmp(&(b.1.file, b.1.start, b.0, &b.2))
        });
        self.0.dedup();
        let placed = |(reason, origin, about): (Reason, Origin, String)| {
            let place = files.place(origin);
            let file = files.name(origin).to_owned();
            Note { reason, about, file, line: place.line, column: place.column }
        };
        self.0.into_iter().map(placed).collect()
    }
}
