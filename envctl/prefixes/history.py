"""What conda's log, `conda-meta/history`, says was asked for.

conda's own rule (conda/history.py, get_requested_specs_map): each run may remove requests, then put new ones
in the place of earlier ones for the same package. Two specs for one package in one run both hold here, where
conda would keep the last.
"""

from __future__ import annotations

import re
from ast import literal_eval
from contextlib import suppress
from pathlib import Path

from envctl.credentials import scrub

_HEAD = re.compile(r"==>\s*(.+?)\s*<==")
_COMMAND = re.compile(r"#\s*cmd:\s*\S")
_SPECS = re.compile(r"#\s*(\w+)\s*specs:\s*(.+)")
_ACTIONS = {
    "remove": "remove",
    "uninstall": "remove",
    "update": "update",
    "install": "update",
    "create": "update",
    "neutered": "neutered",
}
_COMMA = re.compile(r",(?!\s*[=!<>~])")
"""Between the specs of conda before 4.5: one that opens with an operator goes on with the spec before it."""
_ARCHIVE = re.compile(r"(?:.*[/\\])?([^/\\]+)-[^-/\\]+-[^-/\\]+\.(?:conda|tar\.bz2)(?:#.*)?")
_NAME = re.compile(r"(?:[^\[]*::)?\s*([^\s=<>!~@\[]+)")


def requested_in_history(prefix: Path) -> dict[str, tuple[str, ...]]:
    """The specs asked for, as written, by package name; empty where there is no log.

    A package that is named need not be installed: conda has not always noted what was removed.
    """
    text = ""
    with suppress(OSError):
        text = (prefix / "conda-meta" / "history").read_text(encoding="utf-8", errors="replace")
    requested: dict[str, tuple[str, ...]] = {}
    for run in _runs(text):
        for spec in run.get("remove", ()):
            requested.pop(_name(spec), None)
        for action in ("update", "neutered"):
            named: dict[str, tuple[str, ...]] = {}
            for spec in run.get(action, ()):
                named[_name(spec)] = (*named.get(_name(spec), ()), scrub(spec))
            requested |= named
    return requested


def _runs(text: str) -> list[dict[str, list[str]]]:
    """What each run did with specs. As conda has it: a run without a command does not count, and of several
    lines of one kind the last does."""
    runs: list[dict[str, list[str]]] = []
    for line in map(str.strip, text.splitlines()):
        if _HEAD.match(line):
            runs.append({})
        elif runs and _COMMAND.match(line):
            runs[-1]["command"] = [line]
        elif runs and (match := _SPECS.match(line)) and match[1] in _ACTIONS:
            specs = [spec for spec in _split(match[2]) if spec and not spec.endswith("@")]
            if specs:
                runs[-1][_ACTIONS[match[1]]] = specs
    return [run for run in runs if "command" in run]


def _split(text: str) -> list[str]:
    """A Python list, or in conda before 4.5 specs between commas; what is neither says nothing."""
    if text.startswith("["):
        with suppress(ValueError, SyntaxError, RecursionError, MemoryError):
            return [spec for spec in literal_eval(text) if isinstance(spec, str)]
        return []
    return [] if "[" in text else [spec.strip() for spec in _COMMA.split(text)]


def _name(spec: str) -> str:
    match = _ARCHIVE.fullmatch(spec.strip()) or _NAME.match(spec.strip())
    return match[1].lower() if match else ""
