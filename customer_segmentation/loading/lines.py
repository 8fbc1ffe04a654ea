"""The lines of a CSV file, counted without the engine, and the records that a quote stretches over many.

The engine reads a file in pieces on several threads. Where a quote is not closed it drops what follows, up to
the end of a piece, and says one line. So the lines are counted here, and where they are not all accounted for
this module finds out which quote it was.
"""

import mmap
import re
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CHUNK_BYTES = 1 << 23
FEWEST_ROWS_INSIDE = 2  # so many lines of a value, each with the marks of a row, are rows and no text
BLOCK_BYTES = 1 << 12  # a line of two blocks fills one of them
MOST_COLUMNS_MORE = 1_000  # of a line than of the header; the engine notes each of them with the whole line
FEWEST_COLUMNS = 3  # in a text a line with one comma is nothing special


@dataclass(frozen=True)
class FileLines:
    """The lines of a file, blank ones apart, and the longest (its number and bytes) if it fills a chunk."""

    count: int
    blank_count: int
    end: bytes  # what ends each of them; empty where they end in different ways
    longest_number: int = 0
    longest_bytes: int = 0


@dataclass(frozen=True)
class Stretch:
    """Lines `first` to `last`, one record and no row: by a quote, opened in line `opened`, or `columns`."""

    first: int
    last: int
    opened: int
    start: int  # its bytes
    stop: int
    swallowed: int = 0  # lines that are not blank and were taken for a part of the first one
    columns: str = ""  # what is wrong with their columns

    @property
    def reason(self) -> str:
        """Why its lines are no rows."""
        if self.columns:
            return self.columns
        what = "a quote is opened and not closed as it should be"
        return spread(
            f"in line {self.opened:,} {what}" if self.last > self.first else what, self.first, self.last
        )


def spread(reason: str, first: int, last: int) -> str:
    """The reason why a record is no row, with its lines where it has several."""
    return reason if first == last else f"lines {first:,} to {last:,} are one: {reason}"


def chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file in pieces that never part a carriage return from its line feed."""
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            while chunk.endswith(b"\r") and (following := stream.read(1)):
                chunk += following
            yield chunk


def read_lines(path: Path) -> FileLines:
    """Count the lines of a file; a carriage return, a line feed and both together end one."""
    feeds = returns = pairs = ends = runs = 0
    pending = 0  # bytes of the line that goes on in the next chunk
    longest, longest_number, is_at_end, is_start = 0, 0, True, True
    for chunk in chunks(path):
        feeds += chunk.count(b"\n")
        if b"\r" in chunk:
            returns += chunk.count(b"\r")
            pairs += chunk.count(b"\r\n")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if is_start:
            chunk = chunk.removeprefix(b"\xef\xbb\xbf")
            is_start = False
        if not chunk:
            continue
        first = chunk.find(b"\n")
        if pending + (first if first >= 0 else len(chunk)) > longest:
            longest, longest_number = pending + (first if first >= 0 else len(chunk)), ends + 1
        pending = len(chunk) - chunk.rfind(b"\n") - 1 if first >= 0 else pending + len(chunk)
        if b"\n\n" in chunk:
            runs += len(re.findall(rb"\n+", chunk)) - (is_at_end and first == 0)
        else:
            runs += chunk.count(b"\n") - (is_at_end and first == 0)
        ends += chunk.count(b"\n")
        is_at_end = chunk.endswith(b"\n")
    if pending > longest:
        longest, longest_number = pending, ends + 1
    if (feeds, returns) == (feeds, 0):
        end = b"\n"
    elif feeds == 0:
        end = b"\r"
    else:
        end = b"\r\n" if (feeds, returns) == (pairs, pairs) else b""
    return FileLines(runs + (not is_at_end), ends - runs, end, longest_number, longest)


def line_numbers(path: Path, starts: Sequence[int], end: bytes) -> list[int]:
    """The numbers of the lines that begin at the bytes `starts` (ascending, from 0), or after line ends.

    The first line is 1.
    """
    numbers = []
    number, position = 1, 0
    with path.open("rb") as stream:
        for start in starts:
            while position < start:
                piece = stream.read(min(CHUNK_BYTES, start - position))
                number += piece.count(end[-1:])
                position += len(piece)
                if not piece:
                    break
            while (letter := stream.read(1)) in (b"\r", b"\n"):
                number += letter == end[-1:]
                position += 1
            stream.seek(position)
            numbers.append(number)
    return numbers


@dataclass(frozen=True)
class Records:
    """What quotes make of lines: records that are broken, and sound ones that go on for more than a line."""

    broken: tuple[Stretch, ...]
    lines_more: int  # of all sound ones
    last_lines: Mapping[int, int]  # first line -> last line, of those that were asked for


def crowded_lines(path: Path, delimiter: str, columns_count: int, end: bytes) -> list[int]:
    """Where lines begin (bytes) that are long and hold far more delimiters than there are columns."""
    last, mark = end[-1:], delimiter.encode()
    found = []
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        done = 0
        for block in range(0, len(data), BLOCK_BYTES):
            if block < done or data.find(last, block, block + BLOCK_BYTES) >= 0:
                continue
            start, done = data.rfind(last, 0, block) + 1, data.find(last, block) + 1 or len(data)
            if _count(data, start, done, mark) > columns_count + MOST_COLUMNS_MORE:
                found.append(start)
    return found


def read_records(
    path: Path,
    delimiter: str,
    columns_count: int,
    end: bytes,
    *,
    asked: Collection[int] = (),
    crowded: Sequence[int] = (),
) -> Records:
    """Find the records that a quote breaks or stretches over rows, and on how many lines all others go on.

    A value that begins with a quote ends with the next one that is not doubled, and a delimiter or the end
    of the line has to follow. Else the record ends with the line in which it was closed, or the file.
    Lines inside of a value that all look like rows are rows: somewhere a quote is missing.
    `asked` are the first lines of records whose last lines are wanted, `crowded` those of `crowded_lines`:
    those that are records, and not the inside of a value, are broken as well.
    """
    last = end[-1:]
    mark, feed = re.escape(delimiter.encode()), re.escape(last)
    inside = rb'[^"]*+(?:""[^"]*+)*+'
    after = rb"(?=" + mark + rb"|\r?" + feed + rb"|\Z)"
    field = rb'(?: *"' + inside + rb'" *' + after + rb'|(?! *")[^' + mark + feed + rb"]*+)"
    whole = re.compile(field + rb"(?:" + mark + field + rb")*+\r?(?:" + feed + rb"|\Z)")
    separated = re.compile(field + rb"(?:" + mark + rb"|\r?" + feed + rb"|\Z)")
    sound = re.compile(rb"(?:" + field + mark + rb")*+")
    quoted = re.compile(rb' *+"(' + inside + rb')("?)')
    values = re.compile(rb"(?:\A|" + mark + rb') *"(' + inside + rb')"')
    found: list[Stretch] = []
    lines_more = 0
    last_lines: dict[int, int] = {}
    plain = list(crowded)  # those that no quote has to do with
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        position, number = 3 if data[:3] == b"\xef\xbb\xbf" else 0, 1
        while (quote := data.find(b'"', position)) >= 0:
            start = max(position, data.rfind(last, position, quote) + 1)
            number += _count(data, position, start, last)
            record = whole.match(data, start)
            opened, stop = start, record.end() if record else 0
            is_sound = record is not None
            if record is None:
                broken = quoted.match(data, sound.match(data, start).end())  # type: ignore[union-attr]
                if broken is None:  # cannot be: only a quote makes a record unsound
                    broken = quoted.match(data, quote)
                opened = broken.start(1)  # type: ignore[union-attr]
                line_end = data.find(last, broken.end()) if broken[2] else -1  # type: ignore
                stop = line_end + 1 if line_end >= 0 else len(data)
            ends = _count(data, start, stop, last)
            last_line = number + ends - (data[stop - 1 : stop] == last)
            if is_sound and last_line - number > FEWEST_ROWS_INSIDE and columns_count >= FEWEST_COLUMNS:
                for value in values.finditer(data[start:stop]):
                    lines = [line for line in value[1].split(last)[1:-1] if line.strip()]
                    if len(lines) >= FEWEST_ROWS_INSIDE and all(
                        line.count(delimiter.encode()) == columns_count - 1 for line in lines
                    ):
                        opened, is_sound = start + value.start(1), False
                        break
            columns = ""
            for line in [line for line in plain if start <= line < stop]:
                plain.remove(line)
                fields = _count_fields(separated, data, start, stop) if is_sound and line == start else 0
                if fields > columns_count + MOST_COLUMNS_MORE:
                    is_sound, columns = (
                        False,
                        f"it has {fields:,} columns where the header has {columns_count}",
                    )
            if is_sound:
                lines_more += _lines_inside(data, start, stop) - 1 if last_line > number else 0
                if number in asked:
                    last_lines[number] = last_line
            else:
                opened_in = number + _count(data, start, opened, last)
                swallowed = _lines_inside(data, start, stop) - 1
                found.append(Stretch(number, last_line, opened_in, start, stop, swallowed, columns))
            number += ends
            position = stop
        for start in plain:
            stop, line = data.find(last, start) + 1 or len(data), 1 + _count(data, 0, start, last)
            fields = _count_fields(separated, data, start, stop)
            words = f"it has {fields:,} columns where the header has {columns_count}"
            found.append(Stretch(line, line, line, start, stop, 0, words))
    found.sort(key=lambda stretch: stretch.start)
    return Records(tuple(found), lines_more, last_lines)


def copy_without(path: Path, copy: Path, broken: Iterable[Stretch], mask: bytes, end: bytes) -> Path:
    """Copy a file with `mask` in the place of each line of the stretches: all lines keep their numbers."""
    with path.open("rb") as stream, copy.open("wb") as target:
        for stretch in broken:
            _copy(stream, target, stretch.start - stream.tell())
            lines = stream.read(stretch.stop - stretch.start).removesuffix(end).split(end)
            target.write(b"".join((mask if line else b"") + end for line in lines))
        shutil.copyfileobj(stream, target, CHUNK_BYTES)
    return copy


def _copy(stream: BinaryIO, target: BinaryIO, count: int) -> None:
    while count > 0 and (piece := stream.read(min(CHUNK_BYTES, count))):
        target.write(piece)
        count -= len(piece)


def _lines_inside(data: mmap.mmap, start: int, stop: int) -> int:
    """The lines between two bytes that are not blank, without a copy of them all."""
    return sum(1 for _ in re.compile(rb"[^\r\n]+").finditer(data, start, stop))


def _count_fields(separated: re.Pattern[bytes], data: mmap.mmap, start: int, stop: int) -> int:
    """The fields of a sound record."""
    count, position = 0, start
    while position < stop and (field := separated.match(data, position)):
        count, position = count + 1, field.end()
    return count


def _count(data: mmap.mmap, start: int, stop: int, what: bytes) -> int:
    return sum(
        data[position : min(position + CHUNK_BYTES, stop)].count(what)
        for position in range(start, stop, CHUNK_BYTES)
    )
