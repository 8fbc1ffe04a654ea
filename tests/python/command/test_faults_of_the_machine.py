"""Faults of the machine and of private files: who may read them, what is said, damage, a full disk."""

import io
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml

from customer_segmentation.console_progress import console_listener
from customer_segmentation.console_report import show_load, show_status
from customer_segmentation.dbt_build import NodeFailure, judged_failure
from customer_segmentation.errors import (
    DamagedBuild,
    DataRefused,
    EnvironmentFault,
    SegmentationError,
    WrongCall,
    listed,
)
from customer_segmentation.loading import load_folder
from customer_segmentation.personal import hidden_keys
from customer_segmentation.progress import Listener
from customer_segmentation.published_query import Answer, write_csv
from customer_segmentation.refresh import refresh
from customer_segmentation.rejections import rejections_of
from customer_segmentation.run_history import read_runs
from customer_segmentation.run_state import (
    disk_faults,
    read_state,
    refresh_lock,
    room_for_the_end,
    write_state,
)
from customer_segmentation.warehouse import Warehouse, damage_of, on_sound_build
from helpers import ROOT
from helpers.small_project import CUSTOMERS, ORDERS

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
    with pytest.raises(DataRefused, match="letters that no text has") as refusal:
        load_folder(folder, warehouse, project)
    assert controls(str(refusal.value)) == ""

    odd = "re\u202ed\u200b"  # letters, though none that can be seen
    deliver({"customers.csv": f"customer_id,customer_name,{odd}\nA,Ann,1\nB,Bob,1\n"})
    show_load(load_folder(folder, warehouse, project), warehouse)
    said = capsys.readouterr().out
    assert "left unused" in said
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


# a damaged build file


def overwritten(start: int, count: int):
    def damage(path: Path) -> None:
        with path.open("r+b") as file:
            file.seek(start)
            file.write(b"\xa5" * count)

    return damage


def flipped_in_every_block(path: Path) -> None:
    with path.open("r+b") as file:
        for start in range(12_288 + 1_000, path.stat().st_size, 262_144):
            file.seek(start)
            byte = file.read(1)[0]
            file.seek(start)
            file.write(bytes([byte ^ 0xFF]))


def of_another_version(path: Path) -> None:
    """Version 999, with the checksum that the engine says it should have."""
    overwritten(12, 1)(path)
    with pytest.raises(duckdb.IOException) as error:
        duckdb.connect(str(path))
    checksum = int(re.search(r"computed checksum (\d+)", str(error.value))[1])
    with path.open("r+b") as file:
        file.write(checksum.to_bytes(8, "little"))


DAMAGES = {
    "empty": lambda path: path.write_bytes(b""),
    "cut in the header": lambda path: os.truncate(path, 5_000),
    "cut in the middle": lambda path: os.truncate(path, path.stat().st_size // 2),
    "overwritten header": overwritten(4_096, 8_192),
    "no such file": overwritten(8, 4),
    "all zero": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "flipped blocks": flipped_in_every_block,
    "other version": of_another_version,
    "bad log": lambda path: path.with_name("build.duckdb.wal").write_bytes(b""),
}


@pytest.fixture(scope="module")
def sound_build(tmp_path_factory) -> Path:
    """A build file of some blocks with rejected rows and hashed values."""
    path = tmp_path_factory.mktemp("sound") / "build.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            create schema marts; create schema seeds; create schema private;
            create table marts.filling as select range as a, hash(range) as b from range(200000);
            create table marts.rejected_rows as
            select 'orders' as input_table, 'r' as rule_id, 'k' || range as row_key, 'R' || range as reason
            from range(100000);
            create table seeds.rejection_rules as select 'r' as rule_id, 'R' as reason;
            create table seeds.settings as select 'guard' as topic, 'minimum_rows' as setting, 1.0 as setting_value;
            create table private.hashed_values as
            select 'v' || range as value, 'h' || range as hashed_value, true as is_customer_id from range(100000)
            """
        )
    return path


@pytest.mark.parametrize("case", [case for case in DAMAGES if case != "bad log"])
def test_commands_that_read_a_damaged_build_file_say_so_in_one_sentence(sound_build, warehouse, case, capsys):
    shutil.copy(sound_build, warehouse.build_file)
    DAMAGES[case](warehouse.build_file)
    sentence = (
        rf"^The build file {warehouse.build_file} cannot be read: "
        r"(it is damaged|another version of DuckDB wrote it); the next refresh makes it anew\.$"
    )

    with pytest.raises(DamagedBuild, match=sentence):
        rejections_of(warehouse, None, ["orders"])
    with pytest.raises(DamagedBuild, match=sentence):
        hidden_keys(warehouse)
    show_status(warehouse)
    assert re.search(sentence, capsys.readouterr().out, re.MULTILINE)


def test_a_build_file_that_is_open_in_another_process_is_not_called_damaged(
    sound_build, warehouse, monkeypatch
):
    monkeypatch.setattr("customer_segmentation.warehouse.LOCK_WAIT_SECONDS", 0.1)
    shutil.copy(sound_build, warehouse.build_file)
    script = f"import duckdb; c = duckdb.connect({str(warehouse.build_file)!r}); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(EnvironmentFault, match=rf"another process has it open \(process {holder.pid}\)"):
            warehouse.connect_build()
        holder.kill()


@pytest.mark.parametrize("case", DAMAGES)
def test_a_refresh_makes_a_damaged_build_file_anew_and_says_so_once(request_of, warehouse, sound_build, case):
    first = refresh(request_of())
    if case == "flipped blocks":  # of tables that nobody replaces
        shutil.copy(sound_build, warehouse.build_file)
    DAMAGES[case](warehouse.build_file)
    if case == "bad log":
        broken_log(warehouse)
    heard = Heard()

    report = refresh(request_of(), heard)

    told = [notice for notice in report.notices if "made anew" in notice]
    assert [notice for notice in heard.notices if "made anew" in notice] == told
    if case == "flipped blocks":
        assert len(told) <= 1  # the engine reads a block only where it needs it
    else:
        assert len(told) == 1, report.notices
        assert told[0].startswith(f"The build file {warehouse.build_file} cannot be read: ")
        assert told[0].endswith("; it was removed and is made anew from the input.")
    assert report.run_id != first.run_id
    assert read_state(warehouse)["status"] == "published"
    assert sorted(path.name for path in warehouse.folder.iterdir()) == [
        *("build.duckdb", "hashing_secret", "logs", "published", "refresh.lock", "runs.jsonl"),
        *("state.json", "target"),
    ]


class Heard(Listener):
    def __init__(self) -> None:
        self.notices: list[str] = []

    def notice(self, sentence: str) -> None:
        self.notices.append(sentence)


def broken_log(warehouse: Warehouse) -> None:
    """The log of a writer that died, with a byte of it changed."""
    script = (
        f"import duckdb, os; c = duckdb.connect({str(warehouse.build_file)!r}); "
        "c.execute('create table t as select range as a from range(1000)'); os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", script], check=False)
    log = bytearray(warehouse.wal_file.read_bytes())
    log[len(log) // 2] ^= 0xFF
    warehouse.wal_file.write_bytes(log)


def test_a_build_file_that_is_damaged_again_and_again_is_no_endless_work(warehouse):
    tries = []

    def work() -> None:
        tries.append(1)
        raise EnvironmentFault("IO Error: Corrupt database file: computed checksum 1")

    with pytest.raises(EnvironmentFault, match="damaged again while it was made anew; the disk"):
        on_sound_build(warehouse, work, lambda sentence: None)
    assert len(tries) == 2


def test_a_delivered_file_that_is_too_short_is_no_damage_of_the_build_file():
    assert (
        damage_of('IO Error: Could not read enough bytes from file "/in/orders.parquet": attempted') is None
    )
    assert damage_of('IO Error: Could not read enough bytes from file "/w/build.duckdb": attempted')
    assert (
        damage_of('IO Error: Could not set lock on file "/w/build.duckdb": Conflicting lock is held') is None
    )


# a full disk


@pytest.mark.parametrize("step", ["customers", "Building and testing", "Publishing"])
def test_where_nothing_more_can_be_written_one_sentence_says_so_and_the_run_has_ended(
    request_of, warehouse, step
):
    request = request_of()
    refresh(request)
    before = warehouse.published_file.read_bytes()
    arguments = map(str, (request.input_folder, warehouse.folder, request.project, request.as_of))

    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "faults" / "one_refresh.py"), *arguments, f"limit:{step}"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 3, done.stderr
    said = [line for line in done.stderr.splitlines() if line[2:3] != ":"]
    assert len(said) == 1
    sentence = (
        rf"Writing into {warehouse.folder} failed: a file would be larger than the system allows\. "
        r"Now [\d,]+ MB are free there, and a refresh of this input needs about [\d,]+ MB; make room and start "
        r"again\. Nothing was published\."
    )
    assert re.fullmatch(sentence, said[0])
    state = read_state(warehouse)
    assert state["status"] == "failed"
    # what is free may be another number a moment later
    assert re.fullmatch(sentence, state["message"])
    assert read_runs(warehouse)[-1]["status"] == "failed"
    assert warehouse.published_file.read_bytes() == before
    assert {path.name for path in warehouse.folder.iterdir()} <= {
        *("build.duckdb", "build.duckdb.wal", "hashing_secret", "logs", "published", "refresh.lock"),
        *("runs.jsonl", "state.json", "target"),
    }
    assert [path.name for path in warehouse.published_file.parent.iterdir()] == ["segments.duckdb"]
    report = refresh(request)
    assert report.notices == []


def test_a_disk_without_room_for_what_is_spilled_is_told_as_such(warehouse, deliver):
    engine = duckdb.OutOfMemoryException(
        "failed to offload data block\nset by the 'max_temp_directory_size' setting"
    )
    folder = deliver({"customers.csv": CUSTOMERS})

    told = EnvironmentFault("Loading needs more memory.")
    told.__cause__ = engine
    no_room = "the disk has no room for what does not fit into memory"
    with pytest.raises(EnvironmentFault, match=no_room), disk_faults(warehouse, folder):
        raise told
    with pytest.raises(EnvironmentFault, match="Another run"), disk_faults(warehouse, folder):
        raise EnvironmentFault("Another run is using the warehouse.")
    spilling = NodeFailure("m", "model", "error", f"Out of Memory Error: {engine}")
    assert "max_temp_directory_size" in str(judged_failure(spilling, Path("dbt.log")))


def test_a_failure_without_a_reason_on_a_full_disk_is_told_as_such(tmp_path, deliver):
    folder = deliver({"customers.csv": CUSTOMERS})
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a disk of its own needs the right to mount one")
    try:
        with (
            pytest.raises(EnvironmentFault, match="failed: the disk is full"),
            disk_faults(Warehouse(disk), folder),
        ):
            raise EnvironmentFault("dbt stopped: 187 of 495 ERROR creating sql table model.")
        with pytest.raises(DataRefused, match="rejected"), disk_faults(Warehouse(disk), folder):
            raise DataRefused("Half of the rows were rejected.")
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=False)


def test_a_run_keeps_room_to_say_how_it_ended(warehouse):
    with room_for_the_end(warehouse) as give_back:
        (room,) = warehouse.folder.iterdir()
        assert room.stat().st_size >= 100_000
        give_back()
        assert list(warehouse.folder.iterdir()) == []
    assert list(warehouse.folder.iterdir()) == []


def test_a_record_that_cannot_be_written_leaves_nothing_and_hides_nothing(request_of, warehouse):
    warehouse.state_file.mkdir()  # nothing can take its place

    with pytest.raises(OSError, match="directory"):
        write_state(warehouse, {"run_id": "a"})
    assert [path.name for path in warehouse.folder.iterdir()] == ["state.json"]
    warehouse.state_file.rmdir()
    request = request_of({"orders.csv": b""})

    class Removing(Heard):
        def phase(self, name: str) -> None:
            warehouse.state_file.unlink()
            warehouse.state_file.mkdir()

    heard = Removing()
    with pytest.raises(DataRefused, match=r"orders\.csv is empty"):
        refresh(request, heard)
    assert any("state.json could not be written: " in notice for notice in heard.notices)


# numbers of the seeds that nobody can mean


SEEDS = yaml.safe_load((ROOT / "seeds" / "rules" / "_rules__seeds.yml").read_text(encoding="utf-8"))["seeds"]


def rules_that_refuse(seed: str, row: str) -> list[str]:
    """The rules of a seed that a row (a select) breaks."""
    (about,) = [found for found in SEEDS if found["name"] == seed]
    rules = next(
        test["rows_hold"]["arguments"]["rows"] for test in about["data_tests"] if "rows_hold" in test
    )
    with duckdb.connect() as connection:
        return [
            name
            for name, rule in rules.items()
            if connection.execute(f"select {rule} from ({row})").fetchone() not in ((True,), (None,))
        ]


@pytest.mark.parametrize("number", ["NaN", "inf", "-inf", "1e400", "1e12", "-1", "15.5"])
@pytest.mark.parametrize(
    "setting",
    ["habit_days", "plan_groups_count", "first_backtest_months", "long_view_seconds", "minimum_rows"],
)
def test_a_setting_that_counts_is_a_whole_number(setting, number):
    def row(text: str) -> str:
        return f"select '{setting}' as setting, cast('{text}' as double) as setting_value, 'x' as unit"

    assert rules_that_refuse("settings", row(number))
    assert rules_that_refuse("settings", row("15")) == []


@pytest.mark.parametrize("number", ["NaN", "inf", "-inf", "1e400"])
def test_a_ratio_and_a_bound_are_finite(number):
    ratio = f"select 'largest_loss_ratio' as setting, cast('{number}' as double) as setting_value, 'ratio' as unit"
    bounds = ", ".join(
        f"cast({value!r} as double) as {name}"
        for name, value in {"lower_bound": "1", "upper_bound": number, "also_lower_bound": "1"}.items()
    )
    assert rules_that_refuse("settings", ratio)
    assert rules_that_refuse("segment_rules", f"select {bounds}, cast(null as double) as also_upper_bound")
    plain = (
        "select 1 as lower_bound, 2 as upper_bound, null::double as also_lower_bound, 3 as also_upper_bound"
    )
    assert rules_that_refuse("segment_rules", plain) == []


@pytest.mark.parametrize("number", ["١٢", "1,5", "0x10", "true", "twelve", "[1]"])
def test_a_setting_in_other_digits_or_of_another_type_is_told_with_its_line(dbt_project, request_of, number):
    seed = dbt_project / "seeds" / "settings.csv"
    seed.write_text(seed.read_text() + f'gate,some_days,"{number}"\n', encoding="utf-8")
    config = "seeds: [{name: settings, config: {column_types: {setting_value: double}}}]\n"
    (dbt_project / "seeds" / "_seeds.yml").write_text(config)

    with pytest.raises(WrongCall) as refusal:
        refresh(request_of())

    assert refusal.value.sentences == (
        f"The seed settings has '{number}' in line 5, column setting_value; expected a number such as 12.5 in "
        "plain digits.",
    )
