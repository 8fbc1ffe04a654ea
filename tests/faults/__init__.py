"""Trials of what can go wrong around a refresh: `run.py` runs them all and prints a table.

Each module of this folder that has a function `trials(seed, count) -> list[Trial]` is run.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Trial:
    """A kind of fault, how often it was tried, how often the outcome was wrong, and what was seen, in words."""

    fault: str
    tries: int
    wrong: int
    words: str
