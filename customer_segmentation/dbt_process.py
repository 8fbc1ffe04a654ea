"""dbt in a process of its own that ends when its parent does.

A refresh that is killed cannot end the dbt it started, and that dbt would keep the build file locked.
So the parent holds the other end of this process's standard input and this process ends when it closes.
"""

import json
import os
import sys
import threading
from typing import Any

SPOKEN_LEVELS = ("warn", "error")
BEGUN, ENDED = "begun", "ended"
# the first has the number of all nodes, the second comes of every node, be it a seed, a model or a test
NODE_EVENTS = {"LogStartLine": BEGUN, "NodeFinished": ENDED}

ONE_AT_A_TIME = threading.Lock()


def tell(event: Any) -> None:
    """Write an event of dbt as a line of JSON if a node has begun or ended or something is wrong.

    dbt's own JSON log makes a line of every event and throws away most of them, a twelfth of a small refresh.
    """
    info, data = event.info, event.data
    if info.level in SPOKEN_LEVELS or info.name in NODE_EVENTS:
        line = {"level": info.level, "message": info.msg, "total": getattr(data, "total", 0)}
        if info.name in NODE_EVENTS:
            line |= {"what": NODE_EVENTS[info.name], "node": data.node_info.node_name}
        with ONE_AT_A_TIME:  # models end side by side, and print writes text and line end apart
            print(json.dumps(line), flush=True)


def end_with_parent() -> None:
    """End this process as soon as its standard input is closed."""

    def wait() -> None:
        while os.read(0, 1024):
            pass
        os._exit(3)

    threading.Thread(target=wait, name="end-with-parent", daemon=True).start()


def parse_alike_for_every_warehouse() -> None:
    """Let dbt take the project as parsed whichever build file it connects to.

    dbt parses everything again when the connection changes, since a project may ask for it while it is
    parsed; this one does not.
    """
    from dbt.adapters.duckdb.credentials import DuckDBCredentials

    DuckDBCredentials._connection_keys = lambda credentials: ("database", "schema")  # type: ignore[method-assign]


def main() -> None:
    from dbt.cli.main import dbtRunner

    parse_alike_for_every_warehouse()

    end_with_parent()
    os.umask(0o077)  # what dbt writes beside the build file is as private as that
    outcome = dbtRunner(callbacks=[tell]).invoke(sys.argv[1:])
    if outcome.exception is not None:
        print(outcome.exception, flush=True)
    sys.exit(0 if outcome.success else 1)


if __name__ == "__main__":
    main()
