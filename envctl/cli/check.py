"""envctl check"""

from __future__ import annotations

import os
from typing import Annotated

import typer

from envctl.cli import options as opt
from envctl.cli.outputs import checked_files, checked_form, write_files
from envctl.cli.terminal import Terminal
from envctl.cli.verb import verb

_FORMS = ("table", "json", "junit", "markdown")


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
            str, typer.Option("--format", metavar="F", help=f"One of {', '.join(_FORMS)}.")
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
        from envctl.output import report_fields, report_junit, report_markdown, report_table
        from envctl.output.document import document
        from envctl.prefixes.root import find_root

        form = checked_form("json" if json else form, _FORMS)
        chosen = checked_files(files, _FORMS)
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
        code = report.exit_code
        renderers = {
            "json": lambda: document("check", report_fields.fields(report), ok=code == 0),
            "junit": lambda: report_junit.junit(report),
            "markdown": lambda: report_markdown.markdown(report),
            "table": lambda: report_table.text(report),
        }
        write_files(chosen, renderers)
        if form == "table":
            terminal.show(report_table.table(report))
        else:
            terminal.document(renderers[form]())
        return code
