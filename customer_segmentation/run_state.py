"""The record of the last run, the lock that keeps runs apart, and the room on the disk."""

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from customer_segmentation.errors import EnvironmentFault
from customer_segmentation.warehouse import READABLE_BY_OWNER, Warehouse, private_files

RUNNING = "running"
SECRET_BYTES = 32
# what systems and engine say where nothing more can be written
FULL = {
    "No space left on device": "the disk is full",
    "Disk quota exceeded": "the quota of the disk is used up",
    "File too large": "a file would be larger than the system allows",
    "max_temp_directory_size": "the disk has no room for what does not fit into memory",
}
# with less than this free nothing can be written, and whoever failed may not have been able to say so
FULL_BELOW_BYTES = 16 * 1024**2
LEAST_FREE_BYTES = 200 * 1024**2
ROOM_BYTES = 128 * 1024  # for the record of a run and its line in the list of runs
BYTES_NEEDED_PER_INPUT_BYTE = 6  # Parquet unpacks about threefold, and the build holds its tables besides


def new_run_id() -> str:
    """Time of the start (UTC) and a short random part, so that ids sort by time: `20260630T140500Z_3fa9`."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}_{secrets.token_hex(2)}"


def utc_now() -> str:
    """The present second in ISO form, UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_state(warehouse: Warehouse) -> dict[str, Any]:
    """What the last run wrote about itself; empty where there was none or its record is unreadable."""
    return _read_json(warehouse.state_file)


def write_state(warehouse: Warehouse, state: Mapping[str, Any]) -> None:
    """Replace the record of the last run in one step."""
    write_json(warehouse.state_file, state)


@contextmanager
def room_for_the_end(warehouse: Warehouse) -> Iterator[Callable[[], None]]:
    """Keep room on the disk for what is written of a run at its end; what is yielded gives it back.

    A run that fills the disk could not say so otherwise, and would be taken for one that still goes on.
    """
    path = warehouse.state_file.with_name(f"{warehouse.state_file.name}.room")
    give_back = partial(path.unlink, missing_ok=True)
    try:
        path.write_bytes(bytes(ROOM_BYTES))
        yield give_back
    finally:
        give_back()


def unfinished_run(state: Mapping[str, Any]) -> str | None:
    """A sentence about an earlier run that began and never ended; null where there is none.

    Only the holder of the lock may ask: for anybody else the run may still be alive.
    """
    if state.get("status") != RUNNING:
        return None
    return (
        f"The run {state.get('run_id')} of {state.get('started_at')} was cut off before its end; "
        "this run starts afresh."
    )


@contextmanager
def refresh_lock(warehouse: Warehouse) -> Iterator[None]:
    """Hold the warehouse for one writer; what is made meanwhile only its owner may read.

    Raises `EnvironmentFault` at once, naming the holder's process, where another one has it.
    The operating system frees the lock of a process that died.
    """
    from filelock import FileLock, Timeout

    holder_file = warehouse.holder_file
    lock = FileLock(warehouse.lock_file, timeout=0)
    try:
        warehouse.folder.mkdir(parents=True, exist_ok=True)
        with private_files():
            lock.acquire()
    except Timeout as error:
        holder = _read_json(holder_file)
        raise EnvironmentFault(
            f"Another run (process {holder.get('process_id', 'unknown')}, "
            f"started {holder.get('started_at', 'just now')}) is using the warehouse {warehouse.folder}; "
            "wait for it to end."
        ) from error
    except OSError as error:
        raise EnvironmentFault(
            f"The warehouse folder {warehouse.folder} cannot be written: {error.strerror}."
        ) from error
    try:
        with private_files():
            warehouse.close_to_others()
            write_json(holder_file, {"process_id": os.getpid(), "started_at": utc_now()})
            yield
    finally:
        holder_file.unlink(missing_ok=True)
        lock.release()


def hashing_secret(warehouse: Warehouse) -> bytes:
    """The secret of this warehouse that keys the hashes of personal values: made once, equal in all runs.

    Only the holder of the lock may ask. Raises `EnvironmentFault` where the file is no such secret: another
    one would give every hashed customer another key without a word.
    """
    path = warehouse.secret_file
    try:
        if not path.exists():
            new_path = path.with_name(f"{path.name}.{os.getpid()}.tmp")
            new_path.touch(READABLE_BY_OWNER)
            new_path.write_text(secrets.token_hex(SECRET_BYTES), encoding="ascii")
            os.replace(new_path, path)
        path.chmod(READABLE_BY_OWNER)
        secret = bytes.fromhex(path.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise EnvironmentFault(f"The file {path} cannot be used: {error}.") from error
    if len(secret) != SECRET_BYTES:
        raise EnvironmentFault(
            f"The file {path} does not hold the secret of this warehouse; restore it, or remove it and "
            "accept that customers whose identifiers are hashed get new ones."
        )
    return secret


def check_disk_space(warehouse: Warehouse, input_folder: Path) -> None:
    """Raise `EnvironmentFault` where the disk has no room for a build of this input and a published copy."""
    needed, free = needed_bytes(warehouse, input_folder), shutil.disk_usage(warehouse.folder).free
    if free < needed:
        raise EnvironmentFault(
            f"The disk of {warehouse.folder} has {free / 1e6:,.0f} MB free; this run needs about "
            f"{needed / 1e6:,.0f} MB. Nothing was changed."
        )


def needed_bytes(warehouse: Warehouse, input_folder: Path) -> int:
    """About how many bytes a build of this input and a published copy take."""
    input_bytes = sum(path.stat().st_size for path in input_folder.iterdir() if path.is_file())
    published = warehouse.published_file
    published_bytes = published.stat().st_size if published.is_file() else 0
    return LEAST_FREE_BYTES + BYTES_NEEDED_PER_INPUT_BYTE * input_bytes + published_bytes


@contextmanager
def disk_faults(warehouse: Warehouse, input_folder: Path) -> Iterator[None]:
    """Raise one `EnvironmentFault` for whatever fails in the block because nothing more can be written."""
    try:
        yield
    except Exception as error:
        texts = "\n".join(_texts_of(error))
        reason = next((said for mark, said in FULL.items() if mark in texts), None)
        free_bytes = shutil.disk_usage(warehouse.folder).free
        if reason is None and isinstance(error, EnvironmentFault) and free_bytes < FULL_BELOW_BYTES:
            reason = "the disk is full"
        if reason is None:
            raise
        free, needed = free_bytes / 1e6, needed_bytes(warehouse, input_folder) / 1e6
        raise EnvironmentFault(
            f"Writing into {warehouse.folder} failed: {reason}. Now {free:,.0f} MB are free there, and a "
            f"refresh of this input needs about {needed:,.0f} MB; make room and start again. "
            "Nothing was published."
        ) from error


def _texts_of(error: BaseException | None) -> Iterator[str]:
    """What an error says, and those that caused it: some say but the first line of what an engine said."""
    while error is not None:
        yield str(error)
        error = error.__cause__


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a file that readers see either as it was or complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new_path = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with new_path.open("w", encoding="utf-8") as file:
            json.dump(content, file, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(new_path, path)
    except OSError:
        new_path.unlink(missing_ok=True)
        raise


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
