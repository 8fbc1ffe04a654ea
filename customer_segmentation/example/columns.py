"""Arrow columns from numpy arrays without a Python loop over rows.

Times are handled as int64 microseconds and dates as int64 days since 1970-01-01, money as int64
hundredths; they become timestamps, dates and decimals here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

DAY_US = 86_400_000_000
SECOND_US = 1_000_000
MONEY = pa.decimal128(18, 2)


def row_ids(prefix: str, numbers: np.ndarray, *, width: int) -> pa.Array:
    """Text ids such as `C00000042`, in number order also when sorted as text."""
    digits = pc.utf8_lpad(pa.array(numbers.astype(np.int64)).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(pa.scalar(prefix), digits, "")


def labels(
    codes: np.ndarray, names: Sequence[str] | pa.Array, *, where: np.ndarray | None = None
) -> pa.Array:
    """Dictionary-coded text: `names[code]`; null for a negative code or where `where` is false.

    A sequence may name something twice; in an Arrow array all names must differ, since Parquet files
    written from a dictionary with repeated values are wrong.
    """
    missing = codes < 0
    if where is not None:
        missing = missing | ~where
    codes = np.where(missing, 0, codes)
    if isinstance(names, pa.Array):
        dictionary = names
    else:
        position = {name: code for code, name in enumerate(dict.fromkeys(names))}
        codes = np.array([position[name] for name in names], dtype=np.int32)[codes]
        dictionary = pa.array(list(position), pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), mask=missing), dictionary)


def money(hundredths: np.ndarray, *, where: np.ndarray | None = None) -> pa.Array:
    """decimal(18, 2) from int64 hundredths; null where `where` is false."""
    words = np.empty((len(hundredths), 2), dtype=np.int64)
    words[:, 0] = hundredths
    words[:, 1] = words[:, 0] >> 63
    validity = None if where is None else pa.array(where).buffers()[1]
    return pa.Array.from_buffers(MONEY, len(hundredths), [validity, pa.py_buffer(words)])


def timestamps(microseconds: np.ndarray, *, where: np.ndarray | None = None) -> pa.Array:
    """timestamp[us] without a zone (UTC by contract); null where `where` is false."""
    return pa.array(
        microseconds.astype(np.int64).view("datetime64[us]"), mask=None if where is None else ~where
    )


def dates(days: np.ndarray, *, where: np.ndarray | None = None) -> pa.Array:
    """date32 from days since 1970-01-01; null where `where` is false."""
    return pa.array(days.astype("datetime64[D]"), mask=None if where is None else ~where)


def numbers(values: np.ndarray, *, where: np.ndarray | None = None) -> pa.Array:
    """Any numeric or boolean column; null where `where` is false."""
    return pa.array(values, mask=None if where is None else ~where)


def join_text(*parts: pa.Array | str) -> pa.Array:
    """Text columns and constants put side by side, null if one of them is null."""
    return pc.binary_join_element_wise(
        *[pa.scalar(part) if isinstance(part, str) else plain_text(part) for part in parts], ""
    )


def plain_text(column: pa.Array) -> pa.Array:
    """The same text without dictionary coding."""
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
