"""How the numbers of a text column are written, decided from all of them, and the SQL that rewrites them.

A mark that stands twice, or before another mark, parts thousands; the last of two marks, and a single one
that is not followed by exactly three digits, parts decimals. `1.250` alone says nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from customer_segmentation.contract import InputColumn
from customer_segmentation.warehouse import quoted_text

DECIMAL_POINT, DECIMAL_COMMA, WHOLE = "decimal_point", "decimal_comma", "whole"
# Of less than this share of the values a rival convention decides nothing: those few values stay unread.
STRAY_RATIO = 0.01

_MAGNITUDES = {
    "k": 3, "t": 3, "tsd": 3, "thousand": 3, "m": 6, "mm": 6, "mn": 6, "mio": 6, "mill": 6, "million": 6,
    "millions": 6, "b": 9, "bn": 9, "billion": 9, "billions": 9, "mrd": 9,
}  # fmt: skip
_BLANK = "[ '\u2019`\u00b4]"  # what parts thousands and never decimals
_DIGITS = rf"[0-9](?:[0-9.,]|{_BLANK})*[0-9.,]|[0-9]|[.,][0-9]+"
_CURRENCY = r"[A-Z]{0,3}[$€£¥₹₽₩₺₴₫฿₪₦₱]|[A-Z]{3}|zł|Kč|kr\.?|Fr\.?"
_MAGNITUDE = f"(?i:{'|'.join(sorted(_MAGNITUDES, key=len, reverse=True))})"
_MINUS = "\u2212"  # as typesetters write it
_SIGN = f"[-+{_MINUS}]?"
_NUMBER = (
    rf"^(\(?) ?({_SIGN}) ?(?:{_CURRENCY})? ?({_SIGN}) ?({_DIGITS}) ?({_MAGNITUDE}?)\.? ?(?:{_CURRENCY})? ?"
    f"([-){_MINUS}]?)$"
)
_SIDE = rf"(?:{_CURRENCY})? ?(?:{_DIGITS}) ?{_MAGNITUDE}?\.? ?(?:{_CURRENCY})?"
_RANGE = f"^({_SIDE}) ?(?:-|\u2013|\u2014|to|bis) ?({_SIDE})$"
_ABOUT = (
    "^(?i:~|≈|ca\\.?|circa|about|approx\\.?|approximately|around|over|more than|at least|up to"
    "|less than|under|[<>≥≤]=?) *"
)
_AND_MORE = " *\\+$"
# of an employee count: 2-10 employees
_WHAT_IS_COUNTED = " +(?i:employees|people|persons|staff|fte)\\.?$"
# 49,- and 5.-- are 49 and 5: the dash stands for the cents that are not there
_NO_CENTS = f"([0-9][.,])[-\u2013\u2014{_MINUS}]{{1,2}}([^0-9]|$)"

# what one number says of its column, by its digits and marks
_POINT, _COMMA = r"\.", ","


def _grouped(mark: str) -> str:
    """Thousands parted by `mark`, in groups of three or, as in India, of two before the last three."""
    return rf"[0-9]{{1,3}}({mark}[0-9]{{2,3}})*{mark}[0-9]{{3}}"


_KINDS: Mapping[str, str] = {
    "undecided_point": r"[1-9][0-9]{0,2}\.[0-9]{3}",
    "undecided_comma": r"[1-9][0-9]{0,2},[0-9]{3}",
    "whole": r"[0-9]+",
    "point": rf"[0-9]*\.[0-9]*|{_grouped(_COMMA)}\.[0-9]*",
    "comma": rf"[0-9]*,[0-9]*|{_grouped(_POINT)},[0-9]*",
    "thousands_point": _grouped(_POINT),
    "thousands_comma": _grouped(_COMMA),
}
_SAID = {
    "point": "decimal point",
    "comma": "decimal comma",
    "thousands_point": "points between thousands",
    "thousands_comma": "commas between thousands",
}


@dataclass(frozen=True)
class NumberEvidence:
    """How many values of a column speak for what, and two examples of each kind."""

    counts: Mapping[str, int]
    examples: Mapping[str, tuple[str, str]]  # the first and the last by their letters
    whole_by_thousands: bool = False  # some `1.250` is no whole number unless its mark parts thousands

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def has(self, kind: str) -> bool:
        """Whether so many values are of this kind that it has a say."""
        return self.counts.get(kind, 0) > STRAY_RATIO * self.total


@dataclass(frozen=True)
class Undecided:
    """Why no convention can be chosen: two examples, and what either may mean."""

    examples: tuple[str, str]
    why: str
    choices: tuple[str, ...]


_GROUPED_BY_BLANKS = rf"[0-9]{{1,3}}({_BLANK}[0-9]{{3}})+([.,][0-9]*)?"
_WITH_POINT = rf"([0-9]+|{_grouped(_COMMA)})?(\.[0-9]*)?"
_WITH_COMMA = rf"([0-9]+|{_grouped(_POINT)})?(,[0-9]*)?"
_WITHOUT_DECIMALS = rf"[0-9]+|{_grouped(_POINT)}|{_grouped(_COMMA)}"


def _factor(magnitude: str) -> str:
    words: dict[int, list[str]] = {}
    for word, power in _MAGNITUDES.items():
        words.setdefault(power, []).append(quoted_text(word))
    cases = (
        f"when lower({magnitude}) in ({', '.join(known)}) then {10**power}" for power, known in words.items()
    )
    return f"case {' '.join(cases)} end"


def _parts(text: str) -> str:
    names = "['opening', 'first_sign', 'sign', 'digits', 'magnitude', 'closing']"
    return f"regexp_extract({text}, {quoted_text(_NUMBER)}, {names})"


def _marks(digits: str) -> str:
    """Digits and the marks that may part decimals; null where it is no number."""
    return f"""
        case
            when {digits} = '' then null
            when not regexp_matches({digits}, {quoted_text(_BLANK)}) then {digits}
            when regexp_full_match({digits}, {quoted_text(_GROUPED_BY_BLANKS)})
                then regexp_replace({digits}, {quoted_text(_BLANK)}, '', 'g')
        end"""


def parts_query(texts: str, column: InputColumn) -> str:
    """SQL that takes the numbers in `texts`, a select of `value`, apart; each step is done once.

    Of a range `low` and `high` are its ends, else `low` is the number.
    """
    bare = f"regexp_replace(value, {quoted_text(_NO_CENTS)}, '\\1\\2')"
    is_range = "false"
    if column.is_estimate:
        for aside in (_WHAT_IS_COUNTED, _ABOUT, _AND_MORE):
            bare = f"regexp_replace({bare}, {quoted_text(aside)}, '')"
        is_range = f"regexp_full_match(bare, {quoted_text(_RANGE)})"
    low, high = (
        f"case when is_range then regexp_extract(bare, {quoted_text(_RANGE)}, {side}) end" for side in (1, 2)
    )
    return f"""
        with texts as ({texts}),
        bare_texts as (select texts.*, {bare} as bare from texts),
        found_ranges as (select bare_texts.*, {is_range} as is_range from bare_texts),
        ends as (
            select
                found_ranges.*,
                coalesce({low}, bare) as low_text,
                {high} as high_text
            from found_ranges
        ),
        parts as (select ends.*, {_parts("low_text")} as low, {_parts("high_text")} as high from ends)
        select parts.*, {_marks("low.digits")} as low_marks, {_marks("high.digits")} as high_marks from parts
    """


def evidence_query(parts: str) -> str:
    """SQL that counts the values of each kind in `parts`, a relation of `parts_query` with `rows_count`."""
    kinds = " ".join(
        f"when regexp_full_match(marks, {quoted_text(pattern)}) then '{kind}'"
        for kind, pattern in _KINDS.items()
    )
    return f"""
        select
            case {kinds} end as kind,
            cast(sum(rows_count) as bigint),
            min(value),
            max(value),
            coalesce(bool_or(marks not like '%000'), false)
        from (
            select value, rows_count, low_marks as marks from {parts}
            union all
            select value, rows_count, high_marks from {parts}
        )
        where marks is not null
        group by kind
        having kind is not null
    """


def read_evidence(rows: list[tuple[str, int, str, str, bool]]) -> NumberEvidence:
    """The evidence in the rows of `evidence_query`."""
    return NumberEvidence(
        {kind: count for kind, count, *_ in rows},
        {kind: (first, last) for kind, _, first, last, _ in rows},
        any(is_whole for kind, *_, is_whole in rows if kind.startswith("undecided")),
    )


def decide_numbers(evidence: NumberEvidence, column: InputColumn) -> str | Undecided:
    """The convention of a column, or why there is none."""
    has, examples = evidence.has, evidence.examples
    for one, other in (
        ("point", "comma"), ("point", "thousands_point"), ("comma", "thousands_comma"),
    ):  # fmt: skip
        if has(one) and has(other):
            return Undecided(
                (examples[one][0], examples[other][0]),
                f"some with {_SAID[one]} and some with {_SAID[other]}",
                (DECIMAL_POINT, DECIMAL_COMMA),
            )
    if has("point"):
        return DECIMAL_POINT
    if has("comma"):
        return DECIMAL_COMMA
    undecided = [kind for kind in ("undecided_point", "undecided_comma") if has(kind)]
    marks = {"undecided_point": "thousands_point", "undecided_comma": "thousands_comma"}
    if all(has(marks[kind]) for kind in undecided):
        return WHOLE
    if column.data_type == "bigint" and (evidence.whole_by_thousands or column.is_estimate):
        return WHOLE
    if column.data_type == "double" and undecided == ["undecided_point"]:
        return DECIMAL_POINT  # rates, ratings and durations: nobody parts thousands there
    kind = next(kind for kind in undecided if not has(marks[kind]))
    return Undecided(
        examples[kind],
        "whose mark may part thousands or decimals, and no value says which",
        (DECIMAL_POINT, DECIMAL_COMMA),
    )


def plain_number(convention: str, column: InputColumn) -> str:
    """SQL of the number in a row of `parts_query`, in plain digits; null where it writes none."""
    if not column.is_estimate:
        return _number("low", "low.magnitude", convention)
    # of a range the middle: neither end is the size of the company; in 5-10M the M is meant for both
    low = _number("low", "coalesce(nullif(low.magnitude, ''), high.magnitude)", convention)
    high = _number("high", "high.magnitude", convention)
    middle = f"floor((try_cast({low} as decimal(28, 4)) + try_cast({high} as decimal(28, 4))) / 2)"
    return (
        f"case when is_range then cast(cast({middle} as hugeint) as varchar) "
        f"else {_number('low', 'low.magnitude', convention)} end"
    )


def _number(parts: str, magnitude: str, convention: str) -> str:
    marks = f"{parts}_marks"
    signs = f"concat({parts}.first_sign, {parts}.sign, {parts}.closing)"
    pattern, digits = {
        DECIMAL_POINT: (_WITH_POINT, f"replace({marks}, ',', '')"),
        DECIMAL_COMMA: (_WITH_COMMA, f"replace(replace({marks}, '.', ''), ',', '.')"),
        WHOLE: (_WITHOUT_DECIMALS, f"replace(replace({marks}, '.', ''), ',', '')"),
    }[convention]
    return f"""
        case
            when not regexp_full_match({marks}, {quoted_text(pattern)}) then null
            when ({parts}.opening = '(') <> ({parts}.closing = ')') then null
            else case
                    when {parts}.opening = '(' then '-'
                    when regexp_matches({signs}, '[-{_MINUS}]') then '-'
                    else ''
                end
                || case
                    when {magnitude} = '' then {digits}
                    else cast(cast(
                        try_cast({digits} as decimal(26, 8)) * {_factor(magnitude)}
                    as decimal(38, 4)) as varchar)
                end
        end"""
