"""Identifiers that a spreadsheet broke are refused; references that fail only by their writing are counted and said."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer_segmentation.contract import InputColumn, InputContract, InputTable
from customer_segmentation.errors import DataRefused, Mistakes
from customer_segmentation.loading.identifiers import check_identifiers, unlike_references

CONTRACT = InputContract(
    {
        "customers": InputTable("customers", (InputColumn("customer_id", "string", is_required=True),)),
        "orders": InputTable(
            "orders",
            (InputColumn("order_id", "string", is_required=True), InputColumn("customer_id", "string")),
        ),
    }
)


def unlike(customers: list[str | None], references: list[str | None], contract: InputContract = CONTRACT):
    """What is found of the references from orders to customers."""
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        connection.execute(
            "create table raw.customers as select unnest(?::varchar[]) as customer_id", [customers]
        )
        connection.execute(
            "create table raw.orders as select 'O' || generate_subscripts(?::varchar[], 1) as order_id, "
            "unnest(?::varchar[]) as customer_id",
            [references, references],
        )
        types = {
            "customers": {"customer_id": "VARCHAR"},
            "orders": {"order_id": "VARCHAR", "customer_id": "VARCHAR"},
        }
        mistakes = Mistakes()
        found = unlike_references(
            connection, contract, types, "orders", mistakes, origin="orders.csv", wishes={}, known=set()
        )
        mistakes.refuse()
        return found


# ids whose numbers all differ, so that only a disguise brings two together
REAL = [
    f"{letters}{number:04d}" for number, letters in enumerate(["", "", "K-", "cus_", "Shop/"] * 8, start=3)
]
DISGUISES = {
    "zeros": lambda text: "00" + text if text.isdigit() else text.replace("00", "", 1),
    "point": lambda text: text + ".0",
    "capitals": lambda text: text.swapcase() if text.swapcase() != text else text + ".00",
    "apostrophe": lambda text: "'" + text,
    "prefix": lambda text: "crm:" + text if text.isdigit() else text.lstrip("K-cus_Shop/"),
}
STRANGERS = [f"X{number}" for number in range(500, 520)] + ["nobody", "7-eleven"]


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    customers=st.lists(st.sampled_from(REAL), min_size=5, unique=True),
    disguised=st.lists(st.tuples(st.integers(0, 4), st.sampled_from(list(DISGUISES))), max_size=8),
    right=st.lists(st.integers(0, 4), max_size=8),
    strangers=st.lists(st.sampled_from([*STRANGERS, None, "n/a"]), max_size=8),
)
def test_references_that_fail_only_by_their_writing_are_counted(customers, disguised, right, strangers):
    written = [DISGUISES[disguise](customers[position]) for position, disguise in disguised]
    references = [*written, *(customers[position] for position in right), *strangers]

    found = unlike(customers, [*references, "a stranger"])

    expected = sum(text not in customers for text in written)
    given = sum(text not in (None, "n/a") for text in references) + 1
    assert [(each.values_given, each.values_unlike) for each in found] == (
        [(given, expected)] if expected else []
    )
    for each in found:
        assert each.example in written
        assert each.meant in customers


@pytest.mark.parametrize(
    ("customer", "reference"),
    [
        ("0012", "12"), ("12", "0012"), ("7770", "7770.0"), ("7770.0", "7770"), ("Abc", "ABC"), ("12", "'12"),
        ("12", "C-12"), ("gid://shopify/Customer/12", "12"), ("C-0012", "C-12"), ("abc", "crm:abc"), ("12", "12,00"),
    ],
)  # fmt: skip
def test_two_writings_of_one_identifier(customer, reference):
    (found,) = unlike([customer, "other"], [reference, "other"])
    assert found.values_unlike == 1
    assert f"orders.csv customer_id: 1 of 2 values, for example '{reference}'" in found.sentence("orders.csv")
    assert f"({customer!r})" in found.sentence("orders.csv").replace('"', "'")


@pytest.mark.parametrize(
    ("customer", "reference"), [("A12", "B12"), ("112", "12"), ("12", "120"), ("abc", "abd")]
)
def test_two_identifiers_that_differ(customer, reference):
    assert unlike([customer], [reference]) == []


def test_where_most_required_references_fail_the_table_is_refused():
    tables = dict(CONTRACT.tables)
    tables["orders"] = InputTable("orders", (InputColumn("customer_id", "string", is_required=True),))
    with pytest.raises(
        DataRefused, match=r"2 of 3 values, for example '12', differ .* \('0012'\) only by zeros"
    ):
        unlike(["0012", "0013", "0014"], ["12", "13", "0014"], InputContract(tables))


def checked(values: str, found_type: str = "VARCHAR", wish: str = "") -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        connection.execute(f"create table raw.orders as {values}")
        mistakes = Mistakes()
        check_identifiers(
            connection,
            "raw.orders",
            CONTRACT["orders"],
            {"order_id": "VARCHAR", "customer_id": found_type},
            mistakes,
            origin="orders.csv",
            wishes={"customer_id": wish} if wish else {},
        )
        mistakes.refuse()


@pytest.mark.parametrize(
    "broken", ["1.23457E+11", "1,23457E+11", "2E+05", "1.2e+10", "1.23457E11", "#REF!", "#####", " 1.5E+12 "]
)
def test_one_broken_identifier_refuses_the_table(broken):
    values = f"select 'O' || i as order_id, case i when 3 then '{broken}' else 'C' || i end as customer_id from range(9) as numbers(i)"
    with pytest.raises(DataRefused) as refused:
        checked(values)
    assert (
        f"'customer_id' of orders.csv holds identifiers that a spreadsheet has broken, 1 of them, for example '{broken.strip()}'"
        in str(refused.value)
    )
    checked(values, wish="as_is")


@pytest.mark.parametrize(
    "whole", ["12E34", "1E5", "v1.2", "A1.5e3", "E+11", "#12", "C++", "A+B", "n/a", "1234567890123456"]
)
def test_identifiers_that_only_look_broken_pass(whole):
    checked(f"select 'O1' as order_id, '{whole}' as customer_id")


def test_identifiers_of_which_a_spreadsheet_kept_fifteen_digits_are_refused():
    with pytest.raises(DataRefused, match="3 of them, for example '1234567890123410000'"):
        checked(
            "select 'O' as order_id, '12345678901234' || i || '0000' as customer_id from range(1, 4) as numbers(i)"
        )
    checked(
        "select 'O' as order_id, '12345678901234' || i || '0007' as customer_id from range(1, 4) as numbers(i)"
    )


@pytest.mark.parametrize(
    ("value", "found_type"), [("12.0::double", "DOUBLE"), ("12.5::decimal(9,1)", "DECIMAL(9,1)")]
)
def test_identifiers_that_are_numbers_with_a_point_are_refused(value, found_type):
    with pytest.raises(
        DataRefused, match=r"holds identifiers as numbers with a decimal point, for example '12\.[05]'"
    ):
        checked(f"select 'O1' as order_id, {value} as customer_id", found_type)
