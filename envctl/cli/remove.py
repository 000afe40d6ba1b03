"""envctl remove"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from envctl.cli import options as opt
from envctl.cli.terminal import Terminal
from envctl.cli.verb import verb
from envctl.errors import ExitCode, UsageError


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @verb(app)
    def remove(
        terminal: Terminal,
        environment: opt.EnvironmentArgument,
        yes: Annotated[bool, typer.Option("-y", "--yes", help="Do not ask.")] = False,
        json: opt.JsonOption = False,
    ) -> int:
        """Remove an environment and everything in it."""
        from envctl.ops import remove as ops
        from envctl.prefixes.root import find_root

        root = find_root(os.environ)
        place = ops.find(root, environment, terminal.reporter())
        if not yes:
            if json or not sys.stdin.isatty():
                raise UsageError(
                    f"nobody is there to confirm that {place.prefix} goes",
                    code="not-confirmed",
                    hint="add -y",
                )
            if not typer.confirm(f"Remove {place.prefix}?", err=True):
                terminal.say("nothing was removed")
                return ExitCode.NO
        ops.remove(root, place)
        if json:
            fields = {"name": place.name, "prefix": str(place.prefix)}
            terminal.result(fields)
        terminal.say(f"removed {place.label}")
        return ExitCode.OK
