//! Keys and values of Python as overrides of the command: `KEY=VALUE` with the value in TOML.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

/// Overrides of a mapping with dotted keys or nested tables, and of keywords: a keyword with a mapping is a table, any
/// other is a parameter, with `_` for `-`.
pub(crate) fn overrides(
    keys: Option<&Bound<'_, PyDict>>,
    words: Option<&Bound<'_, PyDict>>,
) -> PyResult<Vec<String>> {
    let mut sets = Vec::new();
    for (key, value) in keys.into_iter().flatten() {
        add(&mut sets, &key.extract::<String>()?, &value)?;
    }
    for (key, value) in words.into_iter().flatten() {
        let word = key.extract::<String>()?;
        if value.cast::<PyDict>().is_ok() {
            add(&mut sets, &word, &value)?;
        } else {
            add(&mut sets, &format!("parameters.{}", word.replace('_', "-")), &value)?;
        }
    }
    Ok(sets)
}

/// Earlier overrides and later ones, which take the place of those with the same key.
pub(crate) fn merged(earlier: &[String], later: Vec<String>) -> Vec<String> {
    let key = |set: &str| set.split('=').next().map(str::to_owned);
    let kept = earlier.iter().filter(|old| later.iter().all(|new| key(new) != key(old)));
    kept.cloned().collect::<Vec<_>>().into_iter().chain(later).collect()
}

fn add(sets: &mut Vec<String>, path: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
    if let Ok(table) = value.cast::<PyDict>() {
        for (key, value) in table {
            add(sets, &format!("{path}.{}", key.extract::<String>()?), &value)?;
        }
    } else {
        sets.push(format!("{path}={}", toml(path, value)?));
    }
    Ok(())
}

/// A value as TOML writes it.
fn toml(path: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(value) = value.cast::<PyBool>() {
        return Ok(value.is_true().to_string());
    }
    if value.is_instance_of::<PyInt>() {
        return Ok(value.str()?.to_string());
    }
    if value.is_instance_of::<PyFloat>() {
        let number: f64 = value.extract()?;
        if !number.is_finite() {
            return Err(PyValueError::new_err(format!("{path}: {number} is no finite number")));
        }
        // Rust's shortest form reads back to the same bits; `{:?}` keeps the point.
        return Ok(format!("{number:?}"));
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(serde_json::Value::from(text.to_cow()?.as_ref()).to_string());
    }
    if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        let items =
            value.try_iter()?.map(|item| toml(path, &item?)).collect::<PyResult<Vec<_>>>()?;
        return Ok(format!("[{}]", items.join(", ")));
    }
    // Numbers of numpy and its like know their Python value.
    if value.hasattr("item")? {
        return toml(path, &value.call_method0("item")?);
    }
    let kind = value.get_type().name()?;
    Err(PyTypeError::new_err(format!(
        "{path}: a {kind} is no value of a scenario; write a number, text, bool, list or mapping"
    )))
}
