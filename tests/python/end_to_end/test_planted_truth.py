"""What was planted into the example company of 20,000 customers is found again."""

from __future__ import annotations

import json
from pathlib import Path

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


@pytest.mark.parametrize(("billing_interval", "tolerance"), [("month", 0.01), ("year", 0.04)])
def test_contract_retention_is_recovered_from_counted_renewals(
    planted: tuple[Path, Refreshed], billing_interval: str, tolerance: float
) -> None:
    """Parameters within three standard errors, retention of the first renewals within 1 and 4 points."""
    truth, refreshed = planted
    true = json.loads((truth / "parameters.json").read_text())["renewal"][billing_interval]
    [(alpha, beta, alpha_error, beta_error)] = refreshed.published(
        "select alpha, beta, alpha_standard_error, beta_standard_error from contract_model_fits "
        f"where plan_group = 'all_plans' and billing_interval = '{billing_interval}' and status = 'ok'"
    )
    assert abs(alpha - true["alpha"]) < 3 * alpha_error
    assert abs(beta - true["beta"]) < 3 * beta_error
    for renewal in (1, 2):
        retention = (beta + renewal - 1) / (alpha + beta + renewal - 1)
        true_retention = (true["beta"] + renewal - 1) / (true["alpha"] + true["beta"] + renewal - 1)
        assert retention == pytest.approx(true_retention, abs=tolerance)


def test_probability_of_the_next_renewal_is_that_of_the_running_contracts(
    planted: tuple[Path, Refreshed],
) -> None:
    """By billing interval and by age: what is predicted is, on average, what was planted."""
    truth, refreshed = planted
    found = refreshed.built_frame(
        "select customer_id, billing_interval, renewals_count >= 6 as is_old, probability_next_renewal "
        "from intermediate.int_customer_contract_expectations"
    )
    true = pd.read_parquet(truth / "customers.parquet", columns=["customer_id", "renewal_churn_probability"])
    both = found.merge(true, on="customer_id")
    assert len(both) > 1_000
    means = both.groupby(["billing_interval", "is_old"])[
        ["probability_next_renewal", "renewal_churn_probability"]
    ].mean()
    difference = means["probability_next_renewal"] - (1 - means["renewal_churn_probability"])
    assert difference.abs().max() < 0.04
