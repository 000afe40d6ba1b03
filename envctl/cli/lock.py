"""envctl lock"""

from __future__ import annotations

import os
from typing import Annotated

import typer

from envctl.cli import options as opt
from envctl.cli.outputs import checked_form
from envctl.cli.terminal import Terminal
from envctl.cli.verb import verb
from envctl.errors import ExitCode, UsageError
from envctl.model.format_names import LOCK_FORMATS


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @verb(app)
    def lock(
        terminal: Terminal,
        source: opt.AnySourceArgument,
        values: opt.SetOption = None,
        addons: opt.WithOption = None,
        channels: opt.ChannelOption = None,
        override_channels: opt.OverrideChannelsOption = False,
        platforms: Annotated[
            list[str] | None,
            typer.Option(
                "--platform", metavar="P", help="Lock for this platform; else the source's own, or this one."
            ),
        ] = None,
        cuda: opt.CudaOption = None,
        offline: opt.OfflineOption = False,
        update: Annotated[
            list[str] | None,
            typer.Option(
                "--update", metavar="PKG", help="Move this package of the lock at -o, and what it must."
            ),
        ] = None,
        form: Annotated[
            str | None,
            typer.Option(
                "--format",
                metavar="F",
                help=f"One of {', '.join(LOCK_FORMATS)}; else that of the lock to update, or the first.",
            ),
        ] = None,
        environment: opt.EnvironmentOption = None,
        output: opt.OutputOption = None,
        check: Annotated[
            bool, typer.Option("--check", help="Write nothing; exit 1 if the lock at -o no longer answers.")
        ] = False,
        lossy: opt.LossyOption = False,
        json: opt.JsonOption = False,
    ) -> int:
        """Solve for every platform and write the exact packages.

        Conda packages with their hashes, and the pip section resolved on top of them, with URLs and hashes.
        A lock, or an installed environment, is written in another format.
        """
        from envctl.ops.lock import LockOptions
        from envctl.output import lock as words
        from envctl.prefixes.root import find_root

        known = form and checked_form(form, LOCK_FORMATS)
        if check and update:
            raise UsageError("--check writes nothing, and --update does", code="check-and-update")
        options = LockOptions(
            source=source,
            root=find_root(os.environ),
            spec=opt.spec_options(values, addons, channels, override_channels),
            platforms=tuple(platforms or ()),
            environment=environment,
            format=next((each for each in LOCK_FORMATS if each == known), None),
            output=output,
            update=tuple(update or ()),
            cuda=cuda,
            offline=offline,
            lossy=lossy,
        )
        if check:
            from envctl.ops.lock_check import check_lock

            verdict = check_lock(options, terminal.reporter())
            if json:
                terminal.result(words.check_fields(verdict), ok=verdict.fresh)
            terminal.say(words.check_summary(verdict))
            return ExitCode.OK if verdict.fresh else ExitCode.NO
        from envctl.ops.lock import lock as lock_source

        result = lock_source(options, terminal.reporter())
        for line in result.lost:
            terminal.warn(f"left out: {line}")
        if json:
            terminal.result(words.fields(result))
        elif output is None:
            terminal.document(result.text)
        terminal.say(words.summary(result))
        return ExitCode.OK
