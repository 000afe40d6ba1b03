"""envctl check"""

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
    def check(
        terminal: Terminal,
        environment: opt.EnvironmentArgument,
        against: Annotated[
            str | None,
            typer.Option(
                metavar="SOURCE", help="Compare with this; else with what the installation wrote down."
            ),
        ] = None,
        damage: Annotated[
            bool, typer.Option("--files", help="Compare every installed file with its package's record.")
        ] = False,
        lock_environment: opt.EnvironmentOption = None,
        form: Annotated[
            str, typer.Option("--format", metavar="F", help=f"One of {', '.join(FORMS)}.")
        ] = "table",
        files: opt.OutputsOption = None,
        json: opt.JsonOption = False,
    ) -> int:
        """Tell what an environment has become.

        Packages that are missing, were added or have changed, pip's included; with --files, every file that
        is missing or was modified. Exit 1 if there is any.
        """
        from envctl.ops.check import CheckOptions
        from envctl.ops.check import check as check_environment
        from envctl.prefixes.root import find_root

        form = checked_form("json" if json else form, FORMS)
        chosen = checked_files(files, FORMS)
        report = check_environment(
            CheckOptions(
                environment=environment,
                root=find_root(os.environ),
                against=against,
                files=damage,
                lock_environment=lock_environment,
            ),
            terminal.reporter(),
        )
        return deliver(terminal, report, form=form, files=chosen)
