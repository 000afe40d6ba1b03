"""envctl doctor"""

from __future__ import annotations

import os
from typing import Annotated

import typer

from envctl.cli import options as opt
from envctl.cli.outputs import checked_files, checked_form
from envctl.cli.reports import FORMS, deliver
from envctl.cli.terminal import Terminal
from envctl.cli.verb import verb


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @verb(app)
    def doctor(
        terminal: Terminal,
        environment: Annotated[
            str | None, typer.Argument(metavar="[ENV]", help="An environment to look at too.")
        ] = None,
        form: Annotated[
            str, typer.Option("--format", metavar="F", help=f"One of {', '.join(FORMS)}.")
        ] = "table",
        files: opt.OutputsOption = None,
        offline: Annotated[bool, typer.Option("--offline", help="Ask no channel.")] = False,
        json: opt.JsonOption = False,
    ) -> int:
        """Tell what envctl works with here, and what is wrong with it or with an environment.

        Engines, folders, free space, configuration, proxies, channels, caches. What killed runs left is
        taken away. Exit 1 if something is wrong, 5 if only a channel does not answer.
        """
        from envctl.ops.doctor import DoctorOptions
        from envctl.ops.doctor import doctor as look

        form = checked_form("json" if json else form, FORMS)
        chosen = checked_files(files, FORMS)
        report = look(
            DoctorOptions(environ=os.environ, environment=environment, offline=offline),
            terminal.reporter(),
        )
        return deliver(terminal, report, form=form, files=chosen)
