"""What a refresh says of its input and labels: unknown words, old data, twins, guests, personas, evidence."""

from __future__ import annotations

import duckdb

from customer_segmentation.loading.texts import shown
from customer_segmentation.personal import kind_of

UNKNOWN_WORDS = "marts.unknown_words"
REJECTED_ROWS = "marts.rejected_rows"
RECONCILIATION = "marts.input_reconciliation"
IDENTITIES = "intermediate.int_customer_identities"
CONTRACTS = "intermediate.int_contract_rows"
SUBSCRIPTIONS = "intermediate.int_subscriptions_accepted"
MERGES = "staging.stg_customer_merges"
CUSTOMERS = "staging.stg_customers"
CLUSTERS = "marts.customer_clusters"
EVIDENCE = "marts.label_evidence"
ANSWERS = "marts.scheme_usage"
ORDERS = "intermediate.int_orders_accepted"
SPINE = "intermediate.int_as_of_dates"
SEASONS = "intermediate.int_purchase_seasons_as_of"
SETTINGS = "seeds.settings"
READ_TABLES = (
    *(ORDERS, SPINE, SEASONS, SETTINGS),
    *(UNKNOWN_WORDS, REJECTED_ROWS, RECONCILIATION, IDENTITIES, CLUSTERS),
    *(CONTRACTS, SUBSCRIPTIONS, MERGES, CUSTOMERS, EVIDENCE, ANSWERS),
)
LISTS = {
    ("orders", "status"): "order_statuses",
    ("subscriptions", "status"): "subscription_statuses",
    ("subscriptions", "billing_interval"): "billing_intervals",
    ("subscriptions", "plan_tier"): "plan_tiers",
    ("orders", "channel"): "order_channels",
    ("customers", "status"): "customer_statuses",
    ("customers", "country_code"): "country_spellings",
    ("customers", "settlement_type"): "settlement_types",
    ("customers", "acquisition_source"): "acquisition_channels",
    ("customers", "first_touch_source"): "acquisition_channels",
    ("customers", "income_band"): "income_bands",
    ("customers", "education"): "educations",
    ("customers", "employment_status"): "employment_statuses",
    ("technologies", "category"): "technology_categories",
    ("technologies", "source"): "technology_sources",
    ("stores", "store_kind"): "store_kinds",
    ("accounts", "headquarters_country_code"): "country_spellings",
    ("accounts", "organization_type"): "organization_types",
    ("accounts", "procurement_model"): "procurement_models",
    ("accounts", "industry"): "industries",
    ("campaign_events", "event_type"): "campaign_event_types",
    ("campaigns", "channel"): "campaign_channels",
    ("campaigns", "kind"): "campaign_kinds",
    ("support_tickets", "channel"): "support_channels",
    ("opportunities", "stage"): "deal_stages",
    ("opportunities", "urgency"): "urgency_levels",
    ("opportunities", "use_case"): "use_cases",
    ("products", "use_case"): "use_cases",
}
WORDS_SHOWN = 5


def run_notices(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """One sentence per column with unknown words, one each for staff, guests, personas, broken orders."""
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
    return [_of_a_column(*key, named) for key, named in columns.items()] + [
        *_stale(connection),
        *_worth_nothing(connection),
        *_left_out(connection),
        *_twins(connection),
        *_guests(connection),
        *_merges_into_nobody(connection),
        *_ends_to_come(connection),
        *_season(connection),
        *_no_forecast(connection),
        *_personas(connection),
        *_evidence(connection),
    ]


def _of_a_column(table: str, column: str, named: list[tuple[str, int, str, str | None]]) -> str:
    told = [
        f"{_told(word)} {count:,}" + (f" (nearest: {nearest})" if nearest else "")
        for word, count, _, nearest in named[:WORDS_SHOWN]
    ]
    more = f" and {len(named) - WORDS_SHOWN} more" if len(named) > WORDS_SHOWN else ""
    rows = sum(count for _, count, *_ in named)
    hold, are = ("1 row holds a word", "is") if rows == 1 else (f"{rows:,} rows hold words", "are")
    return (
        f"{table}.{column}: {hold} that the seed {LISTS[table, column]} "
        f"does not know and {are} {named[0][2]}: {', '.join(told)}{more}; "
        "add the words to the seed or map them in the adapter."
    )


def _told(word: str) -> str:
    """A word in full, since it has to be added to a seed; of a personal value the shape."""
    return shown(word) if kind_of(word) else f"'{word}'"


def _stale(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Where the last order lies far back the delivery may be an old one; stages slide on with the days."""
    found = connection.execute(
        f"""
        select newest_date, as_of_date, as_of_date - newest_date
        from (
            select max(ordered_date) as newest_date, any_value(spine.as_of_date) as as_of_date
            from {ORDERS} as orders
            inner join {SPINE} as spine on spine.is_current and orders.ordered_date <= spine.as_of_date
        )
        where as_of_date - newest_date > (
            select setting_value from {SETTINGS} where topic = 'input' and setting = 'stale_days'
        )
        """
    ).fetchone()
    if found is None:
        return []
    newest, as_of_date, days = found
    return [
        f"orders: the newest is of {newest}, {days:,} days before the as-of date {as_of_date}; if newer ones "
        f"are missing, refresh with --as-of {newest}."
    ]


def _season(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """A business of one season is read by seasons, which nobody would guess from its stages."""
    found = connection.execute(
        f"""
        select season_starts_on_date, season_ratio, weeks.setting_value, gap.setting_value
        from {SEASONS} as seasons
        inner join {SPINE} as spine on spine.is_current and seasons.as_of_date = spine.as_of_date
        inner join {SETTINGS} as weeks on weeks.topic = 'season' and weeks.setting = 'season_weeks'
        inner join {SETTINGS} as gap on gap.topic = 'season' and gap.setting = 'season_gap_days'
        where seasons.is_seasonal
        """
    ).fetchone()
    if found is None:
        return []
    starts, ratio, weeks, gap = found
    return [
        f"lifecycle: the business sells in one season, {ratio:.0%} or more of a year's purchase days fell "
        f"into the {weeks:.0f} weeks from {starts:%d %B} on, in each of the last two years; usual gaps below "
        f"{gap:.0f} days count as that, so who bought in the last season is not at risk before the next one."
    ]


def _no_forecast(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute(f"select 1 from {ANSWERS} where usage = 'no_forecast'").fetchone()
    if not found:
        return []
    return [
        "No value to come is published: the best forecast of orders missed what customers then brought "
        "(clv_model_fits says which, clv_backtest by how much); value to date is."
    ]


def _worth_nothing(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Orders without an amount cannot be told from free ones: both are purchases worth nothing."""
    count, orders = connection.execute(
        f"""
        select count(*) filter (net_amount = 0 and coalesce(gross_amount, 0) = 0), count(*)
        from {ORDERS} where counts_as_sale
        """
    ).fetchone() or (0, 0)
    if not count:
        return []
    told = "1 order that counts as a sale has" if count == 1 else f"{count:,} orders that count as sales have"
    return [f"orders: {told} no amount, or 0 (of {orders:,}), and count as purchases that are worth nothing."]


def _twins(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """An address in capitals is another customer to every table, and hashed nobody sees it any more."""
    (count,) = connection.execute(
        f"""
        select coalesce(sum(spellings_count), 0)
        from (
            select count(distinct customer_id) as spellings_count
            from {CUSTOMERS}
            where rejection_rule_id is null
            group by lower(customer_id)
        )
        where spellings_count > 1
        """
    ).fetchone() or (0,)
    if not count:
        return []
    return [
        f"customers: {count:,} customer_ids differ from another one only in capitals and are customers of "
        "their own; write them alike if they are one."
    ]


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
    left_out = f"customers: {total:,} internal, employee or test customers"
    return [f"{left_out} are left out of all segments: {words}."]


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
    outcome = "count as that customer"
    if known[1] < known[0]:
        outcome = "stay customers of their own; to join them set guests_by_email to joined in dbt_project.yml"
    return [f"customers: {known[0]:,} guests have the e-mail of a known customer and {outcome}."]


def _merges_into_nobody(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute(
        f"""
        select count(*)
        from {MERGES} as merges
        inner join {CUSTOMERS} as customers on merges.from_customer_id = customers.customer_id
        left join {IDENTITIES} as identities on merges.from_customer_id = identities.from_customer_id
        where merges.rejection_rule_id is null and customers.rejection_rule_id is null
            and identities.from_customer_id is null
        """
    ).fetchone()
    if found is None or not found[0]:
        return []
    merged = "1 customer is merged" if found[0] == 1 else f"{found[0]:,} customers are merged"
    return [
        f"customer_merges: {merged} into one that was not delivered, or in a circle, and "
        f"{'stays' if found[0] == 1 else 'stay'} as before; deliver the survivors in customers."
    ]


def _ends_to_come(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Cancellations to a later day. Said only: no label may know what comes after the as-of date."""
    found = connection.execute(
        f"""
        select count(*), min(subscriptions.ended_date), min(contracts.as_of_date)
        from {SUBSCRIPTIONS} as subscriptions
        inner join {CONTRACTS} as contracts on subscriptions.subscription_id = contracts.subscription_id
        where subscriptions.ended_date > contracts.as_of_date
        """
    ).fetchone()
    if found is None or not found[0]:
        return []
    count, first_end, as_of_date = found
    run = "1 that runs" if count == 1 else f"{count:,} that run"
    return [
        f"subscriptions: {run} on {as_of_date} {'is' if count == 1 else 'are'} to end later, "
        f"the first on {first_end}; until then they count as running."
    ]


def _is_built(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the project has these tables: a small project of somebody's own may not."""
    found = connection.execute(
        """
        select count(*) from information_schema.tables
        where list_contains(?, concat(table_schema, '.', table_name))
        """,
        [list(READ_TABLES)],
    ).fetchone()
    return found is not None and found[0] == len(READ_TABLES)


def _personas(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """A persona speaks for its own customers only, so the share of the buyers is said."""
    labels = connection.execute(
        f"""
        select
            count(distinct persona_segment) filter (where persona_segment like 'persona_%'),
            count(*) filter (where persona_segment like 'persona_%'),
            count(*) filter (where persona_segment = 'too_few_orders'),
            count(*)
        from {CLUSTERS}
        where persona_segment not in ('not_applicable', 'unknown')
        """
    ).fetchone()
    personas, covered, too_few, buyers = labels or (0, 0, 0, 0)
    if not personas:
        return []
    cover = "persona covers" if personas == 1 else "personas cover"
    return [
        f"personas: {personas} {cover} {covered:,} of {buyers:,} buyers ({covered / buyers:.0%}); "
        f"{too_few:,} have too few orders to show habits."
    ]


def _evidence(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Stages that the data contradict are said where people look first."""
    rows = connection.execute(
        f"""
        select scheme, segment, bought_ratio
        from {EVIDENCE}
        where evidence = 'out_of_order'
        order by scheme, outcome_rank
        """
    ).fetchall()
    schemes: dict[str, list[str]] = {}
    for scheme, segment, ratio in rows:
        schemes.setdefault(scheme, []).append(f"{segment} {ratio:.0%}")
    return [
        f"{scheme}: the order of its labels does not hold on these data, of their customers bought within "
        f"90 days: {', '.join(shares)}; see label_evidence before acting on them."
        for scheme, shares in schemes.items()
    ]
