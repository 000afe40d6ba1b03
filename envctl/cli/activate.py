"""envctl activate"""

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
    def activate(
        terminal: Terminal,
        environment: opt.EnvironmentArgument,
        shell: Annotated[
            str | None,
            typer.Option(metavar="SHELL", help="bash, zsh, sh, fish or powershell; else your own."),
        ] = None,
    ) -> None:
        """Print the code that activates an environment.

        Evaluate it in your shell: eval "$(envctl activate ENV)"
        """
        from envctl.ops.activate import activate as activation_code
        from envctl.prefixes.root import find_root

        root = find_root(os.environ)
        code = activation_code(root, environment, shell=shell, reporter=terminal.reporter())
        terminal.document(code)
