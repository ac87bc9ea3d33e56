//! The parts of `docs/validation.md` about the calibration and about published estimates.
//!
//! Invariant: every number of the model comes from the JSON; published figures stand here with their sources.

use std::fmt::Write as _;

use serde_json::Value;

use super::page::{number, rows, text};

/// A spread as `median (5 % to 95 %)`.
fn spread(value: &Value, decimals: usize) -> String {
    if value["p50"].is_null() {
        return "no member".to_owned();
    }
    format!(
        "{} ({} to {})",
        number(&value["p50"], decimals),
        number(&value["p5"], decimals),
        number(&value["p95"], decimals)
    )
}

/// What the data inform, and what they leave.
pub(super) fn posteriors(page: &mut String, run: &Value) {
    let all = rows(run, "posteriors");
    let informed: Vec<&Value> = all.iter().filter(|p| p["informed"] == true).collect();
    let _ = write!(
        page,
        "\n## What the data inform\n\n{}; how, stands in [calibration.md](calibration.md). \
         A parameter counts as informed if the distributions of all and of kept draws are further apart than {} (largest distance \
         of distribution functions): one that the data say nothing of gets there with a chance of 1 %, over all {}. \
         Median (5 % to 95 %).\n\n| parameter | unit | prior | ensemble | distance |\n| --- | --- | --- | --- | ---: |\n",
        origin(run),
        number(&run["informed_above"], 2),
        all.len(),
    );
    for p in &informed {
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} |",
            text(p, "key"),
            text(p, "unit"),
            spread(&p["prior"], 2),
            spread(&p["ensemble"], 2),
            number(&p["distance"], 2),
        );
    }
    let silent: Vec<String> = all
        .iter()
        .filter(|p| p["informed"] != true)
        .map(|p| format!("`{}`", text(p, "key")))
        .collect();
    let _ = writeln!(page, "\nNot informed, so as before: {}.", silent.join(", "));
    by_class(page, run, &informed);
    page.push_str(
        "\n| distance to what was observed, in sample | prior | ensemble |\n| --- | --- | --- |\n",
    );
    for fit in rows(run, "fits") {
        let (prior, kept) = (spread(&fit["prior"], 2), spread(&fit["ensemble"], 2));
        let _ = writeln!(page, "| {} | {prior} | {kept} |", text(fit, "what"));
    }
    page.push_str(
        "\n| controls as enacted against no control, to 2035 | US revenue, USD bn of 2019 | lead in logic, generations |\n\
         | --- | --- | --- |\n",
    );
    for line in rows(run, "headlines") {
        let (money, lead) = (spread(&line["us_revenue"], 0), spread(&line["lead"], 1));
        let _ = writeln!(page, "| {} | {money} | {lead} |", text(line, "from"));
    }
    for (key, what) in [("drivers_of_us_revenue", "US revenue"), ("drivers_of_lead", "the lead")] {
        let drivers: Vec<String> = rows(run, key)
            .iter()
            .take(4)
            .map(|d| format!("`{}` ({})", text(d, "key"), number(&d["correlation"], 2)))
            .collect();
        let _ = writeln!(
            page,
            "\nOver the ensemble {what} moves most with {} (rank correlations).",
            drivers.join(", ")
        );
    }
}

/// Where the ensemble comes from.
fn origin(run: &Value) -> String {
    let (kept, draws) = (&run["kept"], &run["draws"]);
    match &run["particles"] {
        // A report of an earlier version, which had no particles.
        Value::Null => format!("{kept} of {draws} draws of the prior are kept"),
        particles => format!(
            "{kept} of {particles} particles are kept, which set out from {draws} draws of the prior"
        ),
    }
}

/// Discrepancies of the classes of targets, and what each class does to what is informed.
fn by_class(page: &mut String, run: &Value, informed: &[&Value]) {
    let classes = rows(run, "classes");
    if classes.is_empty() {
        return;
    }
    page.push_str(
        "\n| class of targets | targets | discrepancy before, log odds | after |\n| --- | ---: | --- | --- |\n",
    );
    for class in classes {
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} |",
            text(class, "what"),
            class["targets"],
            spread(&class["prior"], 2),
            spread(&class["posterior"], 2),
        );
    }
    let without = |p: &Value| rows(p, "without").to_vec();
    let Some(first) = informed.first().map(|p| without(p)).filter(|first| !first.is_empty()) else {
        return;
    };
    let names: Vec<String> = first.iter().map(|w| text(w, "class").to_owned()).collect();
    let _ = writeln!(
        page,
        "\nThe distance that is left in a fit that does not look at a class:\n\n| parameter | all | {} |\n| --- | ---: |{}",
        names.join(" | "),
        " ---: |".repeat(names.len()),
    );
    for p in informed {
        let left: Vec<String> = without(p).iter().map(|w| number(&w["distance"], 2)).collect();
        let _ = writeln!(
            page,
            "| `{}` | {} | {} |",
            text(p, "key"),
            number(&p["distance"], 2),
            left.join(" | ")
        );
    }
}

/// The profile of fit and counterfactual along the three curves, and the control group.
pub(super) fn profile(page: &mut String, run: &Value) {
    page.push_str(
        "\n## What history cannot tell apart\n\nLocalisation that would have come anyway (`secular-trend`), the reaction to \
         controls (`reactive-mandate`) and research (`follower-speed`) are three rising curves on one history. Best loss: \
         what the best 5 % of the draws in a range reach; 1 is the median draw of the prior. Where it is flat, history cannot tell, \
         and the loss against no control still differs along it. These are runs of the calibration, with spending from 2025 by the rule of \
         [decision 7](decisions/0007-spending-from-2025.md); losses by [decision 29](decisions/0029-spending-as-known.md) are larger.\n\n\
         | range | draws | kept | best loss | US revenue, USD bn | lead, generations |\n\
         | --- | ---: | ---: | ---: | --- | --- |\n",
    );
    for cell in rows(run, "profile") {
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} | {} |",
            text(cell, "range"),
            cell["draws"],
            cell["members"],
            number(&cell["best_loss"], 3),
            spread(&cell["us_revenue"], 0),
            spread(&cell["lead"], 1),
        );
    }
    page.push_str(
        "\nThe control group: segments that packaging and testing lines buy, which no control had reached by 2024. China's share, \
         percent; the ensemble without luck and without the error of a statistic.\n\n\
         | segment | 2019 | observed 2024 | ensemble |\n| --- | ---: | ---: | --- |\n",
    );
    for row in rows(run, "controls") {
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} |",
            text(row, "segment"),
            number(&row["base"], 1),
            number(&row["observed"], 1),
            spread(&row["ensemble"], 1),
        );
    }
    page.push_str(
        "\nIt is no quiet group: shares rose several times as fast as any trend in the testers and fell in assembly, where ASM Pacific \
         lost to others. It bounds the trend from no side by itself, so the prior of the trend stays a judgement.\n",
    );
}

/// Published estimates beside runs that were set up to match them.
pub(super) fn published(page: &mut String, run: &Value) {
    let chips = |case: &str, key: &str, decimals| spread(&run[case][key], decimals);
    let lines = [
        (
            "BCG 2020, full decoupling, 3 to 5 years on: US chip revenue",
            "−37 %",
            chips("bcg-decoupling", "revenue_pct", 0),
            "`chip-ban`, 2023",
        ),
        (
            "the same: US share of the world's chips",
            "−18 points",
            chips("bcg-decoupling", "share_pp", 0),
            "`chip-ban`, 2023",
        ),
        (
            "BCG 2020, status quo: US chip revenue",
            "−16 %",
            chips("bcg-status-quo", "revenue_pct", 0),
            "`chip-listings`, 2023",
        ),
        (
            "the same: US share",
            "−8 points",
            chips("bcg-status-quo", "share_pp", 1),
            "`chip-listings`, 2023",
        ),
        (
            "ITIF 2025, decoupling at once, first year: US chip revenue",
            "−24 %",
            chips("itif-decoupling", "revenue_pct", 0),
            "`chip-ban-2025`, 2025",
        ),
        (
            "the same, USD bn",
            "−77",
            chips("itif-decoupling", "revenue_usd_bn", 0),
            "`chip-ban-2025`, 2025",
        ),
        (
            "the same: research of US firms",
            "−24 %",
            chips("itif-decoupling", "research_of_all_us_suppliers_pct", 1),
            "all US suppliers",
        ),
        (
            "the same: China's part of what others gain",
            "12 %",
            chips("itif-decoupling", "china_part_of_gains_pct", 0),
            "`chip-ban-2025`, 2025",
        ),
        (
            "Applied Materials' estimate for the rule of October 2022, 2023, USD bn",
            "−1.6 (0.4 ± 0.15 a quarter)",
            chips("october-2022", "amat", 1),
            "`history` against `without-october-2022`",
        ),
        ("Lam's, USD bn", "−2.0 to −2.5", chips("october-2022", "lam", 1), "the same"),
        ("KLA's, USD bn", "−0.6 to −0.9", chips("october-2022", "kla", 1), "the same"),
    ];
    page.push_str(
        "\n## Published estimates\n\nSources: BCG/SIA, March 2020; ITIF, November 2025; companies' statements of October and November 2022 \
         (press). ITIF's estimate is no observation: nothing is fitted to it. Nominal dollars; ensemble, median (5 % to 95 %).\n\n\
         | estimate | published | model | run |\n| --- | ---: | --- | --- |\n",
    );
    for (what, figure, model, from) in lines {
        let _ = writeln!(page, "| {what} | {figure} | {model} | {from} |");
    }
    page.push_str(WHY);
}

const WHY: &str = "\nWhy they differ:\n\n\
- **Who is Chinese.** BCG and ITIF count chips shipped to China, also to foreign firms' factories there; the model counts buyers by \
their owner. A ban on Chinese-owned buyers cannot cost more than these buy, about a fifth of the market.\n\
- **What a ban stands for.** The published losses hold second rounds: Chinese rules against US chips in what others sell to China, foreign \
buyers that turn away, research cut and products that fall behind. Here third-country buyers have no reason to turn away, and \
research of US chip firms loses by their revenue only.\n\
- **Research.** The model's row is of all US suppliers, tools and software too; chip firms' research is not told apart there.\n\
- **Status quo.** One listing stands for all, and half of the licences are granted; BCG let all Chinese customers turn away.\n\
- **Before and after.** ITIF starts from sales without the controls of 2022 to 2024; here these have taken their part before.\n\
- **October 2022.** The firms spoke before they knew what licences and mature lines would make up for; here a barred line's money \
moves to what it may buy in the same quarter, and sales to Chinese mature lines go on. The boom of these in 2023 was larger than \
any of the firms had expected, and is given to both runs.\n\
- **Who gains.** ITIF splits by the products that third countries have ready; here Chinese chips gain more, because buyers under a ban \
prefer what nobody can bar.\n\n\
```console\n\
$ chokepoint compare chip-ban chip-listings --out runs/bcg\n\
$ chokepoint compare chip-ban-2025 --baseline history --out runs/itif\n\
$ chokepoint compare history --baseline without-october-2022 --out runs/rule\n\
$ python checks/python/published.py runs > docs/published.json\n```\n";

/// Findings that the authors would give up, and what would make them.
pub(super) const CHANGE: &str = "\n## What would change our mind\n\n\
- **That allies, not ceilings, buy the lead.** One year in which a unilateral ceiling holds Chinese logic back by a generation while \
third-country tools stay on sale there.\n\
- **That distrust outlasts a rule.** US toolmakers whose share with uncontrolled Chinese lines returns within two years of a rule that \
is lifted: `belief-decay` would be far above its prior.\n\
- **That much of the turn to Chinese tools would have come anyway.** A segment under no control in which Chinese makers stop gaining \
after 2024, while controlled segments go on.\n\
- **That losses stay bounded by what Chinese-owned buyers purchase.** Third-country buyers that drop US products for fear of reach.\n\
- **That spending on mature lines makes up for barred sales.** Chinese spending that falls back to the level of 2021 with distrust unchanged: \
`reactive-capex` moves the headline more than any other parameter.\n\
- **The model as a whole.** A later table of shares in which the 90 % intervals of `hindcast --to YEAR --observed FILE` hold less than \
seven in ten of the active segments, or on which the rule of one share beats it clearly.\n";
