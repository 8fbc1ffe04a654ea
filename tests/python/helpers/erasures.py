"""A made-up company of which twenty are erased, and how somebody is looked for in the bytes of a warehouse."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from customer_segmentation.personal import hashed

AS_OF = "2026-06-30"
STAY = [f"K{number:03}" for number in range(40)]
# who is erased: identifier, name, e-mail address; some have an address as their identifier
PEOPLE = {
    **{f"Zq{number:02}": (f"Zebedee Quixworth{number:02}", f"zeb{number:02}@private.test") for number in range(12)},
    **{f"zora{number:02}@mail.test": (f"Zora Zwieback{number:02}", f"zora{number:02}@mail.test") for number in range(7)},
    "Zoë-19": ("Zoë Äpfelzwerg", "zoe19@private.test"),
}  # fmt: skip
MERGED = {"Zold00": "Zq00", "Zq01": "Zq02", "zolder@mail.test": "zora00@mail.test"}  # old identifiers
REQUESTED = "Zlater"  # asks for it in a later delivery, which the one after it no longer says
LATER = (REQUESTED, "Zlatko Laterman", "zlatko@private.test")


def rows(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def deliver(folder: Path, *, requests: str = "") -> Path:
    """The same company each time; half of the tables as Parquet, which is read where it lies."""
    folder.mkdir()
    people = {**PEOPLE, LATER[0]: LATER[1:]}
    keys = [*STAY, *people, "Zold00"]
    files = {
        "customers": rows(
            "customer_id,customer_name,email,customer_type",
            *(f"{key},Company {key},,business" for key in STAY),
            *(f"{key},{name},{email},business" for key, (name, email) in people.items()),
            f"Zold00,{PEOPLE['Zq00'][0]},{PEOPLE['Zq00'][1]},business",
        ),
        "accounts": rows(
            "customer_id,parent_customer_id,industry,employee_count",
            *(f"{key},{'Zq03' if number == 0 else ''},Software,{20 + number}" for number, key in enumerate(keys)),
        ),
        "contacts": rows("contact_id,customer_id,email", *(f"P{key},{key},p{key}" for key in people)),
        "users": rows("user_id,customer_id", *(f"u-{key},{key}" for key in keys)),
        "product_events": rows(
            "event_id,user_id,event_name,occurred_at",
            *(f"E{number},u-{key},opened,2026-05-{1 + number % 28:02}" for number, key in enumerate(keys)),
        ),
        "orders": rows(
            "order_id,customer_id,ordered_at,status,net_amount",
            *(
                f"O{number}-{month},{key.upper() if month == 3 and '@' in key else key},2026-0{month}-{number % 9 + 1:02},paid,{20 + number}"
                for number, key in enumerate(keys)
                for month in range(1, 6)
            ),
        ),
        "order_items": rows(
            "order_id,line_number,quantity", *(f"O{number}-{month},1,1" for number in range(len(keys)) for month in range(1, 6))
        ),
        "survey_responses": rows(
            "customer_id,question_key,answer,answered_at",
            *(f"{key},hobbies,my name is {name},2026-05-01" for key, (name, _) in people.items()),
        ),
        # so few that an erasure empties the table
        "reviews": rows("customer_id,rating,reviewed_at", *(f"{key},5,2026-05-01" for key in PEOPLE)),
        "customer_merges": rows("from_customer_id,to_customer_id", *(f"{old},{new}" for old, new in MERGED.items())),
    }  # fmt: skip
    if requests:
        files["erasure_requests"] = requests
    for table, text in files.items():
        path = folder / f"{table}.csv"
        path.write_text(text, encoding="utf-8")
        if table in ("customers", "orders", "product_events", "survey_responses"):
            duckdb.read_csv(str(path), all_varchar=True).write_parquet(str(path.with_suffix(".parquet")))
            path.unlink()
    return folder


def traces(people: dict[str, tuple[str, str]], secret: bytes) -> set[str]:
    """Everything by which somebody could be known: identifiers, names, addresses, published hashes."""
    told = {text for key, values in people.items() for text in (key, *values)}
    return told | {hashed(key, secret) for key in people}


def readable(path: Path) -> str:
    """What can be read from a file: its bytes in three encodings, and the values in it, since blocks are compressed."""
    content = path.read_bytes()
    texts = [content.decode(encoding, errors="ignore") for encoding in ("utf-8", "utf-16-le", "utf-16-be")]
    texts.append(content[1:].decode("utf-16-le", errors="ignore"))
    if path.suffix == ".parquet":
        texts.append(repr(duckdb.read_parquet(str(path)).fetchall()))
    if path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            tables = connection.execute(
                "select distinct schema_name, table_name from duckdb_columns() where not internal"
            ).fetchall()
            for schema, table in tables:
                texts.append(repr(connection.execute(f'select * from {schema}."{table}"').fetchall()))
            texts.append(
                repr(connection.execute("select sql from duckdb_views() where not internal").fetchall())
            )
    return "\n".join(texts).lower()


def found(warehouse: Path, wanted: set[str]) -> dict[str, set[str]]:
    """By file, relative to the warehouse folder, what of `wanted` stands in it."""
    texts = {path: readable(path) for path in sorted(warehouse.rglob("*")) if path.is_file()}
    forms = {text: {text.lower(), json.dumps(text)[1:-1].lower()} for text in wanted}
    held = {
        str(path.relative_to(warehouse)): {
            name for name, spelled in forms.items() if any(form in text for form in spelled)
        }
        for path, text in texts.items()
    }
    return {path: names for path, names in held.items() if names}


def named() -> list[str]:
    """How the twenty are named: as delivered, in capitals, decomposed, with blanks, by an old identifier, by a hash."""
    keys = list(PEOPLE)
    keys[0] = "zOLD00"
    keys[1] = "Zq01 "
    keys[3] = "  zq03"
    keys[12] = "ZOLDER@mail.test"
    keys[13] = "ZORA01@MAIL.TEST"
    keys[-1] = "ZOE\u0308-19"
    return keys
