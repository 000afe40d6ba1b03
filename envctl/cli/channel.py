"""envctl channel"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from envctl.cli import options as opt
from envctl.cli.terminal import Terminal
from envctl.cli.verb import verb


def add_to(app: typer.Typer) -> None:
    """Add the verb."""
    group = typer.Typer(
        rich_markup_mode=None, no_args_is_help=True, help="Make conda channels where none is in reach."
    )

    @group.callback()
    def channel() -> None: ...

    @verb(group, "build", command="channel")
    def build(
        terminal: Terminal,
        directory: Annotated[Path, typer.Argument(metavar="DIR", help="The channel's folder.")],
        requirements: Annotated[
            list[str],
            typer.Argument(metavar="REQUIREMENT..", help="As pip takes them: torch==2.13.0 flask"),
        ],
        python: Annotated[
            str | None,
            typer.Option(metavar="PATH", help="The interpreter to pack; else the best found, 3.11 first."),
        ] = None,
        wheels: Annotated[
            Path | None, typer.Option(metavar="DIR", help="A folder of wheels to use beside the index.")
        ] = None,
        offline: opt.OfflineOption = False,
        refresh: Annotated[
            bool, typer.Option("--refresh", help="Ask the index again for a request that was built before.")
        ] = False,
        json: opt.JsonOption = False,
    ) -> None:
        """Build a local channel from wheels and Python.

        Wheels come from the package index that pip uses; the interpreter is packed as it is. What is
        built already is not built again.
        """
        from envctl.ops.channel_build import ChannelBuildOptions, channel_build
        from envctl.output import channel as output

        result = channel_build(
            ChannelBuildOptions(
                directory=directory,
                requirements=tuple(requirements),
                python=python,
                wheels=wheels,
                offline=offline,
                refresh=refresh,
            ),
            terminal.reporter(),
        )
        if json:
            terminal.result(output.fields(result))
        terminal.say(output.summary(result))

    app.add_typer(group, name="channel")
