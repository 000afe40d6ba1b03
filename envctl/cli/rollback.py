"""envctl rollback"""

from __future__ import annotations

import os
from typing import Annotated

import typer

from envctl.cli import options as opt
from envctl.cli.terminal import Terminal
from envctl.cli.verb import verb


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @verb(app)
    def rollback(
        terminal: Terminal,
        environment: opt.EnvironmentArgument,
        to: Annotated[
            int | None, typer.Option(metavar="N", help="Its number; else the one before the current.")
        ] = None,
        json: opt.JsonOption = False,
    ) -> None:
        """Make an environment what it was before an update.

        The generation that is left stays too, so that it can be gone back to.
        """
        from envctl.ops.rollback import rollback as roll_back
        from envctl.prefixes.root import find_root

        result = roll_back(find_root(os.environ), environment, terminal.reporter(), to=to)
        place = result.place
        if json:
            terminal.result(
                {
                    "name": place.name,
                    "prefix": str(place.prefix),
                    "generation": result.generation,
                    "generation_before": result.before,
                }
            )
        was = f", it was {result.before}" if result.before else ""
        was = " already" if result.before == result.generation else was
        terminal.say(f"{place.label} is generation {result.generation}{was}")
