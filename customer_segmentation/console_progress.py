"""How long work is told on stderr: one live line on a terminal, lines with the time of day anywhere else."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TextIO

from customer_segmentation.errors import told
from customer_segmentation.progress import Listener

MOST_SECONDS_OF_SILENCE = 10.0
LIVE_LINES_PER_SECOND = 4
NAMED_FROM_SECONDS = 1.0  # what takes less is not said to take 0 s


@contextmanager
def console_listener(*, quiet: bool = False, stream: TextIO | None = None) -> Iterator[Listener]:
    """Tell on `stream` (stderr) what goes on, how far it is and how long it takes; with `quiet` nothing."""
    stream = stream or sys.stderr
    if quiet:
        yield Listener()
        return
    told = _LiveLine(stream) if _is_screen(stream) else _LogLines(stream)
    told.start()
    try:
        yield told
    except BaseException:
        told.stop(is_done=False)
        raise
    told.stop(is_done=True)


def duration(seconds: float) -> str:
    """`7 s`, `2 min 5 s`, `1 h 3 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _is_screen(stream: TextIO) -> bool:
    """Whether a line can be written anew: whoever asks for colours in a log file does not mean that."""
    from rich.console import Console

    return stream.isatty() and not Console(file=stream).is_dumb_terminal


class _Told(Listener):
    """What is known of the work: the step, what it is busy with, and since when."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.lock = threading.RLock()
        self.name = ""
        self.what, self.done, self.total = "", 0, 0
        self.started = self.began = self.part_began = time.monotonic()
        self.step_began = self.started
        self.steps: list[tuple[str, float]] = []

    def start(self) -> None:
        """Begin to tell."""

    def stop(self, *, is_done: bool) -> None:
        """Tell the end; `is_done` is whether the work came to its own end."""

    def phase(self, name: str) -> None:
        with self.lock:
            self._end_step(is_done=True)
            self.name, self.what, self.done, self.total = name, "", 0, 0
            self.step_began = self.part_began = self.began = time.monotonic()

    def now(self, what: str, done: int = 0, total: int = 0, *, since: float | None = None) -> None:
        with self.lock:
            if since is not None:
                self.began = since
            elif what != self.what:
                self.began = time.monotonic()
            self.what, self.done, self.total = what, done, total

    def sentence(self) -> str:
        """`Building and testing: 120 of 395, now int_customer_purchases_as_of (12 s)`."""
        with self.lock:
            seconds = time.monotonic() - self.began
            how_long = f" ({duration(seconds)})" if seconds >= NAMED_FROM_SECONDS else ""
            now = f"now {self.what}{how_long}" if self.what else ""
            said = ", ".join(filter(None, [self._how_far(), now]))
            name = self.name or "Starting"
            return f"{name}: {said}" if said else f"{name}{how_long}"

    def _how_far(self) -> str:
        return f"{self.done:,} of {self.total:,}" if self.total else ""

    def _end_step(self, *, is_done: bool) -> None:
        if self.name:
            seconds = time.monotonic() - self.step_began
            self.steps.append((self.name, seconds))
            self._told_step(seconds, is_done=is_done)
        self.name = ""

    def _told_step(self, seconds: float, *, is_done: bool) -> None:
        """A step has ended."""


class _LogLines(_Told):
    """A line for each step and part that has ended, and one wherever nothing was said for a while."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self.said_at = self.started
        self.is_over = threading.Event()
        self.heart = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def start(self) -> None:
        self.heart.start()

    def stop(self, *, is_done: bool) -> None:
        with self.lock:
            self._end_step(is_done=is_done)
        self.is_over.set()
        self.heart.join()

    def part(self, what: str) -> None:
        with self.lock:
            seconds, self.part_began = time.monotonic() - self.part_began, time.monotonic()
            self._say(f"{self.name}: {what} ({duration(seconds)})")

    def notice(self, sentence: str) -> None:
        self._say(sentence)

    def _told_step(self, seconds: float, *, is_done: bool) -> None:
        how_far = " ".join(filter(None, [self._how_far(), "done" if is_done else "stopped"]))
        self._say(f"{self.name}: {how_far} ({duration(seconds)})")

    def _beat(self) -> None:
        while not self.is_over.wait(min(1.0, MOST_SECONDS_OF_SILENCE / 4)):
            with self.lock:
                if time.monotonic() - self.said_at >= MOST_SECONDS_OF_SILENCE:
                    self._say(self.sentence())

    def _say(self, text: str) -> None:
        # a reader that has gone is no reason to stop the work
        with self.lock, suppress(OSError, ValueError):
            self.said_at = time.monotonic()
            print(f"{datetime.now():%H:%M:%S} {told(text)}", file=self.stream, flush=True)


class _LiveLine(_Told):
    """One line that is written anew, and at the end one that says how long each step took."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.live import Live
        from rich.text import Text

        def line() -> Text:
            clock = duration(time.monotonic() - self.started)
            return Text(f"{clock:>5}  {told(self.sentence())}", no_wrap=True, overflow="ellipsis")

        super().__init__(stream)
        self.console = Console(file=stream, highlight=False)
        self.live = Live(
            get_renderable=line,
            console=self.console,
            refresh_per_second=LIVE_LINES_PER_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def start(self) -> None:
        self.live.start()

    def stop(self, *, is_done: bool) -> None:
        self.live.stop()
        self._end_step(is_done=is_done)
        took: dict[str, float] = {}
        for name, seconds in self.steps:
            took[name] = took.get(name, 0.0) + seconds
        if took:
            said = ", ".join(f"{name} {duration(seconds)}" for name, seconds in took.items())
            how, seconds = "Done" if is_done else "Stopped", time.monotonic() - self.started
            self.notice(f"{how} after {duration(seconds)}: {said}.")

    def notice(self, sentence: str) -> None:
        self.console.print(told(sentence), markup=False, soft_wrap=True)
