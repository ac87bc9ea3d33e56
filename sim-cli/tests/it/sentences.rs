//! What a run says of itself, on the screen and in the brief: what reviewers read and found false stays mended.

use std::fs;
use std::path::Path;

use super::{chokepoint, root, unwrapped};

/// What a short comparison says on the screen, and its brief as text.
fn said(place: &Path, words: &[&str]) -> (String, String) {
    said_to("2025Q4", place, words)
}

fn said_to(end: &str, place: &Path, words: &[&str]) -> (String, String) {
    let out = place.join("run");
    let end = format!("time.end={end}");
    let mut compare = chokepoint();
    compare.env("COLUMNS", "220");
    compare.arg("compare").args(words).args(["--set", &end, "--out"]).arg(&out);
    let done = compare.assert().success();
    let screen = unwrapped(&String::from_utf8(done.get_output().stdout.clone()).unwrap());
    let page = fs::read_to_string(out.join("brief.html")).unwrap();
    (screen, page.replace("&#x27;", "'").replace("&quot;", "\""))
}

#[test]
fn chips_lead_where_they_change_most_and_have_a_row() {
    let place = tempfile::tempdir().unwrap();
    let (screen, page) =
        said(place.path(), &["chip-ban", "--baseline", "baseline", "--replicates", "4"]);
    let finding = screen.split("Under \u{201c}Ban on chip sales\u{201d}").nth(1).unwrap();
    let [chips, tools] =
        ["US chip firms lose USD", "US makers of tools"].map(|who| finding.find(who).unwrap());
    assert!(chips < tools, "{finding}");
    assert!(screen.contains("Revenue from tools, materials, software and IP 2019\u{2013}2025"));
    assert!(screen.contains("Counted apart 2019\u{2013}2025, USD bn (2019 dollars)"), "{screen}");
    assert!(page.contains("<td>US chip firms, world, USD bn (2019 dollars)</td>"), "{page}");
}

#[test]
fn fees_have_a_row_where_they_are_taken() {
    let place = tempfile::tempdir().unwrap();
    let words = ["h200-terms", "--baseline", "ai-chips", "--replicates", "2"];
    let (screen, page) = said_to("2023Q4", place.path(), &words);
    assert!(!screen.contains("Licence fees") && !page.contains("Licence fees"), "{screen}");
    let place = tempfile::tempdir().unwrap();
    let (screen, page) = said_to("2027Q4", place.path(), &words);
    assert!(screen.contains("Licence fees to governments"), "{screen}");
    assert!(page.contains("Licence fees to governments, USD bn (2019 dollars)"));
}

#[test]
fn a_variant_is_not_praised_for_the_test_of_another_model() {
    for (set, untested) in [
        ("parameters.stickiness=0", true),
        ("mechanisms.drift=false", true),
        ("time.end=2025Q4", false),
    ] {
        let place = tempfile::tempdir().unwrap();
        let (screen, page) = said(
            place.path(),
            &["hard-cap", "--replicates", "2", "--baseline", "baseline", "--set", set],
        );
        assert_eq!(page.contains("This variant was not tested"), untested, "{set}");
        assert_eq!(page.contains("Against what happened:"), !untested, "{set}");
        assert_eq!(page.contains("shares of 2024 (31 segments)"), !untested, "{set}");
        assert_eq!(screen.contains("Not the model that was tested"), untested, "{set}: {screen}");
        let key = set.split('=').next().unwrap();
        assert!(screen.contains("Changed by hand:") && screen.contains(key), "{set}: {screen}");
        assert!(page.contains(key), "{set}");
    }
}

#[test]
fn a_test_is_told_of_both_countries_and_of_firms() {
    let place = tempfile::tempdir().unwrap();
    let (_, page) =
        said(place.path(), &["hard-cap", "--replicates", "2", "--baseline", "baseline"]);
    let line = page.split("Against what happened:").nth(1).unwrap().split("</li>").next().unwrap();
    for wanted in
        ["of China\u{2019}s", "% of US shares", "figures of firms", "Too sure of itself", "US +"]
    {
        assert!(line.contains(wanted), "{wanted}: {line}");
    }
}

#[test]
fn of_few_runs_there_is_no_interval() {
    let place = tempfile::tempdir().unwrap();
    let (screen, page) =
        said(place.path(), &["hard-cap", "--replicates", "8", "--baseline", "baseline"]);
    assert!(screen.contains("range of 8 runs") && !screen.contains("5\u{2013}95 %"), "{screen}");
    assert!(screen.contains("lowest to highest of 8"), "{screen}");
    assert!(page.contains("too few for 90 % intervals"));
}

#[test]
fn no_part_is_told_of_what_could_be_nothing() {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("run");
    // US suppliers lose in some segments and gain in sum.
    said(place.path(), &["hard-cap-allied", "--baseline", "hard-cap", "--replicates", "6"]);
    chokepoint()
        .args(["chart", "--figure", "substitution", "--quiet"])
        .arg(&out)
        .assert()
        .success();
    let svg = fs::read_to_string(out.join("figures/substitution.svg")).unwrap();
    let title = svg.split("</title>").next().unwrap().rsplit('>').next().unwrap().to_owned();
    assert!(!title.contains(" % of") && title.contains("Chinese suppliers"), "{title}");
}

#[test]
fn titles_are_quoted_as_their_author_wrote_them() {
    let place = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for (name, title) in [("today", "As of Today"), ("out", "Netherlands out in 2028")] {
        let file = place.path().join(format!("{name}.toml"));
        let text = format!(
            "schema = 1\nextends = \"{}/scenarios/hard-cap.toml\"\ntitle = \"{title}\"\nsummary = \"s\"\n",
            root().display()
        );
        fs::write(&file, text).unwrap();
        files.push(file.display().to_string());
    }
    let words = [files[0].as_str(), &files[1], "--baseline", "baseline", "--replicates", "2"];
    let (screen, page) = said(place.path(), &words);
    for text in [&screen, &page] {
        assert!(text.contains("\u{201c}As of Today\u{201d}"), "{text}");
        assert!(text.contains("\u{201c}Netherlands out in 2028\u{201d}"), "{text}");
        assert!(!text.contains("netherlands out") && !text.contains("as of Today"), "{text}");
    }
}
