"""envctl templates"""

from __future__ import annotations

from typing import Annotated

import typer

from envctl.cli import options as opt
from envctl.cli.terminal import Terminal
from envctl.cli.verb import verb


def add_to(app: typer.Typer) -> None:
    """Add the verb with its two forms."""
    group = typer.Typer(rich_markup_mode=None, help="List the templates and add-ons, or show one.")

    @verb(group, "list", command="templates")
    def list_templates(terminal: Terminal, json: opt.JsonOption = False) -> None:
        """List the templates and add-ons."""
        from envctl.ops.templates import list_templates as list_all
        from envctl.output import templates as output

        found = list_all()
        if json:
            terminal.result(output.fields(found))
        else:
            terminal.show(output.table(found))

    @verb(group, "show", command="templates")
    def show_template(
        terminal: Terminal,
        name: Annotated[str, typer.Argument(metavar="NAME", help="A template or an add-on.")],
        json: opt.JsonOption = False,
    ) -> None:
        """Show one: what it is for, its parameters, what it renders to."""
        from envctl.ops.templates import show_template as show
        from envctl.output import templates as output

        shown = show(name)
        if json:
            terminal.result(output.shown_fields(shown))
        else:
            terminal.show(output.card(shown))

    @group.callback()
    def templates() -> None: ...

    app.add_typer(group, name="templates")
