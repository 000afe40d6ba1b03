"""A difference on one screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from envctl.output.diff_rows import Row, along, columns, rows
from envctl.output.diff_summary import replaced_files, verdict
from envctl.output.package_words import plain

if TYPE_CHECKING:
    from rich.console import Group
    from rich.text import Text

    from envctl.model.diff import Diff

_SCREEN = 34
_FEWEST_ROWS = 10
_URLS = 5
_LONGEST_NAME = 32
_STYLES = {
    "added": "green",
    "upgrade": "green",
    "downgrade": "yellow",
    "removed": "red",
    "unsatisfied": "red",
    "extra": "yellow",
    "hash": "bold red",
}


def table(diff: Diff) -> Group:
    """Replaced files in red, the verdict, then as many rows as a screen has; requested packages are bold."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    every = rows(diff)
    above = [*_replaced(every), Text(verdict(diff), style="bold")]
    notes = [Text(f"note: {plain(note)}") for note in diff.notes]
    room = max(_SCREEN - len(above) - len(notes), _FEWEST_ROWS)
    shown, rest = every[:room], every[room:]
    body = Table(box=None, pad_edge=False, header_style="dim")
    headings = columns(diff, shown)
    # A pip line without a name goes by the line, which may be a long URL.
    whole = ("change", "package") if all(len(row.name) <= _LONGEST_NAME for row in shown) else ("change",)
    for heading in headings:
        body.add_column(heading, no_wrap=heading in whole, overflow="fold")
    for row in shown:
        body.add_row(
            *(_cell(row, field) for field in headings.values()), style="bold red" if row.replaced else ""
        )
    more = [f"… and {len(rest)} more{along(rest[0])} (--format text lists all)"] if rest else []
    return Group(*above, *([body] if shown else []), *(Text(line, style="dim") for line in more), *notes)


def _cell(row: Row, field: str) -> Text:
    from rich.text import Text

    styles = {
        "change": _STYLES.get(row.change.partition(",")[0], ""),
        "name": "bold" if row.requested else "",
    }
    return Text(getattr(row, field), style=styles.get(field, ""))


def _replaced(every: list[Row]) -> Iterator[Text]:
    from rich.text import Text

    urls = [row.replaced for row in every if row.replaced]
    if urls:
        yield Text(replaced_files(len(urls)), style="bold red")
    for url in urls[:_URLS]:
        yield Text(f"  {url}", style="red", overflow="fold")
    if len(urls) > _URLS:
        yield Text(f"  … and {len(urls) - _URLS} more", style="red")
