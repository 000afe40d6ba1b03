"""A difference as a comment on a pull request."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from envctl.model.diff import Diff
from envctl.output.diff_rows import Row, along, columns, rows
from envctl.output.diff_summary import replaced_files, verdict
from envctl.output.markdown import code, details, prose, table

_OPEN_ROWS = 10
_URLS = 10
_ROOM = 60_000
"""Characters of rows: GitHub takes 65,536 in a comment."""


def markdown(diff: Diff) -> str:
    """Replaced files as a warning, the verdict, ten rows (all of what was asked for), the rest folded."""
    every = rows(diff)
    open_rows = max(_OPEN_ROWS, sum(bool(row.requested or row.replaced) for row in every))
    headings = columns(diff, every)
    cells = [_cells(row, list(headings.values())) for row in every]
    sizes = accumulate(sum(map(len, row)) + 3 * len(row) + 2 for row in cells)
    fitting = sum(size <= _ROOM for size in sizes)
    shown, folded = cells[: min(open_rows, fitting)], cells[open_rows:fitting]
    parts = [_warning(every), [_headline(diff)]]
    if shown:
        parts.append(table(headings, shown))
    if folded:
        parts.append(details(f"{len(folded)} more{along(every[open_rows])}", table(headings, folded)))
    if left := len(every) - fitting:
        parts.append([f"… and {left} more: `envctl diff --format text` lists all"])
    if diff.notes:
        parts.append(["> [!NOTE]", *(f"> - {prose(note)}" for note in diff.notes)])
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _headline(diff: Diff) -> str:
    told = f"**{prose(verdict(diff))}**"
    return f"{told}, from {code(diff.before)} to {code(diff.after)}" if diff.differs else told


def _warning(every: Sequence[Row]) -> list[str]:
    urls = [row.replaced for row in every if row.replaced]
    if not urls:
        return []
    more = [f"> - … and {len(urls) - _URLS} more"] if len(urls) > _URLS else []
    return [
        "> [!CAUTION]",
        f"> **{replaced_files(len(urls))}**",
        *(f"> - {code(url)}" for url in urls[:_URLS]),
        *more,
    ]


def _cells(row: Row, fields: Sequence[str]) -> list[str]:
    name = code(row.name)
    cells = {
        "change": row.change,
        "name": f"**{name}**" if row.requested else name,
        "before": code(row.before),
        "after": code(row.after),
        "platform": row.platform,
        "manager": row.manager,
    }
    return [cells[field] for field in fields]
