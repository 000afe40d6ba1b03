"""The catalogue of templates, and one of them.

Credentials go before a terminal folds the lines: half a URL hides them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from envctl.credentials import scrub

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

    from envctl.model.template import Parameter, TemplateSummary
    from envctl.ops.templates import ShownTemplate


def table(summaries: Sequence[TemplateSummary]) -> Table:
    """One line each; add-ons are shown as what is typed to use them."""
    from rich.table import Table
    from rich.text import Text

    rows = Table(box=None, pad_edge=False, header_style="dim")
    rows.add_column("template", no_wrap=True)
    rows.add_column("what it gives", ratio=1)
    rows.add_column("parameters", overflow="fold")
    for summary in summaries:
        name = f"--with {summary.name}" if summary.kind == "addon" else summary.name
        about = Text(scrub(summary.problem or summary.summary), style="red" if summary.problem else "")
        if summary.origin != "shipped":
            hides = ", hides another of that name" if summary.shadows else ""
            about.append(f" ({summary.origin}{hides})", style="dim")
        rows.add_row(
            Text(name, style="bold"),
            about,
            scrub(", ".join(f"{parameter.name}={parameter.default}" for parameter in summary.params)),
        )
    return rows


def card(shown: ShownTemplate) -> Group:
    """What it is, what can be chosen, and the file it gives."""
    from rich.console import Group
    from rich.text import Text

    summary = shown.summary
    lines = [
        Text(scrub(f"{summary.name}: {summary.summary}"), style="bold"),
        Text(f"{summary.origin}: {summary.path}"),
    ]
    lines += [Text(scrub(f"--set {_choice(parameter)}")) for parameter in summary.params]
    return Group(*lines, Text(), Text(scrub(shown.text.rstrip("\n"))))


def fields(summaries: Sequence[TemplateSummary]) -> dict[str, Any]:
    """The catalogue for JSON."""
    return {"templates": [asdict(summary) for summary in summaries]}


def shown_fields(shown: ShownTemplate) -> dict[str, Any]:
    """One template for JSON."""
    return {"template": asdict(shown.summary), "text": shown.text}


def _choice(parameter: Parameter) -> str:
    allowed = ", ".join(parameter.allowed) or parameter.versions or "anything"
    about = f" {parameter.help}" if parameter.help else ""
    return f"{parameter.name}={parameter.default}   {about.strip()} ({allowed})"
