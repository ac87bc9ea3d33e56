//! What a hindcast says of itself: its premises in sentences, and everything as JSON.
//!
//! Invariant: what was in sample, fitted or known in hindsight is said wherever a score is.

use super::asked::{FITTED, Hindsight, Outcome, Question, Source};
use super::facts::{NOT_HELD, definitions};
use super::report::Scored;
use super::scores::HALF_UNIT;

/// Given to every run, as true for a forecast as for a hindcast.
const GIVEN: [&str; 3] = [
    "spending of fabs and other buyers by region and year: realised up to 2024, stated projections after",
    "each line's part of that spending in 2019 and 2024",
    "measures as enacted, with their dates",
];

/// Where a prior was not blind.
const LEAVE_ONE_OUT: &str =
    "fitted to the scored year on the other segments (leave one out), for each score anew";
const OTHER_FOLDS: &str = "fitted to the scored year on the other folds, for each score anew";
const CAVEAT: &str = "The prior of the secular trend is not blind: it was set by judgement on segments without \
                      controls (testers, SiC wafers) whose later shares were known, and testers (N80 to N82) \
                      are scored.";

impl Outcome {
    /// Where the constants of simple rules come from.
    pub const fn constants(&self) -> &'static str {
        match self.source {
            Source::Prior | Source::Ensemble => LEAVE_ONE_OUT,
            Source::Folds => OTHER_FOLDS,
        }
    }

    /// Whether the scored shares were fitted.
    pub fn in_sample(&self) -> bool {
        self.source == Source::Ensemble && self.question.to <= FITTED
    }

    /// What the rule `linear` draws its line through.
    fn linear(&self) -> String {
        if self.unexplained.is_empty() {
            return "not available: one earlier table".to_owned();
        }
        format!("through the tables of {} and of the base year", self.question.from)
    }

    fn parameters(&self) -> String {
        let (to, fitted) = (self.question.to, FITTED);
        match self.source {
            Source::Prior if self.table.is_some() => {
                format!(
                    "Parameters are drawn from their prior. Nothing was fitted to {to}. {CAVEAT}"
                )
            }
            Source::Prior => "Parameters are drawn from their prior.".to_owned(),
            Source::Folds => format!(
                "Parameters by cross-validation: those of a fold of segments were fitted to the shares of {fitted} in \
                 the other folds, and to no fact. {CAVEAT}"
            ),
            Source::Ensemble if self.in_sample() => format!(
                "IN SAMPLE: parameters are the ensemble's, which was fitted to these shares and facts of {fitted}."
            ),
            Source::Ensemble => format!(
                "Parameters are the ensemble's, which was fitted to shares and facts up to {fitted}."
            ),
        }
    }

    fn error_of_shares(&self) -> String {
        let scales: Vec<String> = self.scales.iter().map(|s| format!("{s:.2}")).collect();
        let how = match self.source {
            Source::Folds => format!("fitted to the other folds: {}", scales.join(", ")),
            Source::Ensemble if !scales.is_empty() => format!("fitted: {}", scales.join(", ")),
            _ => "drawn from its prior".to_owned(),
        };
        format!(
            "Intervals hold the error of a printed share, Student's t with 4 degrees of freedom on the log odds; its \
             scale is {how}."
        )
    }

    /// How runs come to the year that forecasts start from, where that is not the base year.
    fn standing(&self) -> Option<String> {
        let hang = self.unexplained.iter().filter(|row| row.miss_p90 > 0.5);
        let mut hang: Vec<&str> = hang.map(|row| row.segment_id.as_str()).collect();
        hang.dedup();
        let worst = self.unexplained.iter().map(|row| row.miss_p50).fold(0.0, f64::max);
        let from = self.question.from;
        (!self.unexplained.is_empty()).then(|| {
            format!(
                "Every run is led through the observed shares of {from} by a drift of its unexplained utility; the median run \
                 stands within {worst:.2} points of each.{}",
                if hang.is_empty() {
                    String::new()
                } else {
                    format!(" One run in ten is more than 0.5 points off in {}.", hang.join(", "))
                }
            )
        })
    }

    /// What was run, on what it rests: a sentence or two each.
    pub fn premises(&self) -> Vec<String> {
        let Question { from, to, replicates, seed, .. } = self.question;
        let mut lines = vec![format!(
            "Hindcast {from} to {to}: suppliers' shares of world sales by country, {replicates} replicates, seed {seed}."
        )];
        lines.push(match &self.hindsight {
        Hindsight::None => {
            format!("Suppliers: those of the tables of {from}; entrants come by hazard, not by hindsight.")
        }
        Hindsight::Roster(activated) => format!(
            "HINDSIGHT: {} suppliers are there from the start because the table of {to} lists their country in \
             a segment where {from} had none of it: {}.",
            activated.len(),
            activated.join(", ")
        ),
    });
        lines.push(format!("Given to every run: {}.", GIVEN.join("; ")));
        lines.push(self.parameters());
        lines.extend(self.standing());
        lines.push(self.error_of_shares());
        if let Some(table) = &self.table {
            lines.push(format!(
                "Observed: {} (suppliers at their home of {from}).",
                table.file.path
            ));
            let mut reasons: Vec<&str> = table.left_out.iter().map(|(_, why)| *why).collect();
            reasons.sort_unstable();
            reasons.dedup();
            for reason in reasons.into_iter().rev() {
                let ids: Vec<&str> = table
                    .left_out
                    .iter()
                    .filter(|(_, why)| *why == reason)
                    .map(|(id, _)| id.as_str())
                    .collect();
                if !ids.is_empty() {
                    lines.push(format!("Not scored, {reason}: {}.", ids.join(", ")));
                }
            }
        }
        lines
    }

    /// The answer as an event: what `hindcast --json` prints, and what the backcast is drawn from.
    pub fn json(&self) -> serde_json::Value {
        let asked = &self.question;
        let (hindsight, activated) = match &self.hindsight {
            Hindsight::None => ("none", &[][..]),
            Hindsight::Roster(activated) => ("roster-known", activated.as_slice()),
        };
        let empty = Scored {
            scores: Vec::new(),
            scores_where_homes_agree: Vec::new(),
            differences: Vec::new(),
        };
        let scored = self.scored.as_ref().unwrap_or(&empty);
        let left_out =
            |(id, why): &(String, &str)| serde_json::json!({"segment_id": id, "reason": why});
        let file = self.table.as_ref().map(|table| {
            let left_out: Vec<_> = table.left_out.iter().map(left_out).collect();
            let (path, hash) = (&table.file.path, &table.file.sha256);
            serde_json::json!({"file": path, "sha256": hash, "left_out": left_out})
        });
        let open: Vec<_> =
            NOT_HELD.iter().map(|(id, why)| serde_json::json!({"id": id, "reason": why})).collect();
        let meaning =
            |(word, meaning): (&str, &str)| serde_json::json!({"word": word, "meaning": meaning});
        let meanings: Vec<_> = definitions(&self.facts).into_iter().map(meaning).collect();
        let (source, constants) = (self.source.as_str(), self.constants());
        serde_json::json!({
            "schema": 1, "event": "hindcast", "version": env!("CARGO_PKG_VERSION"),
            "from": asked.from, "to": asked.to, "scenario": "history", "scenario_hash": self.scenario_hash, "model": self.model, "replicates": asked.replicates, "seed": asked.seed,
            "hindsight": hindsight, "activated": activated, "parameters": source,
            "in_sample": self.in_sample(), "prior_caveat": CAVEAT,
            "statistic_error": self.scales, "unexplained": self.unexplained,
            "conditioned_on": GIVEN, "observed": file, "linear": self.linear(),
            "constants": constants,
            "printing_half_unit_pp": HALF_UNIT,
            "scores": scored.scores, "scores_where_homes_agree": scored.scores_where_homes_agree,
            "differences": scored.differences, "segments": self.segments,
            "facts": self.facts, "fact_scores": self.summaries, "fact_definitions": meanings, "pairs": self.pairs,
            "facts_not_held": open,
        })
    }
}
