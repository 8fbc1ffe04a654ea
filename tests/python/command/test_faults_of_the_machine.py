"""Faults of the machine and of private files: who may read them, what is said, damage, a full disk."""

import io
import os
import stat
from pathlib import Path

import pytest

from customer_segmentation.console_progress import console_listener
from customer_segmentation.console_report import show_load
from customer_segmentation.errors import DataRefused, SegmentationError, WrongCall, listed
from customer_segmentation.loading import load_folder
from customer_segmentation.progress import Listener
from customer_segmentation.published_query import Answer, write_csv
from customer_segmentation.refresh import refresh
from customer_segmentation.run_state import refresh_lock
from customer_segmentation.warehouse import Warehouse
from helpers.small_project import ORDERS

HOSTILE = "\x1b[31mred\x1b[0m\nnext\u202egnp.exe\x9b2J"
BEHIND = "\x1b]0;title\x07"


# who may read what


class Watching(Listener):
    """Notes at every step of a run what others could read of the warehouse."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        self.open_to_others: set[str] = set()
        self.steps: set[str] = set()

    def look(self, step: str) -> None:
        self.steps.add(step)
        self.open_to_others |= open_to_others(self.warehouse)

    def phase(self, name: str) -> None:
        self.look(name)

    def now(self, what: str, done: int = 0, total: int = 0, *, since: float | None = None) -> None:
        self.look(what)


def open_to_others(warehouse: Warehouse) -> set[str]:
    """What the group or anybody else can read or list, with the way to it."""
    found = set()

    def look(path: Path) -> None:
        try:
            mode = path.stat().st_mode
            if not mode & 0o077:
                return
            found.add(str(path.relative_to(warehouse.folder)))
            for inner in path.iterdir() if path.is_dir() else ():
                look(inner)
        except FileNotFoundError:  # replaced meanwhile
            return

    for path in warehouse.folder.iterdir():
        look(path)
    return found


@pytest.fixture
def open_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_what_a_refresh_makes_only_its_owner_can_read_from_the_first_moment(request_of, warehouse):
    watching = Watching(warehouse)

    refresh(request_of(), watching)

    assert {"Loading the input", "customer_segments", "Publishing"} <= watching.steps
    assert watching.open_to_others == {"published"}
    assert open_to_others(warehouse) == {"published", "published/segments.duckdb"}
    # whatever the caller makes afterwards is as open as the caller wants it
    (warehouse.folder / "mine").touch()
    assert stat.S_IMODE((warehouse.folder / "mine").stat().st_mode) == 0o644


@pytest.mark.usefixtures("open_umask")
def test_what_plain_dbt_left_open_the_next_command_closes(warehouse):
    for path in warehouse.private_paths:
        path.mkdir() if path.suffix == "" and "hashing" not in path.name else path.touch()
    assert open_to_others(warehouse)

    with refresh_lock(warehouse):
        assert open_to_others(warehouse) == set()


@pytest.mark.parametrize("mode", [0o640, 0o600, 0o664, 0o444])
def test_the_published_file_keeps_the_mode_and_group_somebody_gave_it(request_of, warehouse, mode):
    refresh(request_of())
    assert stat.S_IMODE(warehouse.published_file.stat().st_mode) == 0o644
    warehouse.published_file.chmod(mode)
    group = next((group for group in os.getgroups() if group != os.getgid()), os.getgid())
    os.chown(warehouse.published_file, -1, group)

    refresh(request_of())

    assert stat.S_IMODE(warehouse.published_file.stat().st_mode) == mode
    assert warehouse.published_file.stat().st_gid == group


# what is said of values


PERSONAL = ("Miller", "ann@example.com", "0171 2345678", "0171/2345678", "555-123-4567", "+49 30 1234567")


def told_everywhere(warehouse: Warehouse, error: Exception) -> str:
    """What a refused run said and wrote down."""
    return str(error) + warehouse.state_file.read_text() + warehouse.runs_file.read_text()


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"customers.csv": "C1,Ann Miller,ann@example.com\nC2,Bob,b@example.com\n"}, "is a row, written like"),
        ({"customers.csv": "C1,Ann Miller,0171 2345678\nC2,Bob,\n"}, "is a row, written like"),
        ({"customers.csv": "C1,Miller,555-123-4567,Miller\nC2,Bob,,\n"}, "has the column 'aaaaaa' twice"),
        ({"orders.csv": "order_id,customer_id,0171 2345678\n1,A,2026-01-05\n"}, "the nearest column found is"),
        (
            {"orders.csv": "order_id,customer_id,ordered_at,net_amount\n1,A,2026-01-05,ring Ann: 0171/2345678\n"},
            "'net_amount' of orders.csv cannot be read",
        ),
        (
            {"orders.csv": "order_id,customer_id,ordered_at\n1,A,ask ann@example.com or 555-123-4567\n"},
            "'ordered_at' of orders.csv cannot be read",
        ),
        ({"ann@example.com.csv": "a\n1\n", "+49 30 1234567.csv": "a\n1\n"}, "belongs to no input table"),
    ],
    ids=["e-mail in row", "telephone in row", "repeated", "nearest", "amount", "date", "file names"],
)  # fmt: skip
def test_no_personal_value_reaches_a_message_or_the_state(request_of, warehouse, files, words):
    with pytest.raises(SegmentationError) as refusal:
        refresh(request_of(files))

    said = told_everywhere(warehouse, refusal.value)
    assert words in said
    assert [value for value in PERSONAL if value in said] == []


def test_a_header_in_another_language_is_told_as_it_stands(request_of, warehouse):
    with pytest.raises(DataRefused, match="its first line reads kundennummer, vorname; expected names"):
        refresh(request_of({"customers.csv": "Kundennummer,Vorname\nC1,Ann\n"}))


def test_a_notice_shows_no_personal_value_on_the_screen_and_in_the_state(request_of, warehouse, capsys):
    rows = "".join(f"{number},A,2026-01-05,1\n" for number in range(3, 60))
    files = {
        "orders.csv": ORDERS + rows + "99,A,2026-01-05,0171/2345678 Ann\n",
        "customers.csv": "customer_id,customer_name,ann@example.com,x\nA,Ann,1,1\nB,Bob,1,1\n",
    }

    request = request_of(files)
    report = load_folder(request.input_folder, warehouse, request.project)
    show_load(report, warehouse)

    said = capsys.readouterr().out
    assert "left unused" in said
    assert [value for value in PERSONAL if value in said] == []


# what a terminal gets


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def controls(text: str) -> str:
    """What of a text is no letter to show."""
    return "".join(letter for letter in text if not letter.isprintable() and letter != "\n")


def test_names_that_hold_control_characters_never_reach_a_terminal(deliver, warehouse, project, capsys):
    hostile = HOSTILE.replace("\n", "")
    header = f'customer_id,customer_name,"{HOSTILE}"\n'
    folder = deliver({"customers.csv": header + "A,Ann,1\nB,Bob,1\n", "orders.csv": ORDERS})

    show_load(load_folder(folder, warehouse, project), warehouse)

    said = capsys.readouterr().out
    assert "left unused" in said
    assert "red" in said
    assert controls(said) == ""
    for name in (
        f"orders{hostile}.csv",
        "or\nders.csv",
        b"orders\xff\x1b[2J.csv".decode("utf-8", "surrogateescape"),
    ):
        deliver({name: ORDERS})
        with pytest.raises(WrongCall, match="belongs to no input table") as refusal:
            load_folder(folder, warehouse, project)
        assert controls(str(refusal.value)) == ""
        assert "\n" not in str(refusal.value)
        str(refusal.value).encode("utf-8")
        (folder / name).unlink()


@pytest.mark.parametrize("screen", [Terminal, io.StringIO])
def test_what_is_told_of_a_run_holds_no_control_characters(screen, monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    stream = screen()

    with console_listener(stream=stream) as listener:
        listener.phase("Loading the input")
        listener.now(HOSTILE)
        listener.part(HOSTILE)
        listener.notice(HOSTILE)

    assert "red" in stream.getvalue()
    assert controls(stream.getvalue()) == ""


def test_csv_is_printable_on_a_terminal_and_as_it_is_in_a_file():
    answer = Answer(("a", HOSTILE), [(1, HOSTILE), (None, "x")])
    screen, file = Terminal(), io.StringIO()

    write_csv(answer, screen)
    write_csv(answer, file)

    assert controls(screen.getvalue()) == ""
    assert len(screen.getvalue().splitlines()) == 3
    assert HOSTILE in file.getvalue()


def test_long_lists_and_long_names_are_cut(deliver, warehouse, project):
    many = [f"extra_{number}" for number in range(500)]
    header = ",".join(["customer_id", *many, "z" * 5000])
    folder = deliver({"customers.csv": f"{header}\nA\n", "orders.csv": ORDERS})
    with pytest.raises(DataRefused) as refusal:  # one line, and it has too few columns
        load_folder(folder, warehouse, project)
    assert len(str(refusal.value)) < 500

    deliver({"customers.csv": f"{header}\n{'A' + ',1' * 501}\n"})
    report = load_folder(folder, warehouse, project)

    (notice,) = [notice for notice in report.notices if "left unused" in notice]
    assert "extra_0, extra_1, " in notice
    assert notice.endswith("and 481 more.")
    assert len(notice) < 500
    assert listed(["a", "b"]) == "a, b"
