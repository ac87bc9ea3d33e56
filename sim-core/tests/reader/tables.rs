//! One test for each class of problem in the data tables, with its cell.

use crate::library::Library;

/// Each row: file, what to change (from, to), the line that must be reported.
const CASES: &[(&str, &str, &str, &str)] = &[
    (
        "shares",
        "rounding_pct",
        "rounding_pc",
        "data/shares.csv:1:27: error[unknown-column]: unknown column `rounding_pc` \
         (a column with a similar name exists: `rounding_pct`)",
    ),
    (
        "shares",
        "rounding_pct",
        "note",
        "data/shares.csv:1:1: error[missing-column]: missing: rounding_pct",
    ),
    (
        "shares",
        "N1,USA,60",
        "N1,USA,sixty",
        "data/shares.csv:2:8: error[not-a-number]: `sixty` in column `share_pct` is not a number",
    ),
    (
        "shares",
        "N1,USA,60",
        "N1,USA,160",
        "data/shares.csv:2:8: error[out-of-range]: 160 is outside 0–100",
    ),
    (
        "shares",
        "N1,USA,60",
        "N1,USA,44",
        "data/shares.csv:2:8: error[share-sum]: the shares of `N1` sum to 84 %, outside 95–106 %",
    ),
    (
        "shares",
        "N1,USA,60,",
        "N1,USA,60,,",
        "data/shares.csv:2:1: error[ragged-row]: 8 cells, but the header has 7",
    ),
    (
        "shares",
        "N1,NLD,40",
        "N1,NDL,40",
        "data/shares.csv:3:4: error[unknown-id]: unknown jurisdiction `NDL` \
         (a jurisdiction with a similar name exists: `NLD`)",
    ),
    (
        "shares",
        "N1,NLD,40",
        "N1,USA,40",
        "data/shares.csv:3:4: error[duplicate-id]: `N1, USA` stands twice in column `country`",
    ),
    (
        "shares",
        "N1,NLD,40",
        "N1,CHN,40",
        "data/shares.csv:3:4: error[no-incumbent]: `CHN` has 40 % of `N1` but no incumbent product",
    ),
    (
        "shares",
        "60,0.5,doc",
        "60,0.5,dock",
        "data/shares.csv:2:15: error[unknown-source]: unknown source `dock`",
    ),
    (
        "shares",
        "doc,measured,\nN1,NLD",
        "doc,guessed,\nN1,NLD",
        "data/shares.csv:2:19: error[unknown-word]: `guessed` is not allowed here",
    ),
    (
        "segments",
        "process,1000",
        "process,0",
        "data/segments.csv:2:29: error[out-of-range]: 0 is outside",
    ),
    (
        "segments",
        "medium,0.5,yes",
        "tough,0.5,yes",
        "data/segments.csv:2:40: error[unknown-word]: `tough` is not allowed here",
    ),
    (
        "suppliers",
        "beta,Beta,NLD,NLD",
        "beta,Beta,NLD,NL",
        "data/suppliers.csv:3:15: error[unknown-id]: unknown jurisdiction `NL`",
    ),
    (
        "suppliers",
        "gamma,Gamma",
        "beta,Gamma",
        "data/suppliers.csv:4:1: error[duplicate-id]: `beta` stands twice in column `id`",
    ),
    (
        "products",
        "N1,gamma,2,roster_zero",
        "N1,gamma,2,incumbent",
        "data/products.csv:4:12: error[no-share]: `gamma` is an incumbent of `N1`, but `CHN` has \
         no printed share there",
    ),
    (
        "products",
        "N1,gamma,2,",
        "N1,gamma,1,",
        "data/products.csv:4:10: error[duplicate-slot]: `1` stands twice in column `slot`",
    ),
    (
        "products",
        "N1,gamma,2,",
        "N1,gamma,4096,",
        "data/products.csv:4:10: error[out-of-range]: 4096 is outside 0–4095",
    ),
    (
        "products",
        "N1,gamma,2,",
        "N1,gamma,1.5,",
        "data/products.csv:4:10: error[not-a-number]: 1.5 in column `slot` is not a whole number",
    ),
    (
        "lines",
        "fab-CN-domestic,0.75",
        "fab-CN-domestic,0.7",
        "data/lines.csv:2:55: error[line-share-sum]: `share_2019` of the lines on \
         `fab-CN-domestic` sums to 0.95, not 1",
    ),
    (
        "lines",
        "fab-US,1,1",
        "fab-USA,1,1",
        "data/lines.csv:5:40: error[unknown-id]: unknown spending path `fab-USA` \
         (a path with a similar name exists: `fab-US`)",
    ),
    (
        "lines",
        "0.8,fab-b",
        "0.8,fab-x",
        "data/lines.csv:2:68: error[unknown-id]: unknown line `fab-x`",
    ),
    (
        "lines",
        "fab-c,Fab C,2",
        "fab-c,Fab C,1048576",
        "data/lines.csv:4:13: error[out-of-range]: 1048576 is outside 0–1048575",
    ),
    (
        "spending",
        "fab-CN,2020,110,doc,measured,\n",
        "",
        "data/spending.csv:2:1: error[missing-year]: no spending in 2020 on: fab-CN",
    ),
    (
        "spending",
        "fab-US,2020,110",
        "fab-US,2020,-110",
        "data/spending.csv:7:13: error[out-of-range]: -110 is outside",
    ),
    (
        "spend_weights",
        "logic,etch,1,1,1,1",
        "logic,etch,1,1,0.9,1",
        "data/spend_weights.csv:2:16: error[weight-sum]: `level_4` of family `logic` sums to 0.9",
    ),
    (
        "spend_weights",
        "dram,etch",
        "dram,etching",
        "data/spend_weights.csv:3:6: error[unknown-id]: unknown class `etching`",
    ),
    (
        "routes",
        "multipatterning,logic,etch,1.2",
        "multipatterning,logic,etching,1.2",
        "data/routes.csv:2:23: error[unknown-id]: unknown class `etching`",
    ),
    (
        "routes",
        "chiplets,logic,etch,1,critical",
        "chiplets,logic,etch,-1,critical",
        "data/routes.csv:3:21: error[out-of-range]: -1 is outside 0–10",
    ),
    (
        "routes",
        "chiplets,logic,etch,1,critical",
        "chiplets,logic,etch,1,bonding",
        "data/routes.csv:4:",
    ),
    (
        "routes",
        "chiplets,logic,etch,1,critical",
        "chiplet,logic,etch,1,critical",
        "data/routes.csv:3:1: error[unknown-word]: `chiplet` is not allowed here",
    ),
    (
        "jurisdictions",
        "CHN,China,china",
        "CHN,China,east",
        "data/jurisdictions.csv:3:11: error[unknown-word]: `east` is not allowed here \
         (one of: us, china, third)",
    ),
    ("deflator", "2019,1,", "2019,,", "data/deflator.csv:3:6: error[not-a-number]: `` in column"),
    // What is complete, and what numbers may be on both sides.
    (
        "deflator",
        "2018,0.99,doc,expert\n",
        "",
        "data/deflator.csv:2:1: error[missing-year]: no price level in 2018",
    ),
    (
        "deflator",
        "2020,1.01",
        "2021,1.01",
        "data/deflator.csv:2:1: error[missing-year]: no price level in 2020",
    ),
    (
        "deflator",
        "2019,1,",
        "2019,1.02,",
        "data/deflator.csv:3:6: error[base-year]: the price level of 2019 is 1.02, not 1 (divide all of the column",
    ),
    (
        "deflator",
        "2020,1.01",
        "2020,101",
        "data/deflator.csv:4:6: error[out-of-range]: 101 is outside 0.1–10",
    ),
    (
        "deflator",
        "2020,1.01",
        "2019,1",
        "data/deflator.csv:4:1: error[duplicate-id]: `2019` stands twice",
    ),
    (
        "shares",
        "N1,USA,60,0.5",
        "N1,USA,60,50",
        "data/shares.csv:2:11: error[out-of-range]: 50 is outside 0–10",
    ),
    (
        "shares",
        "N2,USA,100,",
        "N2,USA,1,",
        "data/shares.csv:4:8: error[share-sum]: the shares of `N2` sum to 1 %, outside 95–106 %",
    ),
    (
        "spending",
        "fab-US,2020,110",
        "fab-US,2020,110000000",
        "data/spending.csv:7:13: error[out-of-range]: 110000000 is outside 0.000001–10000000 USD million",
    ),
    (
        "jurisdictions",
        "CHN,China,china",
        "KOR,Korea,china",
        "data/jurisdictions.csv:2:1: error[missing-row]: no row is of `CHN`, which the model rests on",
    ),
    (
        "jurisdictions",
        "third,doc,expert,0.5,0",
        "third,doc,expert,0.5,1\nDEU,Germany,third,doc,expert,0.5,0.5",
        "data/jurisdictions.csv:2:37: error[share-sum]: `diversion` sums to 1.5, above 1",
    ),
    (
        "spend_weights",
        "dram,etch,1,1,1,1,doc,expert,\n",
        "",
        "data/lines.csv:4:19: error[missing-row]: `fab-c` buys by the spend weights of `dram`, which has none",
    ),
    (
        "lines",
        "designer,none",
        "device,none",
        "data/segments.csv:3:24: error[missing-row]: no line buys segment `N2`",
    ),
];

#[test]
fn every_class_of_problem_is_reported_at_its_cell() {
    let mut failures = Vec::new();
    for (table, from, to, expected) in CASES {
        let library = Library::new().replaced(&format!("data/{table}.csv"), from, to);
        let report = library.report("base.toml", &[]);
        if !report.iter().any(|line| line.starts_with(expected)) {
            failures.push(format!("{table}: {to}\n  expected {expected}\n  reported {report:#?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn a_table_without_rows_is_a_problem_and_not_an_absence() {
    let tables = [
        "jurisdictions",
        "segments",
        "shares",
        "suppliers",
        "products",
        "lines",
        "spending",
        "deflator",
        "spend_weights",
    ];
    for table in tables {
        let mut library = Library::new();
        let path = format!("data/{table}.csv");
        let text = library.0.get_mut(&path).expect("the table");
        *text = text.lines().next().map(|header| format!("{header}\n")).expect("a header");
        let report = library.report("base.toml", &[]);
        let expected = format!("{path}: error[empty-table]: the table has a header and no rows");
        assert!(report.iter().any(|line| line.starts_with(&expected)), "{table}: {report:#?}");
    }
    // Without routes nothing has a way around what it lacks: that is a world, too.
    let header = "route,family,class,factor,role,source,grade,note\n";
    let mut library = Library::new();
    library.0.insert("data/routes.csv".to_owned(), header.to_owned());
    assert_eq!(library.report("base.toml", &[]), [""; 0]);
    library.0.insert("sources.toml".to_owned(), "# none\n".to_owned());
    let report = library.report("base.toml", &[]);
    assert!(report[0].starts_with("sources.toml: error[empty-table]"), "{report:#?}");
}

#[test]
fn the_dust_of_binary_fractions_is_no_problem() {
    let library =
        Library::new().replaced("data/shares.csv", "N2,USA,100,", "N2,USA,100.00000000000001,");
    let scenario = library.load("base.toml", &[]).expect("it is valid").scenario;
    assert_eq!(scenario.tables.shares[2].share_pct, 100.0);
    let library = Library::new().replaced("data/shares.csv", "N2,USA,100,", "N2,USA,100.0001,");
    let report = library.report("base.toml", &[]);
    assert!(report.iter().any(|line| line.contains("100.0001 is outside 0–100")), "{report:#?}");
}

#[test]
fn a_missing_column_is_one_problem_and_not_one_for_each_row() {
    let library = Library::new().replaced("data/lines.csv", "state_exposure", "note");
    let report = library.report("base.toml", &[]);
    let lines: Vec<_> = report.iter().filter(|line| line.contains("lines.csv")).collect();
    assert_eq!(lines.len(), 2, "{report:#?}");
}

#[test]
fn an_idle_spending_path_is_a_warning() {
    let library = Library::new().replaced(
        "data/spending.csv",
        "fab-US,2019",
        "idle,2019,1,doc,expert,\nidle,2020,1,doc,expert,\nfab-US,2019",
    );
    let report = library.report("base.toml", &[]);
    assert!(report.len() == 1 && report[0].contains("warning[unused]"), "{report:#?}");
}

#[test]
fn quarters_of_a_year_are_all_there_or_none() {
    let with = |quarters: &str| {
        let text = Library::new().0["data/spending.csv"]
            .replace(",source,", ",q1,q2,q3,q4,source,")
            .replace(",doc,", ",,,,,doc,")
            .replace("fab-CN,2019,100,,,,,", &format!("fab-CN,2019,100,{quarters},"));
        Library(Library::new().0.into_iter().chain([("data/spending.csv".into(), text)]).collect())
    };
    let scenario = with("1,2,3,4").load("base.toml", &[]).expect("it is valid").scenario;
    let of =
        |year| scenario.tables.spending.iter().find(|row| row.path == "fab-CN" && row.year == year);
    assert_eq!(of(2019).expect("a row").quarters, Some([1.0, 2.0, 3.0, 4.0]));
    assert_eq!(of(2020).expect("a row").quarters, None);
    for (quarters, expected) in [
        ("1,2,,4", "data/spending.csv:3:21: error[not-a-number]"),
        ("1,2,-3,4", "data/spending.csv:3:21: error[out-of-range]"),
    ] {
        let report = with(quarters).report("base.toml", &[]);
        assert!(report.iter().any(|line| line.starts_with(expected)), "{report:#?}");
    }
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let plain = Library::new().load("base.toml", &[]).expect("it is valid").scenario;
    let library = Library(
        Library::new()
            .0
            .into_iter()
            .map(|(path, text)| (path, format!("\u{feff}{}", text.replace('\n', "\r\n"))))
            .collect(),
    );
    assert_eq!(library.load("base.toml", &[]).expect("it is valid").scenario, plain);
}
