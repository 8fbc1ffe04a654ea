"""The benchmark's own side of the comparison gives the results of the library; seconds are nobody's test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pytest

from customer_segmentation.clv import bg_nbd, gamma_gamma
from helpers import ROOT

BENCHMARKS = ROOT / "benchmarks"
MEASURES = ("probability_alive", "expected_purchases", "expected_spend", "predicted_value")

pytestmark = pytest.mark.warehouse


def run(script: str, *words: str | Path) -> dict:
    done = subprocess.run(
        [sys.executable, BENCHMARKS / script, *map(str, words)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else {}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """10,000 simulated customers, scored by the project's SQL and fits without dbt around them."""
    folder = tmp_path_factory.mktemp("benchmark")
    run("simulate.py", folder / "tiny", 500)
    run("simulate.py", folder / "input", 10_000)
    (folder / "compiled_by").mkdir()
    (folder / "output").mkdir()
    run("work_dbt.py", folder / "tiny", folder / "compiled_by", folder / "warehouse", folder / "target")
    return folder


@pytest.fixture(scope="module")
def chain(folder: Path) -> dict:
    compiled = folder / "target/compiled/customer_segmentation/models/intermediate/clv"
    return run("work_project.py", "chain", folder / "input", folder / "output", compiled)


def test_simulated_orders_are_the_same_on_every_run(folder: Path, tmp_path: Path) -> None:
    run("simulate.py", tmp_path, 500)
    again, before = (
        duckdb.sql(f"select * from '{file}' order by all").fetchall()
        for file in (tmp_path / "orders.parquet", folder / "tiny" / "orders.parquet")
    )
    assert again == before


def test_chain_from_orders_finds_the_parameters_that_the_summary_gives(folder: Path, chain: dict) -> None:
    compiled = folder / "target/compiled/customer_segmentation/models/intermediate/clv"
    from_summary = run("work_project.py", "fit", folder / "input", folder / "output", compiled)
    assert chain["parameters"] == pytest.approx(from_summary["parameters"], rel=1e-5)


def test_chain_scores_every_customer_as_the_library_does(folder: Path, chain: dict) -> None:
    rows = duckdb.sql(
        f"select * from '{folder / 'input/summary.parquet'}' as summary "
        f"inner join '{folder / 'output/scores.parquet'}' as scores using (customer_id)"
    ).df()
    parameters = chain["parameters"]
    history = (rows["frequency"], rows["recency"], rows["T"])
    assert len(rows) == 10_000
    np.testing.assert_allclose(
        rows["probability_alive"], bg_nbd.probability_alive(parameters, *history), rtol=1e-6
    )
    np.testing.assert_allclose(
        rows["expected_purchases"], bg_nbd.expected_purchases(parameters, 365 / 7, *history), rtol=1e-4
    )
    np.testing.assert_allclose(
        rows["expected_spend"],
        gamma_gamma.expected_spend(parameters, rows["frequency"], rows["monetary_value"]),
        rtol=1e-6,
    )


def test_agreement_of_equal_scores_is_perfect(folder: Path, chain: dict) -> None:
    found = run("agreement.py", folder / "output", folder / "output")
    assert set(found) == set(MEASURES)
    for values in found.values():
        assert values["customers"] == 10_000
        assert values["level_ratio"] == pytest.approx(1)
        assert values["difference_of_99_percent"] == pytest.approx(0)
        assert values["rank_correlation"] == pytest.approx(1)
