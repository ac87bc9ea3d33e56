//! `--json`: events on standard output, one JSON object a line.
//!
//! Invariant: every line goes through [`print()`], begins with `schema` and `event`, and its event with all its keys is
//! one of [`EVENTS`]. A key that a schema has once keeps its name and meaning; new keys and
//! events may come.

use serde_json::{Map, Value, json};
use sim_stats::summary::Summary;

use crate::event_list::EVENTS;
use crate::out::{self, outln};

/// Version of all events.
pub(crate) const SCHEMA: u32 = 1;

/// An event of the protocol.
pub(crate) struct Event {
    /// Its name.
    pub(crate) name: &'static str,
    /// The verbs that print it.
    pub(crate) verbs: &'static str,
    /// When, and what for.
    pub(crate) doc: &'static str,
    /// Its keys beside `schema` and `event`.
    pub(crate) keys: &'static [Key],
}

/// A key of an event.
pub(crate) struct Key {
    /// Its name.
    pub(crate) name: &'static str,
    /// What its value is.
    pub(crate) form: Form,
    /// Whether every event of the kind has it.
    always: bool,
    /// What it says.
    doc: &'static str,
}

/// What a value is.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// A text.
    Text,
    /// A whole number from 0.
    Count,
    /// A number; `null` where there is none.
    Number,
    /// Yes or no.
    Flag,
    /// This, or `null`.
    Maybe(&'static Form),
    /// A list.
    List(&'static Form),
    /// An object with these keys.
    Object(&'static [Key]),
    /// An object whose keys are names.
    Names,
    /// Anything: its meaning says what.
    Any,
}

/// A key that every event of the kind has.
pub(crate) const fn key(name: &'static str, form: Form, doc: &'static str) -> Key {
    Key { name, form, always: true, doc }
}

/// A key that some events of the kind have.
pub(crate) const fn may(name: &'static str, form: Form, doc: &'static str) -> Key {
    Key { name, form, always: false, doc }
}

impl Event {
    /// Its keys in words, for the page of commands.
    pub(crate) fn keys_in_words(&self) -> String {
        let one = |key: &Key| {
            let sometimes = if key.always { "" } else { " (not always)" };
            let doc = if key.doc.is_empty() { String::new() } else { format!(" {}", key.doc) };
            format!("`{}`{doc}{sometimes}", key.name)
        };
        self.keys.iter().map(one).collect::<Vec<_>>().join("; ")
    }
}

/// JSON Schema (draft 7) of a line.
pub(crate) fn schema() -> Value {
    let lines: Vec<Value> = EVENTS.iter().map(of_event).collect();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Chokepoint events",
        "description": "A line of what `chokepoint VERB --json` prints. New keys and new events may come.",
        "anyOf": lines,
    })
}

fn of_event(event: &Event) -> Value {
    let mut schema = of_keys(event.keys);
    let fixed =
        [("schema", json!({ "enum": [SCHEMA] })), ("event", json!({ "enum": [event.name] }))];
    for (name, form) in fixed {
        schema["properties"][name] = form;
        if let Some(required) = schema["required"].as_array_mut() {
            required.push(json!(name));
        }
    }
    schema["title"] = json!(event.name);
    schema["description"] = json!(format!("{}: {}", event.verbs, event.doc));
    schema
}

fn of_keys(keys: &[Key]) -> Value {
    let property = |key: &Key| {
        let mut schema = of_form(key.form);
        if !key.doc.is_empty() {
            schema["description"] = json!(key.doc);
        }
        (key.name.to_owned(), schema)
    };
    let properties: Map<String, Value> = keys.iter().map(property).collect();
    let required: Vec<&str> = keys.iter().filter(|key| key.always).map(|key| key.name).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

fn of_form(form: Form) -> Value {
    match form {
        Form::Text => json!({ "type": "string" }),
        Form::Count => json!({ "type": "integer", "minimum": 0 }),
        Form::Number => json!({ "anyOf": [{ "type": "number" }, { "type": "null" }] }),
        Form::Flag => json!({ "type": "boolean" }),
        Form::Maybe(form) => json!({ "anyOf": [of_form(*form), { "type": "null" }] }),
        Form::List(form) => json!({ "type": "array", "items": of_form(*form) }),
        Form::Object(keys) => of_keys(keys),
        Form::Names => json!({ "type": "object" }),
        Form::Any => json!({}),
    }
}

/// Prints an event with the keys of an object.
pub(crate) fn print(name: &str, keys: &Value) {
    debug_assert!(is_registered(name, keys), "`{name}` with {keys} is not in EVENTS");
    let mut line = json!({ "schema": SCHEMA, "event": name });
    if let (Value::Object(line), Value::Object(keys)) = (&mut line, keys) {
        line.extend(keys.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
    outln!("{}", out::escaped(&line.to_string()));
}

/// Whether an event is known, has all keys that it must have, and none that is not told.
fn is_registered(name: &str, keys: &Value) -> bool {
    let (Some(event), Some(keys)) =
        (EVENTS.iter().find(|event| event.name == name), keys.as_object())
    else {
        return false;
    };
    let there = |key: &Key| !key.always || keys.contains_key(key.name);
    let told = |name: &String| event.keys.iter().any(|key| key.name == name);
    event.keys.iter().all(there) && keys.keys().all(told)
}

/// A summary with all its quantiles.
pub(crate) fn summary(s: &Summary) -> Value {
    json!({
        "p5": s.p5, "p25": s.p25, "p50": s.p50, "p75": s.p75, "p95": s.p95, "mean": s.mean,
        "mc_error": s.error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_without_a_key_that_it_must_have_or_with_another_is_not_registered() {
        let whole = json!({ "exit": 3, "message": "no" });
        assert!(is_registered("failed", &whole));
        assert!(!is_registered("failed", &json!({ "exit": 3 })));
        assert!(!is_registered("failed", &json!({ "exit": 3, "message": "no", "why": 1 })));
        assert!(!is_registered("fialed", &whole));
    }

    #[test]
    fn events_and_their_keys_are_told_once() {
        for (i, event) in EVENTS.iter().enumerate() {
            assert!(EVENTS[..i].iter().all(|other| other.name < event.name), "{}", event.name);
            for (j, key) in event.keys.iter().enumerate() {
                let twice = event.keys[..j].iter().any(|other| other.name == key.name);
                assert!(!twice, "{}.{}", event.name, key.name);
            }
        }
    }
}
