"""Values of text as the loader looks at them: cleaned as staging cleans them, and shown safely."""

import re
from collections.abc import Sequence

from customer_segmentation.personal import kind_of
from customer_segmentation.warehouse import quoted_name

# what staging takes for nothing (macros/input/null_texts.sql)
NULL_TEXTS = ("", "null", "none", "n/a", "#n/a", r"\n", "-", "na")
SHOWN_LETTERS = 40
JUDGED_LETTERS = 400  # a cell may hold megabytes; longer than any address or telephone number
DATE = re.compile(
    r"\d{1,4}([./-])\d{1,2}\1\d{2,4}(\D|$)"
)  # written like one, also with an area code's leading zero
# what the macro `plain_text` takes for a blank
CLEANED_BLANKS = r"[\x00-\x1F\x7F\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}\x{FEFF}\x{00A0}]+"
# zero-width letters and the blanks that spreadsheets put between thousands; staging takes them for blanks too
ODD_BLANKS = r"[\x00-\x1F\x7F\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}\x{FEFF}\x{00A0}\x{202F}\x{2009}]+"


def without_null_texts(name: str, found_type: str) -> str:
    """SQL of a column (not yet quoted) that is null where it is one of the ways to write nothing."""
    column = quoted_name(name)
    if found_type != "VARCHAR":
        return column
    texts = ", ".join("'" + text + "'" for text in NULL_TEXTS)
    return f"case when lower(trim({column})) not in ({texts}) then trim({column}) end"


def with_plain_blanks(expression: str) -> str:
    """SQL of a text in which every kind of blank is an ordinary one, and none stands around it."""
    return f"trim(regexp_replace({expression}, '{ODD_BLANKS}', ' ', 'g'))"


def plain_identifier(expression: str) -> str:
    """SQL of an identifier as the macro `plain_text` cleans it: one Unicode form, no odd blanks."""
    return (
        f"case when regexp_full_match({expression}, '[!-~]+( +[!-~]+)*') then {expression} "
        f"else trim(regexp_replace(nfc_normalize({expression}), '{CLEANED_BLANKS}', ' ', 'g')) end"
    )


def shown(text: str | None, *, is_personal: bool = False) -> str:
    """A value as it may stand in a message: short, no control characters; of a personal one the shape.

    What looks like an e-mail address or a telephone number, and not like a date, is personal in every column.
    """
    text = None if text is None else text[:JUDGED_LETTERS]
    if text is not None and (is_personal or (kind_of(text) and not DATE.match(text))):
        text = shape(text)
    words = ascii(text) if text is None or not text.isprintable() else f"'{text}'"
    return words if len(words) <= SHOWN_LETTERS + 2 else words[:SHOWN_LETTERS] + "…'"


def shape(text: str) -> str:
    """How a value is written and nothing of what it says: `Ann9` is `aaa9`."""
    return re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", text))


def shown_names(names: Sequence[str]) -> tuple[str, ...]:
    """Names of columns as a message may show them: cut short, and by their shape where they are values.

    The first line of a file without a header is a row. A cell that begins with a digit or a sign, or that
    looks personal, tells it, and then no cell of the line is shown.
    """
    is_row = any(re.match(r"\s*[\W\d]", name) or kind_of(name) for name in names if name.strip())
    return tuple(shown_name(name, is_personal=is_row) for name in names)


def shown_name(name: str, *, is_personal: bool = False) -> str:
    """The name of a column as it may stand in a list of them."""
    return shown(name, is_personal=is_personal).strip("'")
