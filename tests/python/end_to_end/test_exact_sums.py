"""No model adds doubles up: their sum depends on the order of the rows, which no engine promises."""

from __future__ import annotations

import json
from collections.abc import Iterator

import duckdb
import pytest
from sqlglot import exp, parse_one

from helpers.refreshed import Refreshed

pytestmark = pytest.mark.warehouse

ADDING = (exp.Sum, exp.Avg)
# they add squares up, whatever the type of the column
OTHERS = (exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Variance, exp.VariancePop, exp.Corr)


def watched(sql: str) -> str | None:
    """The statement with each sum of doubles turned into an error; nothing where it adds nothing up."""
    tree = parse_one(sql, dialect="duckdb")
    assert not list(tree.find_all(*OTHERS)), sql
    adding = list(tree.find_all(*ADDING))
    for aggregate in adding:
        # an average is always a double, the sum of the same tells of what
        total = aggregate.copy()
        if isinstance(aggregate, exp.Avg):
            total = exp.Sum(this=total.this)
        whole = aggregate
        if isinstance(aggregate.parent, exp.Window):
            whole = aggregate.parent
            window = whole.copy()
            window.set("this", total)
            total = window
        words = exp.Literal.string(f"sum of doubles: {aggregate.sql('duckdb')}")
        is_double = exp.EQ(this=exp.func("typeof", total), expression=exp.Literal.string("DOUBLE"))
        # `error` has no type of its own, so that of the whole stays
        raised = exp.If(this=is_double, true=exp.func("error", words))
        whole.replace(exp.Case(ifs=[raised], default=whole.copy()))
    return tree.sql("duckdb") if adding else None


def faults(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[str]:
    """What is said of a statement that adds doubles up."""
    watching = watched(sql)
    if watching is None:
        return
    try:
        connection.execute(f"create or replace temp table watched as {watching}")
    except duckdb.InvalidInputException as error:
        yield str(error)


def test_a_sum_of_doubles_is_found_wherever_it_stands() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create table t as select range as a, range / 3 as b, range % 2 as c from range(9)"
        )
        for sql, is_found in (
            ("select sum(a), avg(cast(b as decimal(18, 4))) from t", False),
            ("select sum(b) from t", True),
            ("select avg(b) from t", True),
            ("with x as (select c, 1 + sum(b) as s from t group by c) select c from x where s > 1", True),
            ("select c, sum(sum(b)) over (order by c) from t group by c", True),
            ("select c, sum(sum(a)) over (order by c) from t group by c", False),
        ):
            assert bool(list(faults(connection, sql))) == is_found, sql


def test_no_model_adds_doubles_up(example: Refreshed) -> None:
    target = example.warehouse / "target"
    manifest = json.loads((target / "manifest.json").read_text())
    found, tried = [], 0
    with duckdb.connect(str(example.build_file), read_only=True) as connection:
        connection.execute(f"use {connection.execute('select current_database()').fetchall()[0][0]}")
        for node in manifest["nodes"].values():
            if node["resource_type"] == "model" and node["language"] == "sql":
                compiled = target / "compiled" / node["package_name"] / node["original_file_path"]
                tried += 1
                found += [f"{node['name']}: {words}" for words in faults(connection, compiled.read_text())]
    assert tried > 100
    assert not found, "\n".join(found)
