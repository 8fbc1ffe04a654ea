"""What was planted into the example company of 20,000 customers is found again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import EXAMPLE_UNTIL, Refreshed, refresh
from sklearn.metrics import adjusted_rand_score

from customer_segmentation.example import generate_example_company

pytestmark = [pytest.mark.warehouse, pytest.mark.slow]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Refreshed]:
    folder = tmp_path_factory.mktemp("planted")
    generate_example_company(folder, customers=20_000, seed=11, until=EXAMPLE_UNTIL)
    return folder / "truth", refresh(
        folder, tmp_path_factory.mktemp("planted_warehouse"), EXAMPLE_UNTIL.isoformat()
    )


def test_clusters_are_recovered(planted: tuple[Path, Refreshed]) -> None:
    truth, refreshed = planted
    found = refreshed.published_frame(
        "select customer_id, cluster_id from customer_clusters where persona_segment like 'provisional_cluster%'"
    )
    true = pd.read_parquet(truth / "customers.parquet", columns=["customer_id", "true_cluster"])
    both = found.merge(true, on="customer_id")
    assert len(both) > 5_000
    assert adjusted_rand_score(both["true_cluster"], both["cluster_id"]) >= 0.7


def test_bg_nbd_parameters_are_recovered_within_ten_percent(planted: tuple[Path, Refreshed]) -> None:
    truth, refreshed = planted
    true = json.loads((truth / "parameters.json").read_text())["bg_nbd"]
    found = dict(
        refreshed.published("select parameter, value from clv_model_parameters where model = 'bg_nbd'")
    )
    assert found == {name: pytest.approx(true[name], rel=0.10) for name in ("r", "alpha", "a", "b")}


def test_expected_purchases_of_the_next_year_are_calibrated(planted: tuple[Path, Refreshed]) -> None:
    truth, refreshed = planted
    predicted = refreshed.published_frame(
        "select customer_id, expected_purchases_next_365_days as predicted from customer_lifetime_values "
        "where clv_model in ('bg_nbd', 'mbg_nbd', 'pareto_nbd') or clv_model like '%nbd%'"
    )
    true = pd.read_parquet(
        truth / "customers.parquet",
        columns=["customer_id", "expected_purchases_next_365_days", "purchases_next_365_days_count"],
    )
    both = predicted.merge(true, on="customer_id")
    assert len(both) > 14_000
    both["decile"] = pd.qcut(both["predicted"], 10, duplicates="drop")
    deciles = both.groupby("decile", observed=True).mean(numeric_only=True)
    for real in ("expected_purchases_next_365_days", "purchases_next_365_days_count"):
        slope, _ = np.polyfit(deciles["predicted"], deciles[real], 1)
        assert 0.9 <= slope <= 1.1, f"{real}: slope {slope:.3f}\n{deciles}"
        # decile by decile, where enough purchases are expected for a ratio to mean something
        buying = deciles.loc[deciles["predicted"] > 0.5]
        assert (buying[real] / buying["predicted"]).between(0.85, 1.15).all(), deciles
