"""envctl list"""

from __future__ import annotations

import os
from typing import Annotated

import typer

from envctl.cli import options as opt
from envctl.cli.terminal import Terminal
from envctl.cli.verb import verb


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @verb(app, "list")
    def list_(
        terminal: Terminal,
        generations: Annotated[
            bool, typer.Option("--generations", help="What each was before its updates, too.")
        ] = False,
        json: opt.JsonOption = False,
    ) -> None:
        """List environments: envctl's and conda's."""
        from envctl.ops.list_environments import list_environments
        from envctl.output import environments as output
        from envctl.prefixes.root import find_root

        environments = list_environments(find_root(os.environ), generations=generations)
        if json:
            terminal.result(output.fields(environments))
        elif environments:
            table = output.generations if generations else output.table
            terminal.show(table(environments), wide=True)
        else:
            terminal.say("no environments yet: envctl create TEMPLATE makes one")
