"""What was planted into the example company of 20,000 customers is found again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from conftest import EXAMPLE_UNTIL, Refreshed, dbt, refresh
from sklearn.metrics import adjusted_rand_score

from customer_segmentation.example import generate_example_company

pytestmark = [pytest.mark.warehouse, pytest.mark.slow]


LABELLED = "persona_segment like 'persona%' or persona_segment like 'provisional%'"


def beside_the_truth(found: pd.DataFrame, truth: Path) -> pd.DataFrame:
    true = pd.read_parquet(truth / "customers.parquet", columns=["customer_id", "true_cluster"])
    return found.merge(true, on="customer_id")


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
        f"select customer_id, cluster_id from customer_clusters where {LABELLED}"
    )
    both = beside_the_truth(found, truth)
    assert len(both) > 5_000
    assert adjusted_rand_score(both["true_cluster"], both["cluster_id"]) >= 0.7


def test_planted_clusters_are_personas(planted: tuple[Path, Refreshed]) -> None:
    _, refreshed = planted
    assert refreshed.published("select promotion_status, count(*) from cluster_stability group by 1") == [
        ("persona", 5)
    ]


def test_clusters_are_recovered_inside_customer_types(
    planted: tuple[Path, Refreshed], tmp_path: Path
) -> None:
    truth, refreshed = planted
    shutil.copy(refreshed.build_file, tmp_path / "build.duckdb")
    settings = f"{{as_of_date: {EXAMPLE_UNTIL.isoformat()}, persona_group: customer_type}}"
    done = dbt(
        tmp_path,
        "build",
        "--vars",
        settings,
        "--select",
        "int_persona_groups+",
        "--exclude",
        "path:models/marts/core",
    )
    assert done.returncode == 0, done.stdout[-3000:]
    found = pd.DataFrame(
        Refreshed(tmp_path).built(
            f"select customer_id, cluster_id, persona_group from marts.customer_clusters where {LABELLED}"
        ),
        columns=["customer_id", "cluster_id", "persona_group"],
    )
    both = beside_the_truth(found, truth)
    assert set(both["persona_group"]) == {"business", "consumer"}
    for _, group in both.groupby("persona_group"):
        assert len(group) > 1_000
        assert adjusted_rand_score(group["true_cluster"], group["cluster_id"]) >= 0.7
    assert not both.groupby("cluster_id")["persona_group"].nunique().gt(1).any()


def test_bg_nbd_parameters_are_recovered_within_ten_percent(planted: tuple[Path, Refreshed]) -> None:
    truth, refreshed = planted
    true = json.loads((truth / "parameters.json").read_text())["bg_nbd"]
    found = dict(
        refreshed.published("select parameter, value from clv_model_parameters where model = 'bg_nbd'")
    )
    assert found == {name: pytest.approx(true[name], rel=0.10) for name in ("r", "alpha", "a", "b")}
