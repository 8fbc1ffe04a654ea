#!/usr/bin/env python3
"""Known weaknesses of what the lock files pin, as the advisories of the package index tell them.

Exit codes: 0 none known, 1 some, 3 no service answered.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "benchmarks")]

from environments import ready_environment  # noqa: E402

LOCK = Path(__file__).with_name("requirements-audit.lock")


def audited(lock: Path) -> list[dict]:
    """The pinned packages, each with its weaknesses or with why nothing is known of it."""
    python = ready_environment("audit", LOCK)
    words = ("--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json")
    done = subprocess.run(
        [python, "-m", "pip_audit", "-r", lock, *words], capture_output=True, text=True, check=False
    )
    try:
        return json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return []


def main() -> int:
    weak = 0
    for lock in [ROOT / "requirements.lock", *sorted((ROOT / "benchmarks").glob("*.lock")), LOCK]:
        packages = audited(lock)
        answered = [package for package in packages if "vulns" in package]
        name = lock.relative_to(ROOT)
        if not answered:
            print(
                f"{name}: no audit service answered; try again where the advisories can be reached.",
                file=sys.stderr,
            )
            return 3
        for package in answered:
            for found in package["vulns"]:
                weak += 1
                mended = ", ".join(found.get("fix_versions", [])) or "no version yet"
                print(f"{name}: {package['name']} {package['version']}: {found['id']}, mended in {mended}")
        print(f"{name}: {len(answered)} of {len(packages)} packages audited")
    return 1 if weak else 0


if __name__ == "__main__":
    sys.exit(main())
