"""More than one mistake of a delivery is told in one refusal, in the order of the tables, and nothing is loaded."""

import json

import pytest

from customer_segmentation.errors import (
    DataRefused,
    EnvironmentFault,
    Mistakes,
    SegmentationError,
    WrongCall,
    shortened,
)
from customer_segmentation.loading import load_folder
from helpers import ROOT
from helpers.refreshed import command
from helpers.small_project import CUSTOMERS, ORDERS

ITEMS = "order_id,line_number\n1,1\n"


def refused_with(errors: list[SegmentationError]) -> SegmentationError:
    mistakes = Mistakes()
    for error in errors:
        with mistakes.noted():
            raise error
    with pytest.raises(SegmentationError) as refusal:
        mistakes.refuse()
    return refusal.value


def test_without_a_mistake_nothing_is_refused():
    mistakes = Mistakes()
    with mistakes.noted():
        pass

    mistakes.refuse()
    assert not mistakes


def test_one_mistake_is_the_error_that_was_noted():
    error = DataRefused("No rows.")

    assert refused_with([error]) is error
    assert str(error) == "No rows."


def test_several_mistakes_are_a_list_of_the_kind_that_has_to_be_acted_on_first():
    refused = DataRefused("No rows.", "No columns.")

    error = refused_with([refused, WrongCall("No such table."), DataRefused("No rows.")])

    assert type(error) is WrongCall
    assert error.exit_code == 2
    assert str(error) == "3 things are wrong:\n1. No rows.\n2. No columns.\n3. No such table."
    assert type(refused_with([refused, DataRefused("No header.")])) is DataRefused


def test_ten_mistakes_are_shown_and_the_rest_is_counted():
    error = DataRefused(*(f"Column {number} is wrong." for number in range(1, 1203)), closing="It is over.")

    lines = str(error).splitlines()
    assert lines[0] == "1,202 things are wrong:"
    assert lines[10:] == [
        "10. Column 10 is wrong.",
        "1,192 more are shown once these are mended.",
        "It is over.",
    ]
    assert len(error.sentences) == 1202


def test_faults_of_the_machine_are_told_at_once():
    mistakes = Mistakes()
    with pytest.raises(EnvironmentFault, match="disk"), mistakes.noted():
        raise EnvironmentFault("The disk is full.")


def test_shortened_keeps_a_line_that_can_be_read():
    assert shortened(" a\n  b ") == "a b"
    assert shortened("a" * 1000) == "a" * 300 + " …"


def sentences_of(folder, warehouse, project, kind=DataRefused, **options) -> list[str]:
    with pytest.raises(kind) as refusal:
        load_folder(folder, warehouse, project, **options)
    return list(refusal.value.sentences)


def test_mistakes_of_all_files_are_told_together(project, warehouse, deliver, rows_of):
    good = deliver({"customers.csv": CUSTOMERS, "orders.csv": ORDERS})
    load_folder(good, warehouse, project)
    before = rows_of("select * from raw.loaded_tables, raw.orders")
    ambiguous = "order_id,customer_id,ordered_at,net_amout\n1,A,05/01/2026,1\n2,B,06/01/2026,2\n"
    folder = deliver(
        {
            "customers.csv": "id,registered_at\nA,2026-01-01\n",
            "order_items.csv": b"",
            "orders.csv": ambiguous,
            "shops.csv": "shop_id\n1\n",
        }
    )

    told = sentences_of(folder, warehouse, project, WrongCall)

    assert told == [
        "The file shops.csv belongs to no input table; there are customers, order_items, orders, product_events, subscriptions.",
        "customers.csv has no column 'customer_id', which the table 'customers' requires; "
        "the nearest column found is 'id'.",
        "order_items.csv is empty (0 bytes); expected a header with the column names.",
        "orders.csv has a column 'net_amout', which 'orders' does not know; the nearest is 'net_amount'. "
        "Rename it, or leave it out with --read orders.net_amout=ignore.",
        told[4],
    ]
    assert told[4].startswith("The column 'ordered_at' of orders.csv has values such as '05/01/2026'")
    assert rows_of("select * from raw.loaded_tables, raw.orders") == before


def test_mistakes_of_one_table_are_told_together(project, warehouse, deliver):
    orders = "order_id,order_time,net_amount,is_free_shipping\n4.5019E+12,x,much,maybe\n,x,more,perhaps\n"
    folder = deliver({"customers.csv": "customer_id,birth_date\n,soon\n,later\n", "orders.csv": orders})

    told = sentences_of(folder, warehouse, project)

    assert [sentence[:56] for sentence in told] == [
        "The column 'customer_id' of customers.csv is empty in al",
        "The column 'birth_date' of customers.csv cannot be read ",
        "orders.csv has no column 'customer_id', which the table ",
        "orders.csv has no column 'ordered_at', which the table '",
        "The column 'order_id' of orders.csv holds identifiers th",
        "The column 'net_amount' of orders.csv cannot be read in ",
        "The column 'is_free_shipping' of orders.csv cannot be re",
    ]
    assert not warehouse.build_file.exists()


def test_a_misspelt_required_column_is_one_mistake(project, warehouse, deliver):
    misspelt = ORDERS.replace("ordered_at", "orderd_at")
    folder = deliver({"customers.csv": CUSTOMERS, "orders.csv": misspelt})

    assert sentences_of(folder, warehouse, project) == [
        "orders.csv has no column 'ordered_at', which the table 'orders' requires; "
        "the nearest column found is 'orderd_at'."
    ]


def test_a_misspelt_amount_is_one_mistake(warehouse, deliver):
    misspelt = ORDERS.replace("net_amount", "net_amout")
    folder = deliver({"customers.csv": CUSTOMERS, "orders.csv": misspelt})

    (told,) = sentences_of(folder, warehouse, ROOT)
    assert told.startswith(
        "orders.csv has a column 'net_amout', which 'orders' does not know; the nearest is"
    )


def test_a_file_that_ends_the_transaction_leaves_the_others_to_be_checked(project, warehouse, deliver):
    """What is no Parquet inside fails while it is read, and the engine then gives up all that was begun."""
    ends = deliver({"customers.csv": CUSTOMERS, "orders.parquet": "select 1 as order_id"}) / "orders.parquet"
    content = ends.read_bytes()
    ends.unlink()
    orders = b"order_id,customer_id,ordered_at\n" + b'"' + b"x" * 17_000_000
    folder = deliver(
        {"order_items.csv": "order_id\n1\n", "orders.csv": orders, "subscriptions.parquet": content[:40]}
    )

    told = sentences_of(folder, warehouse, project)

    assert len(told) == 3
    assert "order_items.csv has no column 'line_number'" in told[0]
    assert "orders.csv" in told[1]
    assert "subscriptions.parquet cannot be read as Parquet" in told[2]


def test_a_missing_table_is_no_second_mistake_of_a_misnamed_file(project, warehouse, deliver):
    def told(files: dict, kind) -> list[str]:
        return sentences_of(deliver(files), warehouse, project, kind)

    assert told({"customer.csv": CUSTOMERS, "orders.csv": ORDERS}, WrongCall) == [
        "The file customer.csv belongs to no input table; the nearest table is 'customers'."
    ]
    both = told({"customer.csv": None, "orders.csv": None, "order_items.csv": ITEMS}, DataRefused)
    assert ["delivers no customers" in both[0], "delivers neither" in both[1], len(both)] == [True, True, 2]


def test_a_wrong_call_is_told_before_any_file_is_opened(project, warehouse, deliver):
    folder = deliver({"customers.csv": b"", "orders.csv": ORDERS, "shops.csv": ""})

    told = sentences_of(
        folder, warehouse, project, WrongCall, may_be_empty=["order"], read_as=["orders.ordered_at=day_frist"]
    )

    assert [sentence.split(" ")[0] for sentence in told] == ["--read", "--allow-empty", "The"]
    assert not warehouse.build_file.exists()


@pytest.fixture
def adapter(project):
    """An adapter of which files can be replaced."""
    folder = project / "adapters" / "shop"
    folder.mkdir(parents=True)
    (folder / "customers.sql").write_text("select distinct buyer as customer_id from source.sales")
    (folder / "orders.sql").write_text(
        "select id as order_id, buyer as customer_id, day as ordered_at from source.sales"
    )
    return folder


def test_mistakes_of_an_adapter_are_told_together(project, warehouse, deliver, adapter):
    (adapter / "shops.sql").write_text("select 1")
    (adapter / "orders.sql").write_text("select id as order_id, sold_on as ordered_at from source.sales")
    (adapter / "order_items.sql").write_text("select cast(buyer as integer) as order_id from source.sales")
    (adapter / "read.yml").write_text("orders.ordered_at: day_first\n")
    folder = deliver({"sales.csv": "id,buyer,day\n1,A,2026-01-05\n"})

    told = sentences_of(folder, warehouse, project, WrongCall, adapter="shop")

    assert len(told) == 3
    assert told[0] == "The mapping shop/shops.sql gives no input table; the nearest table is 'customers'."
    assert told[1].startswith(
        "The mapping shop/order_items.sql does not fit the files of the input folder: Conv"
    )
    assert told[2].startswith(
        "The mapping shop/orders.sql does not fit the files of the input folder: Binder"
    )


def test_a_broken_source_is_no_mistake_of_its_mappings(project, warehouse, deliver, adapter):
    folder = deliver({"sales.csv": b"", "visits.csv": b"\xff\xfea"})

    assert sentences_of(folder, warehouse, project, adapter="shop") == [
        "sales.csv is empty (0 bytes); expected a header with the column names.",
        "visits.csv is saved as UTF-16; expected UTF-8.",
    ]


def test_the_command_says_a_list_and_json_has_it_too(tmp_path):
    folder = tmp_path / "input"
    folder.mkdir()
    (folder / "customers.csv").write_text("id\nA\n")
    (folder / "orders.csv").write_text("")
    warehouse = tmp_path / "warehouse"
    words = ("--input", folder, "--as-of", "2026-06-30", "--warehouse", warehouse, "--json", "--quiet")

    done = command("refresh", *words)

    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert lines[0] == "2 things are wrong:"
    assert json.loads(done.stdout)["messages"] == [line[3:] for line in lines[1:]]
    status = command("status", "--warehouse", warehouse).stdout
    assert [line for line in lines if line not in status] == []
