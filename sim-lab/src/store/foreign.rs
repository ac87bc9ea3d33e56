//! JSON from elsewhere: plans, manifests, studies and sidecars that anybody can have written.
//!
//! Invariant: what is read here holds no character that a terminal obeys, and no reason for a refusal repeats a text of
//! the file: a file that is none of ours may be anybody's secret.

use std::path::{Component, Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;
use sim_core::scenario::plain::{is_line, unprintable};

/// Reads a text as JSON of some form.
///
/// # Errors
/// Why it cannot be read, as a fragment without any of its text.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let all: Value = serde_json::from_str(text).map_err(|e| reason(&e))?;
    if let Some(c) = hidden(&all) {
        return Err(format!("a text in it holds the control character U+{:04X}", u32::from(c)));
    }
    serde_json::from_str(text).map_err(|e| reason(&e))
}

/// Why a text is not the wanted JSON. Only names of our own fields are repeated.
pub(crate) fn reason(error: &serde_json::Error) -> String {
    let at = format!("line {}, column {}", error.line(), error.column());
    let said = error.to_string();
    let missing = said.strip_prefix("missing field `").and_then(|rest| rest.split_once('`'));
    match (error.classify(), missing) {
        (Category::Data, Some((field, _))) => format!("it has no `{field}`"),
        (Category::Data, None) => format!("{at} holds what this program does not write"),
        (Category::Eof, _) => "it is cut short".to_owned(),
        (Category::Syntax | Category::Io, _) => format!("it is no JSON ({at})"),
    }
}

/// The first character of any text or key that must not be shown.
fn hidden(value: &Value) -> Option<char> {
    match value {
        Value::String(text) => unprintable(text),
        Value::Array(items) => items.iter().find_map(hidden),
        Value::Object(fields) => {
            fields.iter().find_map(|(key, value)| unprintable(key).or_else(|| hidden(value)))
        }
        _ => None,
    }
}

/// Whether a name is that of a file within a directory: relative, with no way out, on any system.
pub(crate) fn is_inner(name: &str) -> bool {
    let path = Path::new(name);
    is_line(name)
        && !name.is_empty()
        && !name.contains(['\\', ':'])
        && path.components().all(|part| matches!(part, Component::Normal(_)))
}

/// The path of a file within a directory, wherever links lead.
///
/// # Errors
/// If the name leads out of it, or a link does.
pub(crate) fn within(directory: &Path, name: &str) -> Result<PathBuf, &'static str> {
    if !is_inner(name) {
        return Err("names a file outside of its directory");
    }
    let path = directory.join(name);
    // What is not there is said by whoever reads it.
    if let (Ok(home), Ok(target)) = (directory.canonicalize(), path.canonicalize())
        && !target.starts_with(home)
    {
        return Err("is a link that leads out of its directory: put a copy of the file there");
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Ours {
        command: Vec<String>,
        #[allow(dead_code)] // what it is read for
        #[serde(default)]
        count: u32,
    }

    fn refused(text: &str) -> String {
        read::<Ours>(text).expect_err("it is none of ours")
    }

    #[test]
    fn a_refusal_repeats_nothing_of_the_file() {
        let secret = "hunter2";
        for (text, says) in [
            (format!("{secret}:x:0:0"), "no JSON (line 1, column 1)"),
            (format!("{{\"password\": \"{secret}\"}}"), "it has no `command`"),
            (format!("{{\"command\": \"{secret}\"}}"), "line 1, column 21 holds what"),
            (format!("{{\"command\": [], \"count\": \"{secret}\"}}"), "holds what"),
            (format!("\"{secret}\""), "holds what"),
            (format!("[\"{secret}\""), "cut short"),
        ] {
            let said = refused(&text);
            assert!(said.contains(says) && !said.contains(secret), "{text}: {said}");
        }
        let whole = read::<Ours>("{\"command\": [\"a\\nb\"]}").expect("ours");
        assert_eq!(whole.command, ["a\nb"]);
    }

    #[test]
    fn what_a_terminal_obeys_is_refused_in_texts_and_keys() {
        for text in [
            "{\"command\": [\"\\u001b[2J\"]}",
            "{\"command\": [], \"x\\u009b\": 1}",
            "{\"command\": [], \"x\": {\"y\": [\"\\u202e\"]}}",
        ] {
            let said = refused(text);
            assert!(said.contains("control character U+"), "{said}");
        }
    }

    #[test]
    fn names_stay_within() {
        let place = tempfile::tempdir().expect("a directory");
        for name in ["/etc/passwd", "../x", "a/../../x", "", "..", "a\\b", "C:x", "a\nb", "./../x"]
        {
            assert!(within(place.path(), name).is_err(), "{name:?}");
        }
        assert!(within(place.path(), "inputs/arm-001.toml").is_ok());
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("/etc", place.path().join("link")).expect("a link");
            assert!(within(place.path(), "link/passwd").is_err());
        }
    }
}
