"""Which rows of a delivery belong to a customer: learned from the contract and the rules of the input."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from customer_segmentation.contract import InputContract
from customer_segmentation.loading.identifiers import is_identifier, referenced_table

CUSTOMERS = "customers"
INPUT_RULES = Path("macros", "input", "input_rules.sql")


@dataclass(frozen=True)
class Reference:
    """A column that names a row of another table (`parent`), or a customer's own key.

    `is_owner`: without the row it names the row itself is nothing, so they go together. Any other reference
    says of a row without an owner whose it is, and is only a remark beside one.
    """

    column: str
    parent: str
    is_owner: bool


def personal_references(contract: InputContract, project: Path) -> dict[str, list[Reference]]:
    """By table the references through which its rows belong to customers; parents stand before children.

    A column is an owner where the contract requires it or the models accept no row without it.
    """
    owners = accepted_references(project)
    found = {
        name: [
            Reference(column.name, parent, column.is_required or column.name in owners.get(name, {}))
            for column in contract[name].columns
            if is_identifier(column.name) and (parent := referenced_table(contract, name, column.name))
        ]
        for name in contract.table_names
    }
    ordered: dict[str, list[Reference]] = {}
    if CUSTOMERS in contract:
        key = contract[CUSTOMERS].column_names[:1]
        ordered[CUSTOMERS] = [
            *(Reference(column, CUSTOMERS, True) for column in key),
            *(
                Reference(column, CUSTOMERS, False)
                for column in contract[CUSTOMERS].column_names
                if _names_customer(column)
            ),
        ]
    is_more = True
    while is_more:
        # a table comes when every table that it refers to and that belongs to customers has come
        waiting = {
            name: references
            for name, references in found.items()
            if name not in ordered and any(_is_personal(reference, found) for reference in references)
        }
        ready = [
            name
            for name, references in waiting.items()
            if all(reference.parent not in waiting for reference in references)
        ]
        for name in ready:
            ordered[name] = [reference for reference in found[name] if reference.parent in ordered]
        is_more = bool(ready)
    return ordered


def companions(contract: InputContract, project: Path, table: str) -> list[str]:
    """Identifiers of a table that name no row of another one and are not its key: a device, a respondent.

    A row that names nobody else belongs to whom they belong in other rows.
    """
    rules = _input_rules(project).get(table, {})
    return [
        column.name
        for column in contract[table].columns
        if is_identifier(column.name)
        and referenced_table(contract, table, column.name) is None
        and not _names_customer(column.name)
        and rules.get("key", [column.name]) != [column.name]
    ]


def _names_customer(column: str) -> bool:
    """Whether a column of any table names another customer, as `referred_by_customer_id` does."""
    return column.endswith("_customer_id")


def accepted_references(project: Path) -> dict[str, Mapping[str, str]]:
    """`references` of the macro `input_rules` by table; none in a project without that macro."""
    return {table: rule.get("references", {}) for table, rule in _input_rules(project).items()}


def _input_rules(project: Path) -> dict[str, dict[str, Any]]:
    path = project / INPUT_RULES
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    returned = re.search(r"return\((\{.*\})\) -\}\}", text, re.DOTALL)
    return ast.literal_eval(returned[1]) if returned else {}


def _is_personal(
    reference: Reference, found: Mapping[str, list[Reference]], seen: frozenset[str] = frozenset()
) -> bool:
    """Whether a reference leads to customers, by way of other tables or not."""
    if reference.parent == CUSTOMERS:
        return True
    further = found.get(reference.parent, []) if reference.parent not in seen else []
    return any(_is_personal(next_one, found, seen | {reference.parent}) for next_one in further)
