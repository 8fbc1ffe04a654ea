"""Publishing: a new file with the public marts only, swapped in under the readers in one step."""

import json
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer_segmentation.errors import EnvironmentFault, WrongCall
from customer_segmentation.output_guards import Figures
from customer_segmentation.personal import HASHED_VALUES, Hidden, hide_personal_values, select_hidden
from customer_segmentation.progress import Listener
from customer_segmentation.run_state import hashing_secret
from customer_segmentation.segment_history import write_history
from customer_segmentation.warehouse import (
    Warehouse,
    file_literal,
    first_sentence,
    quoted_name,
    quoted_text,
)

if TYPE_CHECKING:
    import duckdb

PUBLISH_INFO = "publish_info"
READABLE_BY_ALL = 0o644


@dataclass(frozen=True)
class PublicMart:
    """A model with `access: public`: where the build made it, and the words of the project about it."""

    name: str
    schema: str
    description: str
    column_descriptions: Mapping[str, str]


@dataclass(frozen=True)
class PublishInfo:
    """The one row of `publish_info`; `published_at` is added when the file is written.

    `figures` are what the guards of the next run compare with; none where the project has not their tables.
    """

    run_id: str
    as_of_date: date
    project_version: str
    input_fingerprint: str
    figures: Figures | None = None


@dataclass(frozen=True)
class Published:
    """When a file was published (UTC), and what is said about what it hides."""

    at: datetime
    notices: Sequence[str]


def public_marts(manifest: Mapping[str, Any]) -> list[PublicMart]:
    """The public models of a dbt manifest, by name."""
    marts = [
        PublicMart(
            name=node["alias"],
            schema=node["schema"],
            description=_one_line(node.get("description")),
            column_descriptions={
                name: _one_line(column.get("description")) for name, column in node.get("columns", {}).items()
            },
        )
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node.get("access") == "public"
    ]
    return sorted(marts, key=lambda mart: mart.name)


def read_manifest(target_folder: Path) -> dict[str, Any]:
    """The manifest that dbt wrote; raises `EnvironmentFault` where there is none."""
    path = target_folder / "manifest.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EnvironmentFault(f"The manifest {path} cannot be read; dbt did not finish its work.") from error


def publish(
    warehouse: Warehouse, marts: list[PublicMart], info: PublishInfo, listener: Listener | None = None
) -> Published:
    """Write the public marts to a new file and put it in the place of the published one.

    Readers that have the old file open keep it until they open it again; readers never see a part.
    The history of labels that the marts go on from is kept in the same moment.
    E-mail addresses and telephone numbers, whether customer_ids or texts, are published as keyed hashes.
    Raises `WrongCall` without any mart, and `EnvironmentFault`
    where the file cannot be written or a mart is missing; the published file is then as it was before.
    """
    import duckdb

    if not marts:
        raise WrongCall("The project has no model with `access: public`, so there is nothing to publish.")
    listener = listener or Listener()
    published_file = warehouse.published_file
    _make_readers_folder(published_file.parent)
    remove_leftovers(warehouse)
    new_file = published_file.with_name(f"{published_file.name}.{info.run_id}.tmp")
    published_at = datetime.now(UTC).replace(microsecond=0)
    try:
        secret = hashing_secret(warehouse)
        listener.now("hashing personal values", 0, len(marts))
        with warehouse.connect_build() as connection:
            hidden = hide_personal_values(connection, {mart.name: _relation(mart) for mart in marts}, secret)
            listener.now("keeping the history of labels", 0, len(marts))
            new_history = write_history(connection, warehouse, info.run_id, info.as_of_date)
        _write(new_file, warehouse.build_file, marts, info, published_at, hidden, listener)
        # a run that dies between the two has kept labels that passed every test, and gives them again
        if new_history:
            os.replace(new_history, warehouse.history_file)
            _flush(warehouse.folder)
        put_in_place(new_file, published_file)
    except (duckdb.Error, OSError) as error:
        raise EnvironmentFault(
            f"The file {published_file} could not be published: {first_sentence(str(error))}."
        ) from error
    finally:
        remove_leftovers(warehouse)
    return Published(published_at, hidden.notices)


def _make_readers_folder(folder: Path) -> None:
    """The folder of the published file, open to whom the warehouse folder is open."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    if not folder.exists():
        folder.mkdir()
        folder.chmod(stat.S_IMODE(folder.parent.stat().st_mode))


def _open_to_readers(new_file: Path, published_file: Path) -> None:
    """Let those read the new file who may read the published one: everybody, unless somebody changed that."""
    if not published_file.exists():
        new_file.chmod(READABLE_BY_ALL)
        return
    published, mode = published_file.stat(), stat.S_IMODE(published_file.stat().st_mode)
    if new_file.stat().st_gid != published.st_gid:
        try:
            os.chown(new_file, -1, published.st_gid)
        except PermissionError:
            mode &= ~stat.S_IRWXG  # what was meant for one group is not for another
    new_file.chmod(mode)


def put_in_place(new_file: Path, published_file: Path) -> None:
    """Put a new published file under the readers in one step; who has the old one open keeps it."""
    _open_to_readers(new_file, published_file)
    _flush(new_file)
    # the log of a writer that should never have opened the published file must not meet the new one
    published_file.with_name(published_file.name + ".wal").unlink(missing_ok=True)
    os.replace(new_file, published_file)
    _flush(published_file.parent)


def published_run_id(published_file: Path) -> str | None:
    """The run that made the published file; null where there is none, or it does not say so."""
    import duckdb

    if not published_file.is_file():
        return None
    try:
        with duckdb.connect(str(published_file), read_only=True) as connection:
            (run_id,) = connection.execute(f"select run_id from {PUBLISH_INFO}").fetchone() or (None,)
    except duckdb.Error:
        return None
    return run_id


def remove_leftovers(warehouse: Warehouse) -> list[Path]:
    """Remove unfinished files of runs that died; only the holder of the refresh lock may call this."""
    replaced = (warehouse.published_file, warehouse.history_file, warehouse.state_file)
    leftovers = [
        path
        for file in (
            *(*replaced, warehouse.holder_file, warehouse.secret_file),
            *(warehouse.build_file, warehouse.suppression_file),
        )
        for path in sorted(file.parent.glob(f"{file.name}.*.tmp*"))
    ]
    for path in leftovers:
        path.unlink(missing_ok=True)
    return leftovers


def _write(
    new_file: Path,
    build_file: Path,
    marts: list[PublicMart],
    info: PublishInfo,
    published_at: datetime,
    hidden: Hidden,
    listener: Listener,
) -> None:
    import duckdb

    with duckdb.connect(str(new_file)) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach {file_literal(build_file)} as build (read_only)")
        for number, mart in enumerate(marts):
            listener.now(mart.name, number, len(marts))
            _copy(connection, mart, hidden.columns.get(mart.name, ()))
        connection.execute(
            f"""
            create table main.{PUBLISH_INFO} (
                run_id varchar not null,
                as_of_date date not null,
                published_at timestamp not null,
                project_version varchar not null,
                input_fingerprint varchar not null,
                customers_count bigint,
                orders_count bigint,
                sales_amount double,
                subscriptions_count bigint,
                subscriptions_amount double,
                currency_code varchar
            )
            """
        )
        figures = info.figures
        connection.execute(
            f"insert into main.{PUBLISH_INFO} values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                info.run_id,
                info.as_of_date,
                published_at.replace(tzinfo=None),
                info.project_version,
                info.input_fingerprint,
                *(
                    (figures.customers_count, figures.orders_count, figures.sales_amount)
                    if figures
                    else (None, None, None)
                ),
                *(
                    (figures.subscriptions_count, figures.subscriptions_amount, figures.currency_code)
                    if figures
                    else (None, None, None)
                ),
            ],
        )
        connection.execute(
            f"comment on table main.{PUBLISH_INFO} is "
            "'One row: the run that published this file, its as-of date and its input.'"
        )
        listener.now("", len(marts), len(marts))
        connection.execute("detach build")
        connection.execute("checkpoint")


def _relation(mart: PublicMart) -> str:
    return f"{quoted_name(mart.schema)}.{quoted_name(mart.name)}"


def _copy(connection: "duckdb.DuckDBPyConnection", mart: PublicMart, hidden: Sequence[str]) -> None:
    table, source = f"main.{quoted_name(mart.name)}", f"build.{_relation(mart)}"
    select = f"select * from {source}"
    if hidden:
        select = select_hidden(connection, source, hidden, f"build.{HASHED_VALUES}")
    connection.execute(f"create table {table} as {select}")
    if mart.description:
        connection.execute(f"comment on table {table} is {quoted_text(mart.description)}")
    for column, *_ in connection.execute(f"describe {table}").fetchall():
        description = mart.column_descriptions.get(column)
        if description:
            connection.execute(
                f"comment on column {table}.{quoted_name(column)} is {quoted_text(description)}"
            )


def _flush(path: Path) -> None:
    """Make sure that a file, or the names in a folder, have reached the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())
