//! JSON Schema (draft 7) of scenario, study and experiment files, for editors: completion, hovers, red lines.
//!
//! Made from the tables of keys from which the readers take theirs, so it knows a key exactly if they do. It checks the
//! form of a single file: ids, dates against each other and what parents give are for `chokepoint check`.
//!
//! Invariant: the schema depends on the program alone.

use serde_json::{Map, Value, json};
use sim_core::scenario::keys::{Form, Key, SCENARIO};
use sim_core::scenario::mechanism::MECHANISMS;
use sim_core::scenario::param::{SPECS, Spec};

use crate::question::keys::STUDY;
use crate::sweep::keys::EXPERIMENT;

/// How a quarter is written: `2022Q4`, or a date.
const QUARTER: &str = "^[0-9]{4}([Qq][1-4]|-[0-9]{2}-[0-9]{2})$";

/// How a date is written.
const DATE: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";

/// The schema of scenario files.
pub fn scenario() -> Value {
    root("Chokepoint scenario", "A regime of export controls, or the baseline.", SCENARIO, false)
}

/// The schema of experiment files.
pub fn experiment() -> Value {
    root("Chokepoint experiment", "A sweep over levers and uncertainties.", EXPERIMENT, true)
}

/// The schema of studies.
pub fn study() -> Value {
    root(
        "Chokepoint study",
        "A question: what is compared with what, and which rows answer it.",
        STUDY,
        true,
    )
}

fn root(title: &str, doc: &str, keys: &[Key], whole: bool) -> Value {
    let mut schema = table(keys, whole, false);
    let say = [
        ("$schema", "http://json-schema.org/draft-07/schema#"),
        ("title", title),
        ("description", doc),
    ];
    for (key, text) in say {
        schema.insert(key.to_owned(), json!(text));
    }
    Value::Object(schema)
}

/// A table. Keys that a parent may give are not required of a file, unless it is `whole`.
fn table(keys: &[Key], whole: bool, can_drop: bool) -> Map<String, Value> {
    let mut properties: Map<String, Value> =
        keys.iter().map(|key| (key.name.to_owned(), property(key, whole))).collect();
    if can_drop {
        let doc = "Removes what a parent has under this name; keys beside it hold alone.";
        properties.insert("drop".to_owned(), json!({ "type": "boolean", "description": doc }));
    }
    let mut schema = closed(properties);
    let needed: Vec<&str> = keys.iter().filter(|k| k.needed).map(|k| k.name).collect();
    if whole && !needed.is_empty() {
        schema.insert("required".to_owned(), json!(needed));
    }
    schema
}

/// A table with these keys and no others.
fn closed(properties: Map<String, Value>) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(properties));
    schema.insert("additionalProperties".to_owned(), json!(false));
    schema
}

/// A key with its hover.
fn property(key: &Key, whole: bool) -> Value {
    let mut schema = form(key.form, whole);
    let unit = match key.form {
        Form::Number(_, _, unit) | Form::Count(_, _, unit) | Form::Dated(_, _, unit, _) => {
            format!(" Unit: {unit}.")
        }
        Form::WordOrShare(_) => " A word, or a share from 0 to 1.".to_owned(),
        Form::Quarter => " Written as 2022Q4 or 2022-10-07.".to_owned(),
        _ => String::new(),
    };
    if let Value::Object(schema) = &mut schema {
        schema.insert("description".to_owned(), json!(format!("{}{unit}", key.doc)));
    }
    schema
}

fn form(form: Form, whole: bool) -> Value {
    match form {
        Form::Text => json!({ "type": "string" }),
        Form::Quarter => quarter(),
        Form::Flag => json!({ "type": "boolean" }),
        Form::Number(low, high, _) => number(low, high),
        Form::Count(low, high, _) => json!({ "type": "integer", "minimum": low, "maximum": high }),
        Form::Words(words) => json!({ "enum": words }),
        Form::WordOrShare(words) => json!({ "anyOf": [{ "enum": words }, number(0.0, 1.0)] }),
        Form::Dated(low, high, _, words) => dated(low, high, words),
        Form::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Form::Range => range(f64::MIN, f64::MAX),
        Form::Table(keys) => Value::Object(table(keys, whole, false)),
        Form::Items(keys) => named(&Value::Object(table(keys, whole, true))),
        Form::Named(keys) => named(&Value::Object(table(keys, whole, false))),
        Form::Parameters(keys) => each_parameter(|spec| {
            let value = number(spec.low, spec.high);
            json!({ "anyOf": [value, table(keys, false, false)] })
        }),
        Form::ParameterRanges => each_parameter(|spec| range(spec.low, spec.high)),
        Form::Cases => named(&each_parameter(|spec| number(spec.low, spec.high))),
        Form::Mechanisms => {
            let switch = |doc: &str, off: &str| json!({ "type": "boolean", "description": format!("{doc} Off: {off}.") });
            let all = MECHANISMS.iter().map(|m| (m.key.to_owned(), switch(m.doc, m.neutral)));
            Value::Object(closed(all.collect()))
        }
        Form::Choices(keys) => named(&choice(keys)),
        Form::ChoiceItems(keys) => named(&named(&choice(keys))),
    }
}

/// A quarter: a text, or a date of TOML without quotes. Editors take that for a text of the format `date`; validators of
/// other languages have dates of their own, which are of none of the types of JSON.
fn quarter() -> Value {
    let json = ["null", "boolean", "number", "string", "array", "object"];
    json!({ "anyOf": [
        { "type": "string", "pattern": QUARTER },
        { "type": "string", "format": "date", "pattern": DATE },
        { "not": { "type": json } },
    ] })
}

/// A number or a word, or such values by quarter.
fn dated(low: f64, high: f64, words: &[&str]) -> Value {
    let mut level = vec![number(low, high)];
    if !words.is_empty() {
        level.push(json!({ "enum": words }));
    }
    let dates = json!({
        "type": "object",
        "propertyNames": { "anyOf": [{ "pattern": QUARTER }, { "pattern": DATE }] },
        "additionalProperties": { "anyOf": level },
        "minProperties": 1,
    });
    level.push(dates);
    json!({ "anyOf": level })
}

/// Overrides, or a table of them.
fn choice(keys: &[Key]) -> Value {
    json!({ "anyOf": [form(Form::Texts, true), table(keys, true, false)] })
}

/// Things under names of the author's.
fn named(item: &Value) -> Value {
    json!({ "type": "object", "additionalProperties": item })
}

fn number(low: f64, high: f64) -> Value {
    if low == f64::MIN {
        return json!({ "type": "number" });
    }
    json!({ "type": "number", "minimum": low, "maximum": high })
}

fn range(low: f64, high: f64) -> Value {
    json!({ "type": "array", "items": number(low, high), "minItems": 2, "maxItems": 2 })
}

/// An entry for each parameter, with its hover.
fn each_parameter(schema: impl Fn(&Spec) -> Value) -> Value {
    let entry = |spec: &Spec| {
        let mut value = schema(spec);
        if let Value::Object(value) = &mut value {
            let doc = format!("{} Unit: {}; {} to {}.", spec.doc, spec.unit, spec.low, spec.high);
            value.insert("description".to_owned(), json!(doc));
        }
        (spec.key.to_owned(), value)
    };
    Value::Object(closed(SPECS.iter().map(entry).collect()))
}
