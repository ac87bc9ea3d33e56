//! The schema for editors and the readers know the same keys.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sim_core::calendar::Quarter;
use sim_core::scenario::keys::{SCENARIO, paths};
use sim_core::scenario::problem::{Code, Problems};
use sim_lab::{library, schema};

use super::{chokepoint, root};

/// A file as JSON, as a language server sees it.
fn as_json(path: &Path) -> Value {
    let text = fs::read_to_string(path).expect("a text");
    convert(toml::Value::Table(text.parse().unwrap_or_else(|e| panic!("{}: {e}", path.display()))))
}

fn convert(value: toml::Value) -> Value {
    match value {
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(k, v)| (k, convert(v))).collect())
        }
        toml::Value::Array(items) => items.into_iter().map(convert).collect(),
        toml::Value::String(text) => json!(text),
        toml::Value::Integer(number) => json!(number),
        toml::Value::Float(number) => json!(number),
        toml::Value::Boolean(flag) => json!(flag),
        toml::Value::Datetime(date) => json!(date.to_string()),
    }
}

fn is_of_type(value: &Value, word: &Value) -> bool {
    match word.as_str().expect("a word") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        other => panic!("type {other}"),
    }
}

/// Where a value breaks a schema. Knows the words that our schemas use, and no others.
fn broken(schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    for (word, rule) in schema.as_object().expect("a schema is an object") {
        let fine = match word.as_str() {
            "$schema" | "title" | "description" | "properties" | "additionalProperties" => true,
            "type" => match rule.as_array() {
                Some(types) => types.iter().any(|word| is_of_type(value, word)),
                None => is_of_type(value, rule),
            },
            // Editors take a bare date of TOML for a text of this format.
            "format" => *rule == json!("date") && value.as_str().is_some_and(|t| t.len() == 10),
            "not" => {
                let mut inner = Vec::new();
                broken(rule, value, path, &mut inner);
                !inner.is_empty()
            }
            "enum" => rule.as_array().expect("a list").contains(value),
            "minimum" => value.as_f64().is_none_or(|x| x >= rule.as_f64().expect("a number")),
            "maximum" => value.as_f64().is_none_or(|x| x <= rule.as_f64().expect("a number")),
            "minItems" | "maxItems" => value.as_array().is_none_or(|v| v.len() as u64 == *rule),
            "minProperties" => value
                .as_object()
                .is_none_or(|v| rule.as_u64().is_some_and(|least| v.len() as u64 >= least)),
            "propertyNames" => value.as_object().into_iter().flatten().all(|(key, _)| {
                let mut inner = Vec::new();
                broken(rule, &json!(key), path, &mut inner);
                inner.is_empty()
            }),
            "pattern" => value.as_str().is_some_and(|text| text.parse::<Quarter>().is_ok()),
            "required" => {
                let names = rule.as_array().expect("a list").iter();
                names.map(|n| n.as_str().expect("a name")).all(|n| value.get(n).is_some())
            }
            "items" => {
                for (i, item) in value.as_array().into_iter().flatten().enumerate() {
                    broken(rule, item, &format!("{path}[{i}]"), found);
                }
                true
            }
            "anyOf" => rule.as_array().expect("a list").iter().any(|choice| {
                let mut inner = Vec::new();
                broken(choice, value, path, &mut inner);
                inner.is_empty()
            }),
            other => panic!("the schema uses `{other}`, which this test does not know"),
        };
        if !fine {
            found.push(format!("{path}: {word}"));
        }
    }
    let none = serde_json::Map::new();
    let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
    for (key, inner) in value.as_object().into_iter().flatten() {
        let path = format!("{path}.{key}");
        match (properties.get(key), schema.get("additionalProperties")) {
            (Some(property), _) => broken(property, inner, &path, found),
            (None, Some(Value::Bool(false))) => found.push(format!("{path}: unknown")),
            (None, Some(rule)) if rule.is_object() => broken(rule, inner, &path, found),
            _ => {}
        }
    }
}

/// Where a value breaks a schema.
pub(super) fn problems(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    broken(schema, value, "", &mut found);
    found
}

fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).expect("a directory");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .filter(|path| path.file_stem().is_none_or(|stem| stem != "ensemble"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_shipped_file_fits_its_schema() {
    let mut counted = 0;
    for (folder, schema) in [
        ("scenarios", schema::scenario()),
        ("scenarios/studies", schema::study()),
        ("scenarios/experiments", schema::experiment()),
    ] {
        for file in files(folder) {
            let found = problems(&schema, &as_json(&file));
            assert!(found.is_empty(), "{}:\n{}", file.display(), found.join("\n"));
            counted += 1;
        }
    }
    assert!(counted > 20, "{counted} files");
}

/// What the reader says of one more line in the baseline.
fn reader(set: &str) -> Vec<Code> {
    match library::load(&root().join("scenarios/baseline.toml"), &[set.to_owned()]) {
        Ok(_) => Vec::new(),
        Err(Problems(problems)) => problems.into_iter().map(|p| p.code).collect(),
    }
}

/// A file in which only the key of a path is written.
fn only(path: &str) -> Value {
    let dates = json!("2030Q1");
    path.rsplit('.').fold(dates, |inner, key| json!({ key: inner }))
}

#[test]
fn reader_and_schema_know_the_same_keys() {
    let schema = schema::scenario();
    let knows = |path: &str| !problems(&schema, &only(path)).iter().any(|p| p.ends_with("unknown"));
    for (path, _) in paths(SCENARIO) {
        if path == "extends" || path.starts_with("parameters.") {
            continue;
        }
        let path = path.replace("NAME", "x");
        // The kinds of an end use have keys of their own; without a kind, none is looked at.
        let set = match path.strip_prefix("measures.x.end_use.") {
            Some("tag" | "frontier_lag" | "min_level") | None => format!("{path}=1"),
            Some(key) => format!("measures.x.end_use={{ min_level = 1, {key} = 1 }}"),
        };
        assert!(!reader(&set).contains(&Code::UnknownKey), "the reader does not know {path}");
        assert!(knows(&path), "the schema does not know {path}");
        let wrong = format!("{path}zz");
        let set = match wrong.strip_prefix("measures.x.end_use.") {
            None => format!("{wrong}=1"),
            Some(key) => format!("measures.x.end_use={{ min_level = 1, {key} = 1 }}"),
        };
        assert!(reader(&set).contains(&Code::UnknownKey), "the reader knows {wrong}");
        assert!(!knows(&wrong), "the schema knows {wrong}");
    }
}

#[test]
fn the_schema_finds_what_is_wrong() {
    let schema = schema::scenario();
    for (path, value) in [
        (vec!["measures", "m", "enforcement"], json!("fierce")),
        (vec!["measures", "m", "enforcement"], json!(1.4)),
        (vec!["measures", "m", "enforcement"], json!({})),
        (vec!["measures", "m", "enforcement"], json!({ "2022": 0.5 })),
        (vec!["measures", "m", "enforcement"], json!({ "2022Q4": 1.4 })),
        (vec!["measures", "m", "announced"], json!(2022)),
        (vec!["parameters", "belief-gain"], json!(7)),
        (vec!["parameters", "no-such"], json!(0.1)),
        (vec!["mechanisms", "learning"], json!("off")),
        (vec!["schema"], json!(2)),
    ] {
        let file = path.iter().rev().fold(value, |inner, key| json!({ *key: inner }));
        assert!(!problems(&schema, &file).is_empty(), "{file}");
    }
}

#[test]
fn a_bare_date_is_a_quarter_for_reader_and_schema() {
    for written in ["2026-12-02", "\"2026-12-02\"", "\"2026Q4\""] {
        assert_eq!(reader(&format!("time.end={written}")), [], "{written}");
    }
    // What is no text, such as the dates of other languages, is not refused for being none.
    let schema = schema::scenario();
    let end = schema.pointer("/properties/time/properties/end/anyOf").and_then(Value::as_array);
    let forms = end.expect("several forms");
    assert!(forms.iter().any(|form| form.get("type").is_none() && form.get("not").is_some()));
    assert!(forms.iter().any(|form| form.get("format") == Some(&json!("date"))));
}

#[test]
fn the_command_prints_each_schema() {
    for (of, schema, key, says) in [
        ("scenario", schema::scenario(), "title", "Name for people."),
        ("study", schema::study(), "question", "What is asked, in a line."),
        ("experiment", schema::experiment(), "title", "Name for people."),
    ] {
        let done = chokepoint().args(["schema", of]).assert().success();
        let printed: Value = serde_json::from_slice(&done.get_output().stdout).expect("JSON");
        assert_eq!(printed, schema);
        let hover = format!("/properties/{key}/description");
        assert_eq!(printed.pointer(&hover).and_then(Value::as_str), Some(says));
    }
}
