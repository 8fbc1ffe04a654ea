"""What a refresh says about words that no code list knows, customers that are left out, and guests who are known."""

from __future__ import annotations

import duckdb

UNKNOWN_WORDS = "marts.unknown_words"
REJECTED_ROWS = "marts.rejected_rows"
RECONCILIATION = "marts.input_reconciliation"
IDENTITIES = "intermediate.int_customer_identities"
LISTS = {
    ("orders", "status"): "order_statuses",
    ("subscriptions", "status"): "subscription_statuses",
    ("subscriptions", "billing_interval"): "billing_intervals",
    ("orders", "channel"): "order_channels",
    ("customers", "status"): "customer_statuses",
    ("accounts", "organization_type"): "organization_types",
    ("accounts", "industry"): "industries",
}
WORDS_SHOWN = 5


def word_notices(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """One sentence per column with unknown words, one for customers that are no buyers, and one for known guests."""
    if not _is_built(connection):
        return []
    rows = connection.execute(
        f"""
        select input_table, column_name, word, rows_count, outcome, nearest_words
        from {UNKNOWN_WORDS}
        order by input_table, column_name, rows_count desc, word
        """
    ).fetchall()
    columns: dict[tuple[str, str], list[tuple[str, int, str, str | None]]] = {}
    for table, column, *named in rows:
        columns.setdefault((table, column), []).append(tuple(named))
    return [_of_a_column(*key, named) for key, named in columns.items()] + _left_out(connection) + _guests(connection)


def _of_a_column(table: str, column: str, named: list[tuple[str, int, str, str | None]]) -> str:
    told = [
        f"'{word}' {count:,}" + (f" (nearest: {nearest})" if nearest else "")
        for word, count, _, nearest in named[:WORDS_SHOWN]
    ]
    more = f" and {len(named) - WORDS_SHOWN} more" if len(named) > WORDS_SHOWN else ""
    rows = sum(count for _, count, *_ in named)
    return (
        f"{table}.{column}: {rows:,} rows hold words that the seed {LISTS[table, column]} does not know and are "
        f"{named[0][2]}: {', '.join(told)}{more}; add the words to the seed or map them in the adapter."
    )


def _left_out(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        f"""
        select reason, count(*) as customers_count
        from {REJECTED_ROWS}
        where input_table = 'customers' and rule_id = 'internal_customer'
        group by reason
        order by customers_count desc, reason
        """
    ).fetchall()
    if not rows:
        return []
    words = ", ".join(f"{reason.rsplit('(', 1)[-1].rstrip(')')} {count:,}" for reason, count in rows)
    total = sum(count for _, count in rows)
    return [f"customers: {total:,} internal, employee or test customers are left out of all segments: {words}."]


def _guests(connection: duckdb.DuckDBPyConnection) -> list[str]:
    known = connection.execute(
        f"""
        select reconciliation.known_guests_count, identities.joined_count
        from {RECONCILIATION} as reconciliation
        cross join (select count(*) as joined_count from {IDENTITIES}) as identities
        where reconciliation.input_table = 'customers'
        """
    ).fetchone()
    if known is None or not known[0]:
        return []
    outcome = (
        "count as that customer"
        if known[1] >= known[0]
        else "stay customers of their own; set guests_by_email to joined in dbt_project.yml to count them as that customer"
    )
    return [f"customers: {known[0]:,} guests have the e-mail of a known customer and {outcome}."]


def _is_built(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the project has these tables: a small project of somebody's own may not."""
    found = connection.execute(
        "select count(*) from information_schema.tables where concat(table_schema, '.', table_name) in (?, ?, ?, ?)",
        [UNKNOWN_WORDS, REJECTED_ROWS, RECONCILIATION, IDENTITIES],
    ).fetchone()
    return found is not None and found[0] == len({UNKNOWN_WORDS, REJECTED_ROWS, RECONCILIATION, IDENTITIES})
