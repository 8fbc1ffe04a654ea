"""One environment for each compared package, from its hash-locked requirements file."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def ready_environment(package: str, lock: Path | None = None) -> Path:
    """The Python of the package's environment under `.venvs/`, made anew when its lock file has changed."""
    lock = lock or HERE / f"requirements-{package}.lock"
    folder = HERE / ".venvs" / package
    python, stamp = folder / "bin" / "python", folder / "lock-stamp"
    wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return python
    print(f"Installing {package} from {lock.name}", flush=True)
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "VIRTUAL_ENV")
    }
    environment["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True, env=environment)
    install = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", lock]
    subprocess.run(install, check=True, env=environment)
    stamp.write_text(wanted)
    return python
