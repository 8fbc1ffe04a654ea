"""What to ask a published file first: questions to the schemes in use, and their commands."""

import os
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from customer_segmentation.warehouse import Warehouse

PROGRAM = "customer-segmentation"
WAREHOUSE_VARIABLE = "CUSTOMER_SEGMENTATION_WAREHOUSE"
ORDERS, CONTRACTS = "rfm", "renewal_window"  # in use where customers order, and where they have contracts
TOLD_FIRST = ("lifecycle", ORDERS, CONTRACTS, "value_tier", "churn_risk", "persona", "company_size")
GONE = {"lifecycle": ("churned", "dormant"), "churn_risk": ("churned",)}
SLIPPING = {
    "churn_risk": ("high", "very_high"),
    "lifecycle": ("at_risk",),
    ORDERS: ("at_risk", "cannot_lose"),
}
SCHEMES_CROSSED = 2
ROWS = 6

USAGE_QUERY = (
    "select scheme, question, usage, concerned_count, labelled_count from scheme_usage "
    f"order by is_in_use desc, scheme limit {ROWS}"
)
CROSSED_QUERY = (
    "select {columns}, count(*) as customers_count from customer_segments "
    f"group by {{columns}} order by customers_count desc, {{columns}} limit {ROWS}"
)
SIZES_QUERY = (
    "select segment, customers_count, customers_ratio, revenue_ratio, predicted_clv_amount "
    "from segment_profiles where scheme = '{scheme}' and customers_count > 0 "
    "and as_of_date = (select as_of_date from publish_info) "
    f"order by customers_count desc, segment limit {ROWS}"
)
SLIPPING_QUERY = (
    "select {columns}, historic_value_amount from customer_segments where {slipping}{not_gone} "
    f"order by historic_value_amount desc nulls last, customer_id limit {ROWS}"
)
RENEWALS_QUERY = (
    "select customer_id, next_renewal_date, probability_next_renewal, predicted_contract_amount "
    "from customer_lifetime_values where next_renewal_date is not null "
    f"order by next_renewal_date, predicted_contract_amount desc nulls last, customer_id limit {ROWS}"
)
WORTH_QUERY = (
    "select {columns} from customer_lifetime_values where predicted_clv_amount is not null "
    f"order by predicted_clv_amount desc, customer_id limit {ROWS}"
)
REASONS_QUERY = (
    "select customer_id, scheme, segment, explanation "
    "from customer_segment_assignments where scheme in ({schemes}) and customer_id = (select customer_id "
    "from customer_segments order by historic_value_amount desc nulls last, customer_id limit 1) "
    "order by scheme"
)


def first_queries(schemes_in_use: Sequence[str]) -> dict[str, str]:
    """Questions and their queries, each in one line; schemes that say nothing here are not asked."""
    return dict(_queries(_by_interest(schemes_in_use)))


def _queries(schemes: list[str]) -> Iterator[tuple[str, str]]:
    if not set(TOLD_FIRST[:3]) & set(schemes):
        yield "Which schemes say anything, and why not the others?", USAGE_QUERY
    if not schemes:
        return
    crossed = schemes[:SCHEMES_CROSSED]
    columns = ", ".join(f"{scheme}_segment" for scheme in crossed)
    question = f"How many customers are in which segment of {' and '.join(crossed)}?"
    yield question, CROSSED_QUERY.format(columns=columns)
    question = f"How big is each segment of {schemes[0]}, and what does it bring?"
    yield question, SIZES_QUERY.format(scheme=schemes[0])
    slipping = [scheme for scheme in SLIPPING if scheme in schemes]
    if slipping:
        labels = [f"{scheme}_segment" for scheme in slipping]
        query = SLIPPING_QUERY.format(
            columns=", ".join(["customer_id", *labels, *(["last_order_date"] if ORDERS in schemes else [])]),
            slipping=_one_of(SLIPPING, slipping[:1]),
            not_gone="".join(f" and not {_one_of(GONE, [scheme])}" for scheme in slipping if scheme in GONE),
        )
        yield "Which good customers are slipping away, but not gone?", query
    if CONTRACTS in schemes:
        yield "Which contracts come up for renewal first, and will they be renewed?", RENEWALS_QUERY
    if "primary_value" in schemes:
        yield "Which customers will be worth most?", WORTH_QUERY.format(columns=_worth_columns(schemes))
    told = ", ".join(f"'{scheme}'" for scheme in schemes[:ROWS])
    yield "Why does the most valuable customer have its labels?", REASONS_QUERY.format(schemes=told)


def _one_of(labels: Mapping[str, Sequence[str]], schemes: Sequence[str]) -> str:
    """A condition: a customer has one of some labels in one of some schemes."""
    listed = {scheme: ", ".join(f"'{label}'" for label in labels[scheme]) for scheme in schemes}
    return " or ".join(f"{scheme}_segment in ({words})" for scheme, words in listed.items())


def _worth_columns(schemes: Sequence[str]) -> str:
    columns = ["customer_id", "predicted_clv_amount"]
    if ORDERS in schemes:
        columns += ["probability_alive", "expected_purchases_next_365_days"]
    if CONTRACTS in schemes:
        columns += ["predicted_contract_amount", "next_renewal_date"]
    return ", ".join(columns)


def _by_interest(schemes: Sequence[str]) -> list[str]:
    first = [scheme for scheme in TOLD_FIRST if scheme in schemes]
    return [*first, *sorted(set(schemes) - set(first))]


def query_command(sql: str, warehouse: Warehouse) -> str:
    """The command that asks `sql`, ready for a shell: the queries of this module need no more than quotes."""
    return f'{command("query", warehouse)} "{sql}"'


def command(name: str, warehouse: Warehouse) -> str:
    """A command of this program as the caller called it, on the same warehouse."""
    words = [*_program(), name]
    if WAREHOUSE_VARIABLE in os.environ or warehouse.folder != Path("warehouse").resolve():
        folder = warehouse.folder
        inside = folder.is_relative_to(Path.cwd())
        words += ["--warehouse", str(folder.relative_to(Path.cwd()) if inside else folder)]
    return shlex.join(words)


def _program() -> list[str]:
    called = Path(sys.argv[0])
    if called.name != PROGRAM:
        return [sys.executable, "-m", "customer_segmentation.cli"]
    found = shutil.which(PROGRAM)
    return [PROGRAM if found and Path(found) == called else sys.argv[0]]
