"""How the dates of a text column are written, decided from all of them, and the SQL that rewrites them.

A day above 12 says whether days or months come first; `03/04/2026` and the like alone say nothing.
A value without a clock stays one: it is a day of the reporting zone, which staging knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from customer_segmentation.contract import InputColumn
from customer_segmentation.loading.numbers import STRAY_RATIO, Undecided
from customer_segmentation.loading.zones import KNOWN_ZONES, ZONE, zone_offset
from customer_segmentation.warehouse import quoted_text

YEAR_FIRST, DAY_FIRST, MONTH_FIRST = "year_first", "day_first", "month_first"
EXCEL_SERIAL, UNIX_TIME = "excel_serial", "unix_time"
LATEST_SHORT_YEAR = 68  # 68 is 2068 and 69 is 1969, as in POSIX

_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10,
    "nov": 11, "dec": 12, "mär": 3, "mrz": 3, "mai": 5, "okt": 10, "dez": 12,
}  # fmt: skip
_MONTH = f"(?i:(?:{'|'.join(_MONTHS)})[a-zä]*)"
_CLOCK = r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)? ?((?:(?i:[ap]\.?m)\b\.?)?)"
_WEEKDAY = r"(?:(?i:mon|tue|wed|thu|fri|sat|sun)[a-z]*[,.]? )?"
_DATE = (
    rf"[0-9]{{1,4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,4}}|[0-9]+|[0-9]{{5}}\.[0-9]+"
    rf"|[0-9]{{1,2}}\.?[ -]{_MONTH}[.,]?[ -][0-9]{{2,4}}"
    rf"|{_MONTH}\.? [0-9]{{1,2}}(?:st|nd|rd|th)?,? [0-9]{{4}}"
)
_MOMENT = rf"^{_WEEKDAY}({_DATE})(?:(?:T|,? )(?:{_CLOCK})? ?{ZONE})?$"
_NUMERIC = r"([0-9]{1,2})([-/.])([0-9]{1,2})[-/.]([0-9]{2}|[0-9]{4})"
_YEAR_FIRST = r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})"
_COMPACT = r"((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])"
_DAY_AND_NAME = rf"([0-9]{{1,2}})\.?[ -]({_MONTH})[.,]?[ -]([0-9]{{4}}|[0-9]{{2}})"
_NAME_AND_DAY = rf"({_MONTH})\.? ([0-9]{{1,2}})(?:st|nd|rd|th)?,? ([0-9]{{4}})"
_SERIAL = r"[1-7][0-9]{4}(\.[0-9]+)?"  # 1927 to 2118
_UNIX = r"[0-9]{10}|[0-9]{13}"

_SAID = {
    YEAR_FIRST: "years first",
    DAY_FIRST: "days first",
    MONTH_FIRST: "months first",
    EXCEL_SERIAL: "the numbers by which Excel counts days",
    UNIX_TIME: "seconds since 1970",
    "named": "names of months",
}


@dataclass(frozen=True)
class DateEvidence:
    """How many values of a column speak for what, two examples of each kind, and the short years."""

    counts: Mapping[str, int]
    examples: Mapping[str, tuple[str, str]]  # the first and the last by their letters
    short_years: int = 0
    may_be_year_first: bool = False  # every value is of the form 26-03-14, and its ends vary alike

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def has(self, kind: str) -> bool:
        """Whether so many values are of this kind that it has a say."""
        return self.counts.get(kind, 0) > STRAY_RATIO * self.total


def _month(name: str) -> str:
    months = ", ".join(f"'{month}': {number}" for month, number in _MONTHS.items())
    return f"map {{{months}}}[lower(left({name}, 3))]"


def parts_query(texts: str) -> str:
    """SQL that takes the moments in `texts`, a select of `value`, apart; each step is done once."""
    day_and_name, name_and_day = (quoted_text(f"^{pattern}$") for pattern in (_DAY_AND_NAME, _NAME_AND_DAY))
    return f"""
        with texts as ({texts}),
        moments as (
            select
                texts.*,
                regexp_extract(
                    value,
                    {quoted_text(_MOMENT)},
                    ['day', 'hour', 'minute', 'second', 'fraction', 'half', 'zone']
                ) as moment
            from texts
        ),
        days as (
            select
                moments.*,
                moment.day as day,
                regexp_extract(moment.day, '^{_NUMERIC}$', ['first', 'mark', 'second', 'year']) as written,
                regexp_extract(moment.day, '^{_YEAR_FIRST}$', ['year', 'month', 'day']) as year_first,
                regexp_extract(moment.day, '^{_COMPACT}$', ['year', 'month', 'day']) as compact,
                regexp_extract(moment.day, {day_and_name}, ['day', 'month', 'year']) as day_named,
                regexp_extract(moment.day, {name_and_day}, ['month', 'day', 'year']) as named
            from moments
        ),
        numbers as (
            select
                days.*,
                try_cast(written.first as integer) as first,
                try_cast(written.second as integer) as second,
                try_cast(written.year as integer) as third,
                length(written.year) = 2 as has_short_year
            from days
        )
        select
            numbers.*,
            zones.zone_name,
            case
                when year_first.year <> '' or compact.year <> '' then '{YEAR_FIRST}'
                when first > 31 or first = 0 or (first > 12 and second > 12) then null
                when first > 12 then '{DAY_FIRST}'
                when second > 12 then '{MONTH_FIRST}'
                when first = second then 'same'
                when first is not null then 'undecided'
                when day_named.day <> '' or named.day <> '' then 'named'
                when regexp_full_match(day, '{_SERIAL}') then '{EXCEL_SERIAL}'
                when regexp_full_match(day, '{_UNIX}') then '{UNIX_TIME}'
            end as kind
        from numbers
        left join {KNOWN_ZONES} as zones
            on lower(numbers.moment.zone) = lower(zones.zone_name)
    """


def evidence_query(parts: str) -> str:
    """SQL that counts the values of each kind in `parts`, a relation of `parts_query` with `rows_count`."""
    return f"""
        select
            kind,
            cast(sum(rows_count) as bigint),
            min(value),
            max(value),
            count(*) filter (where has_short_year),
            bool_and(coalesce(
                has_short_year and written.mark = '-' and second between 1 and 12 and third between 1 and 31,
                false
            )),
            count(distinct third) >= count(distinct first)
        from {parts}
        where kind is not null
        group by kind
        order by kind
    """


def read_evidence(rows: list[tuple[str, int, str, str, int, bool, bool]]) -> DateEvidence:
    """The evidence in the rows of `evidence_query`."""
    return DateEvidence(
        {kind: count for kind, count, *_ in rows},
        {kind: (first, last) for kind, _, first, last, *_ in rows},
        sum(row[4] for row in rows),
        all(row[5] for row in rows) and any(row[6] for row in rows),
    )


def decide_dates(evidence: DateEvidence, column: InputColumn) -> str | Undecided:
    """The convention of a column, or why there is none."""
    has, examples = evidence.has, evidence.examples
    numeric = [kind for kind in (DAY_FIRST, MONTH_FIRST, "undecided", "same") if has(kind)]
    certain = [kind for kind in (YEAR_FIRST, EXCEL_SERIAL, UNIX_TIME) if has(kind)]
    if len(certain) + bool(numeric) > 1 or (has("named") and certain not in ([], [YEAR_FIRST])):
        kinds = [*numeric[:1], *certain, "named"]
        found = [kind for kind in kinds if has(kind)][:2]
        said = [_SAID.get(kind, "days or months first") for kind in found]
        return Undecided(
            (examples[found[0]][0], examples[found[1]][0]),
            f"some with {said[0]} and some with {said[1]}",
            (DAY_FIRST, MONTH_FIRST) if numeric else tuple(certain[:2]) or (YEAR_FIRST,),
        )
    if certain:
        return certain[0]
    if has(DAY_FIRST) and has(MONTH_FIRST):
        return Undecided(
            (examples[DAY_FIRST][0], examples[MONTH_FIRST][0]),
            "some with days first and some with months first",
            (DAY_FIRST, MONTH_FIRST),
        )
    if numeric and evidence.may_be_year_first:
        return Undecided(
            examples[numeric[0]],
            "which may begin or end with the year",
            (YEAR_FIRST, DAY_FIRST, MONTH_FIRST),
        )
    if evidence.short_years and column.is_pii:
        # somebody born in '25 may be one year old or a hundred and one
        return Undecided(
            examples[numeric[0]],
            "with years of two digits, which leave the century open",
            (),
        )
    if has("undecided") and not (has(DAY_FIRST) or has(MONTH_FIRST)):
        return Undecided(
            examples["undecided"],
            "where days or months may come first, and no value says which",
            (DAY_FIRST, MONTH_FIRST),
        )
    return MONTH_FIRST if has(MONTH_FIRST) else DAY_FIRST


def plain_moment(convention: str) -> str:
    """SQL of the moment or day in a row of `parts_query`, as ISO 8601; null where it writes none."""
    orders = {
        DAY_FIRST: (_full_year("written.year"), "second", "first"),
        MONTH_FIRST: (_full_year("written.year"), "first", "second"),
        YEAR_FIRST: (f"case when has_short_year then {_full_year('written.first')} end", "second", "third"),
    }
    numeric = f"when first is not null then {_iso_day(*orders[convention])}" if convention in orders else ""
    day = f"""
        case
            when year_first.year <> ''
                then {_iso_day("year_first.year", "year_first.month", "year_first.day")}
            when compact.year <> '' then {_iso_day("compact.year", "compact.month", "compact.day")}
            {numeric}
            when day_named.day <> ''
                then {_iso_day(_full_year("day_named.year"), _month("day_named.month"), "day_named.day")}
            when named.day <> '' then {_iso_day("named.year", _month("named.month"), "named.day")}
        end"""
    if convention == EXCEL_SERIAL:
        # 30 December 1899, since Excel takes 1900 for a leap year
        counted = "try_cast(day as double)"
        seconds = f"cast(round({counted} * 86400) as bigint)"
        return f"""
            case
                when kind = '{EXCEL_SERIAL}' and moment.hour = '' and {counted} % 1 = 0
                    then cast(date '1899-12-30' + cast({counted} as integer) as varchar)
                when kind = '{EXCEL_SERIAL}' and moment.hour = ''
                    then cast(timestamp '1899-12-30' + to_seconds({seconds}) as varchar)
                else {_moment(day)}
            end"""
    if convention == UNIX_TIME:
        seconds = "try_cast(day as bigint) * case when length(day) = 10 then 1000000 else 1000 end"
        return f"""
            case
                when kind = '{UNIX_TIME}' and moment.hour = ''
                    then concat(cast(make_timestamp({seconds}) as varchar), '+00:00')
                else {_moment(day)}
            end"""
    return _moment(day)


def _full_year(written: str) -> str:
    year = f"try_cast({written} as integer)"
    return (
        f"case when length({written}) = 4 then {year} when {year} <= {LATEST_SHORT_YEAR} then 2000 + {year} "
        f"else 1900 + {year} end"
    )


def _iso_day(year: str, month: str, day: str) -> str:
    numbers = ", ".join(f"try_cast({number} as integer)" for number in (year, month, day))
    return f"try_cast(printf('%04d-%02d-%02d', {numbers}) as date)"


def _moment(day: str) -> str:
    """SQL of a day with the clock that follows it, and the offset of its zone."""
    local = f"(cast({day} as varchar) || {_clock()})"
    offset = zone_offset("moment.zone", "zone_name", f"try_cast({local} as timestamp)")
    return f"{local} || case when moment.hour = '' then '' else {offset} end"


def _clock() -> str:
    hour = "try_cast(moment.hour as integer)"
    return f"""
        case
            when moment.hour = '' then ''
            else case
                    when moment.half = '' and {hour} < 24 then printf(' %02d:', {hour})
                    when moment.half <> '' and {hour} between 1 and 12 then printf(
                        ' %02d:', {hour} % 12 + case when lower(left(moment.half, 1)) = 'p' then 12 else 0 end
                    )
                end
                || case when moment.minute < '60' and moment.second < '60' then moment.minute end
                || ':' || coalesce(nullif(moment.second, ''), '00')
                || coalesce('.' || left(nullif(moment.fraction, ''), 6), '')
        end"""
