"""How columns are written is decided from all of their values, or refused: against an oracle that tries each convention."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer_segmentation.contract import InputColumn, InputTable
from customer_segmentation.errors import DataRefused, Mistakes
from customer_segmentation.loading.readings import read_columns

COLUMNS_AT_ONCE = 20
FEW_LARGE_EXAMPLES = settings(
    max_examples=12,  # of 20 columns each
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def read(
    columns: list[list[str]], data_type: str, *, is_estimate: bool = False, wish: str = "", pii: bool = False
):
    """The values of each column after reading, and its sentence."""
    table = InputTable(
        "orders",
        tuple(
            InputColumn(f"c{number}", data_type, is_estimate=is_estimate, is_pii=pii)
            for number in range(len(columns))
        ),
    )
    types = {column.name: "VARCHAR" for column in table.columns}
    length = max(map(len, columns))
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("create schema raw")
        connection.execute(f"create table raw.orders ({', '.join(f'{name} varchar' for name in types)})")
        rows = [[column[row] if row < len(column) else None for column in columns] for row in range(length)]
        marks = ", ".join("?" * len(columns))
        connection.executemany(f"insert into raw.orders values ({marks})", rows)
        wishes = {name: wish for name in types} if wish else {}
        mistakes = Mistakes()
        readings, _ = read_columns(
            connection, 'raw."orders"', table, types, mistakes, origin="orders.csv", wishes=wishes
        )
        mistakes.refuse()
        found = connection.execute("select * from raw.orders").fetchall()
    values = [[row[number] for row in found[: len(column)]] for number, column in enumerate(columns)]
    return values, readings


def refusal(column: list[str], data_type: str, **more) -> str:
    with pytest.raises(DataRefused) as refused:
        read([column], data_type, **more)
    return str(refused.value)


# numbers


def grouped(mark: str) -> str:
    return rf"[1-9][0-9]{{0,2}}({mark}[0-9]{{3}})+"


NUMBER_GRAMMARS = {  # convention: what a number looks like, the mark of its decimals
    "point": (rf"(([0-9]+|{grouped(',')})?(\.[0-9]*)?)", "."),
    "comma": (rf"(([0-9]+|{grouped('[.]')})?(,[0-9]*)?)", ","),
    "whole": (rf"([0-9]+|{grouped(',')}|{grouped('[.]')})", ""),
}


def under(convention: str, text: str) -> Decimal | None:
    """What a bare number is if the column follows `convention`."""
    grammar, mark = NUMBER_GRAMMARS[convention]
    if re.search(r"[ ']", text):
        if not re.fullmatch(r"[0-9]{1,3}([ '][0-9]{3})+([.,][0-9]*)?", text):
            return None
        text = re.sub(r"[ ']", "", text)
    if not re.fullmatch(grammar, text):
        return None
    return Decimal(
        "".join("." if letter == mark else letter for letter in text if letter.isdigit() or letter == mark)
    )


def oracle(bare: list[str]) -> list[Decimal] | None:
    """The numbers of a column that follows one convention; none where it follows none, or may follow several."""
    answers = []
    for convention in NUMBER_GRAMMARS:
        values = [under(convention, text) for text in bare]
        if None not in values:
            answers.append(values)
    return answers[0] if answers and all(answer == answers[0] for answer in answers) else None


def written(number: Decimal, decimal_mark: str, thousands: str) -> str:
    whole, _, decimals = f"{number:f}".partition(".")
    if thousands and len(whole) > 3:
        whole = f"{int(whole):,}".replace(",", thousands)
    return whole + (decimal_mark + decimals if decimals else "")


@st.composite
def number_columns(draw) -> tuple[list[str], list[str]]:
    """Bare numbers, mostly of one convention, and the same with signs around them."""
    decimal_mark, thousands = draw(
        st.sampled_from([(".", ""), (".", ","), (",", "."), (",", ""), (",", " "), (".", "'")])
    )
    numbers = draw(
        st.lists(
            st.one_of(
                st.integers(1, 9_999_999).map(Decimal),
                st.decimals(0, 99_999, places=2),
                st.decimals(1, 999, places=3),
            ),
            min_size=1,
            max_size=6,
        )
    )
    bare = [written(number, decimal_mark, thousands) for number in numbers]
    if draw(st.integers(0, 4)) == 0:  # and one of another
        bare.append(
            written(draw(st.decimals(1, 99_999, places=2)), *draw(st.sampled_from([(".", ","), (",", ".")])))
        )
    sign = draw(st.sampled_from(["{}", "{}", "{} €", "€{}", "EUR {}", " {} "]))
    return bare, [sign.format(text).replace("'", draw(st.sampled_from(["'", "\u2019"]))) for text in bare]


@given(columns=st.lists(number_columns(), min_size=COLUMNS_AT_ONCE, max_size=COLUMNS_AT_ONCE))
@FEW_LARGE_EXAMPLES
def test_numbers_are_what_the_column_says_or_refused(columns):
    expected = [oracle(bare) for bare, _ in columns]
    clear = [number for number, values in enumerate(expected) if values is not None]
    if clear:
        found, readings = read([columns[number][1] for number in clear], "decimal(18,4)")
        for number, values, reading in zip(clear, found, readings, strict=True):
            assert [Decimal(value) for value in values] == expected[number], columns[number]
            assert reading.values_unreadable == 0
    for number, values in enumerate(expected):
        if values is None:
            sentence = refusal(columns[number][1], "decimal(18,4)")
            assert "--read orders.c0=decimal_point, --read orders.c0=decimal_comma" in sentence


@pytest.mark.parametrize(
    ("given", "values"),
    [
        (["1.250", "49,90", "1.299,00"], ["1250", "49.90", "1299.00"]),
        (["1,250", "49.90"], ["1250", "49.90"]),
        (["(12.50)", "12.50-", "\u221212.50", "-12.50"], ["-12.50"] * 4),
        (["$1,299.00", "USD 5.5", "3 US$"], ["1299.00", "5.5", "3"]),
        (["1\u202f250,50", "1\u00a0250,50"], ["1250.50"] * 2),
        (["12,34,567.89"], ["1234567.89"]),
        (["12.50", "7", "1e3"], ["12.50", "7", "1e3"]),
        (["49,-", "5,--", "1.200,\u2013 \u20ac", "12,50"], ["49.", "5.", "1200.", "12.50"]),
        (["5.-", "-7.--", "12.50-", "1'200.\u2014"], ["5.", "-7.", "-12.50", "1200."]),
        (["1200.500", "1.250"], ["1200.500", "1.250"]),
    ],
)
def test_numbers_as_people_write_them(given, values):
    assert read([given], "decimal(18,4)")[0] == [values]


@pytest.mark.parametrize(
    ("given", "examples"),
    [
        (["12.50", "12,50"], "'12.50' and '12,50'"),
        (["1,299.00", "1.299,00"], "'1,299.00' and '1.299,00'"),
        (["12.50", "5.000.000"], "'12.50' and '5.000.000'"),
        (["1.250", "2.500"], "'1.250' and '2.500'"),
        (["1,250", "5.000.000"], "'1,250'"),
    ],
)
def test_numbers_that_may_be_two_numbers_are_refused_with_examples(given, examples):
    assert examples in refusal(given, "decimal(18,4)")


def test_a_whole_number_has_no_decimals_and_a_rate_no_thousands():
    assert read([["1.250", "900"]], "bigint")[0] == [["1250", "900"]]
    assert read([["1.085", "1.172"]], "double")[0] == [["1.085", "1.172"]]
    assert "'1.000' and '2.000'" in refusal(["1.000", "2.000"], "bigint")


def test_a_wish_decides_what_the_values_do_not():
    assert read([["1.250", "2.500"]], "decimal(18,4)", wish="decimal_comma")[0] == [["1250", "2500"]]
    assert read([["1.250", "2.500"]], "decimal(18,4)", wish="decimal_point")[0] == [["1.250", "2.500"]]
    assert read([["soon"]], "decimal(18,4)", wish="ignore")[0] == [[None]]


def test_a_few_stray_values_decide_nothing_and_stay_unread():
    values, (reading,) = read([["12.50"] * 200 + ["12,50"]], "decimal(18,4)")
    assert values == [["12.50"] * 200 + ["12,50"]]
    assert (reading.values_unreadable, reading.unreadable_example) == (1, "12,50")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("51-200", 125), ("201 - 500", 350), ("10,001+", 10001), ("~50", 50), ("ca. 50", 50), (">1,000", 1000),
        ("2-10 employees", 6), ("11 - 50 people", 30), ("10,001+ employees", 10001),
        ("$5M", 5_000_000), ("EUR 3 m", 3_000_000), ("1-5 Mio", 3_000_000), ("2k", 2000), ("1bn", 10**9),
        ("5 to 10", 7), ("35", 35), ("less than 10", 10),
    ],
)  # fmt: skip
def test_sizes_as_people_state_them(text, value):
    (values,), _ = read([[text, "35"]], "bigint", is_estimate=True)
    assert Decimal(values[0]) == value


def test_a_range_is_no_amount():
    _, (reading,) = read([["51-200", "35", "7"]], "decimal(18,4)")
    assert reading.values_unreadable == 1


# dates

CLOCKS = ["", " 00:30", " 14:05:09", "T23:59:59", " 11:30 PM", " 12:00 am", ", 1:05:00 p.m."]
DAYS = st.dates(date(1971, 1, 1), date(2068, 12, 31))


def clock(text: str) -> timedelta | None:
    found = re.search(r"(\d+):(\d+)(?::(\d+))?(?: ([ap])\.?m)?", text, re.IGNORECASE)
    if not found:
        return None
    hour = int(found[1])
    if found[4]:
        hour = hour % 12 + (12 if found[4].lower() == "p" else 0)
    return timedelta(hours=hour, minutes=int(found[2]), seconds=int(found[3] or 0))


def parsed(text: str, order: str) -> str | None:
    """The value under an order of days and months, as ISO; none where there is no such day."""
    day_text = re.match(r"[^ T,]+", text)[0]
    if order == "iso":
        patterns = ["%Y-%m-%d"]
    else:
        mark = re.search(r"[^0-9]", day_text)[0]
        both = f"%d{mark}%m{mark}" if order == "day_first" else f"%m{mark}%d{mark}"
        patterns = [both + ("%Y" if len(day_text.split(mark)[2]) == 4 else "%y")]
    try:
        day = datetime.strptime(day_text, patterns[0])
    except ValueError:
        return None
    since_midnight = clock(text)
    return f"{day:%Y-%m-%d}" if since_midnight is None else f"{day + since_midnight:%Y-%m-%d %H:%M:%S}"


def dates_oracle(texts: list[str]) -> list[str] | None:
    answers = []
    for order in ("iso", "day_first", "month_first"):
        values = [parsed(text, order) for text in texts]
        if None not in values:
            answers.append(values)
    return answers[0] if answers and all(answer == answers[0] for answer in answers) else None


@st.composite
def date_columns(draw) -> list[str]:
    pattern = draw(st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%m/%d/%y"]))
    days = draw(st.lists(DAYS, min_size=1, max_size=5))
    if draw(st.booleans()):
        days = [day.replace(day=min(day.day, 12)) for day in days]
    texts = [f"{day:{pattern}}" + draw(st.sampled_from(CLOCKS)) for day in days]
    if draw(st.integers(0, 4)) == 0:
        texts.append(f"{draw(DAYS):{draw(st.sampled_from(['%d/%m/%Y', '%m/%d/%Y', '%Y-%m-%d']))}}")
    return texts


@given(columns=st.lists(date_columns(), min_size=COLUMNS_AT_ONCE, max_size=COLUMNS_AT_ONCE))
@FEW_LARGE_EXAMPLES
def test_dates_are_what_the_column_says_or_refused(columns):
    expected = [dates_oracle(texts) for texts in columns]
    clear = [number for number, values in enumerate(expected) if values is not None]
    if clear:
        found, _ = read([columns[number] for number in clear], "timestamp")
        for number, values in zip(clear, found, strict=True):
            assert [moment(value) for value in values] == [moment(value) for value in expected[number]], (
                columns[number]
            )
    for number, values in enumerate(expected):
        if values is None:
            assert "--read orders.c0=day_first, --read orders.c0=month_first" in refusal(
                columns[number], "timestamp"
            )


def moment(value: str) -> str:
    """A day, or a moment to the second: what was plain stays as it was, with or without seconds."""
    return value if len(value) == 10 else datetime.fromisoformat(value).isoformat()


@pytest.mark.parametrize(
    ("given", "values"),
    [
        (["2026-03-01 23:30:00 -0500", "2026-03-01"], ["2026-03-01 23:30:00-05:00", "2026-03-01"]),
        (["2026-03-01 23:30:00 +0000 UTC"], ["2026-03-01 23:30:00+00:00"]),
        (["2026-03-01 11:30 PM"], ["2026-03-01 23:30:00"]),
        (["46081", "46081.5"], ["2026-02-28", "2026-02-28 12:00:00"]),
        (["1767225600", "1767225601"], ["2026-01-01 00:00:00+00:00", "2026-01-01 00:00:01+00:00"]),
        (["20260314", "20260501"], ["2026-03-14", "2026-05-01"]),
        (["14 Mar 2026", "May 1, 2026", "3-Dez-25"], ["2026-03-14", "2026-05-01", "2025-12-03"]),
        (["05.03.2026", "21.05.2026"], ["2026-03-05", "2026-05-21"]),
        (["05/05/2026"], ["2026-05-05"]),
        (["2026-03-01", "2026-03-01T10:00:00Z"], ["2026-03-01", "2026-03-01T10:00:00Z"]),
    ],
)
def test_dates_as_systems_write_them(given, values):
    assert read([given], "timestamp")[0] == [values]


@pytest.mark.parametrize(
    ("given", "examples"),
    [
        (["03/04/2026", "05/06/2026"], "'03/04/2026' and '05/06/2026'"),
        (["13/05/2026", "05/13/2026"], "'13/05/2026' and '05/13/2026'"),
        (["13/05/2026", "2026-05-13"], "'13/05/2026' and '2026-05-13'"),
        (["13/05/2026", "46081"], "'13/05/2026' and '46081'"),
        (["26-03-14", "26-03-15"], "'26-03-14' and '26-03-15'"),
    ],
)
def test_dates_that_may_be_two_days_are_refused_with_two_examples(given, examples):
    assert examples in refusal(given, "timestamp")


def test_a_year_of_two_digits_is_no_year_of_birth():
    sentence = refusal(["31.12.62", "01.05.25"], "date", pii=True)
    assert "'99.99.99'" in sentence
    assert "62" not in sentence


def test_a_sentence_says_how_a_column_was_read():
    _, (reading,) = read([["1.299,00", "7,50"]], "decimal(18,4)")
    assert reading.sentence("orders.csv") == "orders.csv c0: read with decimal comma ('1.299,00' is 1299.00)."
    _, (reading,) = read([["31.12.1990"]], "date", pii=True)
    assert reading.sentence("orders.csv") == "orders.csv c0: read with days first ('99.99.9999')."
    _, (reading,) = read([["12.50", "7"]], "decimal(18,4)")
    assert reading.sentence("orders.csv") == ""


# what could not be read

READABLE = {
    "decimal(18,4)": ["12.50", "7", "0.125", "-3"],
    "bigint": ["12", "7", "-3"],
    "timestamp": ["2026-01-05 10:00:00", "2026-02-01", "2026-01-05T10:00:00Z"],
    "date": ["2026-02-01"],
    "boolean": ["yes", "false", "1", "N"],
}
UNREADABLE = ["soon", "12%", "??", "2026-02-30", "1.2.3.4.5", "--"]
NOTHING = ["", "NULL", "n/a", "-"]


@given(
    columns=st.lists(
        st.sampled_from(list(READABLE)).flatmap(
            lambda data_type: st.tuples(
                st.just(data_type),
                st.lists(
                    st.sampled_from([*READABLE[data_type] * 3, *UNREADABLE, *NOTHING]),
                    min_size=1,
                    max_size=30,
                ),
            )
        ),
        min_size=COLUMNS_AT_ONCE,
        max_size=COLUMNS_AT_ONCE,
    )
)
@FEW_LARGE_EXAMPLES
def test_every_value_that_could_not_be_read_is_counted(columns):
    for data_type in READABLE:
        mine = [values for found, values in columns if found == data_type]
        if not mine:
            continue
        _, readings = read(mine, data_type)
        for values, reading in zip(mine, readings, strict=True):
            given = [value for value in values if value not in NOTHING]
            unreadable = [value for value in given if value in UNREADABLE]
            assert (reading.values_given, reading.values_unreadable) == (len(given), len(unreadable)), values
            assert (reading.unreadable_example in unreadable) if unreadable else True
