"""The work by this project as a user runs it: the command `load`, then dbt from input to expectations.

Input folder, output folder, warehouse folder, target folder of dbt. Includes what the other ways do not
do: reading and judging every row, the choice among three models on held-out time, and the start of dbt.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = {"as_of_date": "2026-06-30", "clv_horizon_days": 365}
EXPORT = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
connection.execute(f'''copy (
    select customer_id, probability_alive, expected_purchases_next_365_days as expected_purchases,
        expected_spend_amount as expected_spend,
        discounted_purchases * expected_spend_amount as predicted_value
    from intermediate.int_clv_expectations
) to '{sys.argv[2]}' (format parquet)''')
print(connection.execute("select distinct clv_model from intermediate.int_clv_expectations").fetchall()[0][0])
"""


def main() -> None:
    source, target, warehouse, dbt_target = map(Path, sys.argv[1:5])
    shutil.rmtree(warehouse, ignore_errors=True)
    environment = {
        **os.environ,
        "CUSTOMER_SEGMENTATION_WAREHOUSE": str(warehouse),
        "DBT_TARGET_PATH": str(dbt_target),
        "DBT_LOG_PATH": str(dbt_target / "logs"),
        "PYTHONPATH": str(ROOT),
        "DO_NOT_TRACK": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    phases, last = {}, time.perf_counter()

    def run(phase: str, *words: str | Path) -> str:
        nonlocal last
        command = [sys.executable, *map(str, words)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stdout[-3000:] + done.stderr[-3000:])
        phases[phase], last = time.perf_counter() - last, time.perf_counter()
        return done.stdout

    run(
        "load",
        "-m",
        "customer_segmentation.cli",
        "load",
        "--input",
        source / "company",
        "--warehouse",
        warehouse,
    )
    words = ("build", "--profiles-dir", ".", "--vars", json.dumps(SETTINGS), "--quiet")
    kinds = ("--resource-type", "seed", "--resource-type", "model")
    run("dbt", "-m", "dbt.cli.main", *words, *kinds, "--select", "+int_clv_expectations")
    model = run("write", "-c", EXPORT, warehouse / "build.duckdb", target / "scores.parquet").strip()
    print(
        json.dumps(
            {
                "work_seconds": sum(phases.values()),
                "phases": phases,
                "parameters": {},
                "versions": {},
                "model": model,
            }
        )
    )


main()
