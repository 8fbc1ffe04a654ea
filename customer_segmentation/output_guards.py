"""The guards of what came out: nobody, old data, days told anew, amounts in another unit, lost answers.

The volume guard counts rows. These ask whether the same days still say the same: orders that come again under
new ids and amounts in cents fill every table as before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from customer_segmentation.guards import (
    FEWEST_COMPARED_ROWS,
    FEWEST_CUSTOMERS,
    LARGEST_COVERAGE_LOSS_RATIO,
    LARGEST_CUSTOMER_LOSS_RATIO,
    LARGEST_DATA_AGE_DAYS,
    LARGEST_RESTATED_FACTOR,
    LARGEST_TYPICAL_AMOUNT_FACTOR,
    GuardLimits,
    TableCounts,
    Violation,
)
from customer_segmentation.warehouse import has_table

if TYPE_CHECKING:
    import duckdb

SPINE = "intermediate.int_as_of_dates"
CUSTOMERS = "marts.customer_segments"
ORDERS = "intermediate.int_orders_valued"
SUBSCRIPTIONS = "intermediate.int_subscriptions_accepted"
CURRENCY = "intermediate.int_reporting_currency"
ANSWERS = "marts.scheme_usage"
READ_TABLES = (SPINE, CUSTOMERS, ORDERS, SUBSCRIPTIONS, CURRENCY, ANSWERS)

# days on which something happened, of everything that happens
DAYS = {
    "orders": "ordered_date",
    "subscriptions": "greatest(started_date, coalesce(ended_date, started_date))",
    "product_events": "occurred_date",
    "campaign_events": "occurred_date",
    "support_tickets": "opened_date",
}


@dataclass(frozen=True)
class Figures:
    """What a run says up to its as-of date: customers, sales and subscriptions in the reporting currency.

    `coverage` is the share of the customers concerned that have an answer, of each scheme; none of one that
    has too little to go by, or no forecast, which is no loss of input.
    """

    as_of_date: date
    customers_count: int
    orders_count: int
    sales_amount: float
    subscriptions_count: int
    subscriptions_amount: float
    currency_code: str | None
    coverage: dict[str, float] = field(default_factory=dict)


def read_built_figures(connection: duckdb.DuckDBPyConnection, until: date | None = None) -> Figures | None:
    """The figures of the build, facts up to `until` (as a rule its as-of date).

    None where the project has not the tables for it.
    """
    if not all(has_table(connection, relation) for relation in READ_TABLES):
        return None
    (as_of_date,) = connection.execute(f"select as_of_date from {SPINE} where is_current").fetchone() or (
        None,
    )
    day = until or as_of_date
    row = connection.execute(
        f"""
        select
            (select count(*) from {CUSTOMERS}),
            (select count(*) from {ORDERS} where ordered_date <= $day),
            (
                select coalesce(sum(cast(net_amount as decimal(38, 4))), 0)
                from {ORDERS} where ordered_date <= $day
            ),
            (select count(*) from {SUBSCRIPTIONS} where started_date <= $day),
            (
                select coalesce(sum(cast(mrr_amount * rate_to_reporting as decimal(38, 4))), 0)
                from {SUBSCRIPTIONS} where started_date <= $day
            ),
            (select nullif(max(reporting_currency_code), 'XXX') from {CURRENCY})  -- no amount names one
        """,
        {"day": day},
    ).fetchone()
    assert row is not None
    customers, orders, sales, subscriptions, amounts, currency = row
    return Figures(
        as_of_date,
        *(customers, orders, float(sales), subscriptions, float(amounts), currency),
        _coverage(connection, ANSWERS),
    )


def read_published_figures(published_file: Path) -> Figures | None:
    """The figures that the last published run left; none where there is none or a version before them."""
    import duckdb

    if not published_file.is_file():
        return None
    try:
        with duckdb.connect(str(published_file), read_only=True) as connection:
            row = connection.execute(
                """
                select
                    as_of_date, customers_count, orders_count, sales_amount, subscriptions_count,
                    subscriptions_amount, currency_code
                from publish_info
                """
            ).fetchone()
            return Figures(*row, _coverage(connection, "scheme_usage")) if row else None
    except duckdb.Error:
        return None


def output_violations(
    connection: duckdb.DuckDBPyConnection,
    previous: Figures | None,
    limits: GuardLimits,
    counts: Sequence[TableCounts] = (),
) -> list[Violation]:
    """What the guards of the output find in a build, `previous` being what was published last.

    `counts` are those of the input: what an erasure took away is no loss.
    """
    built = read_built_figures(connection)
    if built is None:
        return []
    found = [*_nobody(connection, built, limits), *_old(connection, built, limits)]
    if previous is not None:
        again = read_built_figures(connection, previous.as_of_date)
        assert again is not None
        found += [
            *_fewer_customers(built, previous, limits, _erased_share("customers", counts)),
            *(_told_anew(again, previous, limits, counts) if built.as_of_date >= previous.as_of_date else ()),
            *_another_unit(connection, built, previous, limits),
            *_lost_answers(built, previous, limits),
        ]
    return found


def since_last_run(built: Figures | None, previous: Figures | None) -> list[str]:
    """A sentence with both numbers of what a marketer asks first; none where nothing was published before."""
    if built is None or previous is None:
        return []
    currency = f" {built.currency_code}" if built.currency_code else ""
    told = [f"{built.customers_count:,} customers ({previous.customers_count:,})"]
    if built.orders_count or previous.orders_count:
        told.append(f"{built.orders_count:,} sales ({previous.orders_count:,})")
        told.append(f"{built.sales_amount:,.2f}{currency} before refunds ({previous.sales_amount:,.2f})")
    if built.subscriptions_count or previous.subscriptions_count:
        told.append(f"{built.subscriptions_count:,} subscriptions ({previous.subscriptions_count:,})")
    until = f"Until {built.as_of_date}, and in the last published run until {previous.as_of_date}"
    return [f"{until}: {', '.join(told)}."]


def _nobody(
    connection: duckdb.DuckDBPyConnection, built: Figures, limits: GuardLimits
) -> Iterator[Violation]:
    fewest = limits.limit(FEWEST_CUSTOMERS)
    if fewest is None or built.customers_count >= fewest:
        return
    firsts = [f"select min({day}) as first from {relation}" for relation, day in _days(connection)]
    (first,) = connection.execute(f"select min(first) from ({' union all '.join(firsts)})").fetchone() or (
        None,
    )
    why = f"; the first fact is of {first}" if first and first > built.as_of_date else ""
    sentence = (
        f"{built.customers_count:,} customers are known on the as-of date {built.as_of_date}, "
        f"expected at least {fewest:,.0f}{why}"
    )
    yield Violation(FEWEST_CUSTOMERS, "customers", 1.0, int(fewest), sentence)


def _old(connection: duckdb.DuckDBPyConnection, built: Figures, limits: GuardLimits) -> Iterator[Violation]:
    """Old data under a new date: everybody slides into at risk and lost."""
    most = limits.limit(LARGEST_DATA_AGE_DAYS)
    days = [
        f"select max({day}) as newest from {relation} where {day} <= $day"
        for relation, day in _days(connection)
    ]
    if most is None or not days:
        return
    (newest,) = connection.execute(
        f"select max(newest) from ({' union all '.join(days)})", {"day": built.as_of_date}
    ).fetchone() or (None,)
    age = (built.as_of_date - newest).days if newest else 0
    if age > most:
        sentence = (
            f"The newest of all facts is of {newest}, {age:,} days before the as-of date {built.as_of_date}, "
            f"and more than {most:,.0f} are not published; labels as of that day come with --as-of {newest}"
        )
        yield Violation(LARGEST_DATA_AGE_DAYS, "facts", 1.0, age, sentence)


def _erased_share(table: str, counts: Sequence[TableCounts]) -> float:
    """Erased rows of a table per accepted one."""
    of_table = next((count for count in counts if count.input_table == table and count.rows_accepted), None)
    return of_table.rows_erased / of_table.rows_accepted if of_table else 0.0


def _fewer_customers(
    built: Figures, previous: Figures, limits: GuardLimits, erased_share: float
) -> Iterator[Violation]:
    most = limits.limit(LARGEST_CUSTOMER_LOSS_RATIO)
    lost = previous.customers_count - round(built.customers_count * (1 + erased_share))
    if most is not None and lost > most * previous.customers_count:
        sentence = (
            f"{built.customers_count:,} customers have segments as of {built.as_of_date} after "
            f"{previous.customers_count:,} as of {previous.as_of_date} in the last published run, "
            f"and a loss of more than {most:.0%} is not published"
        )
        ratio = lost / previous.customers_count
        yield Violation(LARGEST_CUSTOMER_LOSS_RATIO, "customers", ratio, lost, sentence)


def _told_anew(
    again: Figures, previous: Figures, limits: GuardLimits, counts: Sequence[TableCounts]
) -> Iterator[Violation]:
    """Sales and subscriptions of the days that were published already: late rows change them a little."""
    most = limits.limit(LARGEST_RESTATED_FACTOR)
    fewest = limits.limit(FEWEST_COMPARED_ROWS) or 0
    for table, before_count, before, now in (
        ("orders", previous.orders_count, previous.sales_amount, again.sales_amount),
        (
            "subscriptions",
            *(previous.subscriptions_count, previous.subscriptions_amount, again.subscriptions_amount),
        ),
    ):
        with_erased = now * (1 + _erased_share(table, counts))
        if most is None or before_count < fewest or before <= 0:
            continue
        if now / before <= most and with_erased / before >= 1 / most:
            continue
        sentence = (
            f"The {table} up to {previous.as_of_date} come to {now:,.2f} {again.currency_code or ''} now "
            f"and to {before:,.2f} {previous.currency_code or ''} in the last published run, "
            f"and more than {most:g} times as much or as little is not published"
        )
        yield Violation(LARGEST_RESTATED_FACTOR, table, 1.0, before_count, sentence)


def _another_unit(
    connection: duckdb.DuckDBPyConnection, built: Figures, previous: Figures, limits: GuardLimits
) -> Iterator[Violation]:
    """Orders since the last run in cents, beside older ones in euros."""
    most, fewest = limits.limit(LARGEST_TYPICAL_AMOUNT_FACTOR), limits.limit(FEWEST_COMPARED_ROWS)
    if most is None or fewest is None:
        return
    new, typical_new, old, typical_old = connection.execute(
        f"""
        select
            count(*) filter (ordered_date > $until), median(net_amount) filter (ordered_date > $until),
            count(*) filter (ordered_date <= $until), median(net_amount) filter (ordered_date <= $until)
        from {ORDERS} where net_amount > 0 and ordered_date <= $day
        """,
        {"until": previous.as_of_date, "day": built.as_of_date},
    ).fetchone() or (0, 0, 0, 0)
    if min(new, old) >= fewest and not 1 / most <= typical_new / typical_old <= most:
        currency = built.currency_code or ""
        sentence = (
            f"A typical order after {previous.as_of_date} has {typical_new:,.2f} {currency}, "
            f"one until then {typical_old:,.2f}, "
            f"and more than {most:g} times as much or as little is not published"
        )
        yield Violation(LARGEST_TYPICAL_AMOUNT_FACTOR, "orders", 1.0, new, sentence)


def _lost_answers(built: Figures, previous: Figures, limits: GuardLimits) -> Iterator[Violation]:
    most = limits.limit(LARGEST_COVERAGE_LOSS_RATIO)
    for scheme, before in previous.coverage.items():
        now = built.coverage.get(scheme, before)  # one that concerns nobody any more has lost no answer
        if most is not None and before - now > most:
            sentence = (
                f"The scheme {scheme} has an answer for {now:.0%} of the customers it concerns "
                f"after {before:.0%} in the last published run, "
                f"and a loss of more than {most:.0%} is not published"
            )
            yield Violation(LARGEST_COVERAGE_LOSS_RATIO, scheme, before - now, 0, sentence)


def _days(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """The accepted facts of each staged table, and the day of one."""
    return [
        (f"(select * from staging.stg_{table} where rejection_rule_id is null)", day)
        for table, day in DAYS.items()
        if has_table(connection, f"staging.stg_{table}")
    ]


def _coverage(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, float]:
    rows = connection.execute(
        f"""
        select scheme, coverage_ratio from {relation}
        where coverage_ratio is not null and usage not in ('too_little_data', 'no_forecast') order by scheme
        """
    ).fetchall()
    return {scheme: float(ratio) for scheme, ratio in rows}
