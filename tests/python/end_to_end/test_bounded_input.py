"""What Python models are handed does not grow with the number of customers: they see counts, cuts and samples."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from helpers import ROOT
from helpers.refreshed import EXAMPLE_UNTIL, Refreshed, command, dbt

pytestmark = pytest.mark.warehouse

# Grouped counts: how many times more rows at most for 20 times the customers (for 100 times, up to 1,000,000, it was
# 4.9 and 4.7).
COUNTED = {"int_clv_fit_cells": 6, "int_clv_lookup_points": 6}
# Samples: the setting that bounds them (topic and name), for each combination of these columns.
SAMPLED = {
    "int_cluster_sample": ("persona", "sample_size_count", "as_of_date, persona_group"),
    "int_clv_backtest_customers": ("clv", "backtest_sample_size_count", "as_of_date"),
}
# Counts of pairs of labels, as many as the catalogue has; all labels of 100,000 customers for that would take minutes.
OF_LABELS = "fit_hidden_crossings"
MOST_GROWTH = 3  # of everything else, samples included
# Contracts that start on any day of three years and end after some months or years, or run on.
SUBSCRIPTIONS = """
    select
        'B' || number as subscription_id,
        number as customer_id,
        case when drawn[1] < 0.5 then 'basic' when drawn[1] < 0.9 then 'pro' else 'enterprise' end as plan,
        case when drawn[2] < 0.7 then 'month' else 'year' end as billing_interval,
        (10 + 90 * drawn[3])::decimal(18, 2) as mrr_amount,
        date '2023-07-01' + (drawn[4] * 1095)::int as started_at,
        nullif(least(started_at + to_months(
            case when billing_interval = 'month' then 1 else 12 end * (1 - ln(drawn[5] + 1e-9) * 8)::int
        ), timestamp '2026-07-01'), timestamp '2026-07-01') as ended_at
    from (
        select
            number,
            [hash(number, salt) / 18446744073709551616.0 for salt in [1, 2, 3, 4, 5]] as drawn
        from range(2, {customers} + 1, 2) as numbers(number)
    )
"""
SMALL_ROWS = 10_000  # percentiles, parameters, measures of back-tests


def rows_handed_to_python(
    refreshed: Refreshed, target: str = "target", but: str | None = None
) -> dict[str, int]:
    """Rows of every relation that a Python model reads, by the relation's name; of all models but one."""
    manifest = json.loads((refreshed.warehouse / target / "manifest.json").read_text())
    nodes = manifest["nodes"]
    read = {
        parent
        for node in nodes.values()
        if node["resource_type"] == "model" and node["language"] == "python" and node["name"] != but
        for parent in node["depends_on"]["nodes"]
    }
    assert len(read) > 3
    return {
        nodes[parent]["name"]: refreshed.built(
            f"select count(*) from {nodes[parent]['schema']}.{nodes[parent]['alias']}"
        )[0][0]
        for parent in sorted(read)
    }


def built_company(folder: Path, parsed: Path, customers: int) -> Refreshed:
    """Simulated orders of the benchmark and a contract for every second customer, up to the Python models."""
    simulated, company, warehouse = (
        folder / "simulated",
        folder / "simulated" / "company",
        folder / "warehouse",
    )
    subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "simulate.py", simulated, str(customers)], check=True
    )
    with duckdb.connect() as connection:
        connection.execute(
            f"copy ({SUBSCRIPTIONS.format(customers=customers)}) to '{company}/subscriptions.parquet'"
        )
    loaded = command("load", "--input", company, "--warehouse", warehouse)
    assert loaded.returncode == 0, loaded.stderr
    built = dbt(
        warehouse,
        *("build", "--profiles-dir", ".", "--vars", f"{{as_of_date: {EXAMPLE_UNTIL}}}"),
        *("--resource-type", "seed", "--resource-type", "model", "--select"),
        *(f"+{file.stem}" for file in (ROOT / "python_models").glob("*.py") if file.stem != OF_LABELS),
        parsed=parsed,
    )
    assert built.returncode == 0, built.stdout[-3000:]
    return Refreshed(warehouse)


def assert_samples_keep_to_their_settings(refreshed: Refreshed) -> None:
    for relation, (topic, setting, parts) in SAMPLED.items():
        ((most,),) = refreshed.built(
            f"select setting_value from seeds.settings where topic = '{topic}' and setting = '{setting}'"
        )
        counts = refreshed.built(f"select count(*) from intermediate.{relation} group by {parts}")
        assert counts
        assert max(rows for (rows,) in counts) <= most, relation


def test_every_relation_handed_to_python_is_a_sample_a_count_or_small(example: Refreshed) -> None:
    assert_samples_keep_to_their_settings(example)
    buyers = example.built("select count(*) from intermediate.int_clv_histories where is_current")[0][0]
    for relation, rows in rows_handed_to_python(example).items():
        if relation not in SAMPLED:
            # a buyer has one history, and two points of the lookup
            assert rows <= (2 * buyers if relation in COUNTED else SMALL_ROWS), relation


@pytest.mark.slow
def test_rows_handed_to_python_stay_bounded_from_10_000_to_100_000_customers(
    parsed_project: Path, tmp_path: Path
) -> None:
    small = rows_handed_to_python(
        built_company(tmp_path / "small", parsed_project, 10_000), "plain_target", OF_LABELS
    )
    company = built_company(tmp_path / "large", parsed_project, 100_000)
    large = rows_handed_to_python(company, "plain_target", OF_LABELS)
    assert_samples_keep_to_their_settings(company)
    for relation, rows in large.items():
        growth = rows / max(small[relation], 1)
        print(f"{relation}: {small[relation]:,} -> {rows:,} rows, {growth:.1f} times")
        assert growth <= COUNTED.get(relation, MOST_GROWTH), relation
