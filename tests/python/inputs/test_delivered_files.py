"""A Parquet file is read where it lies: a later run says in one sentence when it is another file, or none."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from customer_segmentation.loading import load_folder
from customer_segmentation.warehouse import Warehouse

pytestmark = pytest.mark.warehouse

PROJECT = Path(__file__).resolve().parents[3]
NOON = "timestamp '2026-01-05 12:00:00'"
TABLES = {
    "customers": "select 'C1' as customer_id",
    "orders": f"select 'O1' as order_id, 'C1' as customer_id, {NOON} as ordered_at, 10 as net_amount",
    "products": "select 'P' || i as product_id, 'a category' as category from range(3) as numbers(i)",
}


def staged_products(home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            Path(sys.executable).with_name("dbt"), "run", "--select", "stg_products", "--no-use-colors",
            "--profiles-dir", PROJECT, "--target-path", home / "target", "--log-path", home / "logs",
        ],
        cwd=PROJECT, env=os.environ | {"CUSTOMER_SEGMENTATION_WAREHOUSE": str(home)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_run_says_when_a_loaded_file_has_changed_or_is_gone(tmp_path: Path) -> None:
    # letters that engines read as patterns, and a quote
    folder, home = tmp_path / "in [1] *? it's", tmp_path / "warehouse"
    folder.mkdir()
    home.mkdir()
    for table, select in TABLES.items():
        duckdb.sql(select).write_parquet(str(folder / f"{table}.parquet"))
    load_folder(folder, Warehouse(home), PROJECT)
    products = folder / "products.parquet"

    as_loaded = staged_products(home)
    assert as_loaded.returncode == 0, as_loaded.stdout
    with duckdb.connect(str(home / "build.duckdb"), read_only=True) as warehouse:
        assert warehouse.execute("select count(*) from staging.stg_products").fetchone() == (3,)

    duckdb.sql(f"{TABLES['products']} union all select 'P9', 'another'").write_parquet(str(products))
    changed = staged_products(home)
    assert changed.returncode != 0
    sentence = f"The input table 'products' is read from {products}, which {{}}; repeat `customer-segmentation load`."
    assert sentence.format("has changed since it was loaded") in changed.stdout

    products.unlink()
    gone = staged_products(home)
    assert gone.returncode != 0
    assert sentence.format("is not there any more") in gone.stdout
