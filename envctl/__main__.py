"""Where the `envctl` command starts."""

from __future__ import annotations

import sys


def main() -> None:
    """Answer `--version` before the command line is imported; else hand over to it."""
    if sys.argv[1:] == ["--version"]:
        from envctl import __version__

        sys.stdout.write(f"envctl {__version__}\n")
        return
    from envctl.cli.app import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
