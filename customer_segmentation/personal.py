"""What looks like an e-mail address or a telephone number, and how it is kept from what others can read."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from customer_segmentation.errors import EnvironmentFault
from customer_segmentation.warehouse import Warehouse, damage_told, has_table, quoted_name, quoted_text

if TYPE_CHECKING:
    import duckdb

# The patterns are read by Python and by the engine alike, so they keep to what both understand.
_ELSE = r"\s@<>,;:/'\"()"
EMAIL = rf"[^{_ELSE}]+(@|%40)[^{_ELSE}]+\.[^{_ELSE}.\d][^{_ELSE}.]+"
_BETWEEN = "[\\s\u00a0\u202f\u2010\u2011\u2013().\\-/]"
INTERNATIONAL = rf"(^|[^0-9A-Za-z])\+{_BETWEEN}*[1-9]({_BETWEEN}*[0-9]){{6,14}}"
# an area code begins with a zero or stands in brackets; bare digits are the number of some system
AREA_CODE = rf"\s*(\(\s*0{{0,2}}|0{{1,2}})[1-9]({_BETWEEN}*[0-9]){{5,13}}\s*"
SEPARATED = rf"[0-9]{_BETWEEN}+[0-9]|\("
NORTH_AMERICAN = r"\s*[2-9][0-9]{2}[\s.\-][0-9]{3}[\s.\-][0-9]{4}\s*"
E_MAIL, TELEPHONE = "e-mail address", "telephone number"

# Read by Python only: numbers without a country code in the middle of a sentence. An area code of three
# digits or more in front of a blank or sign is no part of a date or an amount.
_APART = r"[ \u00a0\u202f./\-]"
NATIONAL_IN_SENTENCE = re.compile(
    rf"(?<![\w.,+/\-])(?:"
    rf"(?:\(0\d{{1,5}}\)|0[1-9]\d{{1,4}}){_APART}{{1,3}}\d(?:{_APART}?\d){{3,10}}"
    rf"|(?:\([2-9]\d\d\){_APART}?|[2-9]\d\d{_APART})\d{{3}}{_APART}\d{{4}}"
    rf")(?![\w])"
)

# an engine that cannot convert a value repeats it
ENGINE_VALUE = re.compile(r"""(?m)(string '|field format: ").{0,1000}?(?=' to |", expected)""")

PREFIX = "hashed_"
HASH_LETTERS = 24  # 96 bits: two of a billion keys meet with a chance below one in a billion
PRIVATE_SCHEMA = "private"
HASHED_VALUES = f"{PRIVATE_SCHEMA}.hashed_values"
_BLOCK_BYTES = 64


@dataclass(frozen=True)
class Hidden:
    """What a publication hides: the columns of each table, and a sentence for each kind of it."""

    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    notices: Sequence[str] = ()


def kind_of(text: str) -> str | None:
    """`e-mail address` or `telephone number` where a text holds the one or looks like the other."""
    if re.search(EMAIL, text):
        return E_MAIL
    has_area_code = re.fullmatch(AREA_CODE, text) and re.search(SEPARATED, text)
    if re.search(INTERNATIONAL, text) or has_area_code or re.fullmatch(NORTH_AMERICAN, text):
        return TELEPHONE
    return None


def without_personal(text: str) -> str:
    """A sentence or a log without the e-mail addresses, telephone numbers and values of the engine in it.

    Every `SegmentationError` and every notice passes here before anybody sees it.
    """
    text = re.sub(EMAIL, f"({E_MAIL} not shown)", text)
    text = re.sub(INTERNATIONAL, rf"\g<1>({TELEPHONE} not shown)", text)
    text = NATIONAL_IN_SENTENCE.sub(f"({TELEPHONE} not shown)", text)
    return ENGINE_VALUE.sub(r"\g<1>(value not shown)", text)


def hashed(value: str, secret: bytes) -> str:
    """The keyed hash that stands for a value in everything published: HMAC-SHA-256, cut short."""
    return PREFIX + hmac.new(secret, value.encode(), hashlib.sha256).hexdigest()[:HASH_LETTERS]


def hide_personal_values(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, str], secret: bytes
) -> Hidden:
    """Find what may not be published in `tables` (name: relation) and keep value and hash in the build file.

    A customer identifier is hidden where it holds an e-mail address or looks like a telephone number. Any
    other text is hidden where it holds an e-mail address or an international number or is such an identifier.
    """
    connection.execute(f"create schema if not exists {PRIVATE_SCHEMA}")
    connection.execute(
        f"""
        create or replace table {HASHED_VALUES} (
            value varchar primary key, hashed_value varchar not null, kind varchar not null,
            is_customer_id boolean not null
        )
        """
    )
    columns = {
        name: [
            column
            for column, data_type, *_ in connection.execute(f"describe {relation}").fetchall()
            if data_type == "VARCHAR"
        ]
        for name, relation in tables.items()
    }
    # identifiers first: what is one counts as one wherever it stands
    for holds_ids in (True, False):
        for name, texts in columns.items():
            for column in texts:
                if is_customer_id(column) == holds_ids:
                    _keep_hashes(connection, tables[name], column, secret)
    hidden = {
        name: [column for column in texts if _is_hidden(connection, tables[name], column)]
        for name, texts in columns.items()
    }
    hidden = {name: texts for name, texts in hidden.items() if texts}
    return Hidden(hidden, _notices(connection, hidden))


def is_customer_id(column: str) -> bool:
    """Whether a published column holds identifiers of customers: `parent_customer_id` does."""
    return column.endswith("customer_id")


def select_hidden(
    connection: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[str], hashes: str
) -> str:
    """A select of a relation in its own order of columns, with the hashes in the place of hidden values."""
    names = [column for column, *_ in connection.execute(f"describe {relation}").fetchall()]
    selected = [
        f"coalesce(hash_{columns.index(name)}.hashed_value, source.{quoted_name(name)}) as "
        f"{quoted_name(name)}"
        if name in columns
        else f"source.{quoted_name(name)}"
        for name in names
    ]
    joins = [
        f"left join {hashes} as hash_{number} on source.{quoted_name(name)} = hash_{number}.value"
        for number, name in enumerate(columns)
    ]
    return f"select {', '.join(selected)} from {relation} as source {' '.join(joins)}"


def _keep_hashes(connection: duckdb.DuckDBPyConnection, relation: str, column: str, secret: bytes) -> None:
    padded = secret.ljust(_BLOCK_BYTES, b"\0")
    inner, outer = (bytes(byte ^ mask for byte in padded) for mask in (0x36, 0x5C))
    holds_ids = is_customer_id(column)
    telephone = f"regexp_matches(value, {quoted_text(INTERNATIONAL)})"
    if holds_ids:
        telephone += (
            f" or (regexp_full_match(value, {quoted_text(AREA_CODE)})"
            f" and regexp_matches(value, {quoted_text(SEPARATED)}))"
            f" or regexp_full_match(value, {quoted_text(NORTH_AMERICAN)})"
        )
    connection.execute(
        f"""
        insert or ignore into {HASHED_VALUES}
        with given as materialized (
            select distinct {quoted_name(column)} as value from {relation}
        ),
        judged as (
            select
                value,
                case
                    when regexp_matches(value, {quoted_text(EMAIL)}) then '{E_MAIL}'
                    when {telephone} then '{TELEPHONE}'
                end as kind
            from given
        )
        select
            value,
            '{PREFIX}' || left(
                sha256(?::blob || unhex(sha256(?::blob || encode(value)))), {HASH_LETTERS}
            ) as hashed_value,
            kind,
            {holds_ids} as is_customer_id
        from judged
        where kind is not null
        """,
        [outer, inner],
    )


def _is_hidden(connection: duckdb.DuckDBPyConnection, relation: str, column: str) -> bool:
    return (
        connection.execute(
            f"select 1 from {relation} where {quoted_name(column)} in "
            f"(select hashes.value from {HASHED_VALUES} as hashes) limit 1"
        ).fetchone()
        is not None
    )


def hidden_keys(warehouse: Warehouse) -> list[tuple[str, str]]:
    """The customer_ids of the last build that are published as a hash: (hash, as delivered), by hash.

    For whoever may read the warehouse folder. Raises `EnvironmentFault` where nothing is built yet or another
    process writes the build file.
    """
    if not warehouse.build_file.is_file():
        raise EnvironmentFault(
            f"Nothing is built in the warehouse {warehouse.folder} yet, so no customer_id is hashed; "
            f"{warehouse.how_to_fill}"
        )
    with damage_told(warehouse), warehouse.connect_build(read_only=True) as connection:
        if not has_table(connection, HASHED_VALUES):
            return []
        return connection.execute(
            f"select hashed_value, value from {HASHED_VALUES} where is_customer_id order by hashed_value"
        ).fetchall()


def _notices(connection: duckdb.DuckDBPyConnection, hidden: Mapping[str, Sequence[str]]) -> list[str]:
    """How many values are hidden, and where; never a value."""
    counts = connection.execute(
        f"""
        select is_customer_id, kind, count(*) as values_count
        from {HASHED_VALUES}
        group by is_customer_id, kind
        order by is_customer_id desc, kind
        """
    ).fetchall()
    others = [
        f"{name}.{column}" for name, texts in hidden.items() for column in texts if not is_customer_id(column)
    ]
    subjects = {True: "customers: {} of the customer_ids", False: f"{', '.join(others)}: {{}} of the texts"}
    sentences = []
    for holds_ids, subject in subjects.items():
        kinds = [(kind, count) for is_id, kind, count in counts if is_id == holds_ids]
        if kinds:
            total = sum(count for _, count in kinds)
            words = " and ".join(f"{count:,} {_plural(kind, count)}" for kind, count in kinds)
            sentences.append(
                f"{subject.format(f'{total:,}')} look like personal values ({words}); a keyed hash stands in "
                "their place in everything published; `customer-segmentation keys` writes which is whose."
            )
    return sentences


def _plural(kind: str, count: int) -> str:
    return kind if count == 1 else f"{kind}{'es' if kind == E_MAIL else 's'}"
