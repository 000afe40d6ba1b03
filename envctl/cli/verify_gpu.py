"""envctl verify-gpu"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from envctl.cli import options as opt
from envctl.cli.outputs import append_step_summary, checked_files, checked_form, step_summary
from envctl.cli.reports import FORMS, deliver, renderers
from envctl.cli.terminal import Terminal
from envctl.cli.verb import verb


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @verb(app, "verify-gpu")
    def verify_gpu(
        terminal: Terminal,
        source: opt.AnySourceArgument,
        target: Annotated[
            str | None,
            typer.Option(
                metavar="FILE",
                help="Judge for the machine that this describes: captured nvidia-smi output, or YAML.",
            ),
        ] = None,
        expect: Annotated[
            str | None,
            typer.Option(metavar="FILE", help="What must hold, instead of what the template says (YAML)."),
        ] = None,
        require_gpu: Annotated[
            bool, typer.Option("--require-gpu", help="Exit 5 where there is no GPU.")
        ] = False,
        only: Annotated[
            list[str] | None, typer.Option(metavar="ID", help="Make this check; may be repeated.")
        ] = None,
        skip: Annotated[
            list[str] | None, typer.Option(metavar="ID", help="Leave this check out; may be repeated.")
        ] = None,
        timeout: Annotated[
            float | None, typer.Option(metavar="S", help="Seconds for each probe; else 120.")
        ] = None,
        baseline: Annotated[
            Path | None, typer.Option(metavar="FILE", help="Compare with these earlier figures.")
        ] = None,
        save_baseline: Annotated[
            Path | None, typer.Option(metavar="FILE", help="Keep the figures of this run.")
        ] = None,
        strict: Annotated[bool, typer.Option("--strict", help="Take a warning for a failure.")] = False,
        values: opt.SetOption = None,
        addons: opt.WithOption = None,
        github: Annotated[
            bool, typer.Option("--github", help="Add Markdown to the job summary of GitHub Actions.")
        ] = False,
        form: Annotated[
            str, typer.Option("--format", metavar="F", help=f"One of {', '.join(FORMS)}.")
        ] = "table",
        files: opt.OutputsOption = None,
        json: opt.JsonOption = False,
    ) -> int:
        """Tell whether an environment can use the GPUs, and why not.

        Runs its framework on this machine and judges driver, GPUs, build, results and speed. With --target,
        or for a template, file or lock, all that can be told without running. Exit 0: yes; 1: no; 5: a GPU
        that is needed is absent; 6: something could not be checked.
        """
        from envctl.ops.verify_gpu import TIMEOUT_S, VerifyOptions
        from envctl.ops.verify_gpu import verify_gpu as verify
        from envctl.prefixes.root import find_root

        form = checked_form("json" if json else form, FORMS)
        chosen = checked_files(files, FORMS)
        summary = step_summary(os.environ) if github else None
        report = verify(
            VerifyOptions(
                source=source,
                root=find_root(os.environ),
                spec=opt.spec_options(values, addons, None, False),
                target=target,
                expect=expect,
                require_gpu=require_gpu,
                only=tuple(only or ()),
                skip=tuple(skip or ()),
                timeout_s=TIMEOUT_S if timeout is None else timeout,
                baseline=baseline,
                save_baseline=save_baseline,
                strict=strict,
            ),
            terminal.reporter(),
        )
        if summary is not None:
            append_step_summary(summary, renderers("verify-gpu", report)["markdown"]())
        return deliver(terminal, report, form=form, files=chosen)
