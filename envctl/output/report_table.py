"""A report on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envctl.credentials import scrub
from envctl.output.package_words import plain
from envctl.output.report_words import NOTABLE, in_status, quiet, short_cause, verdict

if TYPE_CHECKING:
    from rich.console import Group
    from rich.text import Text

    from envctl.model.report import CheckResult, Report, Status

_SCREEN = 38
_FEWEST_QUIET = 5
_NO_WIDTH = 1000
_MOST_NAMED = 8
"""Of checks that were skipped for one reason; Markdown and JSON name all."""
_STYLES: dict[Status, str] = {
    "pass": "green",
    "warn": "yellow",
    "fail": "bold red",
    "skip": "dim",
    "error": "red",
}


def table(report: Report) -> Group:
    """The verdict, what failed, warned or could not be checked (with cause and hint), a line for the rest."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    about = [Text(plain(line), style="dim") for line in report.about]
    used = 1 + len(about)
    for check in in_status(report, NOTABLE):
        first, *below = _told(check)
        used += 1 + len(below)
        cell = Group(first, *(Padding(line, (0, 0, 0, 2)) for line in below))
        grid.add_row(Text(check.status, style=_STYLES[check.status]), cell)
    rest = quiet(report)
    room = max(_SCREEN - used, _FEWEST_QUIET)
    for line in rest[:room]:
        many = len(line.ids) > _MOST_NAMED
        ids = f"{len(line.ids)} checks" if many else plain(", ".join(line.ids))
        found = Text.assemble((f"{ids}: ", "bold"), plain(line.summary))
        grid.add_row(Text(line.status, style=_STYLES[line.status]), found)
    left = sum(len(line.ids) for line in rest[room:])
    more = [Text(f"… and {left} more that passed or were skipped", style="dim")] if left > 0 else []
    return Group(Text(verdict(report), style="bold"), *about, *([grid] if report.checks else []), *more)


def text(report: Report) -> str:
    """The same for a file: no colour, no line broken."""
    from rich.console import Console

    console = Console(width=_NO_WIDTH, no_color=True, highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        console.print(table(report))
    return scrub("\n".join(line.rstrip() for line in captured.get().splitlines()))


def _told(check: CheckResult) -> list[Text]:
    """What it found in the first line, then its cause and what to do."""
    from rich.text import Text

    first = Text.assemble((f"{plain(check.id)}: ", "bold"), plain(check.summary))
    cause = [Text(line) for line in short_cause(check)]
    hint = [Text.assemble(("hint: ", "cyan"), plain(check.hint))] if check.hint else []
    return [first, *cause, *hint]
