"""What a file is, told from its content and never from its name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from envctl.model.format_names import ExportFormat

_EXPLICIT = re.compile(r"^[ \t]*@EXPLICIT[ \t\r]*$", re.MULTILINE)
_CONDA_LOCK = {"metadata", "package"}
_PIXI_LOCK = {"environments", "packages"}
_PIXI_3 = re.compile(r"^version:[ \t]*3[ \t\r]*$", re.MULTILINE)
"""The third version of pixi.lock has conda-lock's keys."""
_KEY = re.compile(rf"^([\"']?)(dependencies|{'|'.join((*_CONDA_LOCK, *_PIXI_LOCK))})\1[ \t]*:", re.MULTILINE)
"""The keys that tell, at the top level of a YAML mapping in block style."""
_ARCHIVE = re.compile(
    r"(?:.*\.conda|(?:.*[/\\])?(?:noarch|[a-z]+-[a-z0-9_]+)[/\\][^/\\]+\.tar\.bz2)(?:[?#].*)?"
)
"""Wherever a `.conda` lies; sources end in `.tar.bz2` as well, but lie in no platform's folder."""
_REQUIREMENT = re.compile(
    r"--?[A-Za-z].*"  # an option
    r"|(?:[A-Za-z][\w+.-]*://|file:)\S.*"  # a URL
    r"|(?:\.\.?|~)?[/\\].*|\.\.?(?:\[.*)?|\S+\.(?:whl|zip|tar\.gz)(?:\[.*)?"  # a path
    r"|[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?\s*(?:\[[^\]]*\]\s*)?(?:(?:[<>=!~]=|[<>(;@]).*)?"  # NAME[EXTRAS] >=1
)


def detect(text: str) -> ExportFormat:
    """The format of a description of an environment; an `environment.yml` where nothing else is sure."""
    text = text.removeprefix("\ufeff")
    as_json = _json_keys(text)
    keys = as_json or {match[2] for match in _KEY.finditer(text)}
    if "dependencies" not in keys:
        if keys >= _CONDA_LOCK:
            return "pixi-lock" if _PIXI_3.search(text) else "conda-lock-v1"
        if keys >= _PIXI_LOCK:
            return "pixi-lock"
        if _EXPLICIT.search(text) or _each_line_is(_ARCHIVE, text):
            return "explicit"
        if _each_line_is(_REQUIREMENT, text):
            return "requirements"
    return "environment-json" if as_json else "environment-yaml"


def _json_keys(text: str) -> set[str]:
    """The keys of a JSON object; none where the text is something else, such as YAML in flow style."""
    if not re.match(r"\s*\{", text):
        return set()
    try:
        return set(json.loads(text))
    except (ValueError, RecursionError):
        return set()


def _each_line_is(pattern: re.Pattern[str], text: str) -> bool:
    """Whether the text has lines, and all match."""
    found = False
    for line in _content(text):
        if not pattern.fullmatch(line):
            return False
        found = True
    return found


def _content(text: str) -> Iterator[str]:
    """The lines that are no comments, without the backslash of those that go on."""
    for line in text.splitlines():
        bare = line.partition(" #")[0].rstrip("\\ \t").lstrip()
        if bare and not bare.startswith("#"):
            yield bare
