"""The kept list of customers who were erased: keyed hashes of their identifiers, in no way back to a person.

Every load leaves out whoever is on it (`erased.py`), so a person stays erased when the request is no
longer delivered. The list is sealed with the secret of the warehouse: a line that is lost, a list that was
changed and another secret are all seen, since to go on without them would publish the erased again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from customer_segmentation.errors import EnvironmentFault
from customer_segmentation.loading.texts import NULL_TEXTS, plain_identifier
from customer_segmentation.personal import HASH_LETTERS, PREFIX
from customer_segmentation.run_state import hashing_secret, read_state, write_state
from customer_segmentation.warehouse import READABLE_BY_OWNER, Warehouse

# the identifier in any letter case; as it is written, where another customer differs in letter case only; the
# hash that was published of it, where nothing else was known
ANY_CASE, AS_WRITTEN, PUBLISHED = "any_case", "as_written", "published"
RECORDED = "erased_identifiers"  # in the record of the last run, so that a list that is lost is missed
_FORMAT = 1


@dataclass(frozen=True, order=True)
class Suppressed:
    """One identifier that is left out: how its hash was made (`kind`), and the hash in hexadecimal digits."""

    kind: str
    hash: str


@dataclass(frozen=True)
class Suppression:
    """The list as it was read: each identifier with the day on which it was put there (ISO)."""

    warehouse: Warehouse
    days: Mapping[Suppressed, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.days)

    def __contains__(self, entry: object) -> bool:
        return entry in self.days

    @property
    def secret(self) -> bytes:
        """The secret that keys the hashes; made where there is none yet, as no list depends on it then."""
        return hashing_secret(self.warehouse)


class Hashes:
    """The hashes of identifiers with the secret of one warehouse, held against a list."""

    def __init__(self, secret: bytes, entries: Iterable[Suppressed]) -> None:
        self._secret = secret
        self._of_kind: dict[str, set[str]] = {ANY_CASE: set(), AS_WRITTEN: set(), PUBLISHED: set()}
        for entry in entries:
            self._of_kind[entry.kind].add(entry.hash)

    def of(self, identifier: str) -> str:
        """HMAC-SHA-256 of an identifier, 64 hexadecimal digits; what is published is the beginning of it."""
        return hmac.digest(self._secret, identifier.encode(), "sha256").hex()

    def are_listed(self, written: str, folded: str) -> bool:
        """Whether an identifier is on the list: as staging cleans it, and in lower case."""
        if self.of(folded) in self._of_kind[ANY_CASE]:
            return True
        if not (self._of_kind[AS_WRITTEN] or self._of_kind[PUBLISHED]):
            return False
        digits = self.of(written)
        return digits in self._of_kind[AS_WRITTEN] or digits[:HASH_LETTERS] in self._of_kind[PUBLISHED]


def read_suppression(warehouse: Warehouse) -> Suppression:
    """The list of a warehouse; empty where nobody was erased yet.

    Only the holder of the lock may ask. Raises `EnvironmentFault` where the list is damaged or cannot
    be read, and where its secret is lost: who was erased could then not be told from anybody else.
    """
    path = warehouse.suppression_file
    if not path.exists():
        recorded = read_state(warehouse).get(RECORDED, 0)
        if recorded:
            raise EnvironmentFault(
                f"The list of erased customers {path} is missing, and the {recorded:,} identifiers on it "
                "would be published again; restore it from a backup."
            )
        return Suppression(warehouse)
    if not warehouse.secret_file.exists():
        raise EnvironmentFault(
            f"The secret {warehouse.secret_file} is missing, so the customers in {path.name} who were erased "
            "cannot be told from others and would come back; restore the secret from a backup."
        )
    secret = hashing_secret(warehouse)
    try:
        content = json.loads(path.read_text(encoding="ascii"))
        days = {Suppressed(kind, digits): day for kind, digits, day in content["identifiers"]}
        is_whole = content["format"] == _FORMAT and hmac.compare_digest(content["seal"], _seal(days, secret))
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is no such list"
        raise EnvironmentFault(_damaged(warehouse, reason)) from error
    if not is_whole:
        raise EnvironmentFault(_damaged(warehouse, "it was changed, or the secret is another one"))
    return Suppression(warehouse, days)


def add_suppressed(warehouse: Warehouse, added: Iterable[Suppressed], day: date | None = None) -> int:
    """Put identifiers on the list in one step, readable by the owner only; the number of those that are new.

    Only the holder of the lock may call this. `day` is that of the erasure (none: today, UTC). Raises
    `EnvironmentFault` where the list there is cannot be read or the new one cannot be written.
    """
    known = read_suppression(warehouse)
    new = set(added) - set(known.days)
    if not new:
        return 0
    today = (day or datetime.now(UTC).date()).isoformat()
    days = {**known.days, **dict.fromkeys(new, today)}
    content = {
        "format": _FORMAT,
        "seal": _seal(days, known.secret),
        "identifiers": [[entry.kind, entry.hash, days[entry]] for entry in sorted(days)],
    }
    path = warehouse.suppression_file
    new_path = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        new_path.unlink(missing_ok=True)
        handle = os.open(new_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, READABLE_BY_OWNER)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            json.dump(content, file, indent=1)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(new_path, path)
    except OSError as error:
        raise EnvironmentFault(f"The list {path} could not be written: {error.strerror}.") from error
    state = read_state(warehouse)
    if state:
        write_state(warehouse, {**state, RECORDED: len(days)})
    return len(new)


def suppressed_count(warehouse: Warehouse) -> int:
    """How many identifiers are on the list; of one that cannot be read, how many there were."""
    try:
        return len(read_suppression(warehouse).days)
    except EnvironmentFault:
        return read_state(warehouse).get(RECORDED, 0)


def any_case(identifier: str) -> str:
    """SQL of a plain identifier without its letter case; a letter and its accent are one sign again."""
    return f"nfc_normalize(lower({identifier}))"


def identifier_of(column: str) -> str:
    """SQL of an identifier as staging cleans it, null where it is a way to write nothing.

    `column` is SQL of any type.
    """
    plain = plain_identifier(f"cast({column} as varchar)")
    nothing = ", ".join("'" + text + "'" for text in NULL_TEXTS)
    return f"(case when lower({plain}) not in ({nothing}) then {plain} end)"


def published_hash(text: str) -> str | None:
    """The hexadecimal digits of a published hash (`hashed_…`); none of any other text."""
    digits = text.strip().lower().removeprefix(PREFIX)
    is_hash = len(digits) == HASH_LETTERS and not set(digits) - set("0123456789abcdef")
    return digits if is_hash and text.strip().lower().startswith(PREFIX) else None


def _seal(days: Mapping[Suppressed, str], secret: bytes) -> str:
    lines = "\n".join(f"{entry.kind} {entry.hash} {days[entry]}" for entry in sorted(days))
    return hmac.new(secret, f"suppressed customers\n{lines}".encode(), hashlib.sha256).hexdigest()


def _damaged(warehouse: Warehouse, reason: str) -> str:
    return (
        f"The list of erased customers {warehouse.suppression_file} cannot be used ({reason}), and without "
        "it they would be published again; restore it from a backup, together with the secret "
        f"{warehouse.secret_file.name}."
    )
