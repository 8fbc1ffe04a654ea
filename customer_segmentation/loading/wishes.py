"""How somebody wants a column to be read whose values do not say it: `--read orders.ordered_at=day_first`."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from customer_segmentation.contract import InputContract
from customer_segmentation.errors import Mistakes, WrongCall
from customer_segmentation.loading.dates import DAY_FIRST, EXCEL_SERIAL, MONTH_FIRST, UNIX_TIME, YEAR_FIRST
from customer_segmentation.loading.folder import nearest, the_nearest
from customer_segmentation.loading.numbers import DECIMAL_COMMA, DECIMAL_POINT

IGNORE = "ignore"  # leave the column out
AS_IS = "as_is"  # take identifiers as they stand
NUMBER_WISHES = (DECIMAL_POINT, DECIMAL_COMMA)
DATE_WISHES = (DAY_FIRST, MONTH_FIRST, YEAR_FIRST, EXCEL_SERIAL, UNIX_TIME)
CONVENTIONS = (*NUMBER_WISHES, *DATE_WISHES, AS_IS, IGNORE)
ADAPTER_FILE = "read.yml"

Wishes = Mapping[str, Mapping[str, str]]  # table -> column -> convention


def read_wishes(
    contract: InputContract, words: Iterable[str], mistakes: Mistakes, adapter_folder: Path | None = None
) -> Wishes:
    """The wishes of `--read` and of the file `read.yml` of an adapter; `--read` wins.

    Notes a `WrongCall` for a word that is no `table.column=convention`, an unknown table or column, and a
    convention that does not suit the column.
    """
    wanted: dict[str, dict[str, str]] = {}
    file = adapter_folder / ADAPTER_FILE if adapter_folder else None
    if file and file.is_file():
        for name, convention in (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).items():
            with mistakes.noted():
                _add(wanted, contract, str(name), str(convention), f"{file.parent.name}/{file.name} says")
    for word in words:
        name, _, convention = word.partition("=")
        with mistakes.noted():
            _add(wanted, contract, name.strip(), convention.strip(), "--read names")
    return wanted


def _add(
    wanted: dict[str, dict[str, str]], contract: InputContract, name: str, convention: str, who: str
) -> None:
    table, _, column = name.partition(".")
    if not column or not convention:
        raise WrongCall(
            f"{who} '{name}={convention}'; expected a table, a column and how to read it, such as "
            f"'{nearest(table, contract.table_names)}.{column or 'ordered_at'}={convention or DAY_FIRST}'."
        )
    if table not in contract:
        raise WrongCall(
            f"{who} '{name}', and there is no table '{table}'; {the_nearest(table, contract.table_names)}."
        )
    if convention not in CONVENTIONS:
        raise WrongCall(
            f"{who} '{name}={convention}'; a column can be read as {', '.join(CONVENTIONS)}; "
            f"the nearest is '{nearest(convention, CONVENTIONS)}'."
        )
    known = {found.name: found for found in contract[table].columns}
    if column not in known and convention != IGNORE and known:
        raise WrongCall(
            f"{who} '{name}', and '{table}' has no such column; the nearest is '{nearest(column, known)}'."
        )
    data_type = known[column].data_type if column in known else ""
    if data_type == "string":
        fitting: tuple[str, ...] = (AS_IS,)
    elif data_type in ("timestamp", "date"):
        fitting = DATE_WISHES
    else:
        fitting = () if data_type in ("", "boolean") else NUMBER_WISHES
    if column not in known or not known[column].is_required:
        fitting = (*fitting, IGNORE)
    if convention not in fitting:
        raise WrongCall(
            f"{who} '{name}={convention}'; '{column}' can be read as "
            f"{', '.join(fitting) or 'it stands only'}."
        )
    wanted.setdefault(table, {})[column] = convention
