"""Planted faults: what real exports contain, counted row by row in `truth/dirt.parquet`.

Three ways to plant a fault, all among the rows that arrive late, at the end of a file:

- `changed`: a good row is altered but must still be **accepted** by a rule (trimmed, nulled, explained);
- `added`: a copy of a good row under a new key is made bad and must be **rejected**;
- `repeated`: a second row with the same key; one of the two must be **rejected**. Of two orders that differ,
  the later one is the good one.

An order of the year 2099 is accepted, but lies after every as-of date. So removing what is rejected gives
back exactly the planted processes. `row_key` is the clean key of the row (several columns joined by ` / `),
`(no key)` where the fault is that there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from customer_segmentation.example.tables import ROW_KEYS, TABLES, plain_schema_of
from customer_segmentation.example.writer import TableWriter

Row = dict[str, Any]
FEWEST_PER_KIND = 2
UNKNOWN_CUSTOMER = "C99999999"


@dataclass(frozen=True)
class Fault:
    """One kind of fault: `alter` gets the row and the row after it and changes the former."""

    kind: str
    way: str  # changed, added, repeated
    ratio: float  # of the table's rows
    alter: Callable[[Row, Row], None]
    applies: Callable[[Row], bool] = lambda _: True
    most: int | None = None
    answer: str | None = None

    @property
    def expected(self) -> str:
        """What the pipeline has to do with it."""
        return self.answer or ("accepted" if self.way == "changed" else "rejected")


def _set(**values: Any) -> Callable[[Row, Row], None]:
    return lambda row, _: row.update(values)


def _append(column: str, text: str) -> Callable[[Row, Row], None]:
    return lambda row, _: row.update({column: row[column] + text})


def _nothing(_row: Row, _next: Row) -> None:
    """An exact copy."""


def _earlier_version(row: Row, _: Row) -> None:
    """What the row looked like before a correction; by time, the good row is the later one."""
    row["gross_amount"] += Decimal("10.00")
    row["net_amount"] += Decimal("10.00")
    row["ordered_at"] -= timedelta(minutes=5)


def _negate_net_amount(row: Row, _: Row) -> None:
    # all amounts below zero would be a credit note
    row["net_amount"] = -row["net_amount"]


FAULTS: dict[str, tuple[Fault, ...]] = {
    "customers": (
        Fault("exact_duplicate", "repeated", 0.0010, _nothing),
        Fault("conflicting_duplicate", "repeated", 0.0005, _append("customer_name", " (old)")),
        Fault("blank_key", "added", 0.0003, _set(customer_id=" ")),
        Fault("key_with_spaces", "changed", 0.0005, _append("customer_id", "  ")),
        Fault("text_instead_of_null", "changed", 0.0010, _set(region="N/A", occupation="NULL")),
        Fault("shared_email", "changed", 0.0005, lambda row, other: row.update(email=other["email"])),
        Fault(
            "lower_case_code",
            "changed",
            0.0005,
            lambda row, _: row.update(country_code=row["country_code"].lower()),
        ),
        Fault(
            "birth_date_in_future",
            "changed",
            0.0003,
            _set(birth_date=date(2092, 2, 28)),
            applies=lambda row: row["birth_date"] is not None,
        ),
        Fault("formula_as_name", "changed", 0.0003, _set(customer_name='=HYPERLINK("x.example";"open")')),
        Fault(
            "code_as_name",
            "changed",
            0.0003,
            _set(customer_name="'); drop table x; -- {{ env_var('X') }} 🦊"),
        ),
    ),
    "accounts": (
        Fault("exact_duplicate", "repeated", 0.0010, _nothing),
        Fault(
            "parent_of_itself",
            "changed",
            0.0005,
            lambda row, _: row.update(parent_customer_id=row["customer_id"]),
            most=10,
        ),
        Fault(
            "parents_in_a_cycle",
            "changed",
            0.0,
            lambda row, other: row.update(parent_customer_id=other["customer_id"]),
            most=2,
        ),
        Fault("unknown_parent", "changed", 0.0005, _set(parent_customer_id=UNKNOWN_CUSTOMER)),
        Fault("negative_employees", "changed", 0.0005, _set(employee_count=-5)),
    ),
    "contacts": (
        Fault("exact_duplicate", "repeated", 0.0010, _nothing),
        Fault("key_with_spaces", "changed", 0.0005, _append("contact_id", " ")),
    ),
    "users": (
        Fault("exact_duplicate", "repeated", 0.0010, _nothing),
        Fault("key_with_spaces", "changed", 0.0005, _append("user_id", " ")),
    ),
    "orders": (
        Fault("exact_duplicate", "repeated", 0.0006, _nothing),
        Fault("conflicting_duplicate", "repeated", 0.0003, _earlier_version),
        Fault("blank_key", "added", 0.0001, _set(order_id="")),
        Fault("blank_customer_id", "added", 0.0003, _set(customer_id="   ")),
        Fault("null_customer_id", "added", 0.0002, _set(customer_id=None)),
        Fault("text_instead_of_customer_id", "added", 0.0002, _set(customer_id="N/A")),
        Fault("orphan", "added", 0.0003, _set(customer_id=UNKNOWN_CUSTOMER)),
        Fault("unknown_status", "added", 0.0003, _set(status="teleported")),
        Fault("far_future", "added", 0.0002, _set(ordered_at=datetime(9999, 12, 31))),
        Fault(
            "future",
            "added",
            0.0002,
            _set(ordered_at=datetime(2099, 1, 1, 9, 30)),
            applies=lambda row: row["currency_code"] == "USD",
            answer="accepted",
        ),
        Fault("epoch", "added", 0.0002, _set(ordered_at=datetime(1970, 1, 1))),
        Fault("null_timestamp", "added", 0.0001, _set(ordered_at=None)),
        Fault("negative_amount", "added", 0.0003, _negate_net_amount),
        Fault("unknown_currency", "added", 0.0002, _set(currency_code="XXX")),
        Fault("key_with_spaces", "changed", 0.0003, _append("order_id", "  ")),
        Fault("customer_id_with_spaces", "changed", 0.0003, _append("customer_id", " ")),
        Fault(
            "text_instead_of_null",
            "changed",
            0.0003,
            _set(coupon_code="N/A"),
            applies=lambda row: row["coupon_code"] is None,
        ),
        Fault(
            "status_in_capitals",
            "changed",
            0.0003,
            lambda row, _: row.update(status=f" {row['status'].upper()} "),
        ),
        Fault(
            "null_currency",
            "changed",
            0.0002,
            _set(currency_code=None),
            applies=lambda row: row["currency_code"] == "USD",
        ),
    ),
    "order_items": (
        Fault("exact_duplicate", "repeated", 0.0005, _nothing),
        Fault("orphan", "added", 0.0003, _nothing),
    ),
    "refunds": (
        Fault("exact_duplicate", "repeated", 0.0010, _nothing),
        # taken off up to what the order cost
        Fault(
            "above_order",
            "added",
            0.0010,
            lambda row, _: row.update(amount=row["amount"] * 100),
            answer="accepted",
        ),
        Fault("orphan", "added", 0.0005, _set(order_id="O9999999999")),
    ),
    "subscriptions": (
        Fault("exact_duplicate", "repeated", 0.0010, _nothing),
        Fault(
            "ends_before_start",
            "added",
            0.0015,
            lambda row, _: row.update(ended_at=row["started_at"] - timedelta(days=40)),
        ),
        Fault("unknown_currency", "added", 0.0005, _set(currency_code="XXX")),
    ),
    "product_events": (
        Fault("exact_duplicate", "repeated", 0.0008, _nothing),
        Fault("blank_key", "changed", 0.0001, _set(event_id="")),
        Fault("far_future", "added", 0.0002, _set(occurred_at=datetime(9999, 12, 31))),
        Fault("epoch", "added", 0.0003, _set(occurred_at=datetime(1970, 1, 1))),
        Fault("null_timestamp", "added", 0.0002, _set(occurred_at=None)),
        Fault("blank_event_name", "added", 0.0002, _set(event_name=" ")),
        Fault("key_with_spaces", "changed", 0.0003, _append("event_id", " ")),
        Fault(
            "negative_duration",
            "changed",
            0.0002,
            _set(duration_seconds=-30),
            applies=lambda row: row["duration_seconds"] is not None,
        ),
    ),
    "support_tickets": (
        Fault("exact_duplicate", "repeated", 0.0010, _nothing),
        Fault(
            "closed_before_opened",
            "changed",
            0.0005,
            lambda row, _: row.update(closed_at=row["opened_at"] - timedelta(days=1)),
        ),
    ),
    "opportunities": (
        Fault("exact_duplicate", "repeated", 0.0010, _nothing),
        Fault("null_key", "added", 0.0005, _set(opportunity_id=None)),
    ),
}


def write_late_rows_with_dirt(rng: np.random.Generator, writer: TableWriter) -> list[dict[str, str]]:
    """Writes the rows held back, with faults, and gives the list of faults."""
    planted: list[dict[str, str]] = []
    for table in TABLES:
        late = writer.late_rows(table)
        rows_count = writer.rows_count[table] + late.num_rows
        if late.num_rows == 0:
            continue
        rows = [late]
        if table in FAULTS:
            altered, taken, faults = _plant(rng, table, late, rows_count)
            is_kept = np.ones(late.num_rows, bool)
            is_kept[taken] = False
            rows = [
                late.filter(pa.array(is_kept)),
                pa.Table.from_pylist(altered, schema=plain_schema_of(table)),
            ]
            planted.extend(faults)
        shuffled = pa.concat_tables(rows)
        writer.write_plain(table, shuffled.take(pa.array(rng.permutation(shuffled.num_rows))))
    return planted


def _plant(
    rng: np.random.Generator, table: str, late: pa.Table, rows_count: int
) -> tuple[list[Row], list[int], list[dict[str, str]]]:
    """Altered rows to write, positions of late rows they stand for, and the list of faults."""
    key_columns = ROW_KEYS[table]
    counts = [
        min(max(FEWEST_PER_KIND, round(fault.ratio * rows_count)), fault.most or rows_count)
        for fault in FAULTS[table]
    ]
    # more candidates than needed, as some faults apply to some rows only
    pool = rng.permutation(late.num_rows)[: sum(counts) * 4 + 50]
    candidates = list(zip(pool.tolist(), late.take(pa.array(pool)).to_pylist(), strict=True))
    altered: list[Row] = []
    taken: list[int] = []
    faults: list[dict[str, str]] = []
    added_count = 0
    for fault, count in zip(FAULTS[table], counts, strict=True):
        chosen, rest = [], []
        for candidate in candidates:
            fits = len(chosen) < count and fault.applies(candidate[1])
            (chosen if fits else rest).append(candidate)
        candidates = rest
        for index, (position, original) in enumerate(chosen):
            row = dict(original)
            following = chosen[(index + 1) % len(chosen)][1]
            if fault.way == "changed":
                taken.append(position)
            if fault.way == "added":
                added_count += 1
                first_key = key_columns[0]
                # orphan lines must not meet an added order
                letter = "Z" if table == "order_items" else "X"
                row[first_key] = f"{original[first_key][0]}{letter}{added_count:08d}"
            key = " / ".join(str(row[column]) for column in key_columns)
            fault.alter(row, following)
            if fault.kind in ("blank_key", "null_key"):
                key = "(no key)"
            altered.append(row)
            faults.append(
                {"input_table": table, "row_key": key, "kind": fault.kind, "expected": fault.expected}
            )
    return altered, taken, faults
