"""Identifiers that a spreadsheet has broken, and references that fail only by the way they are written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer_segmentation.contract import InputContract, InputTable
from customer_segmentation.errors import DataRefused, Mistakes
from customer_segmentation.loading.texts import shown, without_null_texts
from customer_segmentation.loading.wishes import AS_IS, IGNORE
from customer_segmentation.warehouse import quoted_name, quoted_text

if TYPE_CHECKING:
    import duckdb

# 1.23457E+11, 1.23457E11 and #REF!: what was there is lost; N/A is a way to write nothing, 12E34 a name
BROKEN = (
    r"[0-9]([.,][0-9]+)?[eE]\+[0-9]+|[0-9][.,][0-9]+[eE][0-9]+|#(REF|VALUE|NAME|DIV/0|NUM|NULL)[!?]|#{3,}"
)
# a spreadsheet keeps fifteen digits of a number and writes zeros for the rest
LONG, CUT = "[0-9]{16,}", "[0-9]{15}0+"
FEWEST_CUT = 3  # one or two such identifiers may be real
UNLIKE_RATIO = 0.5  # where so many references fail by their writing alone, nothing can be said of customers
_AROUND = "^[ '\"\u2019\u2018`=]+|[ '\"\u2019\u2018`]+$"


@dataclass(frozen=True)
class UnlikeReferences:
    """References of a column that fail only by zeros, `.0`, capitals, apostrophes or a prefix."""

    column_name: str
    referenced_table: str
    values_given: int
    values_unlike: int
    example: str
    meant: str

    def sentence(self, origin: str) -> str:
        written, meant = (shown(text) for text in (self.example, self.meant))
        return (
            f"{origin} {self.column_name}: {self.values_unlike:,} of {self.values_given:,} values, "
            f"for example {written}, differ from an identifier of {self.referenced_table} ({meant}) "
            "only by zeros, '.0', "
            "capitals, apostrophes or a prefix, so they count as unknown; write them alike in both tables."
        )


def check_identifiers(
    connection: "duckdb.DuckDBPyConnection",
    relation: str,
    table: InputTable,
    types: Mapping[str, str],
    mistakes: Mistakes,
    *,
    origin: str,
    wishes: Mapping[str, str],
) -> None:
    """Notes a `DataRefused` per column of `relation` (quoted) with identifiers broken or with a point."""
    names = [
        column.name
        for column in table.columns
        if is_identifier(column.name)
        and column.name in types
        and wishes.get(column.name) not in (AS_IS, IGNORE)
    ]
    for name in names:
        found = types[name]
        if found in ("DOUBLE", "FLOAT") or (found.startswith("DECIMAL") and not found.endswith(",0)")):
            (example,) = connection.execute(
                f"select cast(min({quoted_name(name)}) as varchar) from {relation}"
            ).fetchone() or (None,)
            mistakes.note(
                DataRefused(
                    f"The column '{name}' of {origin} holds identifiers as numbers with a decimal point, "
                    f"for example {shown(example)}; deliver them as text or whole numbers."
                )
            )
    names = [name for name in names if types[name] == "VARCHAR"]
    if not names:
        return
    looks = [
        f"coalesce(bool_or(length({column}) > 15 or regexp_matches({column}, '[+#]|[.,][0-9]+[eE]')), false)"
        for column in map(quoted_name, names)
    ]
    flags = connection.execute(f"select {', '.join(looks)} from {relation}").fetchone() or ()
    names = [name for name, is_odd in zip(names, flags, strict=True) if is_odd]
    if not names:
        return
    counts = []
    for name in names:
        column = f"trim({quoted_name(name)})"
        broken = f"regexp_full_match({column}, {quoted_text(BROKEN)})"
        long = f"regexp_full_match({column}, '{LONG}')"
        counts += [
            f"count(*) filter (where {broken})",
            f"min({column}) filter (where {broken})",
            f"count(distinct {column}) filter (where {long})",
            f"count(distinct {column}) filter (where {long} and regexp_full_match({column}, '{CUT}'))",
            f"min({column}) filter (where {long})",
        ]
    row = connection.execute(f"select {', '.join(counts)} from {relation}").fetchone() or ()
    for position, name in enumerate(names):
        broken_count, example, long_count, cut_count, cut_example = row[5 * position : 5 * position + 5]
        if not broken_count and (cut_count < FEWEST_CUT or cut_count < long_count):
            continue
        mistakes.note(
            DataRefused(
                f"The column '{name}' of {origin} holds identifiers that a spreadsheet has broken, "
                f"{broken_count or cut_count:,} of them, for example {shown(example or cut_example)}; export "
                f"them again as text, or take them as they stand with --read {table.name}.{name}={AS_IS}."
            )
        )


def is_identifier(name: str) -> bool:
    """Whether a column of the contract holds identifiers."""
    return name.endswith("_id")


def referenced_table(contract: InputContract, table: str, column: str) -> str | None:
    """The table whose rows a column names: `parent_customer_id` those of customers."""
    for name in contract.table_names:
        key = f"{name.removesuffix('s')}_id"
        if key in contract[name].column_names[:1] and column in (key, *_long_names(column, key)):
            return None if name == table else name
    return None


def _long_names(column: str, key: str) -> tuple[str, ...]:
    return (column,) if column.endswith(f"_{key}") else ()


def unlike_references(
    connection: "duckdb.DuckDBPyConnection",
    contract: InputContract,
    types: Mapping[str, Mapping[str, str]],
    table: str,
    mistakes: Mistakes,
    *,
    origin: str,
    wishes: Mapping[str, str],
    known: set[str],
    relations: Mapping[str, str] | None = None,
) -> list[UnlikeReferences]:
    """The references of a table that fail only by the way they are written.

    `types` are those of all tables, `known` the tables whose identifiers were read already. `relations` (SQL)
    are what is compared: none, the loaded tables.

    Notes a `DataRefused` where that is most of a required column.
    """
    relations = relations or {name: f"raw.{quoted_name(name)}" for name in types}
    found = []
    for column in contract[table].columns:
        parent = referenced_table(contract, table, column.name) if is_identifier(column.name) else None
        if (
            parent not in types
            or column.name not in types[table]
            or wishes.get(column.name) in (AS_IS, IGNORE)
        ):
            continue
        key = contract[parent].column_names[0]
        if key not in types[parent]:
            continue
        if parent not in known:
            known.add(parent)
            identifier = f"cast({without_null_texts(key, types[parent][key])} as varchar)"
            connection.execute(
                f"create or replace temp table {_known(parent)} as "
                f"select distinct {identifier} as id from (select distinct {quoted_name(key)} "
                f"from {relations[parent]}) where {identifier} is not null"
            )
        reference = f"cast({without_null_texts(column.name, types[table][column.name])} as varchar)"
        # nearly always none is missing, and then this scan is all it costs
        connection.execute(
            f"""
            create or replace temp table missing_references as
            select {reference} as id, rows_count
            from (
                select {quoted_name(column.name)}, count(*) as rows_count
                from {relations[table]}
                group by 1
            )
            where {reference} is not null and {reference} not in (select id from {_known(parent)})
            """
        )
        if connection.execute("select count(*) from missing_references").fetchone() == (0,):
            continue
        unlike, example, meant = connection.execute(_unlike_query(parent)).fetchone() or (0, "", "")
        if not unlike:
            continue
        (given,) = connection.execute(f"select count({reference}) from {relations[table]}").fetchone() or (0,)
        references = UnlikeReferences(column.name, parent, given, unlike, example, meant)
        if column.is_required and unlike >= UNLIKE_RATIO * given:
            mistakes.note(DataRefused(references.sentence(origin)))
        found.append(references)
    return found


def _known(table: str) -> str:
    return "temp." + quoted_name(f"known_{table}")


def _unlike_query(parent: str) -> str:
    """SQL that finds for each missing reference the identifier that it would be if it were written alike."""
    return f"""
        with known_keys as (
            select id as known_id, whole, {_tail("whole")} as tail
            from (select id, {_whole("id")} as whole from {_known(parent)})
        ),

        missing_keys as (
            select id, rows_count, whole, {_tail("whole")} as tail
            from (select id, rows_count, {_whole("id")} as whole from missing_references)
        ),

        pairs as (
            select id, rows_count, known_id from missing_keys inner join known_keys using (whole)
            union
            select id, rows_count, known_id
            from missing_keys
            inner join known_keys on missing_keys.whole = known_keys.tail
            union
            select id, rows_count, known_id
            from missing_keys
            inner join known_keys on missing_keys.tail = known_keys.whole
        ),

        meant as (
            select id, any_value(rows_count) as rows_count, min(known_id) as known_id from pairs group by id
        )

        select cast(coalesce(sum(rows_count), 0) as bigint), min(id), arg_min(known_id, id) from meant
    """


def _bare(expression: str) -> str:
    around = quoted_text(_AROUND)
    return f"regexp_replace(regexp_replace(lower({expression}), {around}, '', 'g'), '[.,]0+$', '')"


def _whole(expression: str) -> str:
    """SQL of an identifier without apostrophes, `.0`, capitals and the zeros before its number."""
    return f"regexp_replace({_bare(expression)}, '0*([0-9]+)$', '\\1')"


def _tail(whole: str) -> str:
    """SQL of the number at the end of an identifier, or what follows its last separator; null if all."""
    tail = (
        f"coalesce(nullif(regexp_extract({whole}, '([0-9]+)$', 1), ''), "
        f"nullif(regexp_extract({whole}, '[:/#_-]([^:/#_-]+)$', 1), ''))"
    )
    return f"nullif({tail}, {whole})"
