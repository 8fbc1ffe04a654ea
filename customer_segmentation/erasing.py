"""Erase customers from everything the project owns, at once and for good: `customer-segmentation erase`."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from customer_segmentation.contract import InputContract, read_contract
from customer_segmentation.errors import DataRefused, EnvironmentFault, Mistakes, WrongCall
from customer_segmentation.forgetting import forget_in_texts
from customer_segmentation.loading.erased import (
    MERGES,
    Persons,
    erased_persons,
    joined_guests,
    stated_merges,
    values_gone,
)
from customer_segmentation.loading.references import CUSTOMERS, personal_references
from customer_segmentation.loading.suppression import (
    PUBLISHED,
    Hashes,
    Suppressed,
    Suppression,
    add_suppressed,
    any_case,
    identifier_of,
    published_hash,
    read_suppression,
)
from customer_segmentation.loading.texts import shown
from customer_segmentation.personal import HASH_LETTERS, PREFIX, is_customer_id
from customer_segmentation.publishing import put_in_place, remove_leftovers
from customer_segmentation.run_state import refresh_lock
from customer_segmentation.segment_history import copy_history
from customer_segmentation.warehouse import (
    Warehouse,
    file_literal,
    first_sentence,
    memory_limit,
    quoted_name,
    quoted_text,
)

if TYPE_CHECKING:
    import duckdb

# what the last build made of customers and merges, where the delivered tables cannot be read any more
STAGED = ("staging.stg_customers", "staging.stg_customer_merges")
CUSTOMER_COLUMNS = ("customer_id", "from_customer_id", "to_customer_id")
IDENTITIES = "intermediate.int_customer_identities"
SHORTEST_TEXT = 4  # letters of a personal value that is looked for in logs
OLD_FILE = "published_before"
BEYOND_REACH = (
    "Beyond its reach: the company's own input files and systems, exports and copies that were made, "
    "backups, and logs of plain dbt in the project folder."
)


@dataclass
class ErasureReport:
    """What an erasure did, in numbers: identifiers on the list now and before, rows and files that went."""

    identifiers_count: int = 0
    new_count: int = 0
    published_rows: dict[str, int] = field(default_factory=dict)
    history_rows: int = 0
    is_build_removed: bool = False
    texts_count: int = 0
    seeds: list[str] = field(default_factory=list)

    def sentences(self) -> list[str]:
        """What the user is told; never who it was."""
        before = self.identifiers_count - self.new_count
        published = sum(self.published_rows.values())
        lines = [
            f"Erased: {_counted(self.identifiers_count, 'customer identifier')}, with those merged with what "
            f"was named{f' ({before:,} were erased before)' if before else ''}; every load leaves them out "
            "from now on.",
            f"Published file: {_counted(published, 'row')} of {_counted(len(self.published_rows), 'table')} "
            "removed. Sums and averages over many customers stay as published until the next refresh.",
            f"Kept segment history: {_counted(self.history_rows, 'row')} removed.",
            "Build file: removed; the next refresh makes it anew from the input."
            if self.is_build_removed
            else "Build file: there was none.",
            f"Logs, artifacts of dbt and the record of the last run: {_counted(self.texts_count, 'file')} "
            "changed or removed.",
            BEYOND_REACH,
        ]
        if self.seeds:
            names = ", ".join(self.seeds)
            lines.append(f"Seeds of the project that name somebody who was erased, to be edited: {names}.")
        return lines


@dataclass(frozen=True)
class _Found:
    """Who is meant: identifiers, their entries for the list, published hashes, and texts that name them."""

    persons: Persons
    hashed: frozenset[str]
    texts: frozenset[str]


def erase(
    customer_ids: Sequence[str], warehouse: Warehouse, project: Path, *, even_if_unknown: bool = False
) -> ErasureReport:
    """Erase customers, by identifier or published hash, with all identifiers that are merged with theirs.

    In any letter case, unless customers differ in nothing else. The list comes first: what is cut off after
    it is finished by the next erasure or refresh. Raises `WrongCall` for a call that names nobody and
    `DataRefused` for an identifier that the warehouse does not know (unless `even_if_unknown`) or that may
    mean several; nothing was erased then. Raises `EnvironmentFault` for the lock, the disk and files that
    cannot be read.
    """
    import duckdb

    if not customer_ids:
        raise WrongCall("Nobody is named; name a customer with --customer-id.")
    if not warehouse.folder.is_dir() and not even_if_unknown:
        raise WrongCall(f"The warehouse folder {warehouse.folder} does not exist.")
    contract = read_contract(project)
    report = ErasureReport()
    with refresh_lock(warehouse):
        suppression = read_suppression(warehouse)
        remove_leftovers(warehouse)
        try:
            with _opened(warehouse) as connection:
                desk = _Desk(connection, warehouse, project, contract, suppression)
                found = desk.find(customer_ids, even_if_unknown=even_if_unknown)
            report.identifiers_count = len(found.persons.entries)
            report.new_count = add_suppressed(warehouse, found.persons.entries)
            hashes = Hashes(suppression.secret, {*suppression.days, *found.persons.entries})
            report.published_rows = _leave_out_of_published(warehouse, hashes, found.hashed)
            report.history_rows = _leave_out_of_history(warehouse, hashes)
            report.is_build_removed = _remove_build(warehouse)
            report.texts_count = forget_in_texts(warehouse, found.texts)
        except (duckdb.Error, OSError) as error:
            raise EnvironmentFault(
                f"The warehouse {warehouse.folder} could not be worked on to its end "
                f"({first_sentence(str(error))}); repeat the erasure."
            ) from error
        finally:
            remove_leftovers(warehouse)
        report.seeds = _seeds_naming(project, found.persons.identifiers)
    return report


@contextmanager
def _opened(warehouse: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build file to look into, or an empty database where there is none."""
    import duckdb

    connection = (
        warehouse.connect_build(read_only=True)
        if warehouse.build_file.is_file()
        else duckdb.connect(config={"memory_limit": memory_limit()})
    )
    try:
        yield connection
    finally:
        connection.close()


class _Desk:
    """Everything that may know a customer: the build file (`connection`), the published file, the history."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        warehouse: Warehouse,
        project: Path,
        contract: InputContract,
        suppression: Suppression,
    ) -> None:
        self._connection = connection
        self._warehouse = warehouse
        self._project = project
        self._contract = contract
        self._suppression = suppression
        self._hashes = Hashes(suppression.secret, ())
        self._published_ids: set[str] = set()
        self._raw = {
            table: f"raw.{quoted_name(table)}"
            for table in personal_references(contract, project)
            if self._columns(f"raw.{quoted_name(table)}")
        }

    def find(self, customer_ids: Sequence[str], *, even_if_unknown: bool) -> _Found:
        """Whom the identifiers mean; raises `DataRefused` with a sentence for each that names nobody."""
        self._learn()
        asked: list[str] = []
        entries: set[Suppressed] = set()
        hashed: set[str] = set()
        mistakes = Mistakes()
        for text in customer_ids:
            with mistakes.noted():
                digits = published_hash(text)
                if digits is None:
                    asked.append(self._meant(text, even_if_unknown=even_if_unknown))
                    continue
                hashed.add(PREFIX + digits)
                meant = self._of_hash(digits)
                asked += meant
                if not meant:
                    if not (even_if_unknown or PREFIX + digits in self._published_ids):
                        raise DataRefused(self._unknown(text))
                    entries.add(Suppressed(PUBLISHED, digits))
        mistakes.refuse()
        self._connection.execute("create or replace temp table asked_for (id varchar)")
        for identifier in asked:
            self._connection.execute("insert into temp.asked_for values (?)", [identifier])
        persons = erased_persons(
            self._connection,
            ["select id from temp.known_customers where is_customer"],
            self._links(),
            "select id from temp.asked_for",
            self._hashes,
        )
        persons = Persons(persons.identifiers, persons.entries | entries)
        hashed |= {PREFIX + self._hashes.of(identifier)[:HASH_LETTERS] for identifier in persons.identifiers}
        texts = {*persons.identifiers, *hashed, *customer_ids, *self._personal_values(persons)}
        return _Found(persons, frozenset(hashed), frozenset(texts))

    def _columns(self, relation: str) -> dict[str, str]:
        """Columns and types; none where the relation is not there, or its file is not there any more."""
        import duckdb

        try:
            described = self._connection.execute(f"describe from {relation}").fetchall()
        except duckdb.Error:
            return {}
        return {row[0]: row[1] for row in described}

    def _learn(self) -> None:
        """Gather who is known as a customer: delivered, built, published or kept in the history."""
        self._connection.execute(
            "create or replace temp table known_customers (id text, folded text, is_customer boolean)"
        )
        sources = [
            (self._raw.get(table, ""), column) for table in (CUSTOMERS, MERGES) for column in CUSTOMER_COLUMNS
        ]
        sources += [(relation, column) for relation in STAGED for column in CUSTOMER_COLUMNS]
        if self._warehouse.history_file.exists():
            sources.append((f"read_parquet({file_literal(self._warehouse.history_file)})", "customer_id"))
        for relation, column in sources:
            if relation and column in self._columns(relation):
                self._know(relation, column, is_customer=column == "customer_id")
        if self._warehouse.published_file.is_file():
            self._connection.execute(
                f"attach {file_literal(self._warehouse.published_file)} as published (read_only)"
            )
            for table, column in _published_keys(self._connection, "published"):
                relation = f"published.main.{quoted_name(table)}"
                self._know(relation, column, is_customer=True)
            self._published_ids = {
                row[0]
                for row in self._connection.execute(
                    f"select distinct id from temp.known_customers where starts_with(id, '{PREFIX}')"
                ).fetchall()
            }
            self._connection.execute(f"delete from temp.known_customers where starts_with(id, '{PREFIX}')")
            self._connection.execute("detach published")

    def _know(self, relation: str, column: str, *, is_customer: bool) -> None:
        self._connection.execute(
            f"insert into temp.known_customers select distinct id, {any_case('id')}, {is_customer} "
            f"from (select {identifier_of(quoted_name(column))} as id from {relation}) where id is not null"
        )

    def _meant(self, text: str, *, even_if_unknown: bool) -> str:
        """The identifier that is meant, as staging would clean it."""
        (identifier, folded) = self._connection.execute(
            f"select id, {any_case('id')} from "
            f"(select {identifier_of('given')} as id from (select ? as given))",
            [text],
        ).fetchone() or (None, None)
        if identifier is None:
            raise WrongCall(
                f"--customer-id is {shown(text)}, which names nobody; expected an identifier as delivered."
            )
        spellings = dict(
            self._connection.execute(
                "select id, bool_or(is_customer) from temp.known_customers where folded = ? group by id",
                [folded],
            ).fetchall()
        )
        twins = sum(spellings.values())
        if twins > 1 and "@" not in identifier and identifier not in spellings:
            raise DataRefused(
                f"The customer_id {shown(text)} may mean {twins} customers that differ in letter case only; "
                "write it as it is delivered. Nothing was erased."
            )
        if spellings:
            return identifier
        erased_before = Hashes(self._suppression.secret, self._suppression.days)
        is_known = erased_before.are_listed(identifier, folded) or self._is_in_facts(folded)
        if not even_if_unknown and not is_known:
            raise DataRefused(self._unknown(text))
        return identifier

    def _unknown(self, text: str) -> str:
        if not self._warehouse.build_file.exists():
            return (
                f"The warehouse {self._warehouse.folder} knows no customer_id {shown(text)}, and has no "
                "build file, which an erasure removes and which alone knows merged and unpublished ones; "
                "refresh and repeat, or repeat with --even-if-unknown to leave it out of deliveries to come. "
                "Nothing was erased."
            )
        return (
            f"The warehouse {self._warehouse.folder} knows no customer_id {shown(text)}; write it as "
            "delivered, or repeat with --even-if-unknown to leave it out of deliveries to come. Nothing was "
            "erased."
        )

    def _of_hash(self, digits: str) -> list[str]:
        """The identifiers that were published under a hash: one, or none that is known."""
        known = self._connection.execute("select distinct id from temp.known_customers").fetchall()
        return [identifier for (identifier,) in known if self._hashes.of(identifier).startswith(digits)]

    def _is_in_facts(self, folded: str) -> bool:
        """Whether any other table names somebody who is no customer."""
        for table, references in personal_references(self._contract, self._project).items():
            columns = self._columns(self._raw[table]) if table in self._raw else {}
            for reference in references:
                if reference.parent == CUSTOMERS and reference.column in columns:
                    identifier = identifier_of(quoted_name(reference.column))
                    if self._connection.execute(
                        f"select 1 from {self._raw[table]} where {any_case(identifier)} = ? limit 1", [folded]
                    ).fetchone():
                        return True
        return False

    def _links(self) -> list[str]:
        """Which identifiers go together: by what is delivered, and by what the last build made of it."""
        columns = {table: self._columns(relation) for table, relation in self._raw.items()}
        links = stated_merges(self._raw, columns) + joined_guests(self._project, self._raw, columns)
        if self._columns(IDENTITIES):
            links.append(f"select from_customer_id as one, to_customer_id as other from {IDENTITIES}")
        return links

    def _personal_values(self, persons: Persons) -> set[str]:
        """Addresses, names and other personal texts in rows of the persons; none that cannot be read."""
        hashes = Hashes(self._suppression.secret, persons.entries)
        values: set[str] = set()
        for table, relation in self._raw.items():
            columns = self._columns(relation)
            personal = [
                f"cast({quoted_name(column.name)} as varchar)"
                for column in self._contract[table].columns
                if column.is_pii and column.name in columns
            ]
            if not personal or "customer_id" not in columns:
                continue
            gone = values_gone(self._connection, relation, "customer_id", hashes)
            rows = self._connection.execute(
                f"select distinct unnest([{', '.join(personal)}]) from {relation} "
                "where cast(customer_id as varchar) in (select unnest(?::varchar[]))",
                [gone],
            ).fetchall()
            values |= {value for (value,) in rows if value and len(value) >= SHORTEST_TEXT}
        return values


def _published_keys(connection: duckdb.DuckDBPyConnection, database: str) -> list[tuple[str, str]]:
    """The columns of a published file that hold identifiers of customers: (table, column)."""
    rows = connection.execute(
        "select table_name, column_name from duckdb_columns() "
        "where database_name = ? and schema_name = 'main' order by all",
        [database],
    ).fetchall()
    return [(table, column) for table, column in rows if is_customer_id(column)]


def _leave_out_of_published(warehouse: Warehouse, hashes: Hashes, hashed: Collection[str]) -> dict[str, int]:
    """Write the published file anew without the rows of erased customers; how many of which table went.

    Anew, since the bytes of rows that are deleted stay in a file. References to them become null.
    """
    import duckdb

    file = warehouse.published_file
    if not file.is_file():
        return {}
    new_file = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    gone_rows: dict[str, int] = {}
    with duckdb.connect(str(new_file)) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach {file_literal(file)} as {OLD_FILE} (read_only)")
        keys: dict[str, list[str]] = {}
        for table, column in _published_keys(connection, OLD_FILE):
            keys.setdefault(table, []).append(column)
        connection.execute("create temp table gone (value varchar)")
        for value in hashed:
            connection.execute("insert into temp.gone values (?)", [value])
        for table, columns in keys.items():
            for column in columns:
                old = f"{OLD_FILE}.main.{quoted_name(table)}"
                gone = values_gone(connection, old, column, hashes)
                connection.execute("insert into temp.gone select unnest(?::varchar[])", [gone])
        is_touched = False
        for table, ddl, comment in connection.execute(
            "select table_name, sql, comment from duckdb_tables() where database_name = ? "
            "order by table_name",
            [OLD_FILE],
        ).fetchall():
            old, new = f"{OLD_FILE}.main.{quoted_name(table)}", f"main.{quoted_name(table)}"
            connection.execute(ddl)
            references = [column for column in keys.get(table, []) if column != "customer_id"]
            replaced = ", ".join(
                f"case when {name} not in (from temp.gone) then {name} end as {name}"
                for name in map(quoted_name, references)
            )
            is_of_customers = "customer_id" in keys.get(table, [])
            of_somebody = "customer_id in (from temp.gone)" if is_of_customers else "false"
            columns = f"* replace ({replaced})" if replaced else "*"
            connection.execute(f"insert into {new} select {columns} from {old} where not ({of_somebody})")
            referring = " or ".join(f"{quoted_name(name)} in (from temp.gone)" for name in references)
            removed, referred = connection.execute(
                f"select count(*) filter (where {of_somebody}), "
                f"count(*) filter (where {referring or 'false'}) from {old}"
            ).fetchone() or (0, 0)
            is_touched = is_touched or bool(removed or referred)
            if removed:
                gone_rows[table] = removed
            _copy_comments(connection, table, comment)
        connection.execute(f"detach {OLD_FILE}")
        connection.execute("checkpoint")
    if is_touched:
        put_in_place(new_file, file)
    return gone_rows


def _copy_comments(connection: duckdb.DuckDBPyConnection, table: str, comment: str | None) -> None:
    name = f"main.{quoted_name(table)}"
    if comment:
        connection.execute(f"comment on table {name} is {quoted_text(comment)}")
    for column, text in connection.execute(
        "select column_name, comment from duckdb_columns() "
        "where database_name = ? and table_name = ? and comment is not null",
        [OLD_FILE, table],
    ).fetchall():
        connection.execute(f"comment on column {name}.{quoted_name(column)} is {quoted_text(text)}")


def _leave_out_of_history(warehouse: Warehouse, hashes: Hashes) -> int:
    """Write the kept history anew without erased customers; the number of rows that went."""
    import duckdb

    file = warehouse.history_file
    if not file.is_file():
        return 0
    with duckdb.connect() as connection:
        relation = f"read_parquet({file_literal(file)})"
        gone = values_gone(connection, relation, "customer_id", hashes)
        (count,) = connection.execute(
            f"select count(*) from {relation} where customer_id in (select unnest(?::varchar[]))", [gone]
        ).fetchone() or (0,)
        if count:
            kept = f"select * from {relation} where customer_id not in (select unnest(?::varchar[]))"
            new_file = file.with_name(f"{file.name}.{os.getpid()}.tmp")
            copy_history(connection, kept, [gone], new_file)
            os.replace(new_file, file)
    return count


def _remove_build(warehouse: Warehouse) -> bool:
    """Remove the build file and what was spilled beside it: bytes of deleted rows would stay in it."""
    is_there = warehouse.build_file.exists()
    warehouse.build_file.unlink(missing_ok=True)
    warehouse.build_file.with_name(f"{warehouse.build_file.name}.wal").unlink(missing_ok=True)
    shutil.rmtree(warehouse.spill_folder, ignore_errors=True)
    return is_there


def _seeds_naming(project: Path, identifiers: Collection[str]) -> list[str]:
    """The seeds whose identifiers of customers are among these: they are the company's own, to be edited."""
    wanted = {identifier.lower() for identifier in identifiers}
    found = []
    for path in sorted((project / "seeds").rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            keys = [name for name in rows.fieldnames or () if is_customer_id(name)]
            if keys and any((row[key] or "").strip().lower() in wanted for row in rows for key in keys):
                found.append(path.name)
    return found


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
