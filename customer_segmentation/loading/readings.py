"""How each column of a loaded table is written, decided from all of its values, and its plain form.

Plain columns (ISO dates, decimal points, whatever carries a type) cost one scan and stay as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer_segmentation.contract import InputColumn, InputTable
from customer_segmentation.errors import DataRefused, Mistakes
from customer_segmentation.loading import dates, numbers
from customer_segmentation.loading.numbers import Undecided
from customer_segmentation.loading.texts import shown, with_plain_blanks, without_null_texts
from customer_segmentation.loading.wishes import IGNORE
from customer_segmentation.warehouse import quoted_name, quoted_text

if TYPE_CHECKING:
    import duckdb

MOMENTS = ("timestamp", "date")
WHOLE_TYPES = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
NUMBER_TYPES = (*WHOLE_TYPES, "UBIGINT", "HUGEINT", "FLOAT", "DOUBLE")
PARTS = "temp.written_parts"  # the values of the column that is being looked at, taken apart
CURRENCY_WORD = "[$€£¥₹₽₩₺₴₫฿₪₦₱]|[A-Z]{3}"
SAID = {
    numbers.DECIMAL_POINT: "with decimal point",
    numbers.DECIMAL_COMMA: "with decimal comma",
    numbers.WHOLE: "as whole numbers",
    dates.YEAR_FIRST: "with years first",
    dates.DAY_FIRST: "with days first",
    dates.MONTH_FIRST: "with months first",
    dates.EXCEL_SERIAL: "as the numbers by which Excel counts days",
    dates.UNIX_TIME: "as seconds since 1970",
}


@dataclass(frozen=True)
class ColumnReading:
    """How a column that is no text was read: `convention` is empty where it was plain."""

    column: InputColumn
    values_given: int
    values_unreadable: int
    unreadable_example: str | None = None
    convention: str = ""
    written: str = ""  # an example of what was rewritten, and what it became
    read: str = ""

    def sentence(self, origin: str) -> str:
        """What the user is told of the convention; empty where there is nothing to tell."""
        if not self.written:
            return ""
        written = shown(self.written, is_personal=self.column.is_pii)
        example = written if self.column.is_pii else f"{written} is {self.read}"
        return f"{origin} {self.column.name}: read {SAID[self.convention]} ({example})."


@dataclass(frozen=True)
class _Plain:
    """What one scan of a column says: values, those that a plain cast reads, and those it may misread."""

    given: int
    readable: int
    doubtful: int
    example: str | None


def read_columns(
    connection: "duckdb.DuckDBPyConnection",
    relation: str,
    table: InputTable,
    types: Mapping[str, str],
    mistakes: Mistakes,
    *,
    origin: str,
    wishes: Mapping[str, str],
) -> tuple[list[ColumnReading], bool]:
    """Read the columns of `relation` (already quoted) that the contract wants as anything but text.

    Returns how each was read, and whether the relation had to be rewritten (then it is a table).
    Notes a `DataRefused` where the values of a column mix conventions or leave them open.
    """
    columns = [
        column
        for column in table.columns
        if column.data_type != "string"
        and column.name in types
        and _has_to_be_read(column, types[column.name])
    ]
    read = [column for column in columns if wishes.get(column.name) != IGNORE]
    readings: list[ColumnReading] = []
    rewritten = {  # the table of its plain forms; none where the column is left out
        name: ""
        for name, wish in wishes.items()
        if wish == IGNORE and name in types and name in table.column_names
    }
    for column, plain in zip(read, _scan(connection, relation, read, types), strict=True):
        is_text = types[column.name] == "VARCHAR" or column.data_type in MOMENTS
        if (
            not is_text
            or column.data_type == "boolean"
            or (plain.readable == plain.given and not plain.doubtful)
        ):
            readings.append(ColumnReading(column, plain.given, plain.given - plain.readable, plain.example))
            continue
        with mistakes.noted():
            reading = _read_unplain(
                connection, relation, table, column, types, plain, origin, wishes.get(column.name)
            )
            readings.append(reading)
            if reading.written:
                rewritten[column.name] = _forms(column.name)
    if rewritten and not mistakes:  # of a table that is refused nothing is kept
        _rewrite(connection, relation, rewritten, types)
    return readings, bool(rewritten)


def _has_to_be_read(column: InputColumn, found_type: str) -> bool:
    """Whether values may be there that the type of the contract cannot hold."""
    if found_type.lower() == column.data_type:
        return column.data_type == "double"  # it may still be no number
    if found_type in WHOLE_TYPES and column.data_type not in (*MOMENTS, "boolean"):
        return False
    return not (column.data_type in MOMENTS and found_type.startswith(("TIMESTAMP", "DATE")))


def _value(column: InputColumn, found_type: str) -> str:
    """SQL of a value of the column as text or typed, null where nothing is written."""
    value = without_null_texts(column.name, found_type)
    if found_type in ("FLOAT", "DOUBLE") and not (column.is_required or column.is_strict):
        value = f"case when not isnan({value}) then {value} end"  # how data frames write nothing
    # the number of a day, say
    return f"cast({value} as varchar)" if column.data_type in MOMENTS and found_type != "VARCHAR" else value


def cast_of_contract(expression: str, data_type: str) -> str:
    """SQL of the cast of the macro `try_cast`: what it cannot read here, dbt cannot either."""
    if data_type == "bigint":
        return (
            f"case when try_cast({expression} as decimal(38, 6)) % 1 = 0 "
            f"then try_cast({expression} as bigint) end"
        )
    if data_type == "double":
        return (
            f"case when isfinite(try_cast({expression} as double)) then try_cast({expression} as double) end"
        )
    if data_type == "timestamp":
        # as the macro moment_of_text: the engine keeps a zone that it met by its name for the values after it
        without_names = (
            f"case when not regexp_matches({expression}, '\\s[A-Za-z]') then {expression} "
            f"when regexp_full_match({expression}, '[^A-Za-z]*\\s(UTC|GMT)') "
            f"then concat(left({expression}, length({expression}) - 4), 'Z') end"
        )
        return f"try(timezone('UTC', try_cast({without_names} as timestamptz)))"
    return f"try_cast({expression} as {data_type})"


def _doubtful(column: InputColumn, found_type: str) -> str:
    """SQL: whether a value that a plain cast reads may have been written in another way."""
    if column.data_type in MOMENTS:
        return "value not like '____-%'"
    if column.data_type == "boolean" or found_type != "VARCHAR":
        return "false"
    return (
        f"value like '%.___' and regexp_full_match(value, {quoted_text('[-+]?[1-9][0-9]{0,2}[.][0-9]{3}')})"
    )


def _scan(
    connection: "duckdb.DuckDBPyConnection",
    relation: str,
    columns: Sequence[InputColumn],
    types: Mapping[str, str],
) -> list[_Plain]:
    """All columns in one scan of the relation."""
    if not columns:
        return []
    values, counts = [], []
    for position, column in enumerate(columns):
        found_type = types[column.name]
        values.append(f"{_value(column, found_type)} as value_{position}")
        read = cast_of_contract(f"value_{position}", column.data_type)
        doubtful = _doubtful(column, found_type).replace("value", f"value_{position}")
        counts += [
            f"count(value_{position})",
            f"count({read})",
            f"count(*) filter (where {doubtful})",
            f"min(cast(value_{position} as varchar)) filter (where {read} is null)",
        ]
    query = f"select {', '.join(counts)} from (select {', '.join(values)} from {relation})"
    row = connection.execute(query).fetchone() or ()
    return [_Plain(*row[start : start + 4]) for start in range(0, len(row), 4)]


def _read_unplain(
    connection: "duckdb.DuckDBPyConnection",
    relation: str,
    table: InputTable,
    column: InputColumn,
    types: Mapping[str, str],
    plain: _Plain,
    origin: str,
    wish: str | None,
) -> ColumnReading:
    value = _value(column, types[column.name])
    is_moment = column.data_type in MOMENTS
    texts = f"""
        select original, {with_plain_blanks("given")} as value, rows_count
        from (
            select
                cast({quoted_name(column.name)} as varchar) as original,
                any_value({value}) as given,
                count(*) as rows_count
            from {relation}
            group by original
        )
        where given is not null
    """
    connection.execute(
        f"create or replace temp table {PARTS} as "
        + (dates.parts_query(texts) if is_moment else numbers.parts_query(texts, column))
    )
    query = dates.evidence_query(PARTS) if is_moment else numbers.evidence_query(PARTS)
    rows = connection.execute(query).fetchall()
    decided: str | Undecided = wish or ""
    if rows and not wish:
        decided = (
            dates.decide_dates(dates.read_evidence(rows), column)
            if is_moment
            else numbers.decide_numbers(numbers.read_evidence(rows), column)
        )
    if isinstance(decided, Undecided):
        raise DataRefused(_undecided(origin, table, column, decided))
    currency = ""
    if (
        column.data_type.startswith("decimal")
        and "currency_code" in table.column_names
        and "currency_code" not in types
    ):
        currency = _one_currency(connection, origin, column)
    forms = _forms(column.name)
    plain_form = f"coalesce({_plain_form(column, decided)}, value)" if decided else "value"
    if currency:  # an amount in another one is no amount of this column
        word = f"regexp_extract(value, '{CURRENCY_WORD}')"
        plain_form = f"case when {word} in ('', {quoted_text(currency)}) then {plain_form} else value end"
    connection.execute(
        f"create or replace temp table {forms} as "
        f"select original, value, rows_count, {plain_form} as plain_form from {PARTS}"
    )
    cast = cast_of_contract("plain_form", column.data_type)
    # 12.5 for 12.50 is no other number, but for the signs around it
    is_changed = "plain_form <> value" + (
        "" if is_moment else " and try_cast(value as double) is distinct from try_cast(plain_form as double)"
    )
    given, readable, example, sample = connection.execute(
        f"""
        select
            coalesce(sum(rows_count), 0),
            coalesce(sum(rows_count) filter (where {cast} is not null), 0),
            min(value) filter (where {cast} is null),
            max({{'length': length(value), 'written': value, 'read': plain_form}}) filter (where {is_changed})
        from {forms}
        """
    ).fetchone() or (0, 0, None, None)
    sample = sample or {"written": "", "read": ""}
    return ColumnReading(
        column,
        given,
        given - readable,
        example,
        decided if sample["written"] else "",
        sample["written"],
        sample["read"],
    )


def _plain_form(column: InputColumn, convention: str) -> str:
    if column.data_type in MOMENTS:
        moment = dates.plain_moment(convention)
        return f"left({moment}, 10)" if column.data_type == "date" else moment
    return numbers.plain_number(convention, column)


def _forms(column_name: str) -> str:
    return "temp." + quoted_name(f"plain_forms_of_{column_name}")


def _rewrite(
    connection: "duckdb.DuckDBPyConnection",
    relation: str,
    rewritten: Mapping[str, str],
    types: Mapping[str, str],
) -> None:
    """Put plain forms in the place of what was delivered; rows stay in the order of the file."""
    schema, name = relation.split(".", 1)
    (is_view,) = connection.execute(
        "select count(*) from duckdb_views() "
        "where database_name = current_database() and schema_name = ? and view_name = ?",
        [schema, name.strip('"').replace('""', '"')],
    ).fetchone() or (0,)
    typed = [name for name in rewritten if types[name] != "VARCHAR"]
    if is_view or typed:
        texts = ", ".join(
            f"cast({quoted_name(name)} as varchar) as {quoted_name(name)}" for name in rewritten
        )
        connection.execute(
            f"create or replace temp table delivered_rows as select * replace ({texts}) from {relation}"
        )
        connection.execute(f"drop {'view' if is_view else 'table'} {relation}")
        connection.execute(f"create table {relation} as select * from temp.delivered_rows")
        connection.execute("drop table temp.delivered_rows")
    for name, forms in rewritten.items():
        column = quoted_name(name)
        if not forms:
            connection.execute(f"update {relation} set {column} = null")
            continue
        connection.execute(
            f"update {relation} set {column} = forms.plain_form from {forms} as forms "
            f"where {column} = forms.original and forms.plain_form <> forms.original"
        )
        connection.execute(f"drop table {forms}")


def _one_currency(connection: "duckdb.DuckDBPyConnection", origin: str, column: InputColumn) -> str:
    """The word of the currency that the amounts of a column carry; empty where none does.

    Amounts in several currencies cannot be added up where no column says which is which: refused, but for so
    few that they decide nothing.
    """
    words = connection.execute(
        f"""
        select word, sum(rows_count) as rows_count
        from (select regexp_extract(value, '{CURRENCY_WORD}') as word, rows_count from {PARTS})
        where word <> ''
        group by word
        order by rows_count desc, word
        """
    ).fetchall()
    if not words:
        return ""
    total = sum(rows_count for _, rows_count in words)
    if total - words[0][1] > numbers.STRAY_RATIO * total:
        first, last = sorted((words[0][0], words[1][0]))
        raise DataRefused(
            f"The column '{column.name}' of {origin} holds amounts in {shown(first)} and in {shown(last)}; "
            "deliver a column 'currency_code' that says which row is in which currency."
        )
    return str(words[0][0])


def _undecided(origin: str, table: InputTable, column: InputColumn, undecided: Undecided) -> str:
    first, second = (shown(text, is_personal=column.is_pii) for text in undecided.examples)
    examples = f"{first} and {second}" if first != second else first
    name = f"{table.name}.{column.name}"
    choices = [*undecided.choices, *([] if column.is_required else [IGNORE])]
    advice = ", ".join(f"--read {name}={choice}" for choice in choices)
    return (
        f"The column '{column.name}' of {origin} has values such as {examples}, {undecided.why}; "
        f"deliver it written in one way, or say how to read it with {advice}."
    )
