"""The input contract, read from `models/staging/_staging__contract_*.yml`: the one place where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from customer_segmentation.errors import WrongCall

CONTRACT_FILES = "_staging__contract_*.yml"


@dataclass(frozen=True)
class InputColumn:
    """One column of an input table."""

    name: str
    data_type: str  # string, bigint, decimal(18,4), double, boolean, date or timestamp (UTC)
    is_required: bool = False
    is_strict: bool = False  # optional, but a value that cannot be read rejects its row
    is_pii: bool = False
    is_protected: bool = False  # may never decide a segment
    is_estimate: bool = False  # a size that people state as a range or a magnitude: 51-200, 10,001+, $5M
    description: str = ""


@dataclass(frozen=True)
class InputTable:
    """One canonical input table: its columns in the order of the YAML."""

    name: str
    columns: tuple[InputColumn, ...] = ()
    description: str = ""

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True)
class InputContract:
    """All canonical input tables by name."""

    tables: Mapping[str, InputTable]

    def __getitem__(self, name: str) -> InputTable:
        return self.tables[name]

    def __contains__(self, name: object) -> bool:
        return name in self.tables

    @property
    def table_names(self) -> tuple[str, ...]:
        return tuple(self.tables)


def read_contract(project: Path) -> InputContract:
    """Read the contract of the dbt project in the folder `project`.

    Raises `WrongCall` where the project has no input contract.
    """
    tables: dict[str, InputTable] = {}
    for path in sorted((project / "models" / "staging").glob(CONTRACT_FILES)):
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for source in content.get("sources") or []:
            for table in source.get("tables") or []:
                if "columns" in table:  # the loader's own tables have no contract
                    tables[table["name"]] = _table(table)
    if not tables:
        raise WrongCall(f"The project in {project} has no input contract in models/staging/.")
    return InputContract(dict(sorted(tables.items())))


def _table(table: Mapping[str, Any]) -> InputTable:
    return InputTable(
        name=table["name"],
        columns=tuple(_column(column) for column in table["columns"] or []),
        description=table.get("description", ""),
    )


def _column(column: Mapping[str, Any]) -> InputColumn:
    meta = _meta(column)
    return InputColumn(
        name=column["name"],
        data_type=column.get("data_type", "string"),
        is_required=bool(meta.get("required", False)),
        is_strict=bool(meta.get("strict", False)),
        is_pii=bool(meta.get("pii", False)),
        is_protected=bool(meta.get("protected", False)),
        is_estimate=bool(meta.get("estimate", False)),
        description=column.get("description", ""),
    )


def _meta(node: Mapping[str, Any]) -> Mapping[str, Any]:
    return (node.get("config") or {}).get("meta") or {}
