"""What can go wrong, told in one sentence each, with the exit code of the command."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

MOST_SENTENCES = 10  # more are counted: nobody reads a longer list at once
MOST_NAMES = 20  # in one sentence
MOST_LETTERS = 300  # of what a program says about itself: an engine repeats the whole statement


class SegmentationError(Exception):
    """An error that is shown to the caller as one sentence, without a traceback.

    Several sentences are mistakes that were found together: they become a list, in the given order.
    `closing` is said once after them, such as what became of the run.
    """

    exit_code = 3

    def __init__(self, *sentences: str, closing: str = "") -> None:
        self.sentences = tuple(told(sentence) for sentence in sentences)
        self.closing = told(closing)
        super().__init__(*self.sentences)

    def __str__(self) -> str:
        if len(self.sentences) < 2:
            return " ".join(filter(None, [*self.sentences, self.closing]))
        lines = [f"{len(self.sentences):,} things are wrong:"]
        lines += [f"{number}. {text}" for number, text in enumerate(self.sentences[:MOST_SENTENCES], start=1)]
        if len(self.sentences) > MOST_SENTENCES:
            lines.append(f"{len(self.sentences) - MOST_SENTENCES:,} more are shown once these are mended.")
        return "\n".join([*lines, *filter(None, [self.closing])])


class DataRefused(SegmentationError):
    """The data cannot be used as delivered; nothing was published."""

    exit_code = 1


class WrongCall(SegmentationError):
    """The call or a setting is wrong."""

    exit_code = 2


class EnvironmentFault(SegmentationError):
    """The machine stands in the way: a lock, the disk, the engine."""

    exit_code = 3


class DamagedBuild(EnvironmentFault):
    """The build file cannot be read any more; it is made from the input alone, so it can be made anew."""


class Mistakes:
    """What checks find that do not need each other, so that all of it is said at once.

    `mistakes.note(error)` or `with mistakes.noted(): check(...)` for each, then `mistakes.refuse()`.
    """

    def __init__(self) -> None:
        self._found: list[SegmentationError] = []

    def __len__(self) -> int:
        return len(self._found)

    def note(self, error: SegmentationError) -> None:
        """Keep an error."""
        self._found.append(error)

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Keep a `DataRefused` or `WrongCall` of the block and go on after it."""
        try:
            yield
        except (DataRefused, WrongCall) as error:
            self.note(error)

    def refuse(self) -> None:
        """Raise what was noted: a single error as it is, several as one of the kind with the highest code.

        A wrong call so comes before refused data: whoever called has to act before a new delivery can help.
        """
        if self._found:
            raise told_together(self._found)


def printable(text: str) -> str:
    """A text of which a terminal does nothing but show it: names of files and columns may hold anything.

    Line ends, escape sequences, marks that turn the direction of writing and bytes of no letter are blanks.
    """
    return "".join(letter if letter.isprintable() else " " for letter in text)


def told(text: str) -> str:
    """A sentence as it may be told, stored and logged: printable, without personal values."""
    from customer_segmentation.personal import without_personal

    return without_personal(printable(text))


def listed(names: Sequence[str]) -> str:
    """`a, b, c`; of a long list the first names, and how many more there are."""
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more:,} more" if more > 0 else "")


def shortened(text: str) -> str:
    """What a program said, in one line of a length that can be read."""
    line = " ".join(text.split())
    return line if len(line) <= MOST_LETTERS else f"{line[:MOST_LETTERS]} …"


def told_together(errors: Sequence[SegmentationError], *, closing: str = "") -> SegmentationError:
    """One error for several: their sentences, each once, and the kind with the highest exit code."""
    if len(errors) == 1:
        return errors[0]
    sentences = dict.fromkeys(sentence for error in errors for sentence in error.sentences)
    kind = type(max(errors, key=lambda error: error.exit_code))
    return kind(*sentences, closing=closing or errors[0].closing)
