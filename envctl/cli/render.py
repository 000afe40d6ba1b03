"""envctl render"""

from __future__ import annotations

from typing import Annotated

import typer

from envctl.cli import options as opt
from envctl.cli.terminal import Terminal
from envctl.cli.verb import verb
from envctl.errors import ExitCode, UsageError


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @verb(app)
    def render(
        terminal: Terminal,
        source: opt.SourceArgument,
        values: opt.SetOption = None,
        addons: opt.WithOption = None,
        channels: opt.ChannelOption = None,
        override_channels: opt.OverrideChannelsOption = False,
        output: opt.OutputOption = None,
        check: Annotated[
            bool, typer.Option("--check", help="Write nothing; exit 1 if the file of -o is stale.")
        ] = False,
    ) -> int:
        """Print a template or file as environment.yml."""
        from envctl.ops.render import RenderOptions
        from envctl.ops.render import render as render_source

        if check and output is None:
            raise UsageError("--check has nothing to compare with", code="no-output", hint="add -o FILE")
        result = render_source(
            RenderOptions(
                source=source,
                spec=opt.spec_options(values, addons, channels, override_channels),
                output=output,
                check=check,
            ),
            terminal.reporter(),
        )
        if output is None:
            terminal.document(result.text)
        elif not check:
            terminal.say(f"wrote {output}")
        elif result.stale:
            terminal.say("\n".join(result.difference))
            terminal.say(f"{output} is stale: envctl render writes it anew without --check")
            return ExitCode.NO
        else:
            terminal.say(f"{output} is up to date")
        return ExitCode.OK
