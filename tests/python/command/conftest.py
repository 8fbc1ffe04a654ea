"""What the tests of the command share: a small project, a warehouse, and a folder to deliver files in."""

from pathlib import Path

import duckdb
import pytest

from customer_segmentation.refresh import RefreshRequest
from customer_segmentation.warehouse import Warehouse
from helpers.small_project import CONTRACT, CUSTOMERS, FILES, ORDERS


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project folder with a contract and no adapters."""
    folder = tmp_path / "project"
    (folder / "models" / "staging").mkdir(parents=True)
    (folder / "models" / "staging" / "_staging__contract_all.yml").write_text(CONTRACT)
    return folder


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    folder = tmp_path / "warehouse"
    folder.mkdir()
    return Warehouse(folder)


@pytest.fixture
def deliver(tmp_path: Path):
    """Write files into the input folder: text, bytes, or a SELECT for a Parquet file; `None` removes one."""
    folder = tmp_path / "input"
    folder.mkdir()

    def write(files: dict[str, str | bytes | None]) -> Path:
        for name, content in files.items():
            path = folder / name
            if content is None:
                path.unlink()
            elif isinstance(content, bytes):
                path.write_bytes(content)
            elif path.suffix == ".parquet":
                duckdb.sql(content).write_parquet(str(path))
            else:
                path.write_text(content, encoding="utf-8", newline="")
        return folder

    return write


@pytest.fixture
def rows_of(warehouse: Warehouse):
    """The rows a query gives in the build file."""

    def query(sql: str) -> list[tuple]:
        with duckdb.connect(str(warehouse.build_file), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    return query


@pytest.fixture
def dbt_project(project: Path) -> Path:
    for name, content in FILES.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return project


@pytest.fixture
def request_of(dbt_project, warehouse, deliver):
    """A request to refresh the small project with some files changed."""

    def make(files: dict | None = None, **options) -> RefreshRequest:
        folder = deliver({"customers.csv": CUSTOMERS, "orders.csv": ORDERS, **(files or {})})
        return RefreshRequest(
            **{
                "input_folder": folder,
                "warehouse": warehouse,
                "project": dbt_project,
                "as_of": "2026-06-30",
                **options,
            }
        )

    return make
