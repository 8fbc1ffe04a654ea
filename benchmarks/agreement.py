"""How far two results agree: `agreement.py OURS THEIRS`, folders with `scores.parquet`; one line of JSON."""

import json
import sys
from pathlib import Path

import duckdb

MEASURES = ("probability_alive", "expected_purchases", "expected_spend", "predicted_value")


def main() -> None:
    ours, theirs = (Path(folder) / "scores.parquet" for folder in sys.argv[1:3])
    found = {}
    with duckdb.connect() as connection:
        columns = ", ".join(f"ours.{m} as ours_{m}, theirs.{m} as theirs_{m}" for m in MEASURES)
        connection.execute(
            f"create table pairs as select {columns} from '{ours}' as ours inner join '{theirs}' as theirs "
            "on cast(ours.customer_id as varchar) = cast(theirs.customer_id as varchar)"
        )
        for measure in MEASURES:
            rows, level, within, rank = connection.execute(
                f"""
                with ranked as (
                    select
                        ours_{measure} as ours,
                        theirs_{measure} as theirs,
                        rank() over (order by ours_{measure})
                            + count(*) over (partition by ours_{measure}) / 2 as our_rank,
                        rank() over (order by theirs_{measure})
                            + count(*) over (partition by theirs_{measure}) / 2 as their_rank
                    from pairs
                )
                select
                    count(*),
                    avg(theirs) / avg(ours),
                    quantile_cont(abs(theirs / ours - 1), 0.99) filter (where ours <> 0),
                    corr(our_rank, their_rank)
                from ranked
                """
            ).fetchone()
            found[measure] = {
                "customers": rows,
                "level_ratio": level,
                "difference_of_99_percent": within,
                "rank_correlation": rank,
            }
    print(json.dumps(found))


main()
