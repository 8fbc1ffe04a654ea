"""The history of labels that are known from run to run only, kept beside the build file.

A refresh puts what is kept into the build, dbt goes on from it (`customer_segment_history`), and what came
out is kept again in the moment of publishing. The file names customers as they were delivered: it is private.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from customer_segmentation.errors import EnvironmentFault
from customer_segmentation.loading.erased import values_gone
from customer_segmentation.loading.suppression import Hashes, Suppressed, read_suppression
from customer_segmentation.warehouse import (
    READABLE_BY_OWNER,
    Warehouse,
    file_literal,
    first_sentence,
    has_table,
    quoted_text,
)

if TYPE_CHECKING:
    import duckdb

KEPT = "raw.kept_segment_history"
HISTORY = "marts.customer_segment_history"
IDENTITIES = "intermediate.int_customer_identities"
COLUMNS = {
    "customer_id": "varchar not null",
    "scheme": "varchar not null",
    "segment": "varchar not null",
    "rule_id": "varchar",
    "rule_version": "integer",
    "valid_from_date": "date not null",
    "valid_to_date": "date",
    "newest_as_of_date": "date not null",
}


def load_kept_history(warehouse: Warehouse, erased: Collection[Suppressed] = ()) -> None:
    """Put the kept history into the build, or an empty one where nothing is kept yet.

    Customers who were erased are left out: those on the list, and those of `erased`, who will be.
    Raises `EnvironmentFault` where the kept file cannot be read: to go on without it would lose the history.
    """
    import duckdb

    file = warehouse.history_file
    columns = ", ".join(f"{name} {data_type}" for name, data_type in COLUMNS.items())
    with warehouse.connect_build() as connection:
        connection.execute("create schema if not exists raw")
        connection.execute(
            f"create or replace table {KEPT} ({columns}, check (valid_from_date < valid_to_date))"
        )
        if not file.exists():
            return
        try:
            relation = f"read_parquet({file_literal(file)})"
            suppression = read_suppression(warehouse)
            entries = {*suppression.days, *erased}
            hashes = Hashes(suppression.secret, entries) if entries else None
            gone = values_gone(connection, relation, "customer_id", hashes) if hashes else []
            connection.execute(
                f"insert into {KEPT} select {', '.join(COLUMNS)} from {relation} "
                "where customer_id not in (select unnest(?::varchar[]))",
                [gone],
            )
        except duckdb.Error as error:
            raise EnvironmentFault(
                f"The kept segment history {file} cannot be read ({first_sentence(str(error))}); restore it "
                "from a backup, or move it away and accept that the history begins anew with this run."
            ) from error


def history_notices(connection: duckdb.DuckDBPyConnection, as_of_date: date) -> list[str]:
    """What the run did not do to the kept history: earlier dates change nothing, merged customers end."""
    if not (has_table(connection, KEPT) and has_table(connection, IDENTITIES)):
        return []
    newest, merged = connection.execute(
        f"""
        select
            max(newest_as_of_date),
            count(distinct customer_id) filter (customer_id in (select from_customer_id from {IDENTITIES}))
        from {KEPT}
        """
    ).fetchone() or (None, 0)
    notices = []
    if newest is not None and as_of_date < newest:
        notices.append(
            f"The as-of date {as_of_date} is before {newest}, the newest one of the kept segment history; "
            "customer_segment_history stays as it was; if the later run was a mistake, take "
            "segment_history.parquet out of the warehouse folder and the history begins anew."
        )
    if merged:
        notices.append(
            f"customer_segment_history: the kept labels of {merged:,} merged identifiers are dropped; those "
            "of the customers they belong to now go on."
        )
    return notices


def write_history(
    connection: duckdb.DuckDBPyConnection, warehouse: Warehouse, run_id: str, as_of_date: date
) -> Path | None:
    """Write the history of the build to a new file beside the kept one; null where the project has none.

    Nothing is kept before `os.replace` puts the new file into the place of the kept one.
    """
    if not (has_table(connection, HISTORY) and has_table(connection, KEPT)):
        return None
    new_file = warehouse.history_file.with_name(f"{warehouse.history_file.name}.{run_id}.tmp")
    copy_history(
        connection,
        f"""
        select
            *,
            greatest(
                cast(? as date), (select max(kept.newest_as_of_date) from {KEPT} as kept)
            ) as newest_as_of_date
        from {HISTORY}
        order by customer_id, scheme, valid_from_date
        """,
        [as_of_date],
        new_file,
    )
    return new_file


def copy_history(
    connection: duckdb.DuckDBPyConnection, select: str, parameters: Sequence[object], new_file: Path
) -> None:
    """Write what `select` gives to a file that its owner alone can read, down to the disk."""
    new_file.touch(READABLE_BY_OWNER)
    connection.execute(
        f"copy ({select}) to {quoted_text(str(new_file))} (format parquet, compression zstd)", parameters
    )
    new_file.chmod(READABLE_BY_OWNER)
    handle = os.open(new_file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
