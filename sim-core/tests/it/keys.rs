//! No key is read and then forgotten: each optional key of law and programmes moves some number of a scenario in which it
//! should matter. The lists of keys are the registry's, so a new key without a case here fails.

use sim_core::scenario::keys::{
    ADDITION, ALLY, END_USE, FDPR, HARD_CAP, Key, LICENCE, LINE_LEVEL, MANDATE, MARKET_ACCESS,
    MEASURE, PURCHASE_RULE, PURCHASE_SUBSIDY, SLIDING_SCALE, SUBSIDY, SUSPENSION, VALIDATION,
};

use crate::analyst::Paper;
use crate::papers::{difference, play, read};

/// Tables by the name that cases use for them.
const TABLES: [(&str, &[Key]); 17] = [
    ("measure", MEASURE),
    ("addition", ADDITION),
    ("suspension", SUSPENSION),
    ("validation", VALIDATION),
    ("licence", LICENCE),
    ("ally", ALLY),
    ("end use", END_USE),
    ("hard cap", HARD_CAP),
    ("sliding scale", SLIDING_SCALE),
    ("fdpr", FDPR),
    ("mandate", MANDATE),
    ("subsidy", SUBSIDY),
    ("purchase subsidy", PURCHASE_SUBSIDY),
    ("purchase rule", PURCHASE_RULE),
    ("line level", LINE_LEVEL),
    ("market access", MARKET_ACCESS),
    ("needed", &[]),
];

/// What all measures here have.
const RULE: &str = "[measures.rule]\ntitle = \"t\"\nreference = \"r\"\nauthority = \"USA\"\nannounced = \"2020Q1\"\n\
                    in_force = \"2020Q3\"\ndestinations = [\"CHN\"]\n";
/// What all programmes have.
const PROGRAMME: &str = "from = \"2020Q1\"\nsource = \"expert-chokepoint\"\n";

/// What all rules of a buyers' state have.
const RULED: &str = "title = \"t\"\nreference = \"r\"\nstate = \"CHN\"\n";

/// Table, key, a scenario with `@` where it differs, and what stands there before and after.
type Case = (&'static str, &'static str, &'static str, &'static str, &'static str);

const MEASURES: &[Case] = &[
    ("measure", "sunset", "RULE embargo = {}\n@", "", "sunset = \"2021Q1\""),
    ("measure", "segments", "RULE embargo = {}\n@", "", "segments = [\"etch\"]"),
    ("measure", "owners", "RULE embargo = {}\n@", "", "owners = [\"CHN\"]"),
    ("measure", "end_users", "RULE embargo = {}\n@", "", "end_users = [\"ymtc\"]"),
    ("measure", "end_use", "RULE embargo = {}\n@", "", "end_use = { min_level = 0.5 }"),
    ("measure", "hard_cap", "RULE @", "embargo = {}", "hard_cap = { level = 0.5 }"),
    ("measure", "sliding_scale", "RULE @", "embargo = {}", "sliding_scale = { lag = 3 }"),
    ("measure", "embargo", "RULE @", "hard_cap = { level = 0.5 }", "embargo = {}"),
    ("measure", "de_minimis", "RULE embargo = {}\n@", "", "de_minimis = 0.1"),
    ("measure", "fdpr", "RULE embargo = {}\n@", "", "fdpr = { trigger = 0.3 }"),
    (
        "measure",
        "exempt_homes",
        "RULE embargo = {}\nfdpr = { trigger = 0.3 }\n@",
        "",
        "exempt_homes = [\"JPN\"]",
    ),
    (
        "measure",
        "additions",
        "RULE embargo = {}\nend_users = [\"ymtc\"]\n@",
        "",
        "additions.a = { announced = \"2020Q4\", in_force = \"2021Q1\", end_users = [\"cxmt\"], reference = \"r\" }",
    ),
    (
        "measure",
        "suspensions",
        "RULE embargo = {}\n@",
        "",
        "suspensions.a = { from = \"2021Q1\", reference = \"r\" }",
    ),
    (
        "measure",
        "validated",
        "RULE embargo = {}\n@",
        "",
        "validated.a = { end_users = [\"samsung-xian\"], from = \"2020Q1\", reference = \"r\" }",
    ),
    (
        "measure",
        "lists_detected",
        "RULE embargo = {}\nend_users = [\"ymtc\"]\n@\n[measures.weak]\ntitle = \"t\"\nreference = \"r\"\n\
         authority = \"USA\"\nannounced = \"2019Q2\"\nin_force = \"2019Q2\"\ndestinations = [\"CHN\"]\n\
         owners = [\"CHN\"]\nembargo = {}\nsegments = [\"etch\", \"deposition\"]\n[parameters]\ndetection = 0.5",
        "",
        "lists_detected = true",
    ),
    (
        "measure",
        "enforcement",
        "RULE embargo = {}\nowners = [\"CHN\"]\n@",
        "",
        "enforcement = \"strong\"",
    ),
    ("measure", "licence", "RULE embargo = {}\n@", "", "licence = { policy = \"case-by-case\" }"),
    ("measure", "servicing", "RULE embargo = {}\n@", "", "servicing = \"barred\""),
    ("measure", "salience", "RULE hard_cap = { level = 2 }\n@", "", "salience = \"sector\""),
    (
        "measure",
        "allies",
        "RULE embargo = {}\n@",
        "",
        "allies.JPN = { from = \"2020Q4\", coverage = 1, reference = \"r\" }",
    ),
    (
        "addition",
        "end_users",
        "RULE embargo = {}\nend_users = [\"ymtc\"]\nadditions.a = { announced = \"2020Q4\", \
         in_force = \"2021Q1\", destinations = [\"VNM\"], reference = \"r\"@ }",
        "",
        ", end_users = [\"cxmt\"]",
    ),
    (
        // Shells in Vietnam have no way any more.
        "addition",
        "destinations",
        "RULE embargo = {}\nend_users = [\"ymtc\"]\nadditions.a = { announced = \"2020Q4\", \
         in_force = \"2021Q1\", end_users = [\"cxmt\"], reference = \"r\"@ }",
        "",
        ", destinations = [\"VNM\"]",
    ),
    (
        "addition",
        "salience",
        "RULE embargo = {}\nend_users = [\"ymtc\"]\nadditions.a = { announced = \"2020Q4\", \
         in_force = \"2021Q1\", end_users = [\"cxmt\"], reference = \"r\"@ }",
        "",
        ", salience = 0.3",
    ),
    (
        "suspension",
        "to",
        "RULE embargo = {}\nsuspensions.a = { from = \"2021Q1\", reference = \"r\"@ }",
        "",
        ", to = \"2021Q3\"",
    ),
    (
        "validation",
        "to",
        "RULE embargo = {}\nvalidated.a = { end_users = [\"samsung-xian\"], from = \"2020Q1\", reference = \"r\"@ }",
        "",
        ", to = \"2021Q3\"",
    ),
    (
        "licence",
        "approval_rate",
        "RULE embargo = {}\nlicence = { @ }",
        "approval_rate = 0.2",
        "approval_rate = 0.6",
    ),
    (
        "licence",
        "policy",
        "RULE embargo = {}\nlicence = { @ }",
        "policy = \"denial\"",
        "policy = \"case-by-case\"",
    ),
    (
        "licence",
        "delay",
        "RULE embargo = {}\nlicence = { approval_rate = 0.6@ }",
        "",
        ", delay = 3",
    ),
    ("licence", "fee", "RULE embargo = {}\nlicence = { approval_rate = 0.6@ }", "", ", fee = 0.2"),
    (
        "licence",
        "quantity_cap",
        "RULE embargo = {}\nlicence = { approval_rate = 0.9@ }",
        "",
        ", quantity_cap = 0.05",
    ),
    (
        "ally",
        "homes",
        "RULE embargo = {}\nallies.a = { from = \"2020Q4\", coverage = 1, reference = \"r\", homes = [\"JPN\"@] }",
        "",
        ", \"NLD\"",
    ),
    (
        "ally",
        "from",
        "RULE embargo = {}\nallies.JPN = { announced = \"2020Q3\", from = @, coverage = 1, reference = \"r\" }",
        "\"2020Q4\"",
        "\"2021Q3\"",
    ),
    (
        "ally",
        "announced",
        "RULE embargo = {}\nallies.JPN = { from = \"2021Q2\", coverage = 1, reference = \"r\"@ }",
        "",
        ", announced = \"2020Q3\"",
    ),
    (
        "ally",
        "pressure",
        "RULE embargo = {}\nallies.NLD = { pressure = @, coverage = 1, reference = \"r\" }",
        "0.0",
        "1.0",
    ),
    (
        "ally",
        "except_segments",
        "RULE embargo = {}\nallies.JPN = { from = \"2020Q4\", coverage = 1, reference = \"r\"@ }",
        "",
        ", except_segments = [\"etch\"]",
    ),
    (
        "ally",
        "servicing",
        "RULE embargo = {}\nallies.JPN = { from = \"2020Q4\", coverage = 1, reference = \"r\"@ }",
        "",
        ", servicing = \"barred\"",
    ),
    (
        "ally",
        "leaves",
        "RULE embargo = {}\nallies.JPN = { from = \"2020Q4\", coverage = 1, reference = \"r\"@ }",
        "",
        ", leaves = \"2021Q3\"",
    ),
    (
        "ally",
        "returns",
        "RULE embargo = {}\nallies.JPN = { from = \"2020Q4\", coverage = 1, reference = \"r\", leaves = \"2021Q3\"@ }",
        "",
        ", returns = \"2021Q4\"",
    ),
    (
        "end use",
        "min_level",
        "RULE embargo = {}\nend_use = { @ }",
        "min_level = -2",
        "min_level = 0.5",
    ),
    ("end use", "logic", "RULE embargo = {}\nend_use = { min_level = 5@ }", "", ", logic = 0.5"),
    ("end use", "dram", "RULE embargo = {}\nend_use = { min_level = 5@ }", "", ", dram = 0.5"),
    ("end use", "nand", "RULE embargo = {}\nend_use = { min_level = 5@ }", "", ", nand = 0.5"),
    (
        "end use",
        "packaging",
        "RULE embargo = {}\nend_use = { min_level = 5@ }",
        "",
        ", packaging = 0.5",
    ),
    (
        "end use",
        "frontier_lag",
        "RULE embargo = {}\nend_use = { @ }",
        "frontier_lag = 2",
        "frontier_lag = 4",
    ),
    (
        "end use",
        "tag",
        "RULE embargo = {}\nsegments = [\"CHIP-AI\"]\nend_use = { @ }",
        "min_level = 9",
        "tag = \"supercomputer\"",
    ),
    ("hard cap", "logic", "RULE hard_cap = { level = 5@ }", "", ", logic = 0"),
    ("hard cap", "dram", "RULE hard_cap = { level = 5@ }", "", ", dram = 0"),
    ("hard cap", "nand", "RULE hard_cap = { level = 5@ }", "", ", nand = 0"),
    ("hard cap", "packaging", "RULE hard_cap = { level = 5@ }", "", ", packaging = 0"),
    (
        "sliding scale",
        "review_every",
        "RULE sliding_scale = { lag = 2.5@ }",
        "",
        ", review_every = 2",
    ),
];

const PROGRAMMES: &[Case] = &[
    (
        "mandate",
        "to",
        "[mandates.a]\nowner = \"CHN\"\nlogits = 1\nPROGRAMME @",
        "",
        "to = \"2021Q1\"",
    ),
    (
        "mandate",
        "dependence",
        "[mandates.a]\nowner = \"CHN\"\nlogits = 1\nPROGRAMME @",
        "",
        "dependence = 0.5",
    ),
    (
        "mandate",
        "third",
        "[mandates.a]\nowner = \"CHN\"\nlogits = 1\ndependence = 0.5\nPROGRAMME @",
        "",
        "third = 1",
    ),
    (
        "mandate",
        "segments",
        "[mandates.a]\nowner = \"CHN\"\nlogits = 0.5\nPROGRAMME @",
        "",
        "segments = [\"etch\"]",
    ),
    (
        "subsidy",
        "segments",
        "[subsidies.a]\nhome = \"CHN\"\nto = \"2022Q1\"\nusd_m_per_year = 2000\nPROGRAMME @",
        "",
        "segments = [\"etch\"]",
    ),
    (
        "subsidy",
        "crowding_out",
        "[subsidies.a]\nhome = \"CHN\"\nto = \"2022Q1\"\nusd_m_per_year = 2000\nPROGRAMME @",
        "",
        "crowding_out = 0.5",
    ),
    (
        "purchase subsidy",
        "to",
        "[purchase_subsidies.a]\nowner = \"CHN\"\nhome = \"CHN\"\nrate = 0.2\nPROGRAMME @",
        "",
        "to = \"2021Q1\"",
    ),
    (
        "purchase subsidy",
        "segments",
        "[purchase_subsidies.a]\nowner = \"CHN\"\nhome = \"CHN\"\nrate = 0.2\nPROGRAMME @",
        "",
        "segments = [\"etch\"]",
    ),
    (
        "market access",
        "to",
        "[market_access.a]\nhome = \"USA\"\nlocations = [\"TWN\"]\nlogits = 0.3\nPROGRAMME @",
        "",
        "to = \"2021Q1\"",
    ),
    (
        "market access",
        "logits",
        "[market_access.a]\nhome = \"USA\"\nlocations = [\"TWN\"]\nPROGRAMME @",
        "",
        "logits = 0.3",
    ),
    (
        "market access",
        "extra_demand",
        "[market_access.a]\nhome = \"USA\"\nlocations = [\"TWN\"]\nPROGRAMME @",
        "",
        "extra_demand = 0.1",
    ),
    (
        "market access",
        "segments",
        "[market_access.a]\nhome = \"USA\"\nlocations = [\"TWN\"]\nextra_demand = 0.1\nPROGRAMME @",
        "",
        "segments = [\"etch\"]",
    ),
    (
        "purchase rule",
        "to",
        "[purchase_rules.a]\nRULED home_share = 0.9\ncompliance = 0.8\nPROGRAMME @",
        "",
        "to = \"2021Q1\"",
    ),
    (
        "purchase rule",
        "segments",
        "[purchase_rules.a]\nRULED home_share = 0.9\ncompliance = 0.8\nPROGRAMME @",
        "",
        "segments = [\"etch\"]",
    ),
    (
        "purchase rule",
        "locations",
        "[purchase_rules.a]\nRULED home_share = 0.9\ncompliance = 0.8\nPROGRAMME @",
        "",
        "locations = [\"CHN\", \"TWN\"]",
    ),
    (
        "purchase rule",
        "owners",
        "[purchase_rules.a]\nRULED home_share = 0.9\ncompliance = 0.8\nPROGRAMME @",
        "",
        "owners = [\"CHN\"]",
    ),
    (
        "purchase rule",
        "end_users",
        "[purchase_rules.a]\nRULED home_share = 0.9\ncompliance = 0.8\nPROGRAMME @",
        "",
        "end_users = [\"ymtc\"]",
    ),
    (
        "purchase rule",
        "families",
        "[purchase_rules.a]\nRULED home_share = 0.9\ncompliance = 0.8\nPROGRAMME @",
        "",
        "families = [\"nand\"]",
    ),
    (
        "purchase rule",
        "lines_from",
        "[purchase_rules.a]\nRULED home_share = 0.9\ncompliance = 0.8\nPROGRAMME @",
        "",
        "lines_from = { level = 0.5 }",
    ),
    (
        "purchase rule",
        "lines_below",
        "[purchase_rules.a]\nRULED home_share = 0.9\ncompliance = 0.8\nPROGRAMME @",
        "",
        "lines_below = { level = 0.5 }",
    ),
    (
        "purchase rule",
        "makers",
        "[purchase_rules.a]\nRULED home_share = 0.9\ncompliance = 0.8\nPROGRAMME @",
        "",
        "makers = [\"USA\"]",
    ),
    (
        "purchase rule",
        "counted",
        "[purchase_rules.a]\nRULED home_share = 0.9\ncompliance = 0.8\nPROGRAMME @",
        "",
        "counted = \"segment\"",
    ),
    (
        "purchase rule",
        "missing",
        "[purchase_rules.a]\nRULED home_share = 0.9\ncompliance = 0.8\nPROGRAMME @",
        "",
        "missing = \"unbought\"",
    ),
    (
        "purchase rule",
        "coverage",
        "[purchase_rules.a]\nRULED home_share = 0.9\ncompliance = 0.8\nPROGRAMME @",
        "",
        "coverage = 0.5",
    ),
    (
        "line level",
        "logic",
        "[purchase_rules.a]\nRULED home_share = 0.9\ncompliance = 0.8\nPROGRAMME lines_below = { level = 0.5@ }",
        "",
        ", logic = 3",
    ),
    (
        "line level",
        "dram",
        "[purchase_rules.a]\nRULED home_share = 0.9\ncompliance = 0.8\nPROGRAMME lines_below = { level = 0.5@ }",
        "",
        ", dram = 3",
    ),
    (
        "line level",
        "nand",
        "[purchase_rules.a]\nRULED home_share = 0.9\ncompliance = 0.8\nPROGRAMME lines_below = { level = 0.5@ }",
        "",
        ", nand = 3",
    ),
    (
        "line level",
        "packaging",
        "[purchase_rules.a]\nRULED home_share = 0.9\ncompliance = 0.8\nPROGRAMME lines_below = { level = 0.5@ }",
        "",
        ", packaging = 3",
    ),
    (
        "needed",
        "home of extra demand",
        "[market_access.a]\nlocations = [\"TWN\"]\nextra_demand = 0.1\nPROGRAMME home = @",
        "\"USA\"",
        "\"NLD\"",
    ),
    (
        "needed",
        "place of extra demand",
        "[market_access.a]\nhome = \"USA\"\nextra_demand = 0.1\nPROGRAMME locations = [@]",
        "\"TWN\"",
        "\"KOR\"",
    ),
];

#[test]
fn every_optional_key_has_a_case() {
    let cases = || MEASURES.iter().chain(PROGRAMMES);
    for (table, keys) in TABLES {
        for key in keys.iter().filter(|key| !key.needed) {
            let known = cases().any(|case| case.0 == table && case.1 == key.name);
            assert!(known, "no case says what `{}` of a {table} moves", key.name);
        }
    }
}

#[test]
fn every_optional_key_moves_a_number() {
    let mut still = Vec::new();
    for (table, key, text, before, after) in MEASURES.iter().chain(PROGRAMMES) {
        let head = Paper { entries: Vec::new() }.toml("baseline.toml");
        let body = text.replace("RULE ", RULE).replace("PROGRAMME ", PROGRAMME);
        let body = body.replace("RULED ", RULED);
        let [one, other] = [before, after]
            .map(|given| play(read(&format!("{head}{}", body.replace('@', given)), &[]).scenario));
        if difference(&one, &other, &[]).is_none() {
            still.push(format!("`{key}` of a {table}"));
        }
    }
    assert!(still.is_empty(), "these move nothing: {}", still.join(", "));
}
