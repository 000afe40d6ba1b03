"""envctl update"""

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
    def update(
        terminal: Terminal,
        environment: opt.EnvironmentArgument,
        source: opt.BuildSourceArgument,
        values: opt.SetOption = None,
        addons: opt.WithOption = None,
        channels: opt.ChannelOption = None,
        override_channels: opt.OverrideChannelsOption = False,
        cuda: opt.CudaOption = None,
        offline: opt.OfflineOption = False,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change.")] = False,
        keep: Annotated[
            int, typer.Option(metavar="N", min=0, help="How many generations before it stay.")
        ] = 2,
        engine: opt.EngineOption = None,
        verify_cache: opt.VerifyCacheOption = False,
        link_scripts: opt.LinkScriptsOption = False,
        json: opt.JsonOption = False,
    ) -> None:
        """Make an environment what a source asks for.

        It is built anew beside the one that is there, which is kept: envctl rollback goes back to it. What is
        installed and still fits stays in its version.
        """
        from envctl.ops.update import UpdateOptions
        from envctl.ops.update import update as update_environment
        from envctl.output import update as output
        from envctl.prefixes.root import find_root

        result = update_environment(
            UpdateOptions(
                environment=environment,
                source=source,
                root=find_root(os.environ),
                spec=opt.spec_options(values, addons, channels, override_channels),
                cuda=cuda,
                offline=offline,
                dry_run=dry_run,
                engine=engine,
                verify_cache=verify_cache,
                link_scripts=link_scripts,
                keep=keep,
            ),
            terminal.reporter(),
        )
        if json:
            terminal.result(output.fields(result))
        elif dry_run:
            terminal.show(output.plan(result))
        if not dry_run:
            terminal.say(output.summary(result))
