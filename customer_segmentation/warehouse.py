"""The warehouse folder: where its files are, how the build file is opened, how names enter SQL."""

import os
import re
import shutil
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from customer_segmentation.errors import DamagedBuild, EnvironmentFault

if TYPE_CHECKING:
    import duckdb

Result = TypeVar("Result")

MEMORY_LIMIT_VARIABLE = "CUSTOMER_SEGMENTATION_MEMORY_LIMIT"
CONTAINER_LIMIT_FILES = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
LOCK_WAIT_SECONDS = 5.0
BUILD_FILE = "build.duckdb"
# what the engine says of files; "block" is no lock
LOCK = re.compile(r"(?i)\block\b")
OTHER_VERSION = "Trying to read a database file with version number"
DAMAGE = ("Corrupt database file", "Corrupt WAL file", "metadata pointer")
DAMAGE_OF_NAMED = (
    "not a valid DuckDB database file",
    "Could not read enough bytes",
    "while replaying WAL file",
)
READABLE_BY_OWNER = 0o600  # the build file holds everything that was delivered
OF_OTHERS = 0o077  # what of a mode concerns the group and everybody else


@dataclass(frozen=True)
class Warehouse:
    """A warehouse folder. Readers open `published_file`; everything else is private."""

    folder: Path

    @property
    def build_file(self) -> Path:
        return self.folder / BUILD_FILE

    @property
    def wal_file(self) -> Path:
        """What the engine has written beside the build file and not yet into it."""
        return self.folder / f"{BUILD_FILE}.wal"

    @property
    def published_file(self) -> Path:
        return self.folder / "published" / "segments.duckdb"

    @property
    def state_file(self) -> Path:
        return self.folder / "state.json"

    @property
    def runs_file(self) -> Path:
        return self.folder / "runs.jsonl"

    @property
    def secret_file(self) -> Path:
        return self.folder / "hashing_secret"

    @property
    def suppression_file(self) -> Path:
        return self.folder / "erased_customers.json"

    @property
    def history_file(self) -> Path:
        return self.folder / "segment_history.parquet"

    @property
    def lock_file(self) -> Path:
        return self.folder / "refresh.lock"

    @property
    def holder_file(self) -> Path:
        """Which process holds the lock."""
        return self.folder / "refresh.lock.holder.json"

    @property
    def target_folder(self) -> Path:
        return self.folder / "target"

    @property
    def log_folder(self) -> Path:
        return self.folder / "logs"

    @property
    def spill_folder(self) -> Path:
        return self.folder / "spill"

    @property
    def private_paths(self) -> tuple[Path, ...]:
        """Everything that only its owner may read; a folder stands for all that is in it."""
        return (
            *(self.build_file, self.wal_file, self.state_file, self.runs_file, self.secret_file),
            *(self.history_file, self.lock_file, self.target_folder, self.log_folder, self.spill_folder),
        )

    def close_to_others(self) -> None:
        """Take private files from others that plain dbt, or an earlier version, left open to them."""
        for path in self.private_paths:
            # somebody else's file cannot be closed, and is no reason to stop
            with suppress(OSError):
                mode = path.stat().st_mode
                if mode & OF_OTHERS:
                    path.chmod(stat.S_IMODE(mode) & ~OF_OTHERS)

    def damaged(self, damage: str) -> DamagedBuild:
        """The error for a build file that cannot be read."""
        return DamagedBuild(
            f"The build file {self.build_file} cannot be read: {damage}; the next refresh makes it anew."
        )

    @property
    def how_to_fill(self) -> str:
        """What to do where a warehouse is empty; names that of the example, if there is one."""
        example = self.folder / "example"
        known = f" (the example company is in {example})" if (example / "published").is_dir() else ""
        return f"run a refresh first, or name another folder with --warehouse{known}."

    def connect_build(self, *, read_only: bool = False) -> "duckdb.DuckDBPyConnection":
        """Open the build file.

        Waits a moment for a process that is just ending, then raises `EnvironmentFault`
        when the file is locked, cannot be read or cannot be made; `DamagedBuild` when it is damaged.
        """
        import duckdb

        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory_limit(),
            "temp_directory": str(self.spill_folder),
        }
        deadline = time.monotonic() + LOCK_WAIT_SECONDS
        while True:
            try:
                connection = duckdb.connect(str(self.build_file), read_only=read_only, config=config)
                break
            except duckdb.Error as error:
                if damage := damage_of(str(error)):
                    raise self.damaged(damage) from error
                is_locked = bool(LOCK.search(str(error)))
                if is_locked and time.monotonic() < deadline:
                    time.sleep(0.2)
                    continue
                reason = (
                    "another process has it open" if is_locked else first_sentence(str(error))
                ) + lock_holder(str(error))
                raise EnvironmentFault(
                    f"The build file {self.build_file} cannot be opened: {reason}."
                ) from error
        if not read_only:
            self.build_file.chmod(READABLE_BY_OWNER)
            # nobody else writes now, so what is spilled here belongs to a run that died
            shutil.rmtree(self.spill_folder, ignore_errors=True)
        connection.execute("set timezone = 'UTC'")
        return connection


@contextmanager
def private_files() -> Iterator[None]:
    """Whatever this process and those it starts make in the block, only its owner may read.

    From the first moment on: a file that is closed to others afterwards was open until then.
    """
    before = os.umask(OF_OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def damage_of(message: str) -> str | None:
    """What is wrong with the build file where an engine's message speaks of damage, else null."""
    if OTHER_VERSION in message:
        return "another version of DuckDB wrote it"
    is_damaged = any(words in message for words in DAMAGE)
    # other files can be too short as well: a delivered one that is still being written
    is_damaged |= BUILD_FILE in message and any(words in message for words in DAMAGE_OF_NAMED)
    return "it is damaged" if is_damaged else None


@contextmanager
def damage_told(warehouse: Warehouse) -> Iterator[None]:
    """Raise `DamagedBuild` for whatever fails in the block because the build file is damaged."""
    try:
        yield
    except DamagedBuild:
        raise
    except Exception as error:
        # not what caused it: another file, of which the error speaks in its own words
        if damage := damage_of(str(error)):
            raise warehouse.damaged(damage) from error
        raise


def on_sound_build(warehouse: Warehouse, work: Callable[[], Result], say: Callable[[str], None]) -> Result:
    """The result of `work`, which fills the build file; a damaged one is removed, and `work` done again.

    Only the holder of the refresh lock may call this. Nothing is lost: all of the file comes from the input,
    and what is kept from run to run lies beside it. Raises `EnvironmentFault` where it is damaged again.
    """
    try:
        with damage_told(warehouse):
            return work()
    except DamagedBuild as error:
        warehouse.build_file.unlink(missing_ok=True)
        warehouse.wal_file.unlink(missing_ok=True)
        say(f"{error.sentences[0].partition(';')[0]}; it was removed and is made anew from the input.")
    try:
        with damage_told(warehouse):
            return work()
    except DamagedBuild as error:
        raise EnvironmentFault(
            f"The build file {warehouse.build_file} was damaged again while it was made anew; the disk of "
            f"{warehouse.folder} may be failing: check it, or name a folder on another one with --warehouse."
        ) from error


def has_table(connection: "duckdb.DuckDBPyConnection", relation: str) -> bool:
    """Whether the opened file has a table or view `schema.table`, or `table` of the schema main."""
    schema, _, table = relation.rpartition(".")
    found = connection.execute(
        """
        select 1 from information_schema.tables
        where table_catalog = current_database() and table_schema = ? and table_name = ?
        """,
        [schema or "main", table],
    ).fetchone()
    return found is not None


def memory_limit() -> str:
    """What the engine may take: `CUSTOMER_SEGMENTATION_MEMORY_LIMIT`, else half of what there is."""
    wished = os.environ.get(MEMORY_LIMIT_VARIABLE)
    return wished or f"{available_memory() // 2**21}MiB"


def available_memory(limit_files: Iterable[Path] = CONTAINER_LIMIT_FILES) -> int:
    """Bytes of memory of the machine, or of the container where that has fewer."""
    bytes_found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for file in limit_files:
        # no such file on other systems; "max" where nothing is limited
        with suppress(OSError, ValueError):
            bytes_found.append(int(file.read_text()))
    return min(bytes_found)


def first_sentence(message: str) -> str:
    """First meaningful line of an engine's message, without a full stop at its end."""
    for line in message.strip().splitlines():
        if line.strip():
            return line.strip().rstrip(".:")
    return "no reason was given"


def lock_holder(message: str) -> str:
    """` (process 123)` where an engine's message about a lock names the process, else nothing."""
    _, found, rest = message.partition("(PID ")
    process_id = rest.partition(")")[0]
    return f" (process {process_id})" if found and process_id.isdigit() else ""


def quoted_name(name: str) -> str:
    """An identifier as it may stand in SQL, whatever it contains."""
    return '"' + name.replace('"', '""') + '"'


def quoted_text(text: str) -> str:
    """A text literal as it may stand in SQL, whatever it contains."""
    return "'" + text.replace("'", "''") + "'"


def file_literal(path: Path) -> str:
    """A file path as a text literal that the engine reads as this one file, not as a pattern."""
    escaped = "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path.resolve()))
    return quoted_text(escaped)
