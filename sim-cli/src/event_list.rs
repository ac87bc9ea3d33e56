//! All events of `--json` with their keys. The page of commands, `schema events` and the check of every line that is
//! printed are made from this list.
//!
//! Invariant: sorted by name.

use crate::events::Form::{Any, Count, Flag, List, Maybe, Names, Number, Object, Text};
use crate::events::{Event, Form, Key, key, may};

const TEXT: Form = Text;
const OBJECT: Form = Names;
const MAYBE: Form = Maybe(&TEXT);
const TEXTS: Form = List(&TEXT);
const OBJECTS: Form = List(&OBJECT);

/// Quantiles over replicates, mean and its Monte Carlo error.
const SUMMARY: Form = Object(&[
    key("p5", Number, ""),
    key("p25", Number, ""),
    key("p50", Number, ""),
    key("p75", Number, ""),
    key("p95", Number, ""),
    key("mean", Number, ""),
    key("mc_error", Number, "standard error of the mean"),
]);
const MAYBE_SUMMARY: Form = Maybe(&SUMMARY);
/// An estimate with its 95 % interval.
const ESTIMATE: Form =
    Object(&[key("value", Number, ""), key("low", Number, ""), key("high", Number, "")]);
/// A file with its fingerprint.
const FILE: Form = Object(&[key("path", Text, ""), key("sha256", Text, "")]);

const fn event(
    name: &'static str,
    verbs: &'static str,
    doc: &'static str,
    keys: &'static [Key],
) -> Event {
    Event { name, verbs, doc, keys }
}

/// All events.
pub(crate) const EVENTS: &[Event] = &[
    event(
        "attribution",
        "attribute",
        "one for each measure and outcome: its Shapley value",
        &[
            key("scenario", Text, ""),
            key("measure", Text, ""),
            key("outcome", Text, ""),
            key("unit", Text, ""),
            key("value", ESTIMATE, "with a 95 % interval"),
            key("order_error", Number, "part of the standard error that orders make"),
        ],
    ),
    event(
        "begun",
        "init",
        "last",
        &[
            key("directory", Text, ""),
            key("files", Count, "written"),
            key("edit", TEXTS, "the files to edit"),
        ],
    ),
    event(
        "box",
        "discover",
        "the assumptions under which a regime does badly",
        &[
            key("scenario", Text, ""),
            key("outcome", Text, ""),
            key("limit", Number, "what futures of interest are beyond"),
            key("below", Flag, "whether they are below it"),
            key("futures", Count, ""),
            key("cases", Count, "futures of interest"),
            key("parameters", TEXTS, "names of the factors"),
            key("box", OBJECT, "limits, coverage, density"),
            key("stability", OBJECTS, "how often a limit comes again in resamples"),
            key("tree", Any, "the same as a tree"),
        ],
    ),
    event("brief", "brief", "last", &[key("path", Text, "the page")]),
    event(
        "calibrated",
        "calibrate",
        "last",
        &[
            key("draws", Count, ""),
            key("kept", Count, ""),
            key("ensemble", Text, "the file"),
            key("report", MAYBE, "the file, if asked for"),
            key("informed", TEXTS, "parameters that the data speak on"),
            key("parameters", Count, "in all"),
        ],
    ),
    event(
        "change",
        "diff",
        "one for each difference of two scenarios",
        &[
            key("path", Text, ""),
            key("a", MAYBE, "value in the first"),
            key("b", MAYBE, "value in the second"),
            key("at_a", MAYBE, "where it stands"),
            key("at_b", MAYBE, ""),
            key("words", Text, "the difference in words"),
        ],
    ),
    event(
        "checked",
        "check",
        "one for each valid file",
        &[
            key("file", Text, ""),
            key("kind", Text, "scenario or experiment"),
            may("scenario", Text, "its id"),
            may("measures", Count, ""),
            may("arms", Count, "of an experiment"),
            may("replicates", Count, "of an experiment"),
            key("warnings", Count, ""),
            may("hash", Text, ""),
        ],
    ),
    event(
        "compared",
        "diff",
        "last",
        &[
            key("a", Text, ""),
            key("b", Text, ""),
            may("changes", Count, "of scenarios"),
            may("tables", TEXTS, "data tables that differ"),
            may("same", Flag, "whether scenarios are the same but for names"),
            may("chain_a", TEXTS, "the file and its parents"),
            may("chain_b", TEXTS, ""),
            may("differences", Count, "of runs"),
            may("paired", Flag, "whether replicates correspond"),
            may("origins", Count, "things that two runs rest on and that differ"),
        ],
    ),
    event(
        "components",
        "sensitivity",
        "what of the spread is luck, what ignorance",
        &[
            key("scenario", Text, ""),
            key("outcome", Text, ""),
            key("components", OBJECT, "standard deviations and the share of assumptions"),
        ],
    ),
    event(
        "difference",
        "diff",
        "one for each scenario and outcome of two runs",
        &[
            key("scenario", Text, ""),
            key("outcome", Text, ""),
            key("unit", Text, ""),
            key("a", SUMMARY, "level in the first"),
            key("b", SUMMARY, "level in the second"),
            key("difference", MAYBE_SUMMARY, "second less first, by replicate"),
            key("paired", Flag, ""),
        ],
    ),
    event(
        "estimate",
        "compare, run",
        "with --dry-run",
        &[
            key("runs", Count, ""),
            key("replicates", Count, ""),
            key("seconds", Number, ""),
            key("bytes", Number, "of disk"),
            key("threads", Count, ""),
        ],
    ),
    event(
        "explanation",
        "explain",
        "one for each meaning of a word",
        &[
            key("kind", Text, ""),
            key("name", Text, ""),
            key("meaning", Text, ""),
            key("facts", Names, "texts by label"),
        ],
    ),
    event(
        "failed",
        "all",
        "last, when the exit code is not 0",
        &[key("exit", Count, "the exit code"), key("message", Text, "why")],
    ),
    event(
        "figure",
        "chart",
        "one for each figure",
        &[
            key("figure", Text, "its id"),
            key("size", Text, "column, page or slide"),
            key("headline", Text, "what it shows, in a sentence"),
            key("svg", Text, "the files"),
            key("png", Text, ""),
            key("csv", Text, ""),
        ],
    ),
    event(
        "finished",
        "compare, run, sweep, resume, merge",
        "last",
        &[
            key("run", Text, "its directory"),
            key("replicates", Count, ""),
            key("complete", Flag, "whether all replicates are there"),
            may("seconds", Number, ""),
            may("finding", Text, "in words"),
            may("brief", Text, "the page to print"),
            may("seconds_of_computing", Number, "of all sessions and machines"),
            may("outcomes_sha256", Text, ""),
        ],
    ),
    event(
        "hindcast",
        "hindcast",
        "scores of the forecast and their parts",
        &[
            key("version", Text, "of the program"),
            key("from", Count, ""),
            key("to", Count, ""),
            key("scenario", Text, ""),
            key("scenario_hash", Text, ""),
            key("replicates", Count, ""),
            key("seed", Count, ""),
            key("hindsight", Text, "none or roster-known"),
            key("activated", TEXTS, "suppliers that hindsight added"),
            key("parameters", Text, "prior, ensemble or folds"),
            key("in_sample", Any, ""),
            key("prior_caveat", Text, ""),
            key("statistic_error", List(&Number), "scale of the error of printed shares"),
            key("rebase", Maybe(&Count), "year whose observed shares the run goes on from"),
            key("conditioned_on", Any, ""),
            key("observed", Maybe(&OBJECT), "the table that scores it"),
            key("linear", Text, ""),
            key("constants", Any, ""),
            key("printing_half_unit_pp", Number, ""),
            key("scores", OBJECTS, ""),
            key("scores_where_homes_agree", OBJECTS, ""),
            key("differences", OBJECTS, "of errors, model less rule"),
            key("segments", OBJECTS, ""),
            key("facts", OBJECTS, ""),
            key("facts_not_held", OBJECTS, ""),
        ],
    ),
    event(
        "imported",
        "import",
        "last",
        &[
            key("dataset", Text, ""),
            key("files", List(&FILE), "read"),
            key("countries", Count, "rows"),
            key("firms", Count, "rows"),
            key("notes", Count, ""),
            key("out", MAYBE, "the file written"),
        ],
    ),
    event(
        "mechanism",
        "list mechanisms",
        "one for each switch",
        &[
            key("key", Text, ""),
            key("codes", Any, ""),
            key("meaning", Text, ""),
            key("off", Text, ""),
        ],
    ),
    event(
        "names",
        "explain",
        "without a word, one for each kind",
        &[key("kind", Text, ""), key("names", TEXTS, "")],
    ),
    event(
        "note",
        "import",
        "one for each thing dropped or normalised",
        &[
            key("effect", Text, ""),
            key("reason", Text, ""),
            key("about", Text, ""),
            key("file", Text, ""),
            key("line", Count, ""),
            key("column", Count, ""),
        ],
    ),
    event(
        "origin",
        "diff",
        "one for each thing that two runs rest on and that differs",
        &[
            key("what", Text, "program, commit, seed, replicates, ensemble, table, scenario …"),
            key("a", MAYBE, "in the first run"),
            key("b", MAYBE, "in the second"),
        ],
    ),
    event(
        "parting",
        "trace",
        "a value at which two runs part",
        &[key("parting", OBJECT, "stage, quarter, who, both values, unit, entries")],
    ),
    event(
        "planned",
        "sweep --dry-run, plan",
        "what would be run",
        &[
            key("shards", Count, ""),
            key("shard_size", Count, "replicates"),
            may("manifest", Text, "of plan: the file"),
            may("runs", Count, ""),
            may("replicates", Count, ""),
            may("arms", Count, ""),
            may("seconds", Number, ""),
            may("threads", Count, ""),
            may("bytes", Count, "of disk"),
        ],
    ),
    event(
        "problem",
        "all",
        "one for each problem with a file",
        &[
            key("severity", Text, "error or warning"),
            key("code", Text, ""),
            key("file", Text, ""),
            key("line", Count, "0: the whole file"),
            key("column", Count, ""),
            key("message", Text, ""),
            key("help", MAYBE, ""),
        ],
    ),
    event(
        "regret",
        "robust",
        "one for each regime",
        &[
            key("regime", Text, ""),
            key("outcome", Text, ""),
            key("futures", Count, ""),
            key("max", Number, ""),
            key("mean", Number, ""),
            key("best", Number, "share of futures in which it is best"),
            key("enough", Number, "share in which it is good enough"),
        ],
    ),
    event(
        "result",
        "compare, run, sweep, resume, merge",
        "one for each scenario and outcome",
        &[
            key("scenario", Text, ""),
            key("outcome", Text, ""),
            key("unit", Text, ""),
            key("level", SUMMARY, ""),
            key("difference", SUMMARY, "from the baseline, by replicate"),
        ],
    ),
    event(
        "scenario",
        "list",
        "one for each scenario",
        &[
            key("id", Text, ""),
            key("title", Text, ""),
            key("summary", Text, ""),
            key("extends", MAYBE, ""),
            key("path", Text, ""),
        ],
    ),
    event(
        "sensitivity",
        "sensitivity",
        "one for each parameter",
        &[
            key("scenario", Text, ""),
            key("outcome", Text, ""),
            key("parameter", Text, ""),
            may("morris", OBJECT, "elementary effects"),
            may("total", ESTIMATE, "Sobol index with all interactions"),
            may("first", ESTIMATE, "Sobol index of it alone"),
        ],
    ),
    event(
        "shard",
        "run-shard",
        "what a shard has written",
        &[
            key("shard", Count, ""),
            key("first", Count, "replicate"),
            key("end", Count, "the replicate after the last"),
            key("sha256", Text, ""),
            key("seconds", Number, ""),
            key("was_there", Flag, ""),
        ],
    ),
    event(
        "share",
        "import",
        "one for each row of the market table, without --out",
        &[
            key("segment_id", Text, ""),
            key("segment", Text, ""),
            key("firm", MAYBE, ""),
            key("country", Text, ""),
            key("share_pct", Number, ""),
            key("year", Any, ""),
            key("world_size_usd_m", Number, ""),
            key("source", Text, ""),
            key("note", Text, ""),
        ],
    ),
    event(
        "status",
        "status",
        "how far a plan is",
        &[
            key("finished", Flag, "and merged"),
            may("shards", Count, ""),
            may("done", Count, ""),
            may("open", List(&Count), "their numbers"),
            may("replicates", Count, ""),
            may("seconds", Number, "of computing"),
        ],
    ),
    event(
        "traced",
        "trace",
        "last",
        &[
            key("a", Text, ""),
            key("b", Text, ""),
            key("outcome", Text, ""),
            key("unit", Text, ""),
            key("difference", Number, "in the end"),
        ],
    ),
    event(
        "verified",
        "verify",
        "last",
        &[
            key("run", Text, ""),
            key("files", Count, ""),
            key("replicates", Count, "played again"),
            key("values", Count, "compared"),
            key("same", Flag, ""),
            key("figure", MAYBE, ""),
            key("receipts", TEXTS, ""),
            key("unknown", TEXTS, "files that the run does not vouch for"),
        ],
    ),
    event(
        "world",
        "synth",
        "sizes of the synthetic world",
        &[
            key("directory", Text, ""),
            key("buyers", Count, ""),
            key("suppliers", Count, ""),
            key("segments", Count, ""),
            key("products", Count, ""),
            key("cells", Count, ""),
            key("pairs", Count, ""),
            key("regimes", TEXTS, "that fit"),
        ],
    ),
];
