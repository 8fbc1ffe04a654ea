"""Texts that a warehouse folder keeps of its runs, without the persons who were erased."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from customer_segmentation.run_state import read_state, write_state
from customer_segmentation.warehouse import Warehouse

FORGOTTEN = "A sentence about a customer who was erased stood here."
MOST_TEXTS = 200  # to look for in files; with more all logs and artifacts go, since they are made anew
SENTENCES = ("message", "messages", "notices")  # of the record of a run; all else in it is a number or a name
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")


def forget_in_texts(warehouse: Warehouse, texts: Collection[str]) -> int:
    """Take `texts` (identifiers, addresses, names) out of logs, artifacts of dbt and the last run's record.

    A log or artifact that holds one is removed whole: the next run writes it anew. The list of runs holds
    numbers and fixed words only. Returns the number of files that were changed or removed.
    """
    wanted = sorted({text.strip() for text in texts if text.strip()})
    if not wanted:
        return 0
    forms = {form.lower() for text in wanted for form in _written(text)}
    count = 0
    for folder in (warehouse.log_folder, warehouse.target_folder):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.is_file() and (len(wanted) > MOST_TEXTS or _holds(path, forms)):
                path.unlink(missing_ok=True)
                count += 1
    return count + _forget_in_state(warehouse, wanted)


def _written(text: str) -> set[bytes]:
    escaped = json.dumps(text)[1:-1].encode("ascii")
    return {*(text.encode(encoding) for encoding in ENCODINGS), escaped}


def _holds(path: Path, forms: Collection[bytes]) -> bool:
    content = path.read_bytes().lower()
    return any(form in content for form in forms)


def _forget_in_state(warehouse: Warehouse, texts: Collection[str]) -> int:
    state = read_state(warehouse)
    without = _without(state, _words(texts))
    if without == state:
        return 0
    write_state(warehouse, without)
    return 1


def _words(texts: Collection[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, texts))})(?!\w)", re.IGNORECASE)


def _without(state: Mapping[str, Any], words: re.Pattern[str]) -> dict[str, Any]:
    """The record with another sentence in the place of each that names somebody."""

    def told(value: object) -> object:
        if isinstance(value, list):
            return [told(one) for one in value]
        return FORGOTTEN if isinstance(value, str) and words.search(value) else value

    return {key: told(value) if key in SENTENCES else value for key, value in state.items()}
