"""Tables go to pandas, polars, pyarrow and duckdb without copies, with the values of the files."""

import json

import chokepoint
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest


@pytest.mark.parametrize("name", ["outcomes", "experiments", "headlines", "firms"])
def test_tables_are_those_of_the_files(comparison, name):
    ours = pa.table(getattr(comparison, name))
    theirs = pq.read_table(comparison.path / f"{name}.parquet")
    assert ours.column_names == theirs.column_names
    for column in ours.column_names:
        one, other = ours[column].combine_chunks(), theirs[column].combine_chunks()
        if pa.types.is_dictionary(one.type):
            one = one.cast(pa.string())
        assert one.equals(other), column


def test_the_summary_is_that_of_the_file(comparison):
    ours, theirs = comparison.summary.to_polars(), pl.read_csv(comparison.path / "summary.csv", infer_schema_length=None)
    assert ours.columns == theirs.columns
    for column in ours.columns:
        if ours[column].dtype == pl.Float64:
            assert ours[column].equals(theirs[column].cast(pl.Float64)), column
        else:
            assert ours[column].cast(pl.String).to_list() == theirs[column].fill_null("").to_list()


def test_four_libraries_see_the_same(comparison):
    table = outcomes = comparison.outcomes
    metric = "revenue"
    arrow, polars, pandas = pa.table(table), pl.DataFrame(table), table.to_pandas()
    assert isinstance(pandas, pd.DataFrame) and isinstance(table.to_polars(), pl.DataFrame)
    expected = polars.filter(pl.col("metric") == metric)["value"].sum()
    assert expected > 0
    assert pandas.loc[pandas["metric"] == metric, "value"].sum() == pytest.approx(expected, rel=1e-12)
    assert outcomes is table, "duckdb finds it by its name"
    [(by_duckdb,)] = duckdb.sql(f"select sum(value) from outcomes where metric = '{metric}'").fetchall()
    assert by_duckdb == pytest.approx(expected, rel=1e-12)
    assert len(table) == table.num_rows == arrow.num_rows == len(polars) == len(pandas)
    assert arrow.column_names == table.column_names


def test_nothing_is_copied(comparison):
    def places(column):
        return [chunk.buffers()[-1].address for chunk in column.chunks]

    table = comparison.outcomes
    once, twice = pa.table(table)["value"], pa.table(table)["value"]
    assert places(once) == places(twice), "two consumers share the memory of the producer"
    polars = pl.DataFrame(table)["value"].to_arrow
    del table
    assert once.to_pylist() == polars().to_pylist(), "memory outlives its producer"


def test_the_schema_alone(comparison):
    schema = pa.schema(comparison.outcomes)
    assert schema.field("value").type == pa.float64()
    assert schema.field("metric").type.value_type == pa.string()
    meaning = comparison.outcomes.metadata["metric.revenue"]
    assert meaning.startswith("USD million") and schema.metadata[b"metric.revenue"].decode() == meaning


def test_headlines_pair_by_replicate(comparison):
    heads = comparison.headlines.to_polars().with_columns(pl.col("scenario_id").cast(pl.String))
    wide = heads.pivot("scenario_id", index="experiment_id", values="us-revenue-world")
    difference = (wide["hard-cap"] - wide["baseline"]).median()
    summary = comparison.summary.to_polars().filter(
        (pl.col("scenario_id") == "hard-cap") & (pl.col("metric") == "us-revenue-world")
    )
    assert summary["diff_p50"].to_list() == [pytest.approx(difference, rel=1e-12)]
    assert set(chokepoint.HEADLINES) <= set(heads.columns)


def test_figures_show_save_and_carry_their_source(comparison, tmp_path):
    assert set(comparison.figures) >= {"loss-fan", "frontier", "who-gains"}
    for id in comparison.figures:
        figure = comparison.figure(id)
        assert figure.id == id and figure.headline
        svg = figure._repr_svg_()
        assert svg.startswith("<svg") and "Source: Chokepoint" in svg and f"Receipt {id}-" in svg
        assert figure.data.num_rows > 0
    written = comparison.path / "figures" / "loss-fan.svg"
    figure = comparison.figure("loss-fan")
    assert figure.svg == written.read_text()
    for ending in ["svg", "png", "csv"]:
        figure.save(tmp_path / f"loss.{ending}")
        assert (tmp_path / f"loss.{ending}").read_bytes() == written.with_suffix(f".{ending}").read_bytes()
    with pytest.raises(ValueError, match=r"\.svg, \.png or \.csv"):
        figure.save(tmp_path / "loss.docx")
    with pytest.raises(ValueError, match="nothing"):
        comparison.figure("nothing")


def test_a_notebook_shows_headlines_with_their_source(comparison):
    page = comparison._repr_html_()
    # Of so few runs no tails are told.
    assert "<table>" in page and f"lowest to highest of {comparison.replicates}" in page
    assert comparison.hash in page
    # A quotation mark of HTML is no word of ours.
    assert comparison.finding.split(" ")[0] in page


def test_a_run_is_opened_and_checked(comparison, tmp_path):
    again = chokepoint.open_run(comparison.path)
    assert isinstance(again, chokepoint.Comparison)
    assert again.finding == comparison.finding and again.hash == comparison.hash
    assert pa.table(again.outcomes).equals(pa.table(comparison.outcomes))
    assert again._repr_html_() == comparison._repr_html_()
    with pytest.raises(chokepoint.StoreError, match="not a comparison"):
        chokepoint.open_run(tmp_path)
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in ["manifest.json", "study.json", "headlines.parquet", "outcomes.parquet"]:
        (copy / file).write_bytes((comparison.path / file).read_bytes())
    study = json.loads((copy / "study.json").read_text())
    study["seed"] += 1
    (copy / "study.json").write_text(json.dumps(study))
    with pytest.raises(chokepoint.StoreError, match=r"study\.json"):
        chokepoint.open_run(copy)


def test_a_part_year_is_marked_in_the_tables_of_years(tmp_path):
    end = {"time.end": "2020Q2"}
    run = chokepoint.compare(["hard-cap"], replicates=2, set=end, out=tmp_path / "run", progress=False)
    firms = run.firms.to_pandas()
    assert dict(zip(firms.year, firms.quarters, strict=True)) == {2019: 4, 2020: 2}
    outcomes = run.outcomes.to_pandas()
    yearly = outcomes[outcomes.metric == "segment-sales"]
    assert set(yearly.quarter) == {"2019Q4", "2020Q2"}, "a part year's sum stands at the last quarter there is"
