//! Reading `[parameters]`: value, prior, unit, source and grade of every entry of the registry.
//!
//! Invariant: a parameter that is read lies within the registry's range, and so does all but a
//! thousandth of either tail of its prior.

use super::ids::{Ids, Kind};
use super::keys::{LOGNORMAL, NORMAL, PARAMETER, names};
use super::merge::{PINNED_SOURCE, PRIORS};
use super::param::{Grade, Param, Prior, SPECS, Spec};
use super::problem::{Code, Log};
use super::source::Origin;
use super::tree::{Entry, Node, Value};
use super::walk::{Bounds, Section, number, word};

/// Standard deviations to the thousandth of a normal tail.
const TAIL: f64 = 3.0902;

/// Reads all parameters, in the order of [`SPECS`].
pub(crate) fn parameters(root: &Section<'_>, ids: &Ids, log: &mut Log) -> Option<Vec<Param>> {
    root.need("parameters", log)?;
    let section = root.section("parameters", log)?;
    section.only(&SPECS.iter().map(|spec| spec.key).collect::<Vec<_>>(), log);
    let params: Vec<_> = SPECS
        .iter()
        .map(|spec| {
            let entry = section.need(spec.key, log)?;
            parameter(&section.path_of(spec.key), spec, entry, ids, log)
        })
        .collect();
    params.into_iter().collect()
}

fn bounds(spec: &Spec) -> Bounds {
    let share = spec.high <= 1.0
        && ["share", "probability", "news"].iter().any(|unit| spec.unit.starts_with(unit));
    let unit = if spec.unit == "share" { "" } else { spec.unit };
    Bounds { low: spec.low, high: spec.high, share, unit }
}

fn parameter(path: &str, spec: &Spec, entry: &Entry, ids: &Ids, log: &mut Log) -> Option<Param> {
    if matches!(entry.node.value, Value::Integer(_) | Value::Float(_)) {
        return Some(Param {
            value: number(&entry.node, bounds(spec), log)?,
            prior: Prior::Fixed,
            unit: spec.unit.to_owned(),
            source: PINNED_SOURCE.to_owned(),
            grade: Grade::Expert,
        });
    }
    if !matches!(entry.node.value, Value::Table(_)) {
        let message = format!("expected a number, found {}", entry.node.value.kind());
        let key = spec.key;
        log.error(Code::WrongType, entry.node.origin, message)
            .help(format!("write {key} = NUMBER, or a table `[{path}]`"));
        return None;
    }
    let section = Section::open(path, &entry.node, entry.key, log)?;
    section.only(&names(PARAMETER), log);
    let value = section.number("value", bounds(spec), log);
    let unit = unit(&section, spec, log);
    let source = section.text("source", log).map(|id| {
        let origin = section.origin_of("source");
        if id == PINNED_SOURCE { id } else { ids.check(Kind::Source, &id, origin, log) }
    });
    let grade = section.text("grade", log).and_then(|text| {
        let origin = section.origin_of("grade");
        grade(&text, origin, log)
    });
    if let Some(note) = section.get("note") {
        super::walk::text(&note.node, log);
    }
    let prior = prior(&section, spec, log);
    if let (Some(value), Some((prior, origin))) = (value, &prior) {
        warn_if_unlikely(value, *prior, *origin, log);
    }
    Some(Param { value: value?, prior: prior?.0, unit: unit?, source: source?, grade: grade? })
}

/// Reads the word of a grade.
pub(crate) fn grade(text: &str, origin: Origin, log: &mut Log) -> Option<Grade> {
    word(text, origin, &Grade::ALL.map(|grade| (grade.as_str(), grade)), log)
}

fn unit(section: &Section<'_>, spec: &Spec, log: &mut Log) -> Option<String> {
    let unit = section.text("unit", log)?;
    if unit != spec.unit {
        let origin = section.origin_of("unit");
        let message = format!("the unit is `{unit}`, but the model uses `{}`", spec.unit);
        let help = format!("convert the number and write unit = \"{}\"", spec.unit);
        log.error(Code::UnitMismatch, origin, message).help(help);
    }
    Some(unit)
}

fn prior(section: &Section<'_>, spec: &Spec, log: &mut Log) -> Option<(Prior, Origin)> {
    let given: Vec<_> = PRIORS.iter().filter_map(|&key| Some((key, section.get(key)?))).collect();
    let (kind, entry) = match given.as_slice() {
        [] => return Some((Prior::Fixed, section.origin)),
        [one] => *one,
        [_, second, ..] => {
            let message = format!("`{}` has more than one prior", section.path);
            let help = format!("keep one of: {}", PRIORS.join(", "));
            log.error(Code::ExclusiveKeys, second.1.key, message).help(help);
            return None;
        }
    };
    let origin = entry.node.origin;
    let prior = match kind {
        "uniform" => uniform(&entry.node, log)?,
        "normal" => {
            let inner = Section::open(&section.path_of(kind), &entry.node, entry.key, log)?;
            normal(&inner, log)?
        }
        _ => {
            let inner = Section::open(&section.path_of(kind), &entry.node, entry.key, log)?;
            lognormal(&inner, log)?
        }
    };
    let (low, high) = reach(prior);
    if low < spec.low || high > spec.high {
        let bounds = bounds(spec);
        let shown = |x: f64| (x * 1e4).round() / 1e4;
        let message = format!(
            "the prior reaches from {} to {}, beyond the admissible {bounds}",
            shown(low),
            shown(high)
        );
        log.error(Code::BadPrior, origin, message).help("narrow the prior");
        return None;
    }
    Some((prior, origin))
}

fn uniform(node: &Node, log: &mut Log) -> Option<Prior> {
    let ends = match &node.value {
        Value::Array(ends) if ends.len() == 2 => ends,
        _ => {
            log.error(Code::BadPrior, node.origin, "expected the two ends of the range")
                .help("write uniform = [0.1, 0.3]");
            return None;
        }
    };
    let low = number(&ends[0], Bounds::new(f64::MIN, f64::MAX), log);
    let high = number(&ends[1], Bounds::new(f64::MIN, f64::MAX), log);
    let (low, high) = (low?, high?);
    if low > high {
        let message = format!("the range ends at {high} before it begins at {low}");
        log.error(Code::BadPrior, node.origin, message).help("write [low, high]");
        return None;
    }
    Some(Prior::Uniform { low, high })
}

fn normal(section: &Section<'_>, log: &mut Log) -> Option<Prior> {
    section.only(&names(NORMAL), log);
    let any = Bounds::new(f64::MIN, f64::MAX);
    let mean = section.number("mean", any, log);
    let sd = section.number("sd", any, log);
    let min = section.number("min", any, log);
    let (mean, sd, min) = (mean?, sd?, min?);
    positive("sd", sd, section, log)?;
    if min > mean + TAIL * sd {
        let message = format!("the cut at {min} leaves nothing of the distribution");
        log.error(Code::BadPrior, section.origin, message);
        return None;
    }
    Some(Prior::Normal { mean, sd, min })
}

fn lognormal(section: &Section<'_>, log: &mut Log) -> Option<Prior> {
    section.only(&names(LOGNORMAL), log);
    let any = Bounds::new(f64::MIN, f64::MAX);
    let median = section.number("median", any, log);
    let sigma = section.number("sigma", any, log);
    let (median, sigma) = (median?, sigma?);
    positive("median", median, section, log)?;
    positive("sigma", sigma, section, log)?;
    Some(Prior::LogNormal { median, sigma })
}

fn positive(key: &str, x: f64, section: &Section<'_>, log: &mut Log) -> Option<()> {
    if x > 0.0 {
        return Some(());
    }
    let origin = section.origin_of(key);
    log.error(Code::BadPrior, origin, format!("`{key}` must be above 0, found {x}"));
    None
}

/// The range that holds all but a thousandth of either tail.
fn reach(prior: Prior) -> (f64, f64) {
    match prior {
        Prior::Fixed => (f64::INFINITY, f64::NEG_INFINITY),
        Prior::Uniform { low, high } => (low, high),
        Prior::Normal { mean, sd, min } => ((mean - TAIL * sd).max(min), mean + TAIL * sd),
        Prior::LogNormal { median, sigma } => {
            let factor = libm::exp(TAIL * sigma);
            (median / factor, median * factor)
        }
    }
}

fn warn_if_unlikely(value: f64, prior: Prior, origin: Origin, log: &mut Log) {
    let (low, high) = reach(prior);
    if prior != Prior::Fixed && !(low..=high).contains(&value) {
        let message = format!("the prior would hardly draw the central value {value}");
        let help =
            "sampled runs draw from the prior: change both, or pin the parameter by `key = value`";
        log.warn(Code::ValueOutsidePrior, origin, message).help(help);
    }
}
