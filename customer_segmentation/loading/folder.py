"""Which files a folder delivers, and for which table each is meant."""

import difflib
import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from customer_segmentation.errors import DataRefused, Mistakes, WrongCall

FORMATS = {".csv": "csv", ".parquet": "parquet"}
NOT_DATA_NAMES = ("readme", "license", "licence", "notice", "changelog", "sha256sums", "manifest")
LIKE = 0.5  # share of letters in the same order from which on a name may be a slip
NOT_DATA_SUFFIXES = (".md", ".rst", ".sha256", ".txt", ".pdf", ".html", ".yml", ".yaml")


@dataclass(frozen=True)
class DeliveredFile:
    """A data file of the input folder; `name` is the table (canonical form) or source view it becomes.

    A folder of part files, as Spark writes one, is one such file: `path` is the folder.
    """

    name: str
    path: Path
    format: str  # csv or parquet
    part_paths: tuple[Path, ...] = ()
    folder_name: str = ""  # of a part: the folder it lies in

    @property
    def label(self) -> str:
        """How messages call it."""
        return f"{self.folder_name}/{self.path.name}" if self.folder_name else self.path.name

    @property
    def parts(self) -> tuple["DeliveredFile", ...]:
        """The files to read: itself, or what lies in the folder."""
        if not self.part_paths:
            return (self,)
        return tuple(
            DeliveredFile(self.name, path, self.format, folder_name=self.path.name)
            for path in self.part_paths
        )

    @cached_property
    def content_sha256(self) -> str:
        """SHA-256 of its bytes; of a folder that of the digests of its parts in the order of their names."""
        if self.part_paths:
            return hashlib.sha256("\n".join(part.content_sha256 for part in self.parts).encode()).hexdigest()
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def delivered_tables(
    folder: Path, table_names: Iterable[str], mistakes: Mistakes
) -> tuple[dict[str, DeliveredFile], set[str]]:
    """The files of `folder` by canonical table, and the tables that other files may be meant for.

    Notes a `WrongCall` for a file whose name is no table's, and for two files of one table.
    Raises `WrongCall` for a folder that is none.
    """
    known = sorted(table_names)
    files: dict[str, DeliveredFile] = {}
    meant: set[str] = set()
    for path in _entries(folder, mistakes):
        if path.is_dir():
            name = path.stem if path.suffix.lower() in FORMATS else path.name
            if path.suffix.lower() not in FORMATS and name.strip().lower() not in known:
                continue  # such as the truth of an example
        else:
            name = path.stem
        name, file_format = name.strip().lower(), FORMATS.get(path.suffix.lower())
        with mistakes.noted():
            if file_format is None and not path.is_dir():
                if _is_no_data(path):
                    continue
                table = nearest(path.name.split(".")[0].strip().lower(), known)
                meant.add(table)
                raise WrongCall(
                    f"The file {path.name} is neither CSV nor Parquet; deliver it as "
                    f"'{table}.csv' or '.parquet', or take it out of the folder."
                )
            if name not in known:
                meant.add(nearest(name, known))
                raise WrongCall(
                    f"The {'folder' if path.is_dir() else 'file'} {path.name} belongs to no input table; "
                    f"{the_nearest(name, known, 'table')}."
                )
            meant.add(name)
            _add(files, _delivered(name, path, file_format), f"the table '{name}'")
    return files, meant


def delivered_sources(folder: Path, mistakes: Mistakes) -> dict[str, DeliveredFile]:
    """The files of `folder` by the name of the source view that an adapter reads: the stem in lower case,
    everything but letters and digits as `_`.

    Notes a `WrongCall` for two files of one name. Raises it for a folder that is none or holds no data.
    """
    files: dict[str, DeliveredFile] = {}
    for path in _entries(folder, mistakes):
        if file_format := FORMATS.get(path.suffix.lower()):
            name = re.sub(r"[^a-z0-9]", "_", path.stem.strip().lower())
            with mistakes.noted():
                _add(files, _delivered(name, path, file_format), f"the source '{name}'")
    if not files and not mistakes:
        raise WrongCall(f"The input folder {folder} holds no CSV or Parquet file.")
    return files


def nearest(name: str, candidates: Iterable[str]) -> str:
    """Of `candidates` the one most like `name`, whatever the distance; the first by name among equals."""
    return max(
        sorted(candidates),
        key=lambda candidate: difflib.SequenceMatcher(None, name, candidate).ratio(),
        default="",
    )


def the_nearest(name: str, candidates: Iterable[str], what: str = "") -> str:
    """`the nearest is 'orders'`, or all there are where none is like the name."""
    known = list(candidates)
    found, of_what = nearest(name, known), f" {what}" if what else ""
    if difflib.SequenceMatcher(None, name, found).ratio() < LIKE:
        return f"there are {', '.join(known)}"
    return f"the nearest{of_what} is '{found}'"


def _entries(folder: Path, mistakes: Mistakes) -> list[Path]:
    """Files and folders in a folder, by name, without hidden ones and those that programs leave (`_SUCCESS`).

    Notes a `DataRefused` for a link that leads nowhere, and for what is there but cannot be read.
    """
    if not folder.is_dir():
        raise WrongCall(f"The input folder {folder} does not exist.")
    entries = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "_")):
            continue
        with mistakes.noted():
            if path.is_symlink() and not path.exists():
                raise DataRefused(
                    f"{path.name} is a link to {path.readlink()}, which is not there; put the file itself "
                    f"into the folder {folder.name}, or take the link out of it."
                )
            if not path.is_dir() and not path.is_file():
                raise DataRefused(
                    f"{path.name} is neither a file nor a folder; take it out of {folder.name}."
                )
            if not os.access(path, os.R_OK | (os.X_OK if path.is_dir() else 0)):
                raise DataRefused(
                    f"{path.name} may not be read by this user; give the right to read it, or take it out of "
                    f"the folder {folder.name}."
                )
            entries.append(path)
    return entries


def _delivered(name: str, path: Path, file_format: str | None) -> DeliveredFile:
    """A file, or a folder of part files that are all CSV or all Parquet.

    Raises `DataRefused` for a folder that holds none, both, other files, or folders: the value that
    `day=2026-01-05` stands for is in no file.
    """
    if not path.is_dir():
        return DeliveredFile(name, path, str(file_format))
    mistakes = Mistakes()
    entries = [entry for entry in _entries(path, mistakes) if entry.is_dir() or not _is_no_data(entry)]
    mistakes.refuse()
    inner = next((entry for entry in entries if entry.is_dir()), None)
    if inner:
        raise DataRefused(
            f"The folder {path.name} holds the folder '{inner.name}'; expected part files only, side by "
            "side, with what the names of such folders say as a column."
        )
    other = next((entry for entry in entries if entry.suffix.lower() not in FORMATS), None)
    if other:
        raise DataRefused(
            f"The folder {path.name} holds the file '{other.name}', which is neither CSV nor Parquet; "
            "expected part files such as 'part-00000.parquet'."
        )
    formats = {FORMATS[entry.suffix.lower()] for entry in entries}
    if len(formats) != 1:
        raise DataRefused(
            f"The folder {path.name} holds {'both CSV and' if formats else 'no CSV or'} Parquet files; "
            "expected part files of one kind, such as 'part-00000.parquet'."
        )
    # a program that writes in parallel leaves parts without a row, and of CSV these are without a header too
    parts = tuple(
        entry for entry in entries if FORMATS[entry.suffix.lower()] == "parquet" or entry.stat().st_size
    )
    return DeliveredFile(name, path, formats.pop(), parts or tuple(entries[:1]))


def _is_no_data(path: Path) -> bool:
    return path.suffix.lower() in NOT_DATA_SUFFIXES or path.stem.lower() in NOT_DATA_NAMES


def _add(files: dict[str, DeliveredFile], file: DeliveredFile, what: str) -> None:
    if file.name in files:
        raise WrongCall(
            f"The files {files[file.name].path.name} and {file.path.name} both deliver {what}; "
            "keep one of them."
        )
    files[file.name] = file
