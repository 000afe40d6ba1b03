"""Where the `envctl` command starts."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn


def main() -> None:
    """Answer `--version` before the command line is imported; else hand over to it."""
    try:
        if sys.argv[1:] == ["--version"]:
            from envctl import __version__

            os.write(1, f"envctl {__version__}\n".encode())
            return
        # Importing makes many objects that all live on: the default threshold of 700 looks through them
        # again and again, a fifteenth of what `envctl render` takes.
        gc.set_threshold(50_000)
        from envctl.cli.app import run
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        sys.exit(f"error: cannot write standard output: {error.strerror}")
    _leave(run(sys.argv[1:]))


def _leave(code: int) -> NoReturn:
    """End the process with this exit code."""
    if "rattler" in sys.modules:
        # A worker thread of py-rattler 0.28 may still let go of Python objects while the interpreter
        # goes down, and crash it (seen about once in ten short runs): the exit code would be 139.
        with suppress(OSError, AttributeError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
