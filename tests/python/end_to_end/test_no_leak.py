"""A refresh at T on all data gives, table by table, what a refresh at T on data cut at T gives."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from helpers.refreshed import Refreshed, refresh

pytestmark = pytest.mark.warehouse

CUT = "2025-10-15"
IMPOSSIBLE = "timestamp '2200-01-01'"

# when a row came into being; later changes of it (an end, a closing) are blanked when they lie after the cut
BORN = {
    "customers": "created_at",
    "users": "signed_up_at",
    "orders": "ordered_at",
    "refunds": "refunded_at",
    "subscriptions": "started_at",
    "product_events": "occurred_at",
    "technologies": "first_seen_at",
    "campaign_events": "occurred_at",
    "social_interactions": "occurred_at",
    "support_tickets": "opened_at",
    "reviews": "reviewed_at",
    "survey_responses": "answered_at",
    "opportunities": "created_at",
    "exchange_rates": "rate_date",
}
LATER = {
    "subscriptions": ["ended_at"],
    "users": ["trial_started_at", "trial_ended_at"],
    "support_tickets": ["closed_at"],
    "opportunities": ["closed_at", "stage_entered_at"],
    "technologies": ["last_seen_at"],
}
# stated together with a later change
STATED_WITH = {
    "support_tickets": {"satisfaction_score": "closed_at"},
    "opportunities": {"stage": "greatest(closed_at, stage_entered_at)"},
}
# true by their nature of all data read, not of what was known at T
ABOUT_THE_RUN = {"publish_info", "input_reconciliation"}


def cut_folder(source: Path, target: Path) -> Path:
    """The same tables with only what existed at the end of the day of the cut."""
    target.mkdir()
    end = f"timestamp '{CUT}' + interval 1 day"
    with duckdb.connect() as connection:
        for file in sorted(source.glob("*.parquet")):
            table = file.stem
            blanked = "".join(
                f", case when {column} < {end} then {column} end as {column}"
                for column in LATER.get(table, [])
            )
            stated = STATED_WITH.get(table, {})
            blanked += "".join(
                f", case when {change} is null or {change} < {end} then {column} end as {column}"
                for column, change in stated.items()
            )
            dropped = f"exclude ({', '.join([*LATER[table], *stated])})" if table in LATER else ""
            born = BORN.get(table)
            # a row of an impossible day is known whatever the date
            where = f"where {born} is null or {born} < {end} or {born} >= {IMPOSSIBLE}" if born else ""
            connection.execute(
                f"copy (select * {dropped}{blanked} from read_parquet('{file}') {where}) "
                f"to '{target / file.name}' (format parquet)"
            )
    return target


@pytest.fixture(scope="module")
def both(example_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Refreshed, Refreshed]:
    base = tmp_path_factory.mktemp("no_leak")
    cut = cut_folder(example_folder, base / "cut_input")
    on_all = refresh(example_folder, base / "on_all", CUT)
    on_cut = refresh(cut, base / "on_cut", CUT, "--accept-change")
    return on_all, on_cut


def test_every_published_table_is_the_same_on_all_data_and_on_data_cut_at_the_date(
    both: tuple[Refreshed, Refreshed],
) -> None:
    on_all, on_cut = both
    tables = sorted(
        name
        for (name,) in on_all.published("select table_name from information_schema.tables")
        if name not in ABOUT_THE_RUN
    )
    assert len(tables) > 10
    different = {}
    with duckdb.connect() as connection:
        connection.execute(f"attach '{on_all.published_file}' as on_all (read_only)")
        connection.execute(f"attach '{on_cut.published_file}' as on_cut (read_only)")
        for table in tables:
            left, right = (
                f"(select * replace ({rounded(connection, side, table)}) from {side}.{table})"
                if rounded(connection, side, table)
                else f"(select * from {side}.{table})"
                for side in ("on_all", "on_cut")
            )
            count = connection.execute(
                f"select (select count(*) from ({left} except all {right})) + (select count(*) from ({right} except all {left}))"
            ).fetchone()
            if count and count[0]:
                different[table] = count[0]
    assert different == {}


def rounded(connection: duckdb.DuckDBPyConnection, side: str, table: str) -> str:
    """Floating sums depend on the order of adding in the last digits: compare nine significant ones."""
    columns = connection.execute(
        f"select column_name from information_schema.columns where table_catalog = '{side}' "
        f"and table_name = '{table}' and data_type = 'DOUBLE'"
    ).fetchall()
    return ", ".join(
        f"case when {name} = 0 then 0 else round({name}, 8 - cast(floor(log10(abs({name}))) as integer)) end as {name}"
        for (name,) in columns
    )
