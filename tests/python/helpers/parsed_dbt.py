"""dbt on a project that is parsed already: other settings are read while models run, so nothing is parsed for them.

Plain dbt parses the whole project again whenever `--vars` change, 12 to 20 seconds each. As a program
(`python -m helpers.parsed_dbt PARSED WORDS`) this is dbt with its first argument taken from a file.
"""

from __future__ import annotations

import sys
from pathlib import Path

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest


def read_parsed(file: Path) -> Manifest:
    """The project as dbt keeps it in `partial_parse.msgpack`."""
    manifest = Manifest.from_msgpack(file.read_bytes())
    manifest.build_flat_graph()  # what macros see as `graph`
    return manifest


def main() -> int:
    done = dbtRunner(manifest=read_parsed(Path(sys.argv[1]))).invoke(sys.argv[2:])
    if done.exception:
        print(done.exception)
    return 0 if done.success else 1


if __name__ == "__main__":
    sys.exit(main())
