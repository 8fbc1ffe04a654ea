"""Streaming output: one Parquet file per table, appended block by block.

A small share of the rows of every table is held back and written at the end of its file, as rows that
arrive late; the dirt is planted among these (see `dirt.py`). Encoding and compression run in a second
thread, in order, so the bytes do not depend on timing.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from pathlib import Path
from queue import Queue

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from customer_segmentation.example.tables import TABLES, plain_schema_of, schema_of

LATE_RATIO = 0.01
LATE_ROWS_MINIMUM = 40
NEVER_LATE = frozenset(
    {"exchange_rates", "products", "stores", "campaigns", "erasure_requests", "customer_merges"}
)


class TableWriter:
    """Writes blocks of rows of all tables; use as a context manager and call `finish` at the end."""

    def __init__(self, output_dir: Path) -> None:
        self._output_dir = output_dir
        self._files: dict[str, pq.ParquetWriter] = {}
        self._late: dict[str, list[pa.Table]] = defaultdict(list)
        self.rows_count: dict[str, int] = dict.fromkeys(TABLES, 0)
        self._queue: Queue[tuple[str, pa.Table] | None] = Queue(maxsize=4)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._write_from_queue, daemon=True)

    def __enter__(self) -> TableWriter:
        for table in TABLES:
            # the file declares plain text and zone-less timestamps, not Arrow's dictionary types
            self._files[table] = pq.ParquetWriter(
                self._output_dir / f"{table}.parquet",
                schema_of(table),
                compression="snappy",
                store_schema=False,
            )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._queue.put(None)
        self._thread.join()
        for file in self._files.values():
            file.close()
        if self._error is not None:
            raise self._error

    def write(
        self, table: str, columns: dict[str, pa.Array], *, rng: np.random.Generator | None = None
    ) -> None:
        """Appends one block. With `rng`, a share of the rows is held back for the end of the file."""
        rows = _conform(table, columns)
        if rng is not None and table not in NEVER_LATE and rows.num_rows:
            ratio = max(LATE_RATIO, min(0.4, LATE_ROWS_MINIMUM / rows.num_rows))
            is_late = rng.random(rows.num_rows) < ratio
            self._late[table].append(rows.filter(pa.array(is_late)).cast(plain_schema_of(table)))
            rows = rows.filter(pa.array(~is_late))
        self._put(table, rows)

    def late_rows(self, table: str) -> pa.Table:
        """The rows held back so far, with plain text columns; they are taken out of the writer."""
        held = self._late.pop(table, [])
        return pa.concat_tables(held) if held else plain_schema_of(table).empty_table()

    def write_plain(self, table: str, rows: pa.Table) -> None:
        """Appends rows that have the file's plain types."""
        self._put(table, _conform(table, {name: rows.column(name) for name in rows.column_names}))

    def _put(self, table: str, rows: pa.Table) -> None:
        if self._error is not None:
            raise self._error
        self.rows_count[table] += rows.num_rows
        if rows.num_rows:
            self._queue.put((table, rows))

    def _write_from_queue(self) -> None:
        while (item := self._queue.get()) is not None:
            if self._error is not None:
                continue
            try:
                self._files[item[0]].write_table(item[1])
            except BaseException as error:  # handed to the caller's thread
                self._error = error


def _conform(table: str, columns: dict[str, pa.Array]) -> pa.Table:
    """The columns in the declared order and types."""
    schema = schema_of(table)
    if set(columns) != set(schema.names):
        raise ValueError(f"{table}: columns differ from the contract: {set(columns) ^ set(schema.names)}")
    arrays = []
    for field in schema:
        column = columns[field.name]
        if column.type != field.type:
            if pa.types.is_dictionary(field.type):
                column = column.dictionary_encode()
            else:
                column = column.cast(field.type)
        arrays.append(column)
    return pa.Table.from_arrays(arrays, schema=schema)
