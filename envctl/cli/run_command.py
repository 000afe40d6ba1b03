"""envctl run"""

from __future__ import annotations

import os
from typing import Annotated

import typer

from envctl.cli import options as opt
from envctl.cli.terminal import Terminal
from envctl.cli.verb import verb
from envctl.errors import EnvctlError, ExitCode

_CODES = {"command-not-found": ExitCode.NOT_FOUND, "command-not-executable": ExitCode.NOT_EXECUTABLE}


def _exit_code(error: EnvctlError) -> int:
    """The command's exit codes are its own; ours are those that `env` and shells use for their failures."""
    return _CODES.get(error.code, ExitCode.RUN_FAILED)


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    # Options behind ENV belong to the command that is run.
    settings = {"allow_interspersed_args": False}

    @verb(app, "run", exit_code=_exit_code, context_settings=settings)
    def run_command(
        terminal: Terminal,
        environment: opt.EnvironmentArgument,
        command: Annotated[list[str] | None, typer.Argument(metavar="-- COMMAND..")] = None,
    ) -> None:
        """Run a command in an environment.

        Its exit code is ours; envctl's own failures are 125, 126 (not executable) and 127 (not found).
        """
        from envctl.ops.activate import run
        from envctl.prefixes.root import find_root

        words = command or []
        own = words[1:] if words[:1] == ["--"] else words
        run(find_root(os.environ), environment, own, terminal.reporter())
