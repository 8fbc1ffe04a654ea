"""Values that few systems write: each is read as what it says, or not at all, and never changes its neighbours."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer_segmentation.contract import read_contract
from customer_segmentation.errors import DataRefused, Mistakes
from customer_segmentation.loading.readings import read_columns
from helpers import ROOT
from helpers.compiled_sql import CompiledSql, compile_models
from helpers.refreshed import Refreshed, refresh

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


def test_years_that_no_calendar_of_a_shop_has_change_none_of_the_others(staging: CompiledSql) -> None:
    odd = ["0001-01-01 00:00:00", "9999-12-31 23:59:59", "290000-01-01 00:00:00", "infinity", "0000-00-00"]
    # the last moments of the engine, which it takes for an error of its own
    last = [
        f"294247-01-10 04:00:54.775806{zone}"
        for zone in ("", "+00", "Z", "+02:00", " UTC", " Europe/Berlin", " PST")
    ]
    texts = ["2026-07-01 10:00:00"] * 100
    texts[10:15], texts[20:27] = odd, last
    found = moments(staging, texts)
    assert found[:10] + found[15:20] + found[27:] == [datetime(2026, 7, 1, 10)] * 88
    assert moments(staging, texts, is_loaded=False)[:10] == [datetime(2026, 7, 1, 10)] * 10
    rejected = dict(staging.rows("stg_orders", "order_id, rejection_rule_id"))
    assert {rejected[str(number)] for number in range(20, 27)} <= {"impossible_date", "unreadable_value"}
    assert [rejected[str(number)] for number in range(10, 15)] == ["impossible_date"] * 4 + [
        "unreadable_value"
    ]


# amounts and their currencies


def amounts(texts: list[str]) -> list[str]:
    """What the loader makes of a column of amounts, where no column names their currency."""
    columns = {"order_id": "VARCHAR", "customer_id": "VARCHAR", "net_amount": "VARCHAR"}
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        connection.execute(
            "create table raw.orders as select i as order_id, 'A' as customer_id, text as net_amount "
            "from (select unnest(range(?)) as i, unnest(?::varchar[]) as text)",
            [len(texts), texts],
        )
        mistakes = Mistakes()
        read_columns(
            connection, 'raw."orders"', read_contract(ROOT)["orders"], columns, mistakes, origin="orders.csv",
            wishes={},
        )  # fmt: skip
        mistakes.refuse()
        return [
            row[0]
            for row in connection.execute("select net_amount from raw.orders order by rowid").fetchall()
        ]


def test_one_amount_in_another_currency_is_no_amount_and_does_not_stop_the_others() -> None:
    texts = [f"€{number}.50" for number in range(150)]
    texts[70] = "$70.50"
    found = amounts(texts)
    assert found[:2] == ["0.50", "1.50"]
    assert found[70] == "$70.50"  # which staging cannot read and rejects


def test_amounts_in_two_currencies_are_refused() -> None:
    with pytest.raises(DataRefused, match=r"holds amounts in '\$' and in '€'"):
        amounts(["€1.50", "€2.50", "$3.50"])


# a whole refresh

ODD_MOMENTS = {
    "year_1": "timestamp '0001-01-01 00:00:00'",
    "year_9999": "timestamp '9999-12-31 23:59:59'",
    "year_290000": "timestamp '290000-01-01 00:00:00'",
    "endless": "timestamp 'infinity'",
}
CURRENCIES = {"euro": "EURO", "sign": "€", "blanks": "eur ", "digit": "1", "dollars": "USD", "marks": "??"}
LINES = {  # what the engine rejects lines for
    "fewer": b"X1\n",
    "more": b"X2,Ann,DE,more\n",
    "quote": b'X3,"Ann" Lee,DE\n',
    "encoding": b"X4,Ren\xe9,DE\n",
    "two_lines": b'X5,"two\nlines"\n',
}


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Refreshed:
    """A shop whose orders are a folder of part files, with odd dates and currencies, and lines that are no rows."""
    folder = tmp_path_factory.mktemp("odd")
    delivered, warehouse = folder / "input", folder / "warehouse"
    (delivered / "orders.parquet").mkdir(parents=True)
    customers = b"customer_id,customer_name,country_code\n" + b"".join(
        b"C%d,Ann,DE\n" % i for i in range(300)
    )
    (delivered / "customers.csv").write_bytes(customers + b"".join(LINES.values()))
    for part in range(2):
        duckdb.sql(
            f"select 'O{part}_' || i as order_id, 'C' || (i * 7 % 300) as customer_id, "
            "timestamp '2025-07-01 12:00:00' + to_hours(cast(i * 11 as integer)) as ordered_at, "
            "cast(5 + i % 90 as decimal(18, 4)) as net_amount, 'EUR' as currency_code from range(700) as numbers(i)"
        ).write_parquet(str(delivered / "orders.parquet" / f"part-{part:05}.parquet"))
    odd = [
        f"select '{name}' as order_id, 'C1' as customer_id, {moment} as ordered_at, "
        "cast(9 as decimal(18, 4)) as net_amount, 'EUR' as currency_code"
        for name, moment in ODD_MOMENTS.items()
    ] + [
        f"select '{name}', 'C2', timestamp '2026-05-05 10:00:00', 9, '{code}'"
        for name, code in CURRENCIES.items()
    ]
    duckdb.sql(" union all ".join(odd)).write_parquet(
        str(delivered / "orders.parquet" / "part-00002.parquet")
    )
    (delivered / "orders.parquet" / "_SUCCESS").touch()
    refresh(delivered, warehouse, "2026-06-30")
    return Refreshed(warehouse)


@pytest.mark.warehouse
def test_odd_dates_are_rejected_with_their_reason(refreshed: Refreshed) -> None:
    found = refreshed.built("select row_key from marts.rejected_rows where rule_id = 'impossible_date'")
    assert {key for (key,) in found} == set(ODD_MOMENTS)


@pytest.mark.warehouse
def test_an_odd_currency_is_read_where_it_is_unmistakable_and_else_rejected(refreshed: Refreshed) -> None:
    found = dict(
        refreshed.built(
            "select row_key, rule_id from marts.rejected_rows where rule_id in ('unknown_currency', 'missing_exchange_rate')"
        )
    )
    assert found == {
        "digit": "unknown_currency",
        "marks": "unknown_currency",
        "dollars": "missing_exchange_rate",
    }
    accepted = (
        "select count(*) from intermediate.int_orders_accepted where order_id in ('euro', 'sign', 'blanks')"
    )
    assert refreshed.built(f"{accepted} and currency_code = 'EUR'") == [(3,)]


@pytest.mark.warehouse
def test_every_kind_of_malformed_line_passes_a_whole_refresh(refreshed: Refreshed) -> None:
    found = refreshed.built(
        "select row_key, reason from marts.rejected_rows where rule_id = 'malformed_line' order by 1"
    )
    assert [key for key, _ in found] == ["line 302", "line 303", "line 304", "line 305", "line 306"]
    assert "lines 306 to 307 are one" in found[-1][1]


@pytest.mark.warehouse
def test_rows_read_are_accepted_or_rejected(refreshed: Refreshed) -> None:
    counts = refreshed.built(
        "select input_table, rows_read, rows_accepted, rows_rejected from marts.input_reconciliation where is_declared order by 1"
    )
    assert counts == [("customers", 305, 300, 5), ("orders", 1_410, 1_403, 7)]
