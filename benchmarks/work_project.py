"""The work by this project without dbt around it: its compiled SQL and its Python fits, one after the other.

`fit` or `chain`, input folder, output folder, folder of the compiled models. The SQL of the models is what
dbt compiled, word for word; what stands before them (purchase days, customers, the dates) is made here from
the one orders table. Not done: the choice among models on held-out time, and the fallback without a model.
"""

import sys
from pathlib import Path

import duckdb
import pandas as pd
from work_report import Report

from customer_segmentation.clv.scoring_tables import fit_clv_models, scores_lookup
from customer_segmentation.dbt_frames import settings_of

LAST_DAY, YEAR_DAYS, YEARLY_RATE = "2026-06-30", 365, 0.10
ROOT = Path(__file__).resolve().parents[1]
THREADS, MEMORY_LIMIT = 2, "300MB"
# BG/NBD is taken as chosen on held-out time.
CHOICE = pd.DataFrame({"part": ["choice"], "model": ["bg_nbd"], "status": ["the benchmark compares BG/NBD"]})

# Seed settings that the compiled SQL reads, and that there is enough to fit on; no earlier dates to judge on.
GIVEN = [
    f"create table build.seeds.settings as select * from '{ROOT / 'seeds' / 'rules' / 'settings.csv'}'",
    f"""
    create view int_score_sufficiency as
    select
        date '{LAST_DAY}' as as_of_date,
        true as is_current,
        false as is_backtest_date,
        'sufficient' as population_status
    """,
]


def main() -> None:
    work, source, target, compiled = sys.argv[1], *map(Path, sys.argv[2:5])
    report = Report()
    settings = {"threads": THREADS, "memory_limit": MEMORY_LIMIT, "temp_directory": str(target / "spill")}
    connection = duckdb.connect(config={**settings, "preserve_insertion_order": False})
    connection.execute("attach ':memory:' as build")
    connection.execute("create schema build.intermediate")
    connection.execute("create schema build.scores")
    connection.execute("create schema build.seeds")
    connection.execute("use build.intermediate")
    for given in GIVEN:
        connection.execute(given)

    def build(model: str) -> None:
        connection.execute(f"create table {model} as {(compiled / f'{model}.sql').read_text()}")

    def hand_over(model: str, frame: pd.DataFrame) -> None:
        connection.execute(f"create table scores.{model} as select * from frame")

    if work == "fit":
        for view in summary_views(source / "summary.parquet"):
            connection.execute(view)
    else:
        for view in order_views(source):
            connection.execute(view)
        build("int_clv_histories")
        report.phase("summary")
    build("int_clv_fit_cells")
    build("int_clv_spend_cells")
    report.phase("count")
    cells, spend = (connection.table(name).df() for name in ("int_clv_fit_cells", "int_clv_spend_cells"))
    gates = settings_of(connection.table("build.seeds.settings"), "gate")
    fits = fit_clv_models(
        cells,
        spend,
        CHOICE,
        minimum_repeat_customers=int(gates["minimum_repeat_buyers_count"]),
        models=["bg_nbd"],
    )
    report.phase("fit")
    if work == "chain":
        build("int_clv_lookup_points")
        lookup = scores_lookup(
            fits,
            connection.table("int_clv_lookup_points").df(),
            value_horizon_days=YEAR_DAYS,
            annual_discount_rate=YEARLY_RATE,
        )
        report.phase("look up")
        hand_over("fit_clv_models", fits)
        hand_over("fit_clv_scores_lookup", lookup)
        connection.execute(
            f"""
            copy (
                select
                    customer_id,
                    coalesce(probability_alive, 1) as probability_alive,  -- BG/NBD of one-time buyers
                    expected_purchases_next_365_days as expected_purchases,
                    expected_spend_amount as expected_spend,
                    discounted_purchases * expected_spend_amount as predicted_value
                from ({(compiled / "int_clv_expectations.sql").read_text()}) as expectations
            ) to '{target / "scores.parquet"}' (format parquet)
            """
        )
        report.phase("score and write")
    known = fits.dropna(subset="value")  # naive forecasts have no parameters
    parameters = dict(zip(known["parameter"], known["value"], strict=True))
    cell_counts = {"fit_cells": len(cells), "spend_cells": len(spend)}
    report.print(parameters, "duckdb", "numpy", "pandas", "scipy", rows_in_python=cell_counts)


def order_views(source: Path) -> list[str]:
    """What the project builds before the chain, from the orders table."""
    return [
        f"""
        create view int_customer_purchase_days as
        select
            customer_id,
            day as activity_date,
            count(*) as orders_count,
            cast(sum(amount) as decimal(18, 4)) as sales_amount
        from '{source / "orders.parquet"}'
        group by customer_id, day
        """,
    ]


def summary_views(file: Path) -> list[str]:
    """What the counted cells read, from the summary per customer."""
    return [
        f"""
        create view int_clv_histories as
        select
            true as is_current,
            'all' as model_group,
            frequency as repeat_purchase_count,
            cast(recency * 7 as integer) as first_to_last_days,
            cast(T * 7 as integer) as age_days,
            monetary_value * frequency as repeat_spend_amount,
            monetary_value as mean_repeat_spend_amount
        from '{file}'
        """,
    ]


main()
