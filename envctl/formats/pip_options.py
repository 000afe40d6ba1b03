"""The options in a pip section that say where packages come from."""

from __future__ import annotations

import re
from collections.abc import Iterable

_INDEX = re.compile(r"(?P<option>-i|--index-url|--extra-index-url)(?:\s*=\s*|\s+|(?<=-i))(?P<url>\S+)")


def index_urls(lines: Iterable[str]) -> tuple[str, ...]:
    """The indexes that the lines name, the one that replaces the default first."""
    found = [match for line in lines if (match := _INDEX.match(line.strip()))]
    found.sort(key=lambda match: match["option"] == "--extra-index-url")
    return tuple(dict.fromkeys(match["url"] for match in found))
