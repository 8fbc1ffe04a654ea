"""What staging keeps is what somebody reads, and the rules of an input table name columns that its contract has."""

from __future__ import annotations

import ast
import re
from typing import Any

from customer_segmentation.contract import read_contract
from helpers import ROOT

# what carries rows on without reading them
CARRIERS = re.compile(r"stg_\w+|int_\w+_accepted|rejected_rows|input_reconciliation")
CARRYING_MACROS = {"input", "staging", "accept"}


def input_rules() -> dict[str, dict[str, Any]]:
    """The dictionary that the macro `input_rules` returns."""
    text = (ROOT / "macros/input/input_rules.sql").read_text()
    returned = re.search(r"return\((\{.*\})\) -\}\}", text, re.DOTALL)
    assert returned
    return ast.literal_eval(returned[1])


def words(sql: str) -> set[str]:
    return set(re.findall(r"\w+", re.sub(r"--.*", "", sql)))


def test_rules_and_contract_have_the_same_tables_and_columns() -> None:
    contract, rules = read_contract(ROOT), input_rules()
    assert set(rules) == set(contract.tables)
    for table, rule in rules.items():
        assert rule["key"], table
        assert set(rule["key"]) <= set(contract[table].column_names), table
        for column, referenced in rule.get("references", {}).items():
            assert column in rule["columns"], table
            assert len(rules[referenced]["key"]) == 1, referenced


def test_staging_keeps_no_column_that_nobody_reads(models: list[dict[str, Any]]) -> None:
    """A new reader adds the column to `input_rules`; a column whose last reader goes, goes too."""
    settings = set().union(
        *(
            words(file.read_text())
            for file in (ROOT / "macros").rglob("*.sql")
            if file.parent.name not in CARRYING_MACROS
        )
    )
    unread = {}
    for table, rule in input_rules().items():
        carriers = {
            f"model.customer_segmentation.{name}" for name in (f"stg_{table}", f"int_{table}_accepted")
        }
        used = words(str({key: rule[key] for key in rule if key != "columns"})) | settings
        used |= {other["key"][0] for other in input_rules().values() if len(other["key"]) == 1} & set(
            rule["key"]
        )
        for other in input_rules().values():
            if table in other.get("references", {}).values():
                used |= words(str(other.get("rules", "")) + str(other.get("currency", "")))
        for model in models:
            # the accepted rows of a table carry on its own columns, but may ask others (who tries does not pay yet)
            asks = model["name"].endswith("_accepted") and model["name"] != f"int_{table}_accepted"
            if carriers & set(model["depends_on"]["nodes"]) and (
                asks or not CARRIERS.fullmatch(model["name"])
            ):
                used |= words(model["raw_code"])
        unread[table] = set(rule["columns"]) - used
    assert {table: columns for table, columns in unread.items() if columns} == {}
    assert sum(len(rule["columns"]) for rule in input_rules().values()) > 50
