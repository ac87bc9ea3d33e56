//! Rules of the buyers' state: what its lines may buy abroad, as dated data.
//!
//! Import bans, refusals at customs and local-content quotas are one kind: a least share of new purchases that must be
//! of domestic products. What such a rule does to a market is for [`crate::policy::procurement`] and
//! [`crate::behaviour::home_share`].

use super::dated::Dated;
use super::measure::Levels;
use super::tables::Family;
use crate::calendar::Quarter;

/// Over what the share is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// All that a line buys of the rule's segments: what lacks at home in one may be made up in another.
    Line,
    /// What a line buys of each segment.
    Segment,
}

/// What becomes of purchases that domestic products cannot serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// They are bought abroad all the same, and do not count.
    Waived,
    /// They are not made: the demand waits.
    Unbought,
}

/// A rule of a state on what its lines buy.
#[derive(Debug, Clone, PartialEq)]
pub struct PurchaseRule {
    /// Key in the scenario.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Legal reference, or what it stands for.
    pub reference: String,
    /// Source id.
    pub source: String,
    /// ISO-3 code of the state: suppliers of this behavioural home are domestic.
    pub state: String,
    /// First quarter.
    pub from: Quarter,
    /// First quarter no longer in force.
    pub to: Option<Quarter>,
    /// Segments it covers; empty = all. Entries are segment ids or classes.
    pub segments: Vec<String>,
    /// ISO-3 codes of the places of the lines it binds.
    pub locations: Vec<String>,
    /// If given, only lines owned from these ISO-3 codes.
    pub owners: Vec<String>,
    /// If given, only these lines.
    pub end_users: Vec<String>,
    /// If given, only lines of these families.
    pub families: Vec<Family>,
    /// If given, only lines at or above this level.
    pub lines_from: Option<Levels>,
    /// If given, only lines below this level: others are exempt.
    pub lines_below: Option<Levels>,
    /// If given, only foreign products of these legal homes are limited.
    pub makers: Vec<String>,
    /// Least share of new purchases that must not be of limited products, 0–1; 1 is an import ban.
    pub home_share: Dated,
    /// Over what it is counted.
    pub counted: Counted,
    /// What becomes of purchases that cannot be served.
    pub missing: Missing,
    /// Part of the new purchases in scope that it is about, 0–1.
    pub coverage: Dated,
    /// Part of these that obey it, 0–1.
    pub compliance: Dated,
}
