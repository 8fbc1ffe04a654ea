"""The warehouse folder: where its files are, how the build file is opened, how names enter SQL."""

import os
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from customer_segmentation.errors import EnvironmentFault

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT_VARIABLE = "CUSTOMER_SEGMENTATION_MEMORY_LIMIT"
CONTAINER_LIMIT_FILES = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
LOCK_WAIT_SECONDS = 5.0
READABLE_BY_OWNER = 0o600  # the build file holds everything that was delivered


@dataclass(frozen=True)
class Warehouse:
    """A warehouse folder. Readers open `published_file`; everything else is private."""

    folder: Path

    @property
    def build_file(self) -> Path:
        return self.folder / "build.duckdb"

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
    def target_folder(self) -> Path:
        return self.folder / "target"

    @property
    def log_folder(self) -> Path:
        return self.folder / "logs"

    @property
    def spill_folder(self) -> Path:
        return self.folder / "spill"

    @property
    def how_to_fill(self) -> str:
        """What to do where a warehouse is empty; names that of the example, if there is one."""
        example = self.folder / "example"
        known = f" (the example company is in {example})" if (example / "published").is_dir() else ""
        return f"run a refresh first, or name another folder with --warehouse{known}."

    def connect_build(self, *, read_only: bool = False) -> "duckdb.DuckDBPyConnection":
        """Open the build file.

        Waits a moment for a process that is just ending, then raises `EnvironmentFault`
        when the file is locked, cannot be read or cannot be made.
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
                is_locked = "lock" in str(error).lower()
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
