//! Sweeps without a replicate: a plan that nobody ran, and tables with a head and no row.

use std::fs;

use super::faults::Small;
use super::part::open_table;
use super::*;
use crate::library::sha256;
use crate::store::seal;

#[test]
fn a_head_without_rows_is_no_merged_sweep() {
    let mut small = Small::new();
    let path = small.trial("sweep");
    fs::copy(path.with_file_name("plan").join(PLAN), path.join(PLAN)).expect("a plan");
    for (shard, rows) in small.rows.iter().enumerate() {
        let part = Part::new(&path.join(SHARDS), shard);
        part.write(&small.sweep, rows, 0.0).expect("a part");
    }
    merge(&small.sweep, &Merging::default()).expect("merged");
    Merged::open(&path).expect("it has replicates");
    let manifest = path.join("manifest.json");
    let whole = fs::read_to_string(&manifest).expect("text");
    for (name, says) in [
        ("outcomes.parquet", "no replicate is merged"),
        ("experiments.parquet", "have not the rows of the plan"),
    ] {
        // The hash and the seal fit: an older program could leave that.
        let table = path.join(name);
        let bytes = fs::read(&table).expect("a table");
        open_table(&small.sweep, &table).expect("a table").close().expect("a head");
        let head = fs::read(&table).expect("a head");
        let listed = seal::unseal(&whole).expect("sealed").replace(&sha256(&bytes), &sha256(&head));
        fs::write(&manifest, seal::seal(&listed)).expect("written");
        let refused = Merged::open(&path).expect_err(name).to_string();
        assert!(refused.contains(says), "{refused}");
        fs::write(&table, bytes).expect("written");
        fs::write(&manifest, &whole).expect("written");
    }
    Merged::open(&path).expect("as it was");
}

#[test]
fn nothing_is_merged_of_nothing_and_what_is_merged_stays() {
    let mut small = Small::new();
    let path = small.trial("sweep");
    fs::copy(path.with_file_name("plan").join(PLAN), path.join(PLAN)).expect("a plan");
    let partial = Merging { partial: true, ..Merging::default() };
    let part = |shard| Part::new(&path.join(SHARDS), shard);
    part(1).write(&small.sweep, &small.rows[1], 0.0).expect("a part");
    let refused = merge(&small.sweep, &partial).expect_err("nothing stands before it");
    assert!(matches!(refused, SweepError::Less { .. }), "{refused}");
    assert!(!path.join("manifest.json").exists() && !path.join("outcomes.parquet").exists());
    part(0).write(&small.sweep, &small.rows[0], 0.0).expect("a part");
    let merged = merge(&small.sweep, &partial).expect("two shards").tally.replicates();
    part(1).remove().expect("removed");
    let refused = merge(&small.sweep, &partial).expect_err("it would be less");
    assert!(matches!(refused, SweepError::Less { .. }), "{refused}");
    assert_eq!(Merged::open(&path).expect("as it was").replicates, merged);
    // Tables that are damaged are none: less than they held is more than nothing.
    fs::write(path.join("outcomes.parquet"), "damaged").expect("written");
    let again = merge(&small.sweep, &partial).expect("one shard").tally.replicates();
    assert!(again < merged, "{again}");
}
