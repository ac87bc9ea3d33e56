//! Entries that do nothing are warned about where they stand, and the same entries with one word changed are not.

use crate::library::{Library, MEASURE};

/// A part of the measure or an entry beside it: what is added below the measure (line 11 on), the beginning of the only
/// warning, and what to replace so that it does something.
type Case = (&'static str, &'static str, (&'static str, &'static str));

const PARTS: &[Case] = &[
    // Lists of the scope.
    (
        "end_users = [\"fab-a\", \"us-fab\"]",
        "child.toml:11:23: warning[does-nothing]: `rule.end_users` does nothing: `us-fab` does not stand at",
        (", \"us-fab\"", ""),
    ),
    (
        "de_minimis = 0.5",
        "child.toml:11:14: warning[does-nothing]: `rule.de_minimis` does nothing: no foreign-made product",
        ("0.5", "0.05"),
    ),
    (
        "fdpr = { trigger = 0.9 }",
        "child.toml:11:1: warning[does-nothing]: `rule.fdpr` does nothing: no foreign-made product",
        ("0.9", "0.8"),
    ),
    (
        "fdpr = { trigger = 0.5 }\nexempt_homes = [\"CHN\"]\n",
        "child.toml:12:16: warning[does-nothing]: `rule.exempt_homes` does nothing: the measure would reach no \
         supplier at home in CHN",
        ("exempt_homes = [\"CHN\"]\n", ""),
    ),
    // Additions.
    (
        "sunset = \"2020Q2\"\nend_users = [\"fab-b\"]\n[measures.rule.additions.late]\nannounced = \"2019Q4\"\n\
         in_force = \"2020Q3\"\nend_users = [\"fab-a\"]\nreference = \"r\"",
        "child.toml:13:26: warning[outside-time]: `rule.additions.late` does nothing: it begins 2020Q3, but the \
         measure ends 2020Q2",
        ("2020Q3", "2019Q4"),
    ),
    (
        "end_users = [\"fab-b\"]\n[measures.rule.additions.again]\nannounced = \"2019Q4\"\nin_force = \"2019Q4\"\n\
         end_users = [\"fab-b\"]\nreference = \"r\"",
        "child.toml:12:26: warning[does-nothing]: `rule.additions.again` does nothing: the measure reaches all that",
        ("[\"fab-b\"]\nreference", "[\"fab-a\"]\nreference"),
    ),
    (
        "end_users = [\"fab-b\"]\n[measures.rule.additions.more]\nannounced = \"2019Q4\"\nin_force = \"2019Q4\"\n\
         end_users = [\"fab-a\", \"fab-b\"]\nreference = \"r\"",
        "child.toml:15:23: warning[does-nothing]: `rule.additions.more.end_users` does nothing: `fab-b` is in scope",
        (", \"fab-b\"", ""),
    ),
    (
        "segments = [\"etch\"]\nend_users = [\"fab-b\"]\n[measures.rule.additions.more]\nannounced = \"2019Q4\"\n\
         in_force = \"2019Q4\"\nend_users = [\"us-design\"]\nreference = \"r\"",
        "child.toml:13:26: warning[does-nothing]: `rule.additions.more` does nothing: no line that it adds buys",
        ("us-design", "us-fab"),
    ),
    // Suspensions.
    (
        "[measures.rule.suspensions.early]\nfrom = \"2019Q1\"\nto = \"2019Q3\"\nreference = \"r\"",
        "child.toml:11:28: warning[outside-time]: `rule.suspensions.early` does nothing: it is over 2019Q3, but the \
         measure comes into force 2019Q3 only",
        ("to = \"2019Q3\"", "to = \"2019Q4\""),
    ),
    (
        "[measures.rule.suspensions.all]\nfrom = \"2019Q2\"\nreference = \"r\"",
        "child.toml:11:28: warning[does-nothing]: `rule` bars nothing: it is suspended from the first day",
        ("2019Q2", "2019Q3"),
    ),
    (
        "[measures.rule.suspensions.a]\nfrom = \"2019Q4\"\nto = \"2020Q3\"\nreference = \"r\"\n\
         [measures.rule.suspensions.b]\nfrom = \"2020Q1\"\nto = \"2020Q2\"\nreference = \"r\"",
        "child.toml:15:28: warning[does-nothing]: `rule.suspensions.b` does nothing: `a` suspends the measure in all",
        ("2020Q2", "2020Q4"),
    ),
    // Permissions.
    (
        "[measures.rule.validated.v]\nend_users = [\"us-fab\"]\nfrom = \"2019Q3\"\nreference = \"r\"",
        "child.toml:12:14: warning[does-nothing]: `rule.validated.v.end_users` does nothing: `us-fab` is not in the scope",
        ("us-fab", "fab-a"),
    ),
    (
        "[measures.rule.validated.v]\nend_users = [\"fab-a\"]\nfrom = \"2019Q1\"\nto = \"2019Q3\"\nreference = \"r\"",
        "child.toml:11:26: warning[outside-time]: `rule.validated.v` does nothing: it is over 2019Q3",
        ("to = \"2019Q3\"", "to = \"2019Q4\""),
    ),
    // Allies.
    (
        "sunset = \"2020Q1\"\n[measures.rule.allies.NLD]\nfrom = \"2020Q1\"\ncoverage = 1\nreference = \"r\"",
        "child.toml:12:23: warning[outside-time]: `rule.allies.NLD` does nothing: it begins 2020Q1, but the measure \
         ends 2020Q1",
        ("from = \"2020Q1\"", "from = \"2019Q4\""),
    ),
    (
        "[measures.rule.allies.NLD]\nfrom = \"2030Q1\"\ncoverage = 1\nreference = \"r\"",
        "child.toml:3:11: warning[outside-time]: `rule` has parts that begin after the end: allies.NLD",
        ("2030Q1", "2020Q1"),
    ),
    (
        "[measures.rule.allies.NLD]\nfrom = \"2020Q1\"\ncoverage = 0\nreference = \"r\"",
        "child.toml:13:12: warning[does-nothing]: `rule.allies.NLD.coverage` does nothing: a coverage of 0",
        ("= 0", "= 0.5"),
    ),
    (
        "[measures.rule.allies.NLD]\npressure = 0\ncoverage = 1\nreference = \"r\"",
        "child.toml:12:12: warning[does-nothing]: `rule.allies.NLD.pressure` does nothing: a pressure of 0",
        ("= 0", "= 0.5"),
    ),
    (
        "[measures.rule.allies.NLD]\nfrom = \"2020Q1\"\ncoverage = 1\nexcept_segments = [\"etch\"]\nreference = \"r\"",
        "child.toml:11:23: warning[does-nothing]: `rule.allies.NLD` does nothing: no supplier at home in `NLD` sells",
        ("[\"etch\"]", "[]"),
    ),
    (
        "segments = [\"etch\"]\n[measures.rule.allies.others]\nhomes = [\"NLD\"]\nfrom = \"2020Q1\"\ncoverage = 1\n\
         except_segments = [\"eda\"]\nreference = \"r\"",
        "child.toml:16:20: warning[does-nothing]: `rule.allies.NLD.except_segments` does nothing: the rule would bind \
         no supplier in `eda`",
        ("except_segments = [\"eda\"]\n", ""),
    ),
    // Licences.
    (
        "licence = { policy = \"denial\", fee = 0.5 }",
        "child.toml:11:38: warning[does-nothing]: `rule.licence.fee` does nothing: no licence is granted",
        ("policy = \"denial\"", "approval_rate = 0.5"),
    ),
    (
        "licence = { approval_rate = 0, quantity_cap = 0.5 }",
        "child.toml:11:47: warning[does-nothing]: `rule.licence.quantity_cap` does nothing: no licence is granted",
        ("approval_rate = 0,", "approval_rate = 0.5,"),
    ),
    (
        "sunset = \"2020Q1\"\nlicence = { approval_rate = 0.5, delay = 4 }",
        "child.toml:12:1: warning[does-nothing]: `rule.licence` does nothing: the first decision would come 2020Q3",
        ("delay = 4", "delay = 1"),
    ),
    // Mandates, programmes, agreements, news.
    (
        "[mandates.m]\nowner = \"USA\"\nfrom = \"2019Q3\"\nlogits = 1\nsource = \"doc\"",
        "child.toml:11:11: warning[does-nothing]: `mandates.m` does nothing: mandates move owners from `CHN` only",
        ("USA", "CHN"),
    ),
    (
        "[mandates.m]\nowner = \"CHN\"\nfrom = \"2019Q3\"\nlogits = 0\nsource = \"doc\"",
        "child.toml:11:11: warning[does-nothing]: `mandates.m` does nothing: 0 logits",
        ("logits = 0", "logits = 1"),
    ),
    (
        "[subsidies.s]\nhome = \"NLD\"\nfrom = \"2019Q3\"\nto = \"2020Q1\"\nusd_m_per_year = 5\nsegments = [\"eda\"]\n\
         source = \"doc\"",
        "child.toml:11:12: warning[does-nothing]: `subsidies.s` does nothing: no product of its segments is of a \
         supplier at home in `NLD`",
        ("NLD", "USA"),
    ),
    (
        "[subsidies.s]\nhome = \"USA\"\nfrom = \"2030Q3\"\nto = \"2031Q1\"\nusd_m_per_year = 5\nsource = \"doc\"",
        "child.toml:11:12: warning[outside-time]: `subsidies.s` does nothing: it begins 2030Q3, after the end 2020Q4",
        ("2030Q3", "2020Q3"),
    ),
    (
        "[subsidies.s]\nhome = \"USA\"\nfrom = \"2018Q3\"\nto = \"2019Q1\"\nusd_m_per_year = 5\nsource = \"doc\"",
        "child.toml:11:12: warning[outside-time]: `subsidies.s` does nothing: it is over 2019Q1, not after the start",
        ("2019Q1", "2019Q2"),
    ),
    (
        "[subsidies.s]\nhome = \"USA\"\nfrom = \"2019Q3\"\nto = \"2020Q1\"\nusd_m_per_year = 5\ncrowding_out = 1\n\
         source = \"doc\"",
        "child.toml:11:12: warning[does-nothing]: `subsidies.s` does nothing: all of its money replaces research",
        ("crowding_out = 1", "crowding_out = 0.9"),
    ),
    (
        "[purchase_subsidies.p]\nowner = \"NLD\"\nhome = \"USA\"\nfrom = \"2019Q3\"\nrate = 0.2\nsegments = [\"eda\"]\n\
         source = \"doc\"",
        "child.toml:11:21: warning[does-nothing]: `purchase_subsidies.p` does nothing: no line owned from `NLD` buys \
         its segments",
        ("eda", "etch"),
    ),
    (
        "[purchase_subsidies.p]\nowner = \"USA\"\nhome = \"NLD\"\nfrom = \"2019Q3\"\nrate = 0.2\nsegments = [\"eda\"]\n\
         source = \"doc\"",
        "child.toml:11:21: warning[does-nothing]: `purchase_subsidies.p` does nothing: no product of its segments",
        ("home = \"NLD\"", "home = \"USA\""),
    ),
    (
        "[purchase_rules.p]\ntitle = \"t\"\nreference = \"r\"\nstate = \"CHN\"\nfrom = \"2019Q3\"\nhome_share = 0.0\ncompliance = 1\nsource = \"doc\"",
        "child.toml:11:17: warning[does-nothing]: `purchase_rules.p` does nothing: a share of 0 asks for nothing",
        ("0.0", "0.5"),
    ),
    (
        "[purchase_rules.p]\ntitle = \"t\"\nreference = \"r\"\nstate = \"CHN\"\nfrom = \"2019Q3\"\nhome_share = 0.5\ncompliance = 0.0\nsource = \"doc\"",
        "child.toml:11:17: warning[does-nothing]: `purchase_rules.p` does nothing: nobody obeys it",
        ("0.0", "0.7"),
    ),
    (
        "[purchase_rules.p]\ntitle = \"t\"\nreference = \"r\"\nstate = \"CHN\"\nfrom = \"2019Q3\"\nlocations = [\"NLD\"]\nhome_share = 0.5\ncompliance = 1\nsource = \"doc\"",
        "child.toml:11:17: warning[does-nothing]: `purchase_rules.p` does nothing: no line in its scope buys anything",
        ("NLD", "CHN"),
    ),
    (
        "[market_access.m]\nhome = \"USA\"\nlocations = [\"CHN\"]\nfrom = \"2019Q3\"\nlogits = 0.0\nsource = \"doc\"",
        "child.toml:11:16: warning[does-nothing]: `market_access.m` does nothing: it adds neither preference nor demand",
        ("0.0", "0.1"),
    ),
    (
        "[market_access.m]\nhome = \"USA\"\nlocations = [\"NLD\"]\nfrom = \"2019Q3\"\nlogits = 1\nsource = \"doc\"",
        "child.toml:11:16: warning[does-nothing]: `market_access.m` does nothing: no line at its locations buys anything",
        ("NLD", "CHN"),
    ),
    (
        "[market_access.m]\nhome = \"CHN\"\nlocations = [\"USA\"]\nfrom = \"2019Q3\"\nlogits = 1\nsegments = [\"eda\"]\n\
         source = \"doc\"",
        "child.toml:11:16: warning[does-nothing]: `market_access.m` does nothing: no product of its segments",
        ("home = \"CHN\"", "home = \"USA\""),
    ),
    (
        "[prior_news.n]\nauthority = \"USA\"\nowners = \"CHN\"\nat = \"2018Q1\"\nsalience = 0.0\nreference = \"r\"",
        "child.toml:11:13: warning[does-nothing]: `prior_news.n` does nothing: a salience of 0",
        ("0.0", "0.1"),
    ),
];

#[test]
fn whatever_does_nothing_is_said_and_what_does_something_is_not() {
    let mut failures = Vec::new();
    for (added, expected, (from, to)) in PARTS {
        assert!(added.contains(from), "`{from}` is not in {added}");
        let report = |text: &str| Library::with_child(text).report("child.toml", &[]);
        let idle = report(&format!("{MEASURE}{added}\n"));
        if idle.len() != 1 || !idle[0].starts_with(expected) {
            failures.push(format!("{added}\n  expected {expected}\n  reported {idle:#?}"));
        }
        let busy = report(&format!("{MEASURE}{}\n", added.replacen(from, to, 1)));
        if !busy.is_empty() {
            failures.push(format!("{added}\n  with {to} for {from}\n  reported {busy:#?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn names_of_a_list_that_reach_nothing_are_a_note_of_the_file_itself() {
    let added = "segments = [\"etch\", \"eda\"]\nfdpr = { trigger = 0.5 }\nexempt_homes = [\"CHN\", \"NLD\"]\n";
    let fdpr = added.replace("0.5", "0.4");
    let mut library = Library::with_child(&format!("{MEASURE}{fdpr}"));
    let reading = library.load("child.toml", &[]).expect("it is valid");
    let notes: Vec<String> = reading.notes.iter().map(ToString::to_string).collect();
    let expected = [
        "child.toml:11:12: note[does-nothing]: `rule.segments` names what does nothing: eda (no bound supplier sells",
        "child.toml:13:16: note[does-nothing]: `rule.exempt_homes` names what does nothing: CHN (the measure would",
    ];
    assert_eq!(notes.len(), expected.len(), "{notes:#?}");
    for (note, expected) in notes.iter().zip(expected) {
        assert!(note.starts_with(expected), "{notes:#?}");
    }
    library
        .0
        .insert("last.toml".to_owned(), "extends = \"child.toml\"\ntitle = \"Last\"\n".to_owned());
    let reading = library.load("last.toml", &[]).expect("it is valid");
    assert_eq!(reading.notes, []);
}

#[test]
fn an_addition_that_closes_a_way_of_diversion_does_something() {
    let added = "[measures.rule.additions.way]\nannounced = \"2019Q4\"\nin_force = \"2019Q4\"\n\
                 destinations = [\"NLD\"]\nreference = \"r\"\n";
    let library = Library::with_child(&format!("{MEASURE}{added}"));
    let report = library.report("child.toml", &[]);
    assert!(report.len() == 1 && report[0].contains("no line that it adds"), "{report:#?}");
    let open = library.replaced(
        "data/jurisdictions.csv",
        "third,doc,expert,0.5,0",
        "third,doc,expert,0.5,0.2",
    );
    assert_eq!(open.report("child.toml", &[]), [""; 0]);
}

#[test]
fn empty_lists_that_would_mean_all_are_refused() {
    let report = |text: &str| Library::with_child(text).report("child.toml", &[]);
    for key in ["segments", "owners", "end_users"] {
        let found = report(&format!("{MEASURE}{key} = []\n"));
        let expected = format!("error[empty-text]: an empty `{key}` would mean all, not none");
        assert!(found.len() == 1 && found[0].contains(&expected), "{found:#?}");
    }
    for (added, expected) in [
        (
            "[measures.rule.allies.x]\nhomes = []\nfrom = \"2020Q1\"\ncoverage = 1\nreference = \"r\"",
            "child.toml:12:9: error[empty-text]: a table of allies needs at least one home",
        ),
        (
            "[measures.rule.validated.x]\nend_users = []\nfrom = \"2020Q1\"\nreference = \"r\"",
            "child.toml:12:13: error[empty-text]: a permission needs at least one buyer",
        ),
        (
            "[measures.rule.additions.x]\nannounced = \"2020Q1\"\nin_force = \"2020Q1\"\nend_users = []\nreference = \"r\"",
            "child.toml:11:26: error[missing-key]: `measures.rule.additions.x` adds nothing",
        ),
        (
            "[market_access.x]\nhome = \"USA\"\nlocations = []\nfrom = \"2019Q3\"\nlogits = 1\nsource = \"doc\"",
            "child.toml:13:13: error[empty-text]: an opened market needs at least one location",
        ),
        (
            "sunset = \"2020Q2\"\n[prior_news.n]\nauthority = \"USA\"\nowners = \"CHN\"\nat = \"2018Q1\"\nsalience = 0.1\nreference = \" \"",
            "child.toml:17:13: error[empty-text]: `prior_news.n.reference` is empty",
        ),
    ] {
        let found = report(&format!("{MEASURE}{added}\n"));
        assert!(found.len() == 1 && found[0].starts_with(expected), "{found:#?}");
    }
}
