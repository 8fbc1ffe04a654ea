"""What every measured process prints last: phases in seconds, parameters and versions as one line of JSON."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from importlib import metadata


class Report:
    """Seconds by phase; the first phase begins where the packages have been imported."""

    def __init__(self) -> None:
        self.phases: dict[str, float] = {}
        self._last = time.perf_counter()

    def phase(self, name: str) -> None:
        now = time.perf_counter()
        self.phases[name] = now - self._last
        self._last = now

    def print(self, parameters: Mapping[str, float], *packages: str, **more: object) -> None:
        print(
            json.dumps(
                {
                    "work_seconds": sum(self.phases.values()),
                    "phases": self.phases,
                    "parameters": {name: float(value) for name, value in parameters.items()},
                    "versions": {package: metadata.version(package) for package in packages},
                    **more,
                }
            )
        )
