"""Values that few systems write: each is read as what it says, or not at all, and never changes its neighbours."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer_segmentation.contract import read_contract
from customer_segmentation.errors import Mistakes
from customer_segmentation.loading.readings import read_columns
from helpers import ROOT
from helpers.compiled_sql import CompiledSql, compile_models

ROWS = (
    5_000  # the engine works on 2,048 values at once: what one of them does to others shows in the next ones
)
NAMED_ZONES = (
    "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Asia/Kolkata", "Australia/Sydney", "America/St_Johns",
    "Pacific/Auckland", "America/Argentina/Buenos_Aires",
)  # fmt: skip
SHORT_ZONES = {"PST": -8, "PDT": -7, "EST": -5, "CET": 1, "CEST": 2, "UTC": 0, "GMT": 0, "pst": -8}
OFFSETS = {
    "Z": 0, " Z": 0, "+02": 120, "+02:00": 120, " +0200": 120, "-0330": -210, " -05:00": -300, "+05:30": 330,
    " +0000 UTC": 0, " GMT+0200": 120, " UTC-3": -180, "+02:00[Europe/Berlin]": 120, " GMT+0100 (CET)": 60,
}  # fmt: skip


@pytest.fixture(scope="module")
def staging(tmp_path_factory: pytest.TempPathFactory) -> CompiledSql:
    """What dbt compiles for staging of a delivery of text."""
    folder = tmp_path_factory.mktemp("values")
    delivered = folder / "input"
    delivered.mkdir()
    (delivered / "customers.csv").write_text("customer_id\nA\n")
    (delivered / "orders.csv").write_text("order_id,customer_id,ordered_at\n1,A,2026-01-05 10:00:00\n")
    compile_models(folder, delivered, ["stg_orders"])
    made = CompiledSql(folder)
    made.connection.execute("set timezone = 'UTC'")
    made.seed("order_statuses")
    return made


def moments(staging: CompiledSql, texts: list[str], *, is_loaded: bool = True) -> list[datetime | None]:
    """What the loader and staging make of a column of texts, or staging alone."""
    staging.connection.execute(
        "create or replace table raw.orders (order_id varchar, customer_id varchar, ordered_at varchar)"
    )
    staging.connection.execute(
        "insert into raw.orders select i, 'A', text from (select unnest(range(?)) as i, unnest(?::varchar[]) as text)",
        [len(texts), texts],
    )
    if is_loaded:
        types = {"order_id": "VARCHAR", "customer_id": "VARCHAR", "ordered_at": "VARCHAR"}
        mistakes = Mistakes()
        table = read_contract(ROOT)["orders"]
        read_columns(
            staging.connection, 'raw."orders"', table, types, mistakes, origin="orders.csv", wishes={}
        )
        mistakes.refuse()
    found = dict(staging.rows("stg_orders", "order_id, ordered_at"))
    return [found[str(number)] for number in range(len(texts))]


def written(source: random.Random) -> tuple[str, set[datetime]]:
    """A moment as some system writes it, and what it may be in UTC: two moments in the hour that clocks repeat."""
    local = datetime(1990, 1, 1) + timedelta(seconds=source.randrange(45 * 365 * 86_400))
    clock = source.choice(["%H:%M:%S", "%H:%M", "%H:%M:%S.%f"])
    if clock != "%H:%M:%S.%f":
        local = local.replace(second=0) if clock == "%H:%M" else local
    else:
        local = local.replace(microsecond=source.randrange(1_000_000))
    text = local.strftime("%Y-%m-%d" + source.choice([" ", "T"]) + clock)
    kind = source.choice(["none", "none", "none", "offset", "short", "named"])
    if kind == "none":
        return text, {local}
    if kind == "named":
        name = source.choice(NAMED_ZONES)
        both = {local.replace(tzinfo=ZoneInfo(name), fold=fold).astimezone(UTC) for fold in (0, 1)}
        return f"{text} {name}", {moment.replace(tzinfo=None) for moment in both}
    if kind == "short":
        name, hours = source.choice(list(SHORT_ZONES.items()))
        return f"{text} {name}", {local - timedelta(hours=hours)}
    name, minutes = source.choice(list(OFFSETS.items()))
    zone = timezone(timedelta(minutes=minutes))
    return text + name, {local.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)}


@given(seed=st.integers(0, 2**32))
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_each_zone_counts_for_its_own_value_only(staging: CompiledSql, seed: int) -> None:
    source = random.Random(seed)
    values = [written(source) for _ in range(ROWS)]
    found = moments(staging, [text for text, _ in values])
    wrong = [
        (text, moment) for (text, meant), moment in zip(values, found, strict=True) if moment not in meant
    ]
    assert wrong == []


@pytest.mark.parametrize("zone", [" Europe/Berlin", " PST", " IST", " Mars/Olympus", " UTC", "+02", " CET"])
def test_one_zone_among_equal_moments_changes_none_of_them_in_staging_alone(
    staging: CompiledSql, zone: str
) -> None:
    """Where models deliver the input no loader has looked at it."""
    texts = ["2026-07-01 10:00:00"] * ROWS
    texts[700] += zone
    found = moments(staging, texts, is_loaded=False)
    assert {moment for number, moment in enumerate(found) if number != 700} == {datetime(2026, 7, 1, 10)}
    expected = {" UTC": datetime(2026, 7, 1, 10), "+02": datetime(2026, 7, 1, 8)}
    assert found[700] == expected.get(zone)


@pytest.mark.parametrize("zone", ["IST", "BST", "Mars/Olympus", "XYZ"])
def test_a_zone_that_may_be_several_or_is_none_is_not_guessed(staging: CompiledSql, zone: str) -> None:
    texts = ["2026-07-01 10:00:00", f"2026-07-01 10:00:00 {zone}", "2026-07-01 11:00:00"]
    assert moments(staging, texts) == [datetime(2026, 7, 1, 10), None, datetime(2026, 7, 1, 11)]
