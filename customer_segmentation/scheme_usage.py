"""Which schemes say anything in a run: the mart `scheme_usage` of the build, or of what is published."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from customer_segmentation.warehouse import has_table

if TYPE_CHECKING:
    import duckdb

BUILT = "marts.scheme_usage"
PUBLISHED = "scheme_usage"


@dataclass(frozen=True)
class SchemeUsage:
    """The schemes in use, in the order of the alphabet, and of the others the word that says why not."""

    in_use: tuple[str, ...]
    unused: tuple[tuple[str, str], ...]  # (why not, scheme), sorted

    def sentence(self) -> str:
        """`28 of 30 schemes are in use; not in use: ad_spend, macro (no_inputs) (why: …).`"""
        total = len(self.in_use) + len(self.unused)
        used = f"{len(self.in_use)} of {total} schemes are in use"
        groups = [
            f"{', '.join(scheme for _, scheme in schemes)} ({why})"
            for why, schemes in groupby(self.unused, key=lambda unused: unused[0])
        ]
        if not groups:
            return f"{used} (table scheme_usage)."
        return f"{used}; not in use: {'; '.join(groups)} (why: table scheme_usage)."


def read_scheme_usage(connection: duckdb.DuckDBPyConnection, relation: str) -> SchemeUsage | None:
    """What the mart says; null where the project, or an older published file, has no such table."""
    if not has_table(connection, relation):
        return None
    rows = connection.execute(f"select scheme, usage, is_in_use from {relation} order by scheme").fetchall()
    return SchemeUsage(
        in_use=tuple(scheme for scheme, _, is_in_use in rows if is_in_use),
        unused=tuple(sorted((usage, scheme) for scheme, usage, is_in_use in rows if not is_in_use)),
    )
