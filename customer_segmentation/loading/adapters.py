"""Adapters: folders of plain SELECTs that map the files of a known source to the canonical tables."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from customer_segmentation.errors import DataRefused, Mistakes, WrongCall
from customer_segmentation.loading.folder import nearest
from customer_segmentation.warehouse import first_sentence, quoted_name

if TYPE_CHECKING:
    import duckdb

SOURCE_SCHEMA = "source"


@dataclass(frozen=True)
class Mapping:
    """One SELECT over `source.<file>` that gives the canonical table `table`."""

    adapter: str
    table: str
    path: Path
    select: str
    sources: frozenset[str]  # the source views it reads

    @property
    def origin(self) -> str:
        return f"The mapping {self.adapter}/{self.path.name}"


def adapter_names(project: Path) -> list[str]:
    """The adapters that the project has, by name."""
    folder = project / "adapters"
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if any(path.glob("*.sql")))


def read_adapter(project: Path, name: str, table_names: Iterable[str], mistakes: Mistakes) -> list[Mapping]:
    """The mappings of the adapter `name`, by table.

    Notes a `WrongCall` for a mapping of no input table and a file that is not one SELECT.
    Raises it for an unknown adapter.
    """
    names = adapter_names(project)
    if name not in names:
        raise WrongCall(f"There is no adapter '{name}'; the adapters are {', '.join(names) or '(none)'}.")
    known = sorted(table_names)
    mappings = []
    for path in sorted((project / "adapters" / name).glob("*.sql")):
        with mistakes.noted():
            if path.stem not in known:
                raise WrongCall(
                    f"The mapping {name}/{path.name} gives no input table; "
                    f"the nearest table is '{nearest(path.stem, known)}'."
                )
            select = _single_select(name, path)
            sources = frozenset(re.findall(rf"\b{SOURCE_SCHEMA}\s*\.\s*\"?(\w+)", select.lower()))
            mappings.append(Mapping(name, path.stem, path, select, sources))
    return mappings


def create_mapped_table(connection: "duckdb.DuckDBPyConnection", mapping: Mapping, target: str) -> None:
    """Create the table `target` (already quoted) from a mapping, with column names trimmed and in lower case.

    Raises `DataRefused` where the mapping does not fit the files, with the engine's first line.
    """
    import duckdb

    try:
        described = connection.execute(f"describe {mapping.select}").fetchall()
        columns = ", ".join(
            f"{quoted_name(row[0])} as {quoted_name(row[0].strip().lower())}" for row in described
        )
        connection.execute(
            f"create or replace table {target} as select {columns} from (\n{mapping.select}\n)"
        )
    except duckdb.Error as error:
        if isinstance(error, duckdb.OutOfMemoryException | duckdb.IOException):
            raise
        raise DataRefused(
            f"{mapping.origin} does not fit the files of the input folder: {first_sentence(str(error))}."
        ) from error


def _single_select(adapter: str, path: Path) -> str:
    import duckdb

    try:
        statements = duckdb.extract_statements(path.read_text(encoding="utf-8"))
    except duckdb.Error as error:
        raise WrongCall(
            f"The mapping {adapter}/{path.name} is no SQL: {first_sentence(str(error))}."
        ) from error
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise WrongCall(f"The mapping {adapter}/{path.name} must be a single SELECT.")
    return statements[0].query.strip().rstrip(";")
