//! What the reader calls idle moves nothing: a run with a dozen such entries is the run without them, to the last bit.

use std::path::Path;

use sim_core::policy::idle;
use sim_core::scenario::load::{self, Found, Reading, Unreadable, Wanted};
use sim_core::scenario::problem::Code;

use crate::cases::draws;
use crate::runs::play;

const RULE: &str = r#"extends = "baseline.toml"
title = "Rule"
[time]
end = "2022Q2"
[measures.rule]
title = "A listing"
reference = "r"
authority = "USA"
announced = "2020Q2"
in_force = "2020Q4"
sunset = "2021Q4"
destinations = ["CHN"]
end_users = ["smic-advanced"]
embargo = {}
"#;

/// Entries that do nothing, each with one warning. `NOWHERE` is a country without a supplier.
const IDLE: &str = r#"licence = { approval_rate = 0.0, fee = 0.5, quantity_cap = 0.5, delay = 2 }
[measures.rule.suspensions.after]
from = "2022Q1"
reference = "r"
[measures.rule.additions.after]
announced = "2022Q1"
in_force = "2022Q1"
end_users = ["cxmt"]
reference = "r"
[measures.rule.additions.again]
announced = "2020Q4"
in_force = "2020Q4"
end_users = ["smic-advanced"]
reference = "r"
[measures.rule.validated.elsewhere]
end_users = ["micron-us"]
from = "2020Q4"
reference = "r"
[measures.rule.allies.JPN]
from = "2022Q1"
coverage = 1.0
reference = "r"
[measures.rule.allies.NLD]
from = "2020Q4"
coverage = 0.0
reference = "r"
[measures.rule.allies.NOWHERE]
from = "2020Q4"
coverage = 1.0
reference = "r"
[mandates.american]
owner = "USA"
from = "2020Q1"
logits = 5.0
source = "expert-chokepoint"
[subsidies.nobody]
home = "NOWHERE"
from = "2020Q1"
to = "2022Q1"
usd_m_per_year = 1000
source = "expert-chokepoint"
[subsidies.late]
home = "CHN"
from = "2040Q1"
to = "2041Q1"
usd_m_per_year = 1000
source = "expert-chokepoint"
[purchase_subsidies.nobody]
owner = "CHN"
home = "NOWHERE"
from = "2020Q1"
rate = 0.5
source = "expert-chokepoint"
[purchase_rules.nothing]
title = "t"
reference = "r"
state = "CHN"
from = "2020Q1"
home_share = 0.0
compliance = 1.0
source = "expert-chokepoint"
[purchase_rules.nobody]
title = "t"
reference = "r"
state = "CHN"
locations = ["NOWHERE"]
from = "2020Q1"
home_share = 1.0
compliance = 1.0
source = "expert-chokepoint"
[market_access.neither]
home = "USA"
locations = ["TWN"]
from = "2020Q1"
source = "expert-chokepoint"
[market_access.nobody]
home = "NOWHERE"
locations = ["TWN"]
from = "2020Q1"
logits = 2.0
source = "expert-chokepoint"
[measures.nobody]
title = "A rule for a place without lines"
reference = "r"
authority = "USA"
announced = "2020Q1"
in_force = "2020Q1"
destinations = ["NOWHERE"]
embargo = {}
"#;

fn read(text: &str) -> Reading {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let mut fetch = |wanted: &Wanted| {
        let text = if wanted.path == "mine.toml" {
            text.to_owned()
        } else {
            std::fs::read_to_string(home.join(&wanted.path))
                .map_err(|error| Unreadable { message: error.to_string(), help: None })?
        };
        Ok(Found { path: wanted.path.clone(), text })
    };
    load::load("mine.toml", &[], &mut fetch, idle::find)
        .unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn entries_that_are_called_idle_move_nothing() {
    let without = read(RULE);
    assert_eq!(without.warnings, []);
    let tables = &without.scenario.tables;
    let empty = |id: &str| {
        tables.suppliers.iter().all(|s| s.legal != id && s.behaviour != id)
            && tables.lines.iter().all(|line| line.location != id && line.owner != id)
    };
    let place = tables.jurisdictions.iter().find(|j| empty(&j.id));
    let nowhere = &place.expect("a country without suppliers and lines").id;
    let with = read(&format!("{RULE}{}", IDLE.replace("NOWHERE", nowhere)));
    let said: Vec<String> = with.warnings.iter().map(ToString::to_string).collect();
    // Fee, cap and delay are three.
    assert_eq!(said.len(), IDLE.matches("\n[").count() + 3, "{said:#?}");
    let codes = [Code::DoesNothing, Code::OutsideTime, Code::ReachesNothing];
    assert!(with.warnings.iter().all(|warning| codes.contains(&warning.code)), "{said:#?}");
    let draws = draws();
    let (one, other) = (play(&without.scenario, &draws), play(&with.scenario, &draws));
    assert!(one.history() == other.history(), "an entry that is called idle moved something");
    let free = read(&RULE.replace("\"2020Q4\"", "\"2021Q1\""));
    assert!(
        one.history() != play(&free.scenario, &draws).history(),
        "the rule itself does nothing"
    );
}
