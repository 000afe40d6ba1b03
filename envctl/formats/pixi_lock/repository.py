"""A Python package from a git repository: pixi names the commit behind `#`, everyone else behind `@`.

git+https://host.example/a.git?subdirectory=sub#COMMIT
git+https://host.example/a.git@COMMIT#subdirectory=sub
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote

_LOCATION = re.compile(r"(git\+[^?#]+)(?:\?([^#]*))?#([0-9a-f]{40})")
_URL = re.compile(r"(git\+[^?#]+)@([0-9a-f]{40})(?:#subdirectory=([^&]+))?")


def url(location: str) -> str:
    """The URL of a package that a pixi.lock has at a location; any other location as it is."""
    match = _LOCATION.fullmatch(location)
    if not match:
        return location
    folder = parse_qs(match[2] or "").get("subdirectory")
    return f"{match[1]}@{match[3]}" + (f"#subdirectory={folder[0]}" if folder else "")


def location(url: str) -> str:
    """The location of a package with this URL in a pixi.lock."""
    match = _URL.fullmatch(url)
    if not match:
        return url
    folder = f"?subdirectory={quote(match[3], safe='')}" if match[3] else ""
    return f"{match[1]}{folder}#{match[2]}"
