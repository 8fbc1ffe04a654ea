"""What a refresh and `status` say of the schemes that are in use, and of the others."""

from collections.abc import Iterator

import duckdb
import pytest

from customer_segmentation import console_report
from customer_segmentation.scheme_usage import BUILT, PUBLISHED, SchemeUsage, read_scheme_usage
from customer_segmentation.warehouse import Warehouse

ROWS = """
    values
        ('rfm', 'in_use', true),
        ('ad_spend', 'no_inputs', false),
        ('ad_intensity', 'no_inputs', false),
        ('lifecycle', 'in_use', true),
        ('purchase_channel', 'one_label', false)
"""
SENTENCE = (
    "2 of 5 schemes are in use; not in use: ad_intensity, ad_spend (no_inputs); purchase_channel (one_label) "
    "(why: table scheme_usage)."
)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


@pytest.mark.parametrize("relation", [BUILT, PUBLISHED])
def test_unused_schemes_are_named_by_reason(connection: duckdb.DuckDBPyConnection, relation: str) -> None:
    connection.execute("create schema marts")
    connection.execute(f"create table {relation} as from ({ROWS}) as given (scheme, usage, is_in_use)")
    usage = read_scheme_usage(connection, relation)
    assert usage is not None
    assert usage.in_use == ("lifecycle", "rfm")
    assert usage.sentence() == SENTENCE


def test_a_project_without_the_table_says_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create schema marts")
    connection.execute(f"create table {BUILT} as from ({ROWS}) as given (scheme, usage, is_in_use)")
    assert read_scheme_usage(connection, PUBLISHED) is None


def test_nothing_is_listed_where_all_are_in_use() -> None:
    assert SchemeUsage(("lifecycle",), ()).sentence() == "1 of 1 schemes are in use (table scheme_usage)."


def test_status_says_it_of_what_is_published(
    warehouse: Warehouse, capsys: pytest.CaptureFixture[str]
) -> None:
    warehouse.published_file.parent.mkdir()
    with duckdb.connect(str(warehouse.published_file)) as published:
        published.execute("""
            create table publish_info as
            select date '2026-06-30' as as_of_date, 'r' as run_id, 'now' as published_at, '1' as project_version
        """)
        published.execute(f"create table {PUBLISHED} as from ({ROWS}) as given (scheme, usage, is_in_use)")
    console_report.show_status(warehouse)
    assert SENTENCE in capsys.readouterr().out.splitlines()
