//! What was observed of a segment, by the products that a table counts together.

use sim_core::scenario::observed::Standing;
use sim_core::structure::{SegmentNode, Structure, sells};

/// Countries that are led by themselves however little they sell.
const ALWAYS: [&str; 2] = ["CHN", "USA"];
/// Others are, from this share on, percent.
const LEAST: f64 = 1.0;
/// A share that prints as nothing is met below this, percent: to go further down kills a supplier for good.
const NOTHING: f64 = 0.1;
/// Where such a share is led to, percent.
const HARDLY: f64 = 0.08;
/// Countries that are led together.
const REST: &str = "rest";
/// Widest gap between an observed and a simulated share, in logits: nothing sold is no share of zero.
const WIDEST: f64 = 4.0;

/// Products of a segment that are led together, and their observed share.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Segment id.
    pub segment: String,
    /// ISO-3 code of the country, or `rest`.
    pub country: String,
    /// Products, as places in the structure.
    pub products: Vec<usize>,
    /// Observed share of what these countries print together, percent.
    pub share: f64,
    /// Those that have to be on the market: the table lists their country, of which nobody sold in the base year.
    pub listed: Vec<usize>,
}

impl Target {
    /// Logarithm of observed over simulated share, logits; 0 where both print as nothing.
    pub(super) fn gap(&self, simulated: f64) -> f64 {
        if self.nothing(simulated) {
            return 0.0;
        }
        let (wanted, got) = (self.share.max(HARDLY), simulated.max(1e-9));
        libm::log(wanted / got).clamp(-WIDEST, WIDEST)
    }

    /// How far a simulated share is off, percentage points; 0 where both print as nothing.
    pub(super) fn miss(&self, simulated: f64) -> f64 {
        if self.nothing(simulated) { 0.0 } else { (self.share - simulated).abs() }
    }

    fn nothing(&self, simulated: f64) -> bool {
        self.share < NOTHING && simulated < NOTHING
    }
}

/// The targets of all segments that were observed; segments with one target have nothing to be led to.
pub(super) fn targets(structure: &Structure, observed: &Standing) -> Vec<Vec<Target>> {
    let of = |segment: &SegmentNode| {
        let printed = |country: &str| observed.share(&segment.row.id, country);
        printed(ALWAYS[0])?;
        let targets = of_segment(structure, segment, |country| printed(country).unwrap_or(0.0));
        (targets.len() > 1).then_some(targets)
    };
    structure.segments.iter().filter_map(of).collect()
}

fn of_segment(
    structure: &Structure,
    segment: &SegmentNode,
    printed: impl Fn(&str) -> f64,
) -> Vec<Target> {
    let mut targets: Vec<Target> = Vec::new();
    for k in segment.products.clone() {
        let country = structure.jurisdictions[structure.products[k].tag].as_str();
        let share = printed(country);
        let alone = ALWAYS.contains(&country) || share >= LEAST;
        let (country, share) = if alone { (country, share) } else { (REST, 0.0) };
        match targets.iter_mut().find(|target| target.country == country) {
            Some(target) => target.products.push(k),
            None => targets.push(Target {
                segment: segment.row.id.clone(),
                country: country.to_owned(),
                products: vec![k],
                share,
                listed: Vec::new(),
            }),
        }
    }
    let home = |k: usize| structure.products[k].tag;
    let sold = |k: usize| sells(structure.products[k].row.state);
    for target in &mut targets {
        let anew = |k: &usize| {
            let kin = segment.products.clone().filter(|other| home(*other) == home(*k));
            printed(&structure.jurisdictions[home(*k)]) > 0.0 && !kin.into_iter().any(sold)
        };
        target.listed = target.products.iter().copied().filter(anew).collect();
    }
    // The rest is what the countries that are led alone leave; where nobody is left, they share it.
    let led: f64 = targets.iter().map(|target| target.share).sum();
    match targets.iter_mut().find(|target| target.country == REST) {
        Some(rest) => rest.share = (100.0 - led).max(0.0),
        None => targets.iter_mut().for_each(|target| target.share *= 100.0 / led),
    }
    targets
}

/// The simulated share of each target of a segment, percent, from revenue by product.
pub(super) fn shares(targets: &[Target], sold: &[f64]) -> Vec<f64> {
    let of = |target: &Target| target.products.iter().map(|k| sold[*k]).sum::<f64>();
    let sums: Vec<f64> = targets.iter().map(of).collect();
    let all: f64 = sums.iter().sum();
    sums.iter().map(|sum| if all > 0.0 { 100.0 * sum / all } else { 0.0 }).collect()
}
