"""dbt in a process of its own that ends when its parent does.

A refresh that is killed cannot end the dbt it started, and that dbt would keep the build file locked.
So the parent holds the other end of this process's standard input and this process ends when it closes.
"""

import os
import sys
import threading


def end_with_parent() -> None:
    """End this process as soon as its standard input is closed."""

    def wait() -> None:
        while os.read(0, 1024):
            pass
        os._exit(3)

    threading.Thread(target=wait, name="end-with-parent", daemon=True).start()


def main() -> None:
    from dbt.cli.main import cli

    end_with_parent()
    os.umask(0o077)  # what dbt writes beside the build file is as private as that
    sys.argv[0] = "dbt"
    cli()


if __name__ == "__main__":
    main()
