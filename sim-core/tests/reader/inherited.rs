//! Entries under the name of an inherited one: what they change and keep is said.

use sim_core::scenario::problem::Severity;

use crate::library::{Library, MEASURE};

/// A child of the child.
fn grand(text: &str) -> Library {
    let mut library =
        Library::with_child(&format!("{MEASURE}owners = [\"CHN\"]\nservicing = \"barred\"\n"));
    library.0.insert("grand.toml".to_owned(), format!("extends = \"child.toml\"\n{text}"));
    library
}

const ANEW: &str = "[measures.rule]\ntitle = \"Another\"\nreference = \"r\"\nauthority = \"NLD\"\n\
                    announced = \"2020Q1\"\nin_force = \"2020Q2\"\ndestinations = [\"CHN\"]\nembargo = {}\n";

fn notes(library: &Library) -> (Vec<String>, Vec<String>) {
    let reading = library.load("grand.toml", &[]).expect("it is valid");
    assert!(reading.notes.iter().all(|note| note.severity == Severity::Note));
    let lines = |problems: &[sim_core::scenario::problem::Problem]| {
        problems.iter().map(ToString::to_string).collect()
    };
    (lines(&reading.warnings), lines(&reading.notes))
}

#[test]
fn a_measure_written_anew_under_an_inherited_name_is_a_warning() {
    let (warnings, notes) = notes(&grand(ANEW));
    assert_eq!(notes, [""; 0]);
    let expected = "grand.toml:2:11: warning[inherits]: changes 7 keys of `rule` of child.toml, keeps 2 (owners, \
                    servicing) (";
    assert!(warnings.len() == 1 && warnings[0].starts_with(expected), "{warnings:#?}");
    assert!(warnings[0].contains("`drop = true`"), "{warnings:#?}");
}

#[test]
fn a_change_of_few_keys_is_a_note() {
    let (warnings, notes) = notes(&grand("[measures.rule]\nenforcement = \"strong\"\n"));
    assert_eq!(warnings, [""; 0]);
    let expected = "grand.toml:2:11: note[inherits]: changes 1 key of `rule` of child.toml, keeps 9 (announced, \
                    authority, destinations, hard_cap, in_force, owners, reference, servicing, title)";
    assert_eq!(notes, [expected]);
}

#[test]
fn another_name_or_a_change_by_override_is_no_note() {
    let (warnings, found) = notes(&grand(&ANEW.replace("measures.rule", "measures.other")));
    assert!(warnings.is_empty() && found.is_empty(), "{warnings:#?} {found:#?}");
    let library = Library::with_child(MEASURE);
    let reading =
        library.load("child.toml", &["measures.rule.enforcement=strong"]).expect("it is valid");
    assert!(reading.warnings.is_empty() && reading.notes.is_empty());
}

#[test]
fn a_warning_is_told_of_a_parent_too_and_a_note_is_not() {
    for (text, told) in [(ANEW, 1), ("[measures.rule]\nenforcement = \"strong\"\n", 0)] {
        let mut library = grand(text);
        let last = "extends = \"grand.toml\"\ntitle = \"Last\"\n".to_owned();
        library.0.insert("last.toml".to_owned(), last);
        let reading = library.load("last.toml", &[]).expect("it is valid");
        assert_eq!((reading.warnings.len(), reading.notes.len()), (told, 0));
    }
}

#[test]
fn drop_beside_other_keys_begins_anew() {
    let library = grand(&ANEW.replace("title =", "drop = true\ntitle ="));
    let (warnings, notes) = notes(&library);
    assert!(warnings.is_empty() && notes.is_empty(), "{warnings:#?} {notes:#?}");
    let scenario = library.load("grand.toml", &[]).expect("it is valid").scenario;
    let [rule] = scenario.measures.as_slice() else { panic!("{:#?}", scenario.measures) };
    assert_eq!(
        (rule.title.as_str(), rule.owners.len(), rule.servicing_barred),
        ("Another", 0, false)
    );
}

#[test]
fn a_mandate_written_anew_is_a_warning() {
    let first = "[mandates.m]\nowner = \"CHN\"\nfrom = \"2019Q2\"\nto = \"2019Q4\"\nlogits = 1\nsource = \"doc\"\n";
    let mut library = grand(first);
    let last = first.replace("to = \"2019Q4\"\n", "").replace("2019Q2", "2020Q1");
    let child = library.0.get_mut("child.toml").expect("the child");
    child.push_str(first);
    library.0.insert("grand.toml".to_owned(), format!("extends = \"child.toml\"\n{last}"));
    let report = library.report("grand.toml", &[]);
    assert!(
        report.iter().any(|line| line.contains("`to` 2019Q4 is not after `from` 2020Q1")),
        "{report:#?}"
    );
    let late = library.replaced("child.toml", "to = \"2019Q4\"", "to = \"2020Q3\"");
    let (warnings, _) = notes(&late);
    let expected =
        "grand.toml:2:11: warning[inherits]: changes 4 keys of `m` of child.toml, keeps 1 (to)";
    assert!(warnings.len() == 1 && warnings[0].starts_with(expected), "{warnings:#?}");
}

#[test]
fn a_slip_in_an_inherited_name_is_one_problem() {
    let report = grand("[measures.rulle]\nsunset = \"2020Q3\"\n").report("grand.toml", &[]);
    let expected = "grand.toml:2:11: error[unknown-id]: no parent has `rulle`, and alone it says too little to be read \
                    (a parent has `rule`)";
    assert_eq!(report, [expected]);
    let report = grand("[measures.other]\nsunset = \"2020Q3\"\n").report("grand.toml", &[]);
    assert!(
        report.len() > 3 && report.iter().any(|line| line.contains("missing-key")),
        "{report:#?}"
    );
}
