"""Bad input for each table of the real contract: one sentence, exit code 1, and what was loaded before stays."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from customer_segmentation.contract import InputColumn, InputTable, read_contract
from customer_segmentation.errors import DataRefused
from customer_segmentation.loading import load_folder
from customer_segmentation.warehouse import Warehouse
from helpers import ROOT

CONTRACT = read_contract(ROOT)
TABLES = list(CONTRACT.tables.values())
VALUES = {"string": "x1", "bigint": "3", "double": "1.5", "boolean": "true", "date": "2026-01-05"}


def value_of(column: InputColumn) -> str:
    if column.data_type == "timestamp":
        return "2026-01-05 10:00:00"
    return VALUES.get(column.data_type, "12.50")


def needed(table: InputTable) -> list[InputColumn]:
    """The columns that must be there, those that must be readable, and the first, which tells rows apart."""
    return [
        column
        for column in table.columns
        if column.is_required or column.is_strict or column is table.columns[0]
    ]


def csv(
    columns: list[InputColumn],
    *,
    without: str | None = None,
    broken: str | None = None,
    empty: str | None = None,
    rows: int = 2,
) -> str:
    kept = [column for column in columns if column.name != without]
    spoiled = {broken: "not readable", empty: '""'}
    lines = [",".join(column.name for column in kept)]
    for row in range(rows):
        values = ",".join(spoiled.get(column.name, value_of(column)) for column in kept)
        lines.append(values.replace("x1", f"x{row}"))
    return "\n".join(lines) + "\n"


@pytest.fixture
def loaded(tmp_path: Path) -> tuple[Warehouse, Path]:
    """A warehouse with a good load in it, and the folder it came from."""
    folder, home = tmp_path / "input", tmp_path / "warehouse"
    folder.mkdir()
    home.mkdir()
    for name in ("customers", "orders"):
        (folder / f"{name}.csv").write_text(csv(needed(CONTRACT[name])))
    warehouse = Warehouse(home)
    load_folder(folder, warehouse=warehouse, project=ROOT)
    return warehouse, folder


def refused(loaded: tuple[Warehouse, Path], table: InputTable, content: str) -> str:
    """The sentence of the refusal; checks that nothing of it was loaded."""
    warehouse, folder = loaded
    path = folder / f"{table.name}.csv"
    good = path.read_text() if path.exists() else None
    path.write_text(content)
    with pytest.raises(DataRefused) as refusal:
        load_folder(folder, warehouse=warehouse, project=ROOT)
    assert refusal.value.exit_code == 1
    if good is None:
        path.unlink()
    else:
        path.write_text(good)
    with duckdb.connect(str(warehouse.build_file), read_only=True) as connection:
        rows = connection.execute("select table_name, rows_read from raw.loaded_tables order by 1").fetchall()
    assert rows == [("customers", 2), ("orders", 2)]
    sentence = str(refusal.value)
    assert table.name in sentence
    assert "\n" not in sentence
    return sentence


def test_a_missing_required_column_is_named(loaded: tuple[Warehouse, Path]) -> None:
    for table in TABLES:
        for column in table.columns:
            if column.is_required:
                sentence = refused(loaded, table, csv(list(table.columns), without=column.name))
                assert column.name in sentence


def test_an_empty_required_column_is_named(loaded: tuple[Warehouse, Path]) -> None:
    for table in TABLES:
        for column in table.columns:
            if column.is_required:
                sentence = refused(loaded, table, csv(needed(table), empty=column.name))
                assert f"'{column.name}'" in sentence
                assert "empty in all" in sentence


def test_a_column_of_the_wrong_type_is_named(loaded: tuple[Warehouse, Path]) -> None:
    for table in TABLES:
        for column in table.columns:
            if column.data_type != "string" and (column.is_required or column.is_strict):
                sentence = refused(loaded, table, csv(needed(table), broken=column.name))
                assert column.name in sentence
                assert ("not readable" in sentence) is not column.is_pii


def test_a_file_with_a_header_only_is_refused(loaded: tuple[Warehouse, Path]) -> None:
    for table in TABLES:
        assert "no rows" in refused(loaded, table, csv(needed(table), rows=0))


def test_an_empty_file_is_refused(loaded: tuple[Warehouse, Path]) -> None:
    for table in TABLES:
        refused(loaded, table, "")


def test_attributes_alone_are_a_start(tmp_path: Path) -> None:
    for name in ("customers", "accounts"):
        (tmp_path / f"{name}.csv").write_text(csv(needed(CONTRACT[name])))
    home = tmp_path / "warehouse"
    home.mkdir()
    report = load_folder(tmp_path, warehouse=Warehouse(home), project=ROOT)
    assert [table.table_name for table in report.tables] == ["accounts", "customers"]
