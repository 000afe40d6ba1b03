"""envctl diff"""

from __future__ import annotations

import os
from typing import Annotated

import typer

from envctl.cli import options as opt
from envctl.cli.outputs import checked_files, checked_form, write_files
from envctl.cli.terminal import Terminal
from envctl.cli.verb import verb
from envctl.errors import ExitCode

_FORMS = ("table", "text", "markdown", "json")
_SOURCE_HELP = "An environment, a lock, an environment file, a template, or - for standard input."


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @verb(app)
    def diff(
        terminal: Terminal,
        before: Annotated[str, typer.Argument(metavar="A", help=_SOURCE_HELP)],
        after: Annotated[str, typer.Argument(metavar="B", help=_SOURCE_HELP)],
        form: Annotated[
            str, typer.Option("--format", metavar="F", help=f"One of {', '.join(_FORMS)}.")
        ] = "table",
        platform: opt.PlatformOption = None,
        environment: opt.EnvironmentOption = None,
        files: opt.OutputsOption = None,
        exit_code: Annotated[
            bool, typer.Option("--exit-code", help="Exit 1 if there is a difference.")
        ] = False,
        json: opt.JsonOption = False,
    ) -> int:
        """Show the difference between any two.

        Specifications are compared as specifications, locks and environments as packages; between the two
        kinds it tells what is not satisfied, and what nothing asks for.
        """
        from envctl.ops.diff import DiffOptions
        from envctl.ops.diff import diff as compare
        from envctl.output import diff_fields, diff_markdown, diff_table, diff_text
        from envctl.output.document import document
        from envctl.prefixes.root import find_root

        form = checked_form("json" if json else form, _FORMS)
        chosen = checked_files(files, _FORMS)
        found = compare(
            DiffOptions(
                before=before,
                after=after,
                root=find_root(os.environ),
                platform=platform,
                environment=environment,
            ),
            terminal.reporter(),
        )
        renderers = {
            "text": lambda: diff_text.text(found),
            "markdown": lambda: diff_markdown.markdown(found),
            "json": lambda: document("diff", diff_fields.fields(found)),
        }
        write_files(chosen, renderers)
        if form == "table":
            terminal.show(diff_table.table(found))
        elif text := renderers[form]():
            terminal.document(text)
        return ExitCode.NO if exit_code and found.differs else ExitCode.OK
