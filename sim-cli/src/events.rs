//! `--json`: events on standard output, one JSON object a line.
//!
//! Invariant: every line goes through [`print()`], begins with `schema` and `event`, and its event is one of [`EVENTS`].
//! A key that a schema has once keeps its name and meaning; new keys and events may come.

use serde_json::{Value, json};

/// Version of all events.
pub(crate) const SCHEMA: u32 = 1;

/// An event of the protocol.
pub(crate) struct Event {
    /// Its name.
    pub(crate) name: &'static str,
    /// The verbs that print it.
    pub(crate) verbs: &'static str,
    /// When, and what its keys are.
    pub(crate) doc: &'static str,
}

const fn event(name: &'static str, verbs: &'static str, doc: &'static str) -> Event {
    Event { name, verbs, doc }
}

/// All events.
pub(crate) const EVENTS: &[Event] = &[
    event(
        "attribution",
        "attribute",
        "one for each measure and outcome: its Shapley value with interval",
    ),
    event("begun", "init", "`directory`, number of `files`, the files to `edit`"),
    event("box", "discover", "a box of assumptions: its limits, coverage and density"),
    event("change", "diff", "one for each difference of two scenarios: `path`, `a`, `b`, `words`"),
    event(
        "checked",
        "check",
        "one for each valid file: `scenario`, `measures`, `warnings`, `hash`",
    ),
    event("components", "sensitivity", "what of the spread is luck, what ignorance"),
    event(
        "compared",
        "diff",
        "after all changes of two scenarios or differences of two runs: their number",
    ),
    event(
        "difference",
        "diff",
        "one for each scenario and outcome of two runs: `a`, `b`, `difference`, `paired`",
    ),
    event("estimate", "compare, run", "with --dry-run: `runs`, `replicates`, `seconds`, `bytes`"),
    event(
        "explanation",
        "explain",
        "one for each meaning of a word: `kind`, `name`, `meaning`, `facts`",
    ),
    event("failed", "all", "last, when the exit code is not 0: `exit` and `message`"),
    event(
        "finished",
        "compare, run, sweep, resume",
        "last: `run`, `replicates`, `seconds`, `finding`",
    ),
    event("hindcast", "hindcast", "scores of the forecast and their parts"),
    event(
        "imported",
        "import",
        "last: the `files` read, counts of `countries`, `firms` and `notes`, `out`",
    ),
    event("note", "import", "one for each thing dropped or normalised, with its place"),
    event("share", "import", "one for each row of the market table"),
    event("mechanism", "list mechanisms", "one for each switch: `key`, `codes`, `meaning`, `off`"),
    event("names", "explain", "without a word, one for each kind: `kind`, `names`"),
    event("parting", "trace", "a value at which two runs part"),
    event("planned", "sweep --dry-run, plan", "counts of what would be run"),
    event(
        "problem",
        "all",
        "one for each problem with a file: `severity`, `code`, `file`, `line`, `column`, `message`, `help`",
    ),
    event("regret", "robust", "one for each regime and outcome"),
    event(
        "result",
        "compare, run, sweep, resume",
        "one for each scenario and outcome: `level` and paired `difference`, quantiles",
    ),
    event("scenario", "list", "one for each scenario: `id`, `title`, `summary`, `extends`, `path`"),
    event(
        "sensitivity",
        "sensitivity",
        "one for each parameter and outcome: indices with intervals",
    ),
    event("shard", "run-shard", "what a shard has written"),
    event("status", "status", "how far a plan is"),
    event("traced", "trace", "the two runs and the outcome that is traced"),
    event(
        "verified",
        "verify",
        "last: `run`, `replicates` played again, `values` compared, `same`",
    ),
    event("world", "synth", "sizes of the synthetic world"),
];

/// Prints an event with the keys of an object.
pub(crate) fn print(name: &str, keys: &Value) {
    debug_assert!(EVENTS.iter().any(|event| event.name == name), "`{name}` is no event");
    let mut line = json!({ "schema": SCHEMA, "event": name });
    if let (Value::Object(line), Value::Object(keys)) = (&mut line, keys) {
        line.extend(keys.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
    println!("{line}");
}
