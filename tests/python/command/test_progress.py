"""Long work says what runs, how far it is and how long: a live line on a terminal, lines with the time elsewhere."""

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import time
from datetime import date

import pytest

from customer_segmentation import console_progress
from customer_segmentation.console_progress import console_listener, duration
from customer_segmentation.dbt_build import _follow
from customer_segmentation.example import generate_example_company
from customer_segmentation.progress import Listener
from helpers import ROOT

CLOCK = r"\d\d:\d\d:\d\d "


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.4, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (125, "2 min 5 s"),
        (3600, "1 h 0 min"),
        (9000, "2 h 30 min"),
    ],
)
def test_durations_are_words(seconds, said):
    assert duration(seconds) == said


def test_a_log_has_a_line_with_time_and_duration_per_step_and_part():
    log = io.StringIO()

    with console_listener(stream=log) as listener:
        listener.phase("Loading the input")
        listener.now("orders", 0, 2)
        listener.part("orders, 1,000 rows")
        listener.now("", 2, 2)
        listener.phase("Publishing")
        listener.notice("Something to know.")

    said = log.getvalue()
    assert all(re.match(CLOCK, line) for line in said.splitlines())
    assert re.sub(rf"(?m)^{CLOCK}", "", said).splitlines() == [
        "Loading the input: orders, 1,000 rows (0 s)",
        "Loading the input: 2 of 2 done (0 s)",
        "Something to know.",
        "Publishing: done (0 s)",
    ]


def test_a_log_says_where_work_stopped():
    log = io.StringIO()

    def work() -> None:
        with console_listener(stream=log) as listener:
            listener.phase("Building and testing")
            listener.now("a_model", 120, 395)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        work()

    assert re.fullmatch(rf"{CLOCK}Building and testing: 120 of 395 stopped \(0 s\)\n", log.getvalue())


def test_a_log_is_never_silent_for_long(monkeypatch):
    monkeypatch.setattr(console_progress, "MOST_SECONDS_OF_SILENCE", 0.2)
    log = io.StringIO()

    with console_listener(stream=log) as listener:
        listener.phase("Building and testing")
        listener.now("a_model", 120, 395, since=time.monotonic() - 12)
        time.sleep(1)
        said = log.getvalue().splitlines()

    assert 3 <= len(said) <= 5
    assert re.fullmatch(rf"{CLOCK}Building and testing: 120 of 395, now a_model \(1[23] s\)", said[0])


def test_quiet_says_nothing(monkeypatch):
    monkeypatch.setattr(console_progress, "MOST_SECONDS_OF_SILENCE", 0.1)
    log = io.StringIO()

    with console_listener(stream=log, quiet=True) as listener:
        listener.phase("Building and testing")
        listener.notice("Something to know.")
        time.sleep(0.3)

    assert log.getvalue() == ""


def test_a_reader_that_has_gone_stops_nothing():
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    with console_listener(stream=Gone()) as listener:
        listener.phase("Publishing")
        listener.notice("Nobody reads this.")


def on_a_terminal(script: str, *, columns: int = 60, terminal: str = "xterm") -> str:
    """What a script writes to a terminal of some columns."""
    main, other = pty.openpty()
    fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=other,
        stdout=other,
        stderr=other,
        cwd=ROOT,
        env={**environment, "TERM": terminal},
    )
    os.close(other)
    said = b""
    while True:
        try:
            piece = os.read(main, 65536)
        except OSError:  # Linux says so where the other end is closed
            break
        if not piece:
            break
        said += piece
    os.close(main)
    assert process.wait() == 0, said
    return said.decode()


SCRIPT = """
import time
from customer_segmentation.console_progress import console_listener
with console_listener() as listener:
    listener.phase("Loading the input")
    time.sleep(0.5)
    listener.phase("Building and testing")
    listener.now("a_model_with_a_name_that_is_longer_than_any_terminal_is_wide", 120, 395)
    time.sleep(1.6)
    listener.notice("Something to know.")
"""


def test_a_terminal_has_one_live_line_that_never_scrolls():
    said = on_a_terminal(SCRIPT)

    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said)
    # what is written anew begins with a carriage return; only lines that stay end with a line feed
    pieces = [piece for piece in re.split(r"[\r\n]+", plain) if piece.strip()]
    assert max(len(piece) for piece in pieces if not piece.startswith("Done after")) <= 60
    live = [piece for piece in pieces if "a_model" in piece]
    assert len(live) >= 3
    assert live[-1].rstrip().endswith("…")
    assert re.match(r" +\d s  Building and testing: 120 of 395, now a_model", live[-1])
    last = plain.replace("\r", "").rstrip().splitlines()[-1]
    assert re.fullmatch(r"Done after \d s: Loading the input \d s, Building and testing \d s\.", last)
    assert plain.count("\n") <= 4


def test_a_dumb_terminal_gets_lines():
    said = on_a_terminal(SCRIPT, terminal="dumb")

    assert "\x1b" not in said
    assert len(said.splitlines()) == 3


class Told(Listener):
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.said: list[tuple] = []

    def now(self, what: str, done: int = 0, total: int = 0, *, since: float | None = None) -> None:
        self.said.append((what, done, total))


def test_of_the_models_that_run_the_one_that_began_first_is_told():
    lines = [
        '{"level": "info", "total": 3, "what": "begun", "node": "a"}',
        '{"level": "info", "total": 3, "what": "begun", "node": "b"}',
        '{"level": "info", "total": 0, "what": "ended", "node": "b"}',
        '{"level": "warn", "total": 0, "message": "careful"}',
        '{"level": "error", "total": 0, "message": "wrong"}',
        "no JSON",
        '{"level": "info", "total": 0, "what": "ended", "node": "a"}',
    ]
    told = Told()

    assert _follow(lines, told) == ["wrong", "no JSON"]
    assert told.said == [
        ("reading the project", 0, 0),
        ("a", 0, 3),
        ("a", 0, 3),
        ("a", 1, 3),
        ("", 2, 3),
    ]


def test_the_generator_says_how_far_it_is(tmp_path):
    told = Told()

    generate_example_company(tmp_path, customers=30, seed=1, until=date(2026, 6, 30), listener=told)

    assert told.said[0] == ("customers 1 to 30", 0, 21)
    assert told.said[-1] == ("late rows and planted faults", 21, 21)
    assert [done for _, done, _ in told.said] == sorted(done for _, done, _ in told.said)
