"""The options in a pip section that say where packages come from."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from envctl.model.lock import DEFAULT_INDEX

_INDEX = re.compile(r"(?P<option>-i|--index-url|--extra-index-url)(?:\s*=\s*|\s+|(?<=-i))(?P<url>\S+)")
_EDITABLE = re.compile(r"-e\b|-e\S|--editable\b")
_FOLDER = re.compile(r"(?P<option>-f|--find-links)(?:\s*=\s*|\s+|(?<=-f))(?P<place>\S.*)")


def options_of(lines: Iterable[str], *, directory: Path) -> tuple[str, ...]:
    """The lines that name no package; a folder of wheels as a URL, a relative one from `directory`."""
    stripped = (line.strip() for line in lines)
    return tuple(
        _absolute(line, directory) for line in stripped if line.startswith("-") and not _EDITABLE.match(line)
    )


def _absolute(line: str, directory: Path) -> str:
    match = _FOLDER.fullmatch(line)
    if match is None or "://" in match["place"]:
        return line
    return f"--find-links {Path(os.path.normpath(directory / match['place'])).as_uri()}"


def index_urls(lines: Iterable[str]) -> tuple[str, ...]:
    """The indexes that the lines name, the first one first; pip's own stands as `default` before others that
    are only searched beside it, and goes unsaid where there are no others."""
    stripped = [line.strip() for line in lines]
    if "--no-index" in stripped:
        return ()
    found = [match for line in stripped if (match := _INDEX.match(line))]
    replaced = [match["url"] for match in found if match["option"] != "--extra-index-url"]
    extra = [match["url"] for match in found if match["option"] == "--extra-index-url"]
    first = replaced[-1:] or [DEFAULT_INDEX]  # pip takes the last
    return tuple(dict.fromkeys([*first, *extra])) if found else ()


def index_options(indexes: Iterable[str]) -> Iterator[str]:
    """The lines that make pip search these indexes, the other way round."""
    for number, url in enumerate(indexes):
        if url != DEFAULT_INDEX:
            yield f"{'--extra-index-url' if number else '--index-url'} {url}"
