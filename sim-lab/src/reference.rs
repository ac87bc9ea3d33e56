//! Reference pages as text: `docs/parameters.md`, `docs/metrics.md` and `docs/mechanisms.md`.
//!
//! Invariant: every word about a number comes from its registry or its scenario, so the pages cannot
//! disagree with the program; a test compares them with the files.

use std::fmt::Write as _;

use sim_core::metric::{Every, METRICS, Split};
use sim_core::scenario::Scenario;
use sim_core::scenario::measure::Threshold;
use sim_core::scenario::mechanism::MECHANISMS;
use sim_core::scenario::param::{Grade, Prior, SPECS};

use crate::figures;
use crate::library::Loaded;
use crate::outcome::{HEADLINES, Headline};

pub(crate) const GENERATED: &str =
    "<!-- Generated; do not edit. `cargo xtask pages` writes it anew. -->\n";

/// The gallery: every figure, the question that it answers, what it is drawn from.
pub fn gallery() -> String {
    let mut page = format!(
        "# Figures\n\n{GENERATED}\n\
         Each figure is an SVG, its picture as PNG and its numbers as CSV. The headline is computed and says \u{201c}no clear \
         difference\u{201d} where the interval holds zero; the line at the bottom names version, scenarios, seed, data and \
         grades; a stamp says where placeholders drive the numbers. Nothing is simulated to draw one: \
         `chokepoint chart RUN --figure ID` reads the run directory.\n\n\
         A figure comes in three sizes, {sizes}: `--size all` gives each. A size changes the canvas, not the type, so \
         that no letter is below 6.5 points in print, or below 12 on a slide. In a column a figure says fewer words and shows \
         fewer series; where texts are long it grows in height.\n\n\
         The pictures below are of the study `since-2019`, of two sweeps and of the stored hindcast. They are drawn again \
         by these commands, which no test runs, for they take minutes:\n\n\
         - `chokepoint compare since-2019 --replicates 60 --out outputs/gallery/run`\n\
         - `chokepoint sweep screening --out outputs/gallery/screening`\n\
         - `chokepoint sweep allies --out outputs/gallery/allies`\n\
         - `chokepoint chart outputs/gallery/run --out docs/img/figures`\n\
         - `chokepoint chart outputs/gallery/run --figure loss-fan --size column --out docs/img/figures`\n\
         - `chokepoint chart outputs/gallery/run --figure loss-fan --size slide --out docs/img/figures`\n\
         - `chokepoint chart outputs/gallery/screening --figure tornado --out docs/img/figures`\n\
         - `chokepoint chart outputs/gallery/allies --figure regime-heat --out docs/img/figures/levers`\n\
         - `chokepoint chart docs/validation.json --out docs/img/figures`\n\
         - `chokepoint chart docs/validation-standing.json --out docs/img/figures`\n",
        sizes = "a page 17 cm wide, a column 8 cm wide and a slide of 16 to 9"
    );
    let sweep = ("tornado", "Which assumption moves the answer?", "a merged sweep");
    let hindcasts = [
        "what `chokepoint hindcast --json` prints",
        "what `chokepoint hindcast --from 2024 --to 2025 --json` prints",
    ];
    let hindcasts = figures::OF_HINDCAST.into_iter().zip(hindcasts);
    let hindcasts = hindcasts.map(|((id, question), source)| (id, question, source));
    let runs = figures::list().map(|(id, question)| (id, question, "a comparison"));
    for (id, question, source) in runs.chain([sweep]).chain(hindcasts) {
        let _ = write!(
            page,
            "\n## {question}\n\n`{id}`, from {source}.\n\n![{question}](img/figures/{id}.svg)\n"
        );
    }
    let more = [
        (
            "Rule or enforcement?",
            "`regime-heat`, from a merged sweep with levers.",
            "levers/regime-heat",
        ),
        ("In a column", "`loss-fan-column`, for 8 cm.", "loss-fan-column"),
        ("On a slide", "`loss-fan-slide`, for 16 to 9.", "loss-fan-slide"),
    ];
    for (title, what, file) in more {
        let _ = write!(page, "\n## {title}\n\n{what}\n\n![{title}](img/figures/{file}.svg)\n");
    }
    page
}

/// The page of all parameters, with the values of a scenario (the baseline).
pub fn parameters(scenario: &Scenario) -> String {
    let drawn = scenario.parameters.iter().filter(|p| p.prior != Prior::Fixed).count();
    let mut page = format!(
        "# Parameters\n\n{GENERATED}\n\
         The {} parameters of the model and what `scenarios/baseline.toml` says of them. {drawn} have a \
         prior: every replicate draws them anew, and all scenarios of a replicate share the draw. The \
         others are fixed at their value. A scenario changes a value under `[parameters]`; the command \
         line by `--set parameters.KEY=VALUE`. Either pins it: that value, no prior.\n\n\
         The admissible range only catches slips of the pen; the prior says what we think. Sources are ids of \
         `scenarios/data/sources.toml`.\n\n\
         | grade | meaning | parameters |\n| --- | --- | --- |\n",
        SPECS.len(),
    );
    for grade in Grade::ALL {
        let count = scenario.parameters.iter().filter(|p| p.grade == grade).count();
        let _ = writeln!(page, "| {grade} | {} | {count} |", meaning(grade));
    }
    page.push_str(
        "\n| key | meaning | value | prior | unit | range | source | grade |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for (spec, param) in SPECS.iter().zip(&scenario.parameters) {
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} | {} to {} | `{}` | {} |",
            spec.key,
            cell(spec.doc),
            param.value,
            prior(&param.prior),
            cell(spec.unit),
            spec.low,
            spec.high,
            param.source,
            param.grade,
        );
    }
    page
}

/// Over what a headline is taken.
pub(crate) fn taken(headline: &Headline) -> &'static str {
    if headline.is_money() { "sum over all quarters" } else { "over the last four quarters" }
}

/// The page of all scenarios, each with its parents, its measures and the other things it sets.
pub fn scenarios(all: &[Loaded]) -> String {
    let mut page = format!(
        "# Scenarios\n\n{GENERATED}\n\
         The scenarios that come with the project. `chokepoint diff A B` tells two of them apart; \
         [scenarios/README.md](../scenarios/README.md) says how to write one.\n"
    );
    for loaded in all {
        let s = &loaded.scenario;
        let parents: Vec<String> =
            loaded.chain.iter().skip(1).filter_map(|p| Some(format!("`{}`", stem(p)?))).collect();
        let _ = write!(page, "\n## {}\n\n**{}.** {}\n", s.id, s.title, s.summary);
        if !parents.is_empty() {
            let _ = write!(page, "\nExtends {}.\n", parents.join(", which extends "));
        }
        if !s.measures.is_empty() {
            page.push_str(
                "\n| measure | what it is | authority | in force | still allowed | enforcement | allies |\n\
                 | --- | --- | --- | --- | --- | --- | --- |\n",
            );
        }
        for m in &s.measures {
            let until = m.sunset.map_or_else(String::new, |end| format!(" to {end}"));
            let _ = writeln!(
                page,
                "| `{}` | {} | {} | {}{until} | {} | {} | {} |",
                m.id,
                cell(&m.title),
                m.authority,
                m.in_force,
                allowed(m.threshold),
                m.enforcement,
                m.allies.len(),
            );
        }
        let others = [
            ("Mandates", s.mandates.iter().map(|x| &x.id).collect::<Vec<_>>()),
            ("Subsidies", s.subsidies.iter().map(|x| &x.id).collect()),
            ("Subsidies on purchases", s.purchase_subsidies.iter().map(|x| &x.id).collect()),
            ("Rules of buyers' states", s.purchase_rules.iter().map(|x| &x.id).collect()),
            ("Opened markets", s.market_access.iter().map(|x| &x.id).collect()),
        ];
        for (what, ids) in others.iter().filter(|(_, ids)| !ids.is_empty()) {
            let ids: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
            let _ = write!(page, "\n{what}: {}.\n", ids.join(", "));
        }
    }
    page
}

fn stem(path: &str) -> Option<&str> {
    path.rsplit('/').next()?.strip_suffix(".toml")
}

/// What a measure lets through, in words.
pub(crate) fn allowed(threshold: Threshold) -> String {
    match threshold {
        Threshold::HardCap(l) if [l.dram, l.nand, l.packaging] == [l.logic; 3] => {
            format!("up to level {}", l.logic)
        }
        Threshold::HardCap(l) => format!(
            "up to level {} in logic, {} in DRAM, {} in NAND, {} in packaging",
            l.logic, l.dram, l.nand, l.packaging
        ),
        Threshold::SlidingScale { lag, review_every } => {
            let review =
                review_every.map_or_else(String::new, |n| format!(", reviewed every {n} quarters"));
            format!("{lag} generations behind the frontier{review}")
        }
        Threshold::Embargo => "nothing".to_owned(),
    }
}

/// The page of all mechanisms.
pub fn mechanisms() -> String {
    let mut page = format!(
        "# Mechanisms\n\n{GENERATED}\n\
         Each can be switched off alone, in a scenario under `[mechanisms]` or by `--set mechanisms.KEY=false`. Off means its \
         neutral value, bit for bit. Codes are those of [coverage.md](coverage.md). `chokepoint list mechanisms` prints this \
         list.\n\n\
         | key | what it does | without it | codes |\n| --- | --- | --- | --- |\n"
    );
    for spec in MECHANISMS {
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} |",
            spec.key,
            cell(spec.doc),
            cell(spec.neutral),
            spec.codes
        );
    }
    page
}

/// The page of everything that a run reports.
pub fn metrics() -> String {
    let mut page = format!(
        "# What a run reports\n\n{GENERATED}\n\
         ## Metrics\n\n\
         What the column `metric` of `outcomes.parquet` can say and, for metrics of each quarter, that of `summary.csv`. Money \
         in `outcomes.parquet` is always in dollars of 2019; `summary.csv` follows `--dollars`. Blocs are \
         `us`, `china` and `third` (everybody else). A yearly sum stands at the year's last quarter; where \
         the horizon ends within a year, the sum of that part stands at the last quarter there is.\n\n\
         | metric | unit | recorded | split by | definition |\n| --- | --- | --- | --- | --- |\n",
    );
    for m in METRICS {
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} |",
            m.name,
            cell(m.unit),
            every(m.every),
            split(m.split),
            cell(m.doc),
        );
    }
    page.push_str(
        "\n## Headlines\n\n\
         The rows of the table of `chokepoint compare`, and the rows of `summary.csv` with the quarter `all`. Each \
         is one number a replicate; differences are taken within the replicate, quantiles over \
         replicates come last. Where all scenarios begin as a trunk (`--trunk`), sums run from the branch quarter on, and a \
         firm's by name from the year of the branch on, as its sales are taken down by the year.\n\n\
         | headline | name | unit | taken |\n| --- | --- | --- | --- |\n",
    );
    for h in HEADLINES {
        let taken = taken(h);
        let _ = writeln!(page, "| `{}` | {} | {} | {taken} |", h.id, cell(h.name), cell(h.unit));
    }
    page.push_str(
        "\n**T50**, below the headlines in the table, is the first quarter from which the US share of the \
         purchases of Chinese-owned buyers stays below half of its base-year value for four quarters; where \
         all begin as a trunk, below half of its value in the year before the branch, counted from the branch. Replicates \
         in which that does not happen count as not yet designed out (Kaplan\u{2013}Meier); the percentage is \
         the share of replicates in which it does.\n",
    );
    page
}

pub(crate) const fn meaning(grade: Grade) -> &'static str {
    match grade {
        Grade::Placeholder => "a number had to stand here",
        Grade::Expert => "reasoned judgement",
        Grade::Estimated => "derived from measured numbers by a stated method",
        Grade::Measured => "seen in a source",
    }
}

pub(crate) fn prior(prior: &Prior) -> String {
    match prior {
        Prior::Fixed => "fixed".to_owned(),
        Prior::Uniform { low, high } => format!("uniform, {low} to {high}"),
        Prior::Normal { mean, sd, min } => format!("normal, mean {mean}, sd {sd}, at least {min}"),
        Prior::LogNormal { median, sigma } => format!("lognormal, median {median}, sigma {sigma}"),
    }
}

pub(crate) const fn every(every: Every) -> &'static str {
    match every {
        Every::Quarter => "each quarter",
        Every::Year => "sum of the year",
    }
}

pub(crate) const fn split(split: Split) -> &'static str {
    match split {
        Split::None => "nothing",
        Split::Supplier => "supplier bloc",
        Split::Buyer => "buyer bloc",
        Split::Both => "supplier and buyer bloc",
        Split::Segment => "segment and supplier bloc",
    }
}

/// A text inside a table of Markdown.
pub(crate) fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
