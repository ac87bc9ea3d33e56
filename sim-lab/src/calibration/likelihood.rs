//! The likelihood: how probable what was observed is, if the world is as a run shows it.
//!
//! Every target is compared on a scale without ends: log odds of shares, logarithms of money. Its error is Student's t with four
//! degrees of freedom, because some targets move for reasons that no parameter has. The scale of the error joins two parts in
//! squares: the error of measurement that is stated, and the *discrepancy* of the target's class, which is estimated with the
//! parameters.
//!
//! - **Segments.** A segment's two numbers are China's share, and the part of the United States in what China leaves: three shares that
//!   add up say two things, not three. Error of measurement: the parameter `statistic-error`. A printed share counts by the
//!   probability of printing so, 0.0 and 100.0 too.
//! - **Panel.** Facts that are scored, without growth and without sums of firms that are targets themselves. Error of
//!   measurement: the range that agrees with the source, widened by its stated error, is a 90 % interval. What is of one firm and class
//!   is one observation in several dimensions: discrepancies of two of its figures correlate by [`PERSISTENCE`] to the power of the years between
//!   them, and the tail is shared, so that six years of one firm do not count as six firms.
//!
//! Segments and firms are taken as independent given the parameters, though firms sell in the segments: what is common
//! to both beyond the model is counted twice. Announced losses need a second run of every point and are no targets.
//!
//! Invariant: a part that is not seen is not read.

use sim_core::scenario::observed::ObservedShare;
use sim_core::scenario::panel::{Day, Definition, Figure, Panel, Role};

use super::class::{CLASSES, Class};
use super::errors::{Errors, Group, PrintedShares};
use crate::hindcast::{COUNTRIES, Observation, statistic};
use sim_stats::random::Stream;

/// Correlation of the discrepancies of one firm's figures that are a year apart.
pub const PERSISTENCE: f64 = 0.7;
/// Half-width of a 90 % interval of the standard normal.
const REACH: f64 = 1.644_853_626_951_472_7;

/// Targets, and what was observed of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Likelihood {
    /// By scored segment: `None` if it was not observed.
    segments: Vec<Option<PrintedShares>>,
    groups: Vec<Group>,
    /// Places in the panel of the figures that are targets, in the order of their numbers.
    figures: Vec<usize>,
}

/// What a likelihood looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// By class.
    pub classes: [bool; CLASSES],
    /// Places of segments that it does not look at.
    pub unseen: Vec<usize>,
}

impl Seen {
    /// All.
    pub const ALL: Self = Self { classes: [true; CLASSES], unseen: Vec::new() };

    /// All but a class.
    pub fn without(class: Class) -> Self {
        let mut seen = Self::ALL;
        seen.classes[class as usize] = false;
        seen
    }

    /// What a fold sees: no segment of its own, and no firm, because firms sell in its segments.
    pub fn of_fold(places: &[usize]) -> Self {
        let mut classes = [false; CLASSES];
        classes[Class::China as usize] = true;
        classes[Class::Us as usize] = true;
        Self { classes, unseen: places.to_vec() }
    }
}

impl Likelihood {
    /// The likelihood of a table of shares and a panel, for observations of these segments.
    pub fn new(segments: &[String], observed: &[ObservedShare], panel: &Panel) -> Self {
        let printed = |id: &String| {
            let rows: Vec<&ObservedShare> = observed.iter().filter(|o| o.segment == *id).collect();
            rows.first()?;
            let share = COUNTRIES.map(|(country, _)| {
                rows.iter().filter(|o| o.country == country).fold(0.0, |sum, o| sum + o.share_pct)
            });
            Some(PrintedShares { share })
        };
        let figures: Vec<usize> =
            (0..panel.figures.len()).filter(|i| is_target(panel, *i)).collect();
        let mut groups: Vec<(String, Group)> = Vec::new();
        for (number, place) in figures.iter().enumerate() {
            let figure = &panel.figures[*place];
            let class = class_of(figure.definition);
            // Figures of other kinds have nothing in common but the firm.
            let kind = if class == Class::Other { figure.definition.as_str() } else { "" };
            let name = format!("{} {} {kind}", class.words(), figure.whose());
            let at = groups.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
                groups.push((name, Group::new(class)));
                groups.len() - 1
            });
            let (observed, error) = observed_as(figure);
            let years = f64::from(figure.end.since(Day::new(2019, 1, 1))) / 365.25;
            groups[at].1.push(number, observed, error, years);
        }
        Self {
            segments: segments.iter().map(printed).collect(),
            groups: groups.into_iter().map(|(_, group)| group).collect(),
            figures,
        }
    }

    /// What of an observation is compared: two numbers a segment, one a figure. `None` if the run has no number for a target.
    pub fn shown(&self, of: &Observation, panel: &Panel) -> Option<Vec<f64>> {
        let segments = of.shares.iter().flat_map(|share| PrintedShares { share: *share }.scaled());
        let figures = self.figures.iter().map(|place| {
            let value = of.facts[*place]?;
            Some(scaled(&panel.figures[*place], value))
        });
        segments.map(Some).chain(figures).collect()
    }

    /// The observation that is shown, without the figures that are no targets.
    pub fn observation(&self, shown: &[f64], panel: &Panel) -> Observation {
        let count = self.segments.len();
        let share = |i: usize| PrintedShares::of_scaled([shown[2 * i], shown[2 * i + 1]]).share;
        let mut facts = vec![None; panel.figures.len()];
        for (place, value) in self.figures.iter().zip(&shown[2 * count..]) {
            facts[*place] = Some(unscaled(&panel.figures[*place], *value));
        }
        Observation { shares: (0..count).map(share).collect(), facts }
    }

    /// Logarithm of the likelihood, without its constants.
    pub fn log(&self, shown: &[f64], errors: &Errors, seen: &Seen) -> f64 {
        let segments: f64 = self
            .by_segment(seen)
            .map(|(i, target)| {
                let run = [shown[2 * i], shown[2 * i + 1]];
                let part = |c: usize| {
                    if seen.classes[c] { target.log(c, run[c], errors.of_share(c)) } else { 0.0 }
                };
                part(0) + part(1)
            })
            .sum();
        let figures = &shown[2 * self.segments.len()..];
        let groups = self.groups.iter().filter(|group| seen.classes[group.class as usize]);
        segments + groups.map(|group| group.log(figures, errors)).sum::<f64>()
    }

    fn by_segment<'a>(
        &'a self,
        seen: &'a Seen,
    ) -> impl Iterator<Item = (usize, &'a PrintedShares)> {
        let targets = self.segments.iter().enumerate().filter_map(|(i, t)| Some((i, t.as_ref()?)));
        targets.filter(|(i, _)| !seen.unseen.contains(i))
    }

    /// The same targets in a world of our own, where a run shows `shown`: data are drawn with these errors.
    #[must_use]
    pub fn simulated(&self, shown: &[f64], errors: &Errors, stream: &mut Stream) -> Self {
        let segments = (self.segments.iter().enumerate())
            .map(|(i, target)| {
                target.as_ref()?;
                Some(PrintedShares::drawn([shown[2 * i], shown[2 * i + 1]], errors, stream))
            })
            .collect();
        let figures = &shown[2 * self.segments.len()..];
        let groups = self.groups.iter().map(|group| group.drawn(figures, errors, stream)).collect();
        Self { segments, groups, figures: self.figures.clone() }
    }

    /// Number of targets of a class.
    pub fn count(&self, class: Class) -> usize {
        match class {
            Class::China | Class::Us => self.segments.iter().flatten().count(),
            other => self.groups.iter().filter(|g| g.class == other).map(Group::len).sum(),
        }
    }
}

/// Whether a figure is a target: a fact that is scored, no growth, no second run, no sum of figures that are targets.
fn is_target(panel: &Panel, place: usize) -> bool {
    let figure = &panel.figures[place];
    let plain = !matches!(
        figure.definition,
        Definition::SalesGrowth | Definition::ValueGrowth | Definition::AnnouncedLoss
    );
    let adds_up = figure.since.is_none()
        && figure.of.iter().any(|part| panel.figures[*part].definition == figure.definition);
    figure.scored() && figure.role == Role::Fact && plain && !adds_up
}

fn class_of(definition: Definition) -> Class {
    match definition {
        Definition::ChinaShare | Definition::ChinaSystems => Class::Firms,
        Definition::MakersBooked
        | Definition::MakersShipped
        | Definition::MakersImports
        | Definition::DomesticByLaw
        | Definition::DomesticBySide => Class::Makers,
        _ => Class::Other,
    }
}

/// A value of a figure on the scale on which it is compared.
fn scaled(figure: &Figure, value: f64) -> f64 {
    if figure.unit == "percent" {
        statistic::log_odds(value)
    } else {
        libm::log(value.max(f64::MIN_POSITIVE))
    }
}

fn unscaled(figure: &Figure, scaled: f64) -> f64 {
    if figure.unit == "percent" { percent(scaled) } else { libm::exp(scaled) }
}

/// The share in percent that has these log odds.
pub(super) fn percent(log_odds: f64) -> f64 {
    100.0 / (1.0 + libm::exp(-log_odds))
}

/// What was observed and the standard deviation of its measurement, on the scale on which it is compared.
fn observed_as(figure: &Figure) -> (f64, f64) {
    let (low, high) =
        (scaled(figure, figure.low - figure.error), scaled(figure, figure.high + figure.error));
    (f64::midpoint(low, high), (high - low) / (2.0 * REACH))
}

#[cfg(test)]
pub(super) mod tests;
