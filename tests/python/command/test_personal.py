"""What looks personal, and how publishing, messages and logs keep it back."""

import json

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_segmentation.dbt_build import hide_personal_values
from customer_segmentation.errors import EnvironmentFault
from customer_segmentation.loading.texts import shown
from customer_segmentation.personal import (
    E_MAIL,
    TELEPHONE,
    hashed,
    is_customer_id,
    kind_of,
    select_hidden,
    without_personal,
)
from customer_segmentation.personal import hide_personal_values as hide_in_tables
from customer_segmentation.run_state import hashing_secret
from helpers.refreshed import command

E_MAILS = [
    "jane@example.com",
    "Jane Doe <jane.doe+shop@mail.example.co.uk>",
    "guest:jane%40example.com",
    "4915112345678@c.us",
    "jörg@müller.рф",
]
TELEPHONES = [
    "+49 30 1234567",
    "tel:+4930123456",
    "+49\u00a030\u00a0123456",
    "whatsapp:+491511234567",
    "(030) 123 45 67",
    "030/1234567",
    "0049 30 123456",
    "555-123-4567",
]
PLAIN = [
    "C0001", "0301234567", "12345678901", "00012-34567", "2026-01-01", "+12", "a@b", "0-306-40615-2", "",
    "cus_9s6XKzkNRiz8i3", "gid://shopify/Customer/1234567890", "9f1c2d3e-0000-4000-8000-123456789012", "@home",
]  # fmt: skip
SECRET = bytes(range(32))


@pytest.mark.parametrize(
    ("texts", "kind"), [(E_MAILS, E_MAIL), (TELEPHONES, TELEPHONE), (PLAIN, None)], ids=str
)
def test_python_and_the_engine_see_the_same(texts: list[str], kind: str | None) -> None:
    assert {text: kind_of(text) for text in texts} == dict.fromkeys(texts, kind)
    assert kinds_by_engine(texts) == ({} if kind is None else dict.fromkeys(texts, kind))


LETTERS = st.text(alphabet="aZ019+-./() @:%é", max_size=20)


@given(st.lists(st.one_of(LETTERS, st.sampled_from(E_MAILS + TELEPHONES)), max_size=20))
@settings(max_examples=200, deadline=None)
def test_whatever_the_text_engine_and_python_agree_on_kind_and_hash(texts: list[str]) -> None:
    expected = {text: kind_of(text) for text in texts if kind_of(text)}
    assert kinds_by_engine(texts) == expected


def kinds_by_engine(texts: list[str]) -> dict[str, str]:
    with duckdb.connect() as connection:
        connection.execute("create table marts (customer_id varchar)")
        if texts:
            connection.executemany("insert into marts values (?)", [[text] for text in texts])
        hide_in_tables(connection, {"marts": "marts"}, SECRET)
        found = connection.execute("select value, hashed_value, kind from private.hashed_values").fetchall()
    assert all(hash_value == hashed(value, SECRET) for value, hash_value, _ in found)
    return {value: kind for value, _, kind in found}


def test_other_texts_are_hidden_where_they_hold_an_address_or_are_a_hidden_identifier() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            """
            create table marts as select * from (values
                ('030/1234567', '030/1234567'), ('C1', 'ask jane@example.com'), ('C2', '030/7654321')
            ) as given (parent_customer_id, word)
            """
        )
        hidden = hide_in_tables(connection, {"marts": "marts"}, SECRET)
        values = connection.execute("select value from private.hashed_values order by value").fetchall()
    assert values == [("030/1234567",), ("ask jane@example.com",)]
    assert hidden.columns == {"marts": ["parent_customer_id", "word"]}
    assert not any("030/" in notice or "jane" in notice for notice in hidden.notices)
    assert is_customer_id("ultimate_parent_customer_id")
    assert not is_customer_id("word")


def test_columns_of_any_name_and_odd_letters_are_published_hidden() -> None:
    names = ("value", "kind", "hashed_value", "source", 'od"d customer_id')
    columns = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
    with duckdb.connect() as connection:
        connection.execute(
            f"create table marts as select * from (values ('a@bc.de', 'x', 'y', null, 'a@bc.de')) as t ({columns})"
        )
        hidden = hide_in_tables(connection, {"marts": "marts"}, SECRET)
        select = select_hidden(connection, "marts", hidden.columns["marts"], "private.hashed_values")
        result = connection.execute(select)
        assert tuple(column[0] for column in result.description) == names
        own = hashed("a@bc.de", SECRET)
        assert result.fetchall() == [(own, "x", "y", None, own)]


def test_of_another_secret_comes_another_hash() -> None:
    assert hashed("jane@example.com", SECRET) != hashed("jane@example.com", SECRET[::-1])


def test_a_message_shows_the_shape_of_what_looks_personal_in_any_column() -> None:
    assert shown("jane9@example.com") == "'aaaa9@aaaaaaa.aaa'"
    assert shown("030/1234567") == "'999/9999999'"
    assert shown("C-17") == "'C-17'"


def test_a_sentence_loses_addresses_numbers_and_values_of_the_engine() -> None:
    text = without_personal(
        "Row 'jane@example.com', +49 30 1234567: could not convert string 'O'Neil' to INT32."
    )
    assert text == (
        "Row '(e-mail address not shown)', (telephone number not shown): "
        "could not convert string '(value not shown)' to INT32."
    )
    assert without_personal("orders: 1,200 rows, +1.16 and -30 % on 2026-06-30") == (
        "orders: 1,200 rows, +1.16 and -30 % on 2026-06-30"
    )


def test_what_dbt_wrote_of_a_failure_loses_the_value(tmp_path) -> None:
    log, results = tmp_path / "dbt.log", tmp_path / "run_results.json"
    message = "Conversion Error: Could not convert string 'Zelda Plant' to INT32, jane@example.com"
    log.write_text(f"09:00:00 {message}\n")
    results.write_text(json.dumps({"results": [{"status": "error", "message": message}]}))

    hide_personal_values(log, results)

    for file in (log, results):
        assert "Zelda" not in file.read_text()
        assert "jane" not in file.read_text()
        assert "Conversion Error" in file.read_text()
    hide_personal_values(tmp_path / "absent", tmp_path / "absent.json")


def test_the_secret_is_made_once_and_for_its_owner_only(warehouse) -> None:
    secret = hashing_secret(warehouse)
    assert len(secret) == 32
    assert warehouse.secret_file.stat().st_mode & 0o777 == 0o600
    warehouse.secret_file.chmod(0o644)
    assert hashing_secret(warehouse) == secret
    assert warehouse.secret_file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", ["", "abcd", "no secret"])
def test_a_damaged_secret_is_refused(warehouse, content) -> None:
    warehouse.secret_file.write_text(content)
    with pytest.raises(EnvironmentFault, match="hashing_secret"):
        hashing_secret(warehouse)


def test_keys_say_which_customer_a_hash_is(warehouse):
    with duckdb.connect(str(warehouse.build_file)) as connection:
        connection.execute("create schema private")
        connection.execute(
            "create table private.hashed_values as from (values "
            "('ann@example.com', 'hashed_1', 'e-mail address', true), "
            "('call +49 30 123456', 'hashed_2', 'telephone number', false)) "
            "as given (value, hashed_value, kind, is_customer_id)"
        )
    done = command("keys", "--warehouse", warehouse.folder)
    assert (done.returncode, done.stdout.splitlines()) == (
        0,
        ["customer_id,delivered_customer_id", "hashed_1,ann@example.com"],
    )
    empty = command("keys", "--warehouse", warehouse.folder / "nothing")
    assert empty.returncode == 3
    assert "no customer_id is hashed" in empty.stderr
