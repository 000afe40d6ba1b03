"""envctl export"""

from __future__ import annotations

import os
from typing import Annotated

import typer

from envctl.cli import options as opt
from envctl.cli.outputs import checked_form
from envctl.cli.terminal import Terminal
from envctl.cli.verb import verb
from envctl.model.format_names import EXPORT_FORMATS


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @verb(app)
    def export(
        terminal: Terminal,
        source: Annotated[
            str, typer.Argument(metavar="ENV", help="An environment, or a lock or file to convert.")
        ],
        form: Annotated[
            str, typer.Option("--format", metavar="F", help=f"One of {', '.join(EXPORT_FORMATS)}.")
        ] = "environment-yaml",
        no_builds: Annotated[
            bool, typer.Option("--no-builds", help="Pin versions, not build strings.")
        ] = False,
        from_history: Annotated[
            bool, typer.Option("--from-history", help="What was asked for, instead of every package.")
        ] = False,
        platform: opt.PlatformOption = None,
        environment: opt.EnvironmentOption = None,
        lossy: opt.LossyOption = False,
        output: opt.OutputOption = None,
        json: opt.JsonOption = False,
    ) -> None:
        """Write an environment as a file that makes it again.

        No path of this machine's environments and no credential is in it. What the format cannot carry is
        refused, or with --lossy left out and listed.
        """
        from envctl.ops.export import ExportOptions
        from envctl.ops.export import export as export_source
        from envctl.prefixes.root import find_root

        checked = checked_form(form, EXPORT_FORMATS)
        result = export_source(
            ExportOptions(
                source=source,
                root=find_root(os.environ),
                format=next(known for known in EXPORT_FORMATS if known == checked),
                builds=not no_builds,
                from_history=from_history,
                platform=platform,
                environment=environment,
                lossy=lossy,
                output=output,
            ),
            terminal.reporter(),
        )
        for line in result.lost:
            terminal.warn(f"left out: {line}")
        if json:
            terminal.result(
                {
                    "source": result.source,
                    "format": result.format,
                    "output": None if result.output is None else str(result.output),
                    "lost": list(result.lost),
                    "text": result.text if result.output is None else None,
                }
            )
        elif output is None:
            terminal.document(result.text)
        if output is not None:
            terminal.say(f"wrote {output}")
