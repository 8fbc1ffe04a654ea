"""One refresh that is hurt at a chosen point: `one_refresh.py INPUT WAREHOUSE PROJECT AS_OF [HURT]`.

`count` tells how many points there are, `kill:17` kills the process group at the 17th, `fill:Publishing=FOLDER` fills
the disk of a folder as soon as that step begins or that table is loaded, and `limit:Publishing` lets files grow no
more from then on. A point is whatever the run tells of its work and each moment before it replaces, removes or
flushes a file.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from customer_segmentation.console_progress import console_listener
from customer_segmentation.errors import SegmentationError
from customer_segmentation.progress import Listener
from customer_segmentation.refresh import RefreshRequest, refresh
from customer_segmentation.warehouse import Warehouse

LARGEST_FILE_BYTES = 64 * 1024
PIECE_BYTES = 1 << 20


class Points(Listener):
    """Counts the points of a run, and does `hurt` at each of them with its number and name."""

    def __init__(self, hurt: Callable[[int, str], None], told: Listener) -> None:
        self.hurt, self.told, self.count = hurt, told, 0

    def reached(self, name: str) -> None:
        self.count += 1
        self.hurt(self.count, name)

    def phase(self, name: str) -> None:
        self.told.phase(name)
        self.reached(name)

    def now(self, what: str, done: int = 0, total: int = 0, *, since: float | None = None) -> None:
        self.told.now(what, done, total, since=since)
        self.reached(what)

    def part(self, what: str) -> None:
        self.told.part(what)
        self.reached(what)

    def notice(self, sentence: str) -> None:
        self.told.notice(sentence)

    def watch(self, owner: Any, name: str) -> None:
        """Count the moments before a function is called, too."""
        called = getattr(owner, name)

        def counted(*arguments: Any, **options: Any) -> Any:
            self.reached(name)
            return called(*arguments, **options)

        setattr(owner, name, counted)


def hurt_of(text: str) -> Callable[[int, str], None]:
    """What is done at each point."""
    kind, _, where = text.partition(":")
    step, _, folder = where.partition("=")

    def kill(number: int, name: str) -> None:
        if number == int(where):
            os.killpg(os.getpgrp(), signal.SIGKILL)

    def fill(number: int, name: str) -> None:
        ballast = Path(folder, "ballast")
        if name == step and not ballast.exists():
            fill_up(ballast)

    def limit(number: int, name: str) -> None:
        if name == step:
            resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE_BYTES, resource.RLIM_INFINITY))

    def nothing(number: int, name: str) -> None:
        return

    return {"kill": kill, "fill": fill, "limit": limit}.get(kind, nothing)


def fill_up(ballast: Path) -> None:
    """Write a file until the disk has no byte left."""
    with ballast.open("wb", buffering=0) as file:
        for size in (PIECE_BYTES, 4096, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue


def main() -> None:
    input_folder, warehouse, project, as_of, *hurt = sys.argv[1:]
    with console_listener() as told:
        points = Points(hurt_of(hurt[0] if hurt else ""), told)
        for owner, name in ((os, "replace"), (os, "fsync"), (Path, "unlink"), (shutil, "rmtree")):
            points.watch(owner, name)
        try:
            refresh(
                RefreshRequest(Path(input_folder), Warehouse(Path(warehouse)), Path(project), as_of), points
            )
        except SegmentationError as error:
            print(error, file=sys.stderr)
            sys.exit(error.exit_code)
    print(points.count)


if __name__ == "__main__":
    main()
