"""Who is told while long work goes on."""


class Listener:
    """Is told how far long work has come; this one keeps it to itself."""

    def phase(self, name: str) -> None:
        """A step begins; the one before it has ended."""

    def now(self, what: str, done: int = 0, total: int = 0, *, since: float | None = None) -> None:
        """What the step is busy with, and how much of it is done (counts; a total of 0 is unknown).

        `since` is when `what` began, on the clock of `time.monotonic`; else when it was told first.
        """

    def part(self, what: str) -> None:
        """A part of the step is done, and what came of it."""

    def notice(self, sentence: str) -> None:
        """Something to know at once."""
