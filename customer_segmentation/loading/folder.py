"""Which files a folder delivers, and for which table each is meant."""

import difflib
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from customer_segmentation.errors import Mistakes, WrongCall

FORMATS = {".csv": "csv", ".parquet": "parquet"}
NOT_DATA_NAMES = ("readme", "license", "licence", "notice", "changelog", "sha256sums", "manifest")
LIKE = 0.5  # share of letters in the same order from which on a name may be a slip
NOT_DATA_SUFFIXES = (".md", ".rst", ".sha256", ".txt", ".pdf", ".html", ".yml", ".yaml")


@dataclass(frozen=True)
class DeliveredFile:
    """A data file of the input folder; `name` is the table (canonical form) or source view it becomes."""

    name: str
    path: Path
    format: str  # csv or parquet

    @cached_property
    def content_sha256(self) -> str:
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
    for path in _data_files(folder):
        name, file_format = path.stem.strip().lower(), FORMATS.get(path.suffix.lower())
        with mistakes.noted():
            if file_format is None:
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
                    f"The file {path.name} belongs to no input table; {the_nearest(name, known, 'table')}."
                )
            _add(files, DeliveredFile(name, path, file_format), f"the table '{name}'")
    return files, meant


def delivered_sources(folder: Path, mistakes: Mistakes) -> dict[str, DeliveredFile]:
    """The files of `folder` by the name of the source view that an adapter reads: the stem in lower case,
    everything but letters and digits as `_`.

    Notes a `WrongCall` for two files of one name. Raises it for a folder that is none or holds no data.
    """
    files: dict[str, DeliveredFile] = {}
    for path in _data_files(folder):
        if file_format := FORMATS.get(path.suffix.lower()):
            name = re.sub(r"[^a-z0-9]", "_", path.stem.strip().lower())
            with mistakes.noted():
                _add(files, DeliveredFile(name, path, file_format), f"the source '{name}'")
    if not files:
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


def _data_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise WrongCall(f"The input folder {folder} does not exist.")
    return [
        path for path in sorted(folder.iterdir()) if path.is_file() and not path.name.startswith((".", "_"))
    ]


def _is_no_data(path: Path) -> bool:
    return path.suffix.lower() in NOT_DATA_SUFFIXES or path.stem.lower() in NOT_DATA_NAMES


def _add(files: dict[str, DeliveredFile], file: DeliveredFile, what: str) -> None:
    if file.name in files:
        raise WrongCall(
            f"The files {files[file.name].path.name} and {file.path.name} both deliver {what}; "
            "keep one of them."
        )
    files[file.name] = file
