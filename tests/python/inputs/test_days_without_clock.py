"""A value without a clock is that day of the reporting time zone, in every column and table, west and east of UTC."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer_segmentation.loading import load_folder
from customer_segmentation.warehouse import Warehouse
from helpers import ROOT as PROJECT

pytestmark = pytest.mark.warehouse

VALUES_AT_ONCE = 200
# west of UTC, where clocks go forward at midnight, and east of it, half an hour off
ZONES = ["America/Santiago", "Asia/Kolkata"]
DAYS = {  # the day that staging makes of each column
    "customers": ("customer_id", {"created_at": "created_date"}),
    "orders": ("order_id", {"ordered_at": "ordered_date"}),
    "refunds": ("refund_id", {"refunded_at": "refunded_date"}),
    "subscriptions": ("subscription_id", {"started_at": "started_date", "ended_at": "ended_date"}),
    "product_events": ("event_id", {"occurred_at": "occurred_date"}),
    "opportunities": ("opportunity_id", {"created_at": "created_date"}),
}
OTHERS = {
    "orders": {"customer_id": "C1", "net_amount": "10"},
    "refunds": {"customer_id": "C1", "amount": "1"},
    "subscriptions": {"customer_id": "C1", "mrr_amount": "1"},
    "product_events": {"user_id": "U1", "event_name": "login"},
    "opportunities": {"customer_id": "C1"},
}
# beyond them an engine has no day, or no clock in some zones: rejected or unknown, and no error
FAR = ["294247-01-09 23:59:59", "294247-01-10 04:00:54.775806", "5881580-07-10"]
MOMENTS = st.datetimes(datetime(1975, 1, 1), datetime(2100, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0)
)
VALUES = st.one_of(
    MOMENTS.map(lambda moment: f"{moment:%Y-%m-%d}"),
    MOMENTS.map(lambda moment: f"{moment:%Y-%m-%d %H:%M:%S}"),
    MOMENTS.map(lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}-06:00"),
)


def day_of(text: str, zone: str) -> date:
    """The oracle: a day is a day; a clock without an offset is UTC."""
    moment = datetime.fromisoformat(text)
    if len(text) == len("2026-06-30"):
        return moment.date()
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(ZoneInfo(zone)).date()


def staged(home: Path, zone: str) -> None:
    run = subprocess.run(
        [
            Path(sys.executable).with_name("dbt"), "build", "--select", *(f"+stg_{table}" for table in DAYS),
            "--exclude-resource-type", "test", "unit_test", "--no-use-colors", "--vars",
            json.dumps({"reporting_time_zone": zone}), "--profiles-dir", PROJECT,
            "--target-path", home / "target", "--log-path", home / "logs",
        ],
        cwd=PROJECT, env=os.environ | {"CUSTOMER_SEGMENTATION_WAREHOUSE": str(home)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout


@settings(max_examples=1, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(VALUES, min_size=VALUES_AT_ONCE, max_size=VALUES_AT_ONCE))
def test_a_value_without_a_clock_is_a_day_of_the_reporting_zone(tmp_path_factory, texts):
    texts = [*texts, "2022-12-31", "2023-01-01", "2022-12-31T19:50:00-06:00", "2024-09-08"]
    folder, home = tmp_path_factory.mktemp("input"), tmp_path_factory.mktemp("warehouse")
    for table, (key, columns) in DAYS.items():
        with (folder / f"{table}.csv").open("w", newline="") as file:
            others = OTHERS.get(table, {})
            rows = csv.writer(file)
            rows.writerow([key, *columns, *others])
            named = [(f"K{number}", text) for number, text in enumerate(texts)]
            named += [(f"far {number}", text) for number, text in enumerate(FAR)]
            rows.writerows([name, *([text] * len(columns)), *others.values()] for name, text in named)
    (folder / "refunds.csv").unlink()  # dates by type
    columns = "'K' || i as refund_id, 'C1' as customer_id, 1 as amount, date '2022-12-01' + i::integer as refunded_at"
    far = f"select 'far', 'C1', 1, date '{FAR[-1]}'"
    duckdb.sql(f"select {columns} from range(60) as numbers(i) union all {far}").write_parquet(
        str(folder / "refunds.parquet")
    )
    load_folder(folder, Warehouse(home), PROJECT)

    for zone in ZONES:
        staged(home, zone)
        with duckdb.connect(str(home / "build.duckdb"), read_only=True) as warehouse:
            for table, (_, columns) in DAYS.items():
                for day in columns.values():
                    found = warehouse.execute(
                        f"select cast(substr(row_key, 2) as integer), {day} from staging.stg_{table} "
                        "where row_key like 'K%' order by 1"
                    ).fetchall()
                    expected = (
                        [date.fromordinal(date(2022, 12, 1).toordinal() + number) for number in range(60)]
                        if table == "refunds"
                        else [day_of(text, zone) for text in texts]
                    )
                    wrong = [
                        (zone, table, day, texts[number], found_day, expected[number])
                        for number, found_day in found
                        if found_day != expected[number]
                    ]
                    assert wrong == []
                    assert len(found) == len(expected)
