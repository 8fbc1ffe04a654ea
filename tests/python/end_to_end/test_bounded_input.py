"""What Python models are handed does not grow with the number of customers: they see counts, cuts and samples."""

from __future__ import annotations

import json
import math
from datetime import date
from pathlib import Path

import pytest
import yaml
from conftest import EXAMPLE_UNTIL, ROOT, Refreshed, refresh

from customer_segmentation.example import generate_example_company

pytestmark = pytest.mark.warehouse

# Rows are distinct histories or amounts: they may grow with the customers, but slower (so many days and repeats).
COUNTED = {"int_clv_history_cells", "int_clv_fit_cells", "int_clv_spend_cells", "int_contract_distinct_ages"}
# Samples: the setting that bounds them, for each combination of these columns.
SAMPLED = {
    "int_cluster_sample": ("cluster_sample_size", "as_of_date, persona_group"),
    "int_clv_backtest_customers": ("clv_backtest_sample_size", "as_of_date"),
}
MOST_GROWTH = 3
SMALL_ROWS = 10_000  # percentiles, parameters, measures of back-tests


def rows_handed_to_python(refreshed: Refreshed) -> dict[str, int]:
    """Rows of every relation that a Python model reads, by the relation's name."""
    manifest = json.loads((refreshed.warehouse / "target" / "manifest.json").read_text())
    nodes = manifest["nodes"]
    read = {
        parent
        for node in nodes.values()
        if node["resource_type"] == "model" and node["language"] == "python"
        for parent in node["depends_on"]["nodes"]
    }
    assert len(read) > 3
    return {
        nodes[parent]["name"]: refreshed.built(
            f"select count(*) from {nodes[parent]['schema']}.{nodes[parent]['alias']}"
        )[0][0]
        for parent in sorted(read)
    }


def refreshed_example(folder: Path, customers: int, until: date = EXAMPLE_UNTIL) -> Refreshed:
    generate_example_company(folder / "example", customers=customers, seed=7, until=until)
    return refresh(folder / "example", folder / "warehouse", until.isoformat())


def assert_samples_keep_to_their_settings(refreshed: Refreshed) -> None:
    settings = yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"]
    for relation, (setting, parts) in SAMPLED.items():
        counts = refreshed.built(f"select count(*) from intermediate.{relation} group by {parts}")
        assert counts
        assert max(rows for (rows,) in counts) <= settings[setting], relation


def assert_growth(small: dict[str, int], large: dict[str, int], *, counted: float) -> None:
    """Counted relations grew at most `counted` times, everything that is not a sample at most `MOST_GROWTH`."""
    for relation, rows in large.items():
        print(f"{relation}: {small[relation]:,} -> {rows:,} rows, {rows / max(small[relation], 1):.1f} times")
    for relation, rows in large.items():
        if relation not in SAMPLED:
            most = counted if relation in COUNTED else MOST_GROWTH
            assert rows <= most * max(small[relation], 1), relation


def test_every_relation_handed_to_python_is_a_sample_a_count_or_small(example: Refreshed) -> None:
    assert_samples_keep_to_their_settings(example)
    buyers = example.built("select count(*) from intermediate.int_clv_histories where is_current")[0][0]
    for relation, rows in rows_handed_to_python(example).items():
        if relation not in SAMPLED:
            assert rows <= (buyers if relation in COUNTED else SMALL_ROWS), relation


@pytest.mark.slow
def test_rows_handed_to_python_stay_bounded_from_10_000_to_100_000_customers(tmp_path: Path) -> None:
    small = rows_handed_to_python(refreshed_example(tmp_path / "small", 10_000))
    refreshed = refreshed_example(tmp_path / "large", 100_000)
    large = rows_handed_to_python(refreshed)
    assert_samples_keep_to_their_settings(refreshed)
    # Ten times the customers: distinct histories, amounts and contract ages grow by a power of them below 0.98
    # (measured: 9.5, 7.4, 2.4 and 5.6 times), nothing else does.
    assert_growth(small, large, counted=10**0.98)
    assert large["int_clv_fit_cells"] < large["int_clv_history_cells"], "near histories count together"
    assert math.log10(large["int_clv_spend_cells"] / small["int_clv_spend_cells"]) < 0.7
