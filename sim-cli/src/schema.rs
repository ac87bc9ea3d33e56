//! `schema`: the JSON Schema of scenario, study and experiment files, and of what `--json` prints.

use crate::failure::Failure;
use crate::tool_args::{Schema, SchemaOf};
use crate::{events, out};

/// Prints a schema.
pub(crate) fn schema(args: &Schema) -> Result<(), Failure> {
    out::write(format_args!("{}", text(args.of)?));
    Ok(())
}

/// The text of a schema file.
pub(crate) fn text(of: SchemaOf) -> Result<String, Failure> {
    let schema = match of {
        SchemaOf::Scenario => sim_lab::schema::scenario(),
        SchemaOf::Study => sim_lab::schema::study(),
        SchemaOf::Experiment => sim_lab::schema::experiment(),
        SchemaOf::Events => events::schema(),
    };
    let text = serde_json::to_string_pretty(&schema)
        .map_err(|e| Failure::Other(format!("failed to write the schema: {e}")))?;
    Ok(text + "\n")
}
