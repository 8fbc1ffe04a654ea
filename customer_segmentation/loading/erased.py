"""The rows of erased persons in a delivery: found before anything of them is stored.

Erased is who is on the kept list (`suppression.py`) or asked for it in `erasure_requests`, with all that is
merged with it. Their rows are found in every table, from customers down to what belongs to what is theirs
(`references.py`). Nothing here is written but temporary tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from customer_segmentation.contract import InputContract
from customer_segmentation.loading.reading import ROW_NUMBER_COLUMN
from customer_segmentation.loading.references import (
    CUSTOMERS,
    Reference,
    companions,
    personal_references,
)
from customer_segmentation.loading.suppression import (
    ANY_CASE,
    AS_WRITTEN,
    Hashes,
    Suppressed,
    Suppression,
    any_case,
    identifier_of,
)
from customer_segmentation.warehouse import file_literal, quoted_name

if TYPE_CHECKING:
    import duckdb

REQUESTS, MERGES = "erasure_requests", "customer_merges"
ERASED = "erased"  # stands in the place of a reference to somebody who was erased
JOINED = "joined"
GONE_VALUES, KNOWN_VALUES = "temp.gone_customer_values", "temp.known_customer_values"
NOBODY = "select cast(null as varchar) as id where false"
NO_PAIR = "select cast(null as varchar) as one, cast(null as varchar) as other where false"
ROWS_AT_ONCE = 100_000


@dataclass(frozen=True)
class LeftOut:
    """What is left out of one table: `condition` is SQL that holds for the rows that go.

    `replaced` are the columns, with SQL, that lose a value in rows that stay.
    """

    rows_count: int
    condition: str
    replaced: Mapping[str, str] = field(default_factory=dict)

    def select(self, relation: str) -> str:
        """SQL of the rows that stay."""
        names = ", ".join(f"{sql} as {quoted_name(column)}" for column, sql in self.replaced.items())
        columns = f"* replace ({names})" if names else "*"
        return f"select {columns} from {relation} where not ({self.condition})"


@dataclass(frozen=True)
class Erased:
    """What a delivery holds of erased persons: by table, what the list has not yet, and who they are."""

    tables: Mapping[str, LeftOut] = field(default_factory=dict)
    new: frozenset[Suppressed] = frozenset()
    identifiers: frozenset[str] = field(default=frozenset(), repr=False)

    def rows_count(self, table: str) -> int:
        """Rows of a table that are left out."""
        return self.tables[table].rows_count if table in self.tables else 0

    def sentence(self) -> str:
        """What the user is told: counts, never who."""
        rows = {table: left.rows_count for table, left in self.tables.items() if left.rows_count}
        if not rows:
            return ""
        told = ", ".join(f"{table} {count:,}" for table, count in sorted(rows.items()))
        total = sum(rows.values())
        subject = "1 row of customers" if total == 1 else f"{total:,} rows of customers"
        return f"{subject} who were erased {'is' if total == 1 else 'are'} left out: {told}."


@dataclass(frozen=True)
class Persons:
    """Identifiers that go together, as staging cleans them, and what the list holds of each."""

    identifiers: frozenset[str]
    entries: frozenset[Suppressed]


def find_erased(
    connection: duckdb.DuckDBPyConnection,
    contract: InputContract,
    project: Path,
    relations: Mapping[str, str],
    suppression: Suppression,
) -> Erased:
    """What is to be left out of `relations` (input table: quoted relation of its rows)."""
    columns = {table: _columns(connection, relation) for table, relation in relations.items()}
    requested = REQUESTS in relations and "customer_id" in columns[REQUESTS]
    asked = _identifiers(relations[REQUESTS], "customer_id") if requested else NOBODY
    references = {
        table: [reference for reference in found if reference.column in columns[table]]
        for table, found in personal_references(contract, project).items()
        if table in relations
    }
    listed = Hashes(suppression.secret, suppression.days)
    customers = [
        _identifiers(relations[CUSTOMERS], reference.column)
        for reference in references.get(CUSTOMERS, [])
        if reference.is_owner
    ]
    edges = stated_merges(relations, columns) + joined_guests(project, relations, columns)
    persons = erased_persons(connection, customers, edges, asked, listed)
    hashes = Hashes(suppression.secret, {*suppression.days, *persons.entries})
    tables = {}
    connection.execute(f"create or replace temp table {GONE_VALUES} (value varchar)")
    connection.execute(f"create or replace temp table {KNOWN_VALUES} (value varchar)")
    if requested:
        tables[REQUESTS] = _hashed_requests(connection, relations[REQUESTS], hashes)
    keys_gone: set[str] = {CUSTOMERS}
    for table, found in references.items():
        if table == REQUESTS:
            continue
        relation = relations[table]
        for reference in found:
            if reference.parent == CUSTOMERS:
                _judge(connection, relation, reference.column, hashes)
        usable = [reference for reference in found if reference.parent in keys_gone]
        if keys_gone == {CUSTOMERS} and not _is_anything_in(connection, GONE_VALUES):
            continue
        beside = [name for name in companions(contract, project, table) if name in columns[table]]
        left = _left_out(connection, relation, found, usable, beside)
        if left is None:
            continue
        tables[table] = left
        if left.rows_count and _keep_keys(connection, contract, table, relation, columns[table], left):
            keys_gone.add(table)
    return Erased(tables, persons.entries - set(suppression.days), persons.identifiers)


def erased_persons(
    connection: duckdb.DuckDBPyConnection,
    customers: Sequence[str],
    edges: Sequence[str],
    asked: str,
    listed: Hashes,
) -> Persons:
    """Whoever is on the list or asked for, with all identifiers that are merged with theirs.

    `customers` and `asked` are SQL of identifiers (`id`), `edges` SQL of pairs (`one`, `other`). Letter
    case parts nobody, but where customers differ in nothing else; of an address with @ it never does.
    """
    linked = [f"select {side} as id from ({pairs})" for pairs in edges for side in ("one", "other")]
    known = " union ".join([*customers, asked, *linked])
    connection.execute(
        f"""
        create or replace temp table erased_nodes as
        with ids as (select id, {any_case("id")} as folded from ({known}) where id is not null),
        twins as (
            select folded from ({" union ".join(customers) or NOBODY})
            cross join lateral (select {any_case("id")} as folded)
            where id not like '%@%'
            group by folded
            having count(distinct id) > 1
        )
        select
            ids.id, ids.folded, twins.folded is not null as is_twin,
            case when twins.folded is null then ids.folded else ids.id end as person
        from ids left join twins on ids.folded = twins.folded
        """
    )
    connection.execute("create or replace temp table erased_seeds (id varchar)")
    cursor = connection.execute("select id, folded from temp.erased_nodes")
    found = [written for written, folded in _rows(cursor) if listed.are_listed(written, folded)]
    _insert(connection, "temp.erased_seeds", found)
    pairs = " union ".join(f"select one, other from ({edge})" for edge in edges) or NO_PAIR
    rows = connection.execute(
        f"""
        with recursive links as (
            select ones.person as one, others.person as other
            from ({pairs}) as pairs
            inner join temp.erased_nodes as ones on pairs.one = ones.id
            inner join temp.erased_nodes as others on pairs.other = others.id
        ),
        pairs_both_ways as (select one, other from links union select other, one from links),
        asked_for as (
            select nodes.person
            from ({asked}) as asked
            inner join temp.erased_nodes as nodes on asked.id = nodes.id
        ),
        reached as (
            select person from temp.erased_nodes where id in (from temp.erased_seeds)
            union
            select person from asked_for
            union
            select next_ones.other
            from reached inner join pairs_both_ways as next_ones on reached.person = next_ones.one
        )
        select id, folded, is_twin from temp.erased_nodes where person in (from reached) order by id
        """
    ).fetchall()
    entries = {
        Suppressed(AS_WRITTEN, listed.of(written)) if is_twin else Suppressed(ANY_CASE, listed.of(folded))
        for written, folded, is_twin in rows
    }
    return Persons(frozenset(written for written, *_ in rows), frozenset(entries))


def _columns(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(f"describe {relation}").fetchall()}


def requests_as_meant(relations: Mapping[str, str]) -> dict[str, str]:
    """Requests and customers as relations in SQL, requests spelled as the customers that they mean."""
    identifier, written = identifier_of("customer_id"), "cast(customer_id as varchar)"
    customers = relations[CUSTOMERS]
    return {
        CUSTOMERS: customers,
        REQUESTS: f"""
            (
                select requests.* replace (coalesce(meant.spelled, {written}) as customer_id)
                from {relations[REQUESTS]} as requests
                left join (
                    select {any_case(identifier)} as folded, any_value({written}) as spelled
                    from {customers}
                    group by folded
                ) as meant on {any_case(identifier)} = meant.folded
            )
        """,
    }


def _identifiers(relation: str, column: str) -> str:
    identifier = identifier_of(quoted_name(column))
    return f"select distinct {identifier} as id from {relation} where {identifier} is not null"


def stated_merges(relations: Mapping[str, str], columns: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The pairs of customer_merges; of several rows about one identifier the newest counts, as in staging."""
    found = columns.get(MERGES, {})
    if not {"from_customer_id", "to_customer_id"} <= set(found):
        return []
    newest = [f"{ROW_NUMBER_COLUMN if ROW_NUMBER_COLUMN in found else 'rowid'} desc"]
    if "updated_at" in found:
        newest.insert(0, "try_cast(cast(updated_at as varchar) as timestamp) desc nulls last")
    return [
        f"""
        select {identifier_of("from_customer_id")} as one, {identifier_of("to_customer_id")} as other
        from {relations[MERGES]}
        where one is not null and other is not null
        qualify row_number() over (partition by one order by {", ".join(newest)}) = 1
        """
    ]


def joined_guests(
    project: Path, relations: Mapping[str, str], columns: Mapping[str, Mapping[str, str]]
) -> list[str]:
    """Guests and the customer of their e-mail, where the project joins them (`guest_pairs`)."""
    found = columns.get(CUSTOMERS, {})
    path = project / "dbt_project.yml"
    settings = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.is_file() else {}
    seed = next(iter(sorted((project / "seeds").glob("**/customer_statuses.csv"))), None)
    is_joined = (settings.get("vars") or {}).get("guests_by_email") == JOINED
    if not is_joined or seed is None or not {"customer_id", "email", "status"} <= set(found):
        return []
    created = "try_cast(cast(created_at as varchar) as timestamp)" if "created_at" in found else "null"
    word = "lower(replace(replace(trim(cast(status as varchar)), ' ', '_'), '-', '_'))"
    guests = (
        f"select status from read_csv({file_literal(seed)}, header = true, all_varchar = true) "
        "where customer_state = 'guest'"
    )
    return [
        f"""
        select one, other
        from (
            select one, is_guest, first_value(one) over (
                partition by email order by case when is_guest then 1 else 0 end, created nulls last, one
            ) as other
            from (
                select
                    {identifier_of("customer_id")} as one, lower({identifier_of("email")}) as email,
                    {created} as created, coalesce({word} in ({guests}), false) as is_guest
                from {relations[CUSTOMERS]}
            )
            where one is not null and email is not null
        )
        where is_guest and one <> other
        """
    ]


def values_gone(
    connection: duckdb.DuckDBPyConnection, relation: str, column: str, hashes: Hashes
) -> list[str]:
    """The values of a column, as they stand there, that name customers on the list."""
    cursor = connection.execute(
        f"""
        select value, id, {any_case("id")} from (
            select value, {identifier_of("value")} as id
            from (select distinct cast({quoted_name(column)} as varchar) as value from {relation})
        ) where id is not null
        """
    )
    return [value for value, written, folded in _rows(cursor) if hashes.are_listed(written, folded)]


def _judge(connection: duckdb.DuckDBPyConnection, relation: str, column: str, hashes: Hashes) -> None:
    """Add the values of a column that name erased persons to `GONE_VALUES`; each value is judged once."""
    connection.execute(
        f"""
        create or replace temp table new_customer_values as
        select value from (
            select distinct cast({quoted_name(column)} as varchar) as value from {relation}
        )
        where value is not null and value not in (from {KNOWN_VALUES})
        """
    )
    connection.execute(f"insert into {KNOWN_VALUES} from temp.new_customer_values")
    _insert(connection, GONE_VALUES, values_gone(connection, "temp.new_customer_values", "value", hashes))


def _left_out(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    delivered: Sequence[Reference],
    references: Sequence[Reference],
    beside: Sequence[str],
) -> LeftOut | None:
    """What is left out of a table; null where that is nothing, so that it is loaded as it stands.

    `references` are those of `delivered` that may lead to somebody who is gone. Rows that have none of the
    delivered ones go with what is `beside` them (a device), where nobody else has that.
    """
    if not references:
        return None
    owners = [reference for reference in references if reference.is_owner]
    remarks = [reference for reference in references if not reference.is_owner]
    owner = [
        f"{identifier_of(quoted_name(reference.column))} is not null"
        for reference in owners
        if reference.parent == CUSTOMERS
    ]
    conditions = [_is_gone(reference) for reference in owners]
    without_owner = f" and not ({' or '.join(owner)})" if owner else ""
    conditions += [f"({_is_gone(reference)}{without_owner})" for reference in remarks]
    condition = " or ".join(conditions)
    named = [f"{identifier_of(quoted_name(reference.column))} is not null" for reference in delivered]
    is_named = f"({' or '.join(named)})"
    for column in beside:
        identifier, gone = identifier_of(quoted_name(column)), _gone_keys(column)
        connection.execute(
            f"create or replace temp table {gone} as select id from "
            f"(select {identifier} as id, {condition} as is_gone, {is_named} as is_named from {relation}) "
            "where id is not null "
            "group by id having bool_or(is_gone) and not bool_or(is_named and not is_gone)"
        )
        if _is_anything_in(connection, gone):
            condition += f" or (not {is_named} and coalesce({identifier} in (from {gone}), false))"
    counts = [f"count(*) filter (where {condition})"]
    counts += [
        f"count(*) filter (where {_is_gone(reference)} and not ({condition}))" for reference in remarks
    ]
    rows_count, *remarked = connection.execute(f"select {', '.join(counts)} from {relation}").fetchone() or (
        0,
    )
    replaced = {
        reference.column: f"case when {_is_gone(reference)} then '{ERASED}' "
        f"else cast({quoted_name(reference.column)} as varchar) end"
        for reference, count in zip(remarks, remarked, strict=True)
        if count
    }
    return LeftOut(rows_count, condition, replaced) if rows_count or replaced else None


def _is_gone(reference: Reference) -> str:
    if reference.parent == CUSTOMERS:
        value, gone = f"cast({quoted_name(reference.column)} as varchar)", GONE_VALUES
    else:
        value, gone = _key(reference.column), _gone_keys(reference.parent)
    return f"coalesce({value} in (from {gone}), false)"


def _key(column: str) -> str:
    """SQL of a key other than that of a customer: letter case parts two of them, but for addresses."""
    identifier = identifier_of(quoted_name(column))
    return f"case when contains({identifier}, '@') then {any_case(identifier)} else {identifier} end"


def _gone_keys(table: str) -> str:
    return "temp." + quoted_name(f"gone_{table}")


def _is_anything_in(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return connection.execute(f"select 1 from {table} limit 1").fetchone() is not None


def _keep_keys(
    connection: duckdb.DuckDBPyConnection,
    contract: InputContract,
    table: str,
    relation: str,
    columns: Mapping[str, str],
    left: LeftOut,
) -> bool:
    """Keep the keys of the rows that go for the tables that refer to them; false where nothing does.

    A key that a row that stays has too keeps what refers to it.
    """
    key = contract[table].column_names[0]
    if key not in columns or table == CUSTOMERS:
        return False
    gone, keys = _gone_keys(table), f"select {_key(key)} as key from {relation}"
    connection.execute(
        f"create or replace temp table {gone} as select distinct key "
        f"from ({keys} where {left.condition}) where key is not null"
    )
    connection.execute(
        f"delete from {gone} where key in "
        f"(select key from ({keys} where not ({left.condition})) where key in (from {gone}))"
    )
    return True


def _hashed_requests(connection: duckdb.DuckDBPyConnection, relation: str, hashes: Hashes) -> LeftOut:
    """Requests stay, and are counted, with the hash in the place of the identifier."""
    connection.execute("create or replace temp table hashed_requests (value varchar, hash varchar)")
    identifier = identifier_of("customer_id")
    cursor = connection.execute(
        f"select distinct cast(customer_id as varchar), {any_case(identifier)} from {relation} "
        f"where {identifier} is not null"
    )
    rows = [(value, hashes.of(folded)) for value, folded in _rows(cursor)]
    if rows:
        connection.execute(
            "insert into temp.hashed_requests select unnest(?::varchar[]), unnest(?::varchar[])",
            [[value for value, _ in rows], [digits for _, digits in rows]],
        )
    hashed = (
        "coalesce((select any_value(requests.hash) from temp.hashed_requests as requests "
        "where requests.value = cast(customer_id as varchar)), cast(customer_id as varchar))"
    )
    return LeftOut(0, "false", {"customer_id": hashed})


def _rows(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple]:
    """The rows of a query, some at a time; the connection runs nothing else meanwhile."""
    while rows := cursor.fetchmany(ROWS_AT_ONCE):
        yield from rows


def _insert(connection: duckdb.DuckDBPyConnection, table: str, values: Sequence[str]) -> None:
    for start in range(0, len(values), ROWS_AT_ONCE):
        connection.execute(
            f"insert into {table} select unnest(?::varchar[])", [list(values[start : start + ROWS_AT_ONCE])]
        )
