"""Orders of made-up customers who buy and drop out exactly as BG/NBD and Gamma-Gamma say.

The parameters are planted, so that a benchmark can also ask whether the fits find them again. Equal size and
seed, equal files.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

# The published estimates for CDNOW, time in weeks: customers as the textbook example has them.
PLANTED = {
    "r": 0.24259,
    "alpha": 4.41360,
    "a": 0.79292,
    "b": 2.42591,
    "p": 6.24957,
    "q": 3.74422,
    "gamma": 15.44352,
}
FIRST_DAY, LAST_DAY = date(2024, 7, 1), date(2026, 6, 30)


def simulated_orders(customers: int, *, seed: int) -> pd.DataFrame:
    """Orders from `FIRST_DAY` to `LAST_DAY`: `customer_id` (from 1), `day`, `amount` in cents, by day.

    Everybody's first order falls on a day drawn evenly; later ones follow at the customer's own rate until
    the customer drops out, which may happen after each repeat order.
    """
    random = np.random.default_rng(seed)
    days = (LAST_DAY - FIRST_DAY).days
    first_day = random.integers(0, days + 1, customers)
    rate = random.gamma(PLANTED["r"], 1 / (PLANTED["alpha"] * 7), customers)  # orders per day
    dropout = random.beta(PLANTED["a"], PLANTED["b"], customers)

    who, when = [np.arange(customers)], [first_day.astype("float64")]
    alive, clock = who[0], when[0]
    while len(alive):
        clock = clock + random.exponential(1.0, len(alive)) / np.maximum(rate[alive], 1e-12)
        is_seen = clock <= days
        alive, clock = alive[is_seen], clock[is_seen]
        who.append(alive)
        when.append(clock)
        stays = random.random(len(alive)) >= dropout[alive]
        alive, clock = alive[stays], clock[stays]

    customer, day = np.concatenate(who), np.floor(np.concatenate(when)).astype("int64")
    spend_rate = random.gamma(PLANTED["q"], 1 / PLANTED["gamma"], customers)
    amount = random.gamma(PLANTED["p"], 1.0, len(customer)) / spend_rate[customer]
    order = np.lexsort((customer, day))
    return pd.DataFrame(
        {
            "customer_id": customer[order] + 1,
            "day": np.datetime64(FIRST_DAY, "s") + day[order].astype("timedelta64[D]"),
            "amount": np.maximum(np.round(amount[order], 2), 0.01),
        }
    )


def write_inputs(folder: Path, customers: int, *, seed: int) -> None:
    """`orders.parquet` and `summary.parquet` for everybody, and `company/` in the form our command loads."""
    (folder / "company").mkdir(parents=True, exist_ok=True)
    orders = simulated_orders(customers, seed=seed)
    with duckdb.connect() as connection:
        connection.register("orders", orders)

        def copy(query: str, file: str) -> None:
            connection.execute(f"copy ({query}) to '{folder / file}' (format parquet)")

        copy("select customer_id, cast(day as date) as day, amount from orders", "orders.parquet")
        copy(
            "select row_number() over () as order_id, customer_id, day as ordered_at, amount as net_amount "
            "from orders",
            "company/orders.parquet",
        )
        copy(
            "select distinct customer_id from orders order by customer_id",
            "company/customers.parquet",
        )
        # x, t_x and T in weeks, and the mean over repeat days, as all three packages define them.
        copy(
            f"""
            with days as (
                select
                    customer_id,
                    day,
                    sum(amount) as amount,
                    min(day) over (partition by customer_id) as first_day
                from orders group by customer_id, day
            )
            select
                customer_id,
                count(*) - 1 as frequency,
                date_diff('day', first_day, max(day)) / 7 as recency,
                date_diff('day', first_day, date '{LAST_DAY}') / 7 as T,
                coalesce(avg(case when day > first_day then amount end), 0) as monetary_value
            from days group by customer_id, first_day order by customer_id
            """,
            "summary.parquet",
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("customers", type=int)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    write_inputs(options.folder, options.customers, seed=options.seed)


if __name__ == "__main__":
    main()
