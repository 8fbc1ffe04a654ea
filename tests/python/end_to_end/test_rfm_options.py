"""The RFM settings, each away from its default, on a copy of a refreshed warehouse."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from helpers.refreshed import EXAMPLE_UNTIL, Refreshed, dbt

pytestmark = pytest.mark.warehouse

RFM = ("path:models/intermediate/rfm", "fit_rfm_cut_points", "path:models/marts/rfm", "path:tests/rfm")


def build_rfm(
    source: Refreshed, folder: Path, parsed: Path, as_of: str, **settings: object
) -> duckdb.DuckDBPyConnection:
    """The RFM family built again with other settings on a copy of a warehouse, opened for reading."""
    folder.mkdir(exist_ok=True)
    shutil.copy(source.build_file, folder / "build.duckdb")
    done = dbt(
        folder,
        "build",
        "--vars",
        json.dumps({"as_of_date": as_of, **settings}),
        "--exclude-resource-type",
        "unit_test",
        "--select",
        *RFM,
        parsed=parsed,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    return duckdb.connect(str(folder / "build.duckdb"), read_only=True)


def test_frequency_by_purchase_days_gives_the_published_counts_of_cdnow(
    cdnow_refreshed: Refreshed, parsed_project: Path, tmp_path: Path
) -> None:
    with build_rfm(
        cdnow_refreshed, tmp_path / "days", parsed_project, "1997-09-30", rfm_frequency="purchase_days"
    ) as built:
        scores = built.execute(
            "select frequency_score, count(*) from marts.customer_rfm_segments group by all order by all"
        ).fetchall()
    assert scores == [(1, 1411), (3, 439), (4, 214), (5, 293)]


@pytest.fixture(scope="module")
def within_a_year(example: Refreshed, parsed_project: Path, tmp_path_factory: pytest.TempPathFactory):
    with build_rfm(
        example,
        tmp_path_factory.mktemp("options"),
        parsed_project,
        EXAMPLE_UNTIL.isoformat(),
        rfm_window_days=365,
        rfm_frequency="purchase_days",
        rfm_group="customer_type",
        rfm_weights={"recency": 3, "frequency": 2, "monetary": 0},
        rfm_base_date="2025-06-30",
    ) as built:
        yield built


def test_a_window_counts_nothing_outside_of_it(within_a_year: duckdb.DuckDBPyConnection) -> None:
    different = within_a_year.execute(
        """
        with recounted as (
            select customer_id, count(*) filter (where orders_count > 0) as days_count,
                sum(sales_amount - refund_amount) as amount
            from intermediate.int_customer_purchase_days
            where activity_date between date '2026-06-30' - 364 and date '2026-06-30'
            group by customer_id
        )
        select count(*) from marts.customer_rfm_segments as rfm left join recounted using (customer_id)
        where rfm.rfm_segment <> 'no_orders'
            and (rfm.frequency_count <> coalesce(days_count, 0) or abs(monetary_amount - coalesce(amount, 0)) > 0.005)
        """
    ).fetchone()
    assert different == (0,)
    labels = dict(
        within_a_year.execute(
            "select rfm_segment, count(*) from marts.customer_rfm_segments group by all"
        ).fetchall()
    )
    assert labels["no_recent_orders"] > 0
    assert labels["no_orders"] > 0


def test_groups_have_cut_points_of_their_own_and_small_ones_those_of_everybody(
    within_a_year: duckdb.DuckDBPyConnection,
) -> None:
    sizes = dict(
        within_a_year.execute(
            "select attribute_group, count(*) from intermediate.int_customer_rfm_measures_as_of "
            "where is_recent and as_of_date = date '2026-06-30' group by all"
        ).fetchall()
    )
    (minimum,) = within_a_year.execute(
        "select setting_value from seeds.settings where topic = 'rfm' and setting = 'group_customers_count'"
    ).fetchone()
    large = {group for group, size in sizes.items() if size >= minimum}
    assert large
    assert len(large) < len(sizes)
    groups = within_a_year.execute(
        "select distinct rfm_group from marts.rfm_cut_points where as_of_date = date '2026-06-30'"
    ).fetchall()
    assert {group for (group,) in groups} == large | {"all"}
    used = within_a_year.execute(
        "select distinct rfm_group from marts.customer_rfm_segments where rfm_group is not null"
    ).fetchall()
    assert {group for (group,) in used} == large | {"all"}


def test_weights_make_the_weighted_score(within_a_year: duckdb.DuckDBPyConnection) -> None:
    different = within_a_year.execute(
        "select count(*) from marts.customer_rfm_segments "
        "where abs(rfm_weighted_score - (3 * recency_score + 2 * frequency_score) / 5) > 0.00005"
    ).fetchone()
    assert different == (0,)


def test_trends_are_held_against_the_wanted_base_date(within_a_year: duckdb.DuckDBPyConnection) -> None:
    found = within_a_year.execute("select distinct base_date::varchar from marts.rfm_score_trends").fetchall()
    assert found == [("2025-06-30",)]


def test_own_cut_points_score_everybody_by_the_seed(
    example: Refreshed, parsed_project: Path, tmp_path: Path
) -> None:
    with build_rfm(
        example,
        tmp_path,
        parsed_project,
        EXAMPLE_UNTIL.isoformat(),
        rfm_cut_points="own",
        rfm_group="customer_type",
    ) as built:
        sources = built.execute("select distinct source, rfm_group from marts.rfm_cut_points").fetchall()
        scores = built.execute(
            """
            select count(*) from marts.customer_rfm_segments
            where recency_score <> case when recency_days <= 30 then 5 when recency_days <= 90 then 4
                    when recency_days <= 180 then 3 when recency_days <= 365 then 2 else 1 end
                or frequency_score <> case when frequency_count <= 1 then 1 when frequency_count <= 2 then 2
                    when frequency_count <= 4 then 3 when frequency_count <= 9 then 4 else 5 end
            """
        ).fetchone()
        hidden = built.execute("select max(abs(hidden_change_value)) from marts.rfm_score_trends").fetchone()
    assert sources == [("own", "all")]
    assert scores == (0,)
    assert hidden == (0,)
