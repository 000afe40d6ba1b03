"""Values in Markdown as GitHub renders it: shown as they are, whatever they contain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from envctl.output.package_words import plain

_PIPE = re.compile(r"(\\*)\|")
_SPECIAL = re.compile(r"([\\`*_\[\]<>~&])")


def code(text: str) -> str:
    """A code span, in which nothing is markup or a mention; nothing for an empty text."""
    text = plain(text)
    if not text.strip():
        return ""
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if "`" in text else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def prose(text: str) -> str:
    """Running text."""
    return _SPECIAL.sub(r"\\\1", plain(text))


def table(headings: Iterable[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table whose cells are Markdown already."""
    head = list(headings)
    return [_line(head), _line(["---"] * len(head)), *map(_line, rows)]


def details(summary: str, lines: Iterable[str]) -> list[str]:
    """The lines of a part that is folded away."""
    # Markdown inside HTML begins behind an empty line.
    return ["<details>", f"<summary>{summary}</summary>", "", *lines, "", "</details>"]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_PIPE.sub(_escaped, cell) for cell in cells)} |"


def _escaped(match: re.Match[str]) -> str:
    """A pipe behind an odd number of backslashes, in code too: behind an even one it ends the cell."""
    return match[1] + ("\\\\|" if len(match[1]) % 2 else "\\|")
