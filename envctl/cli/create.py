"""envctl create"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from envctl.cli import options as opt
from envctl.cli.terminal import Terminal
from envctl.cli.verb import verb
from envctl.errors import UsageError


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @verb(app)
    def create(
        terminal: Terminal,
        source: Annotated[
            str | None,
            typer.Argument(
                metavar="SOURCE", help="A template, an environment file, or - for standard input."
            ),
        ] = None,
        file: Annotated[
            str | None, typer.Option("-f", "--file", metavar="FILE", help="An environment file.")
        ] = None,
        name: Annotated[
            str | None,
            typer.Option("-n", "--name", metavar="NAME", help="Its name; else the source's own."),
        ] = None,
        prefix: Annotated[
            str | None, typer.Option("-p", "--prefix", metavar="DIR", help="A folder instead of a name.")
        ] = None,
        values: opt.SetOption = None,
        addons: opt.WithOption = None,
        channels: opt.ChannelOption = None,
        override_channels: opt.OverrideChannelsOption = False,
        cuda: opt.CudaOption = None,
        offline: opt.OfflineOption = False,
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help="Show what would be installed and what it costs.")
        ] = False,
        replace: Annotated[
            bool, typer.Option("--replace", help="Build an environment that exists anew.")
        ] = False,
        engine: opt.EngineOption = None,
        verify_cache: opt.VerifyCacheOption = False,
        link_scripts: opt.LinkScriptsOption = False,
        verify: Annotated[
            bool,
            typer.Option("--verify/--no-verify", help="Make verify-gpu's checks; the exit code is theirs."),
        ] = False,
        json: opt.JsonOption = False,
    ) -> int:
        """Solve and install an environment.

        It is built beside its place and put in place in one step: until then nothing there changes.
        """
        from envctl.ops.create import CreateOptions
        from envctl.ops.create import create as create_environment
        from envctl.output import create as output
        from envctl.output import report_table
        from envctl.prefixes.root import find_root

        if (source is None) == (file is None):
            raise UsageError(
                "give one source", code="no-source", hint="envctl create TEMPLATE, or envctl create -f FILE"
            )
        if prefix == "":
            raise UsageError("-p has no folder", code="no-prefix", hint="is the variable in it set?")
        result = create_environment(
            CreateOptions(
                source=source if source is not None else f"file:{file}" if file != "-" else "-",
                root=find_root(os.environ),
                name=name,
                prefix=Path(prefix) if prefix else None,
                spec=opt.spec_options(values, addons, channels, override_channels),
                cuda=cuda,
                offline=offline,
                dry_run=dry_run,
                replace=replace,
                engine=engine,
                verify_cache=verify_cache,
                link_scripts=link_scripts,
                verify=verify,
            ),
            terminal.reporter(),
        )
        code = 0 if result.report is None else result.report.exit_code
        if not dry_run:
            terminal.say(output.summary(result))
        if json:
            terminal.result(output.fields(result), ok=code == 0)
        elif dry_run:
            terminal.show(output.plan(result))
        elif result.report is not None:
            terminal.show(report_table.table(result.report))
        if not dry_run and not json and code == 0:
            terminal.say(f"next: {output.next_step(result)}")
        return code
