"""What the tests of the command share: a small project, a warehouse, and a folder to deliver files in."""

import os
from pathlib import Path

import duckdb
import pytest
from small_project import CONTRACT, ROOT

from customer_segmentation.warehouse import Warehouse

PUBLIC_DATA_VARIABLE = "CUSTOMER_SEGMENTATION_PUBLIC_DATA"


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
def public_data() -> Path:
    """The folder of public data sets; the test is skipped where there is none."""
    folder = Path(os.environ.get(PUBLIC_DATA_VARIABLE, ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the public data sets are not there; name their folder in {PUBLIC_DATA_VARIABLE}")
    return folder
