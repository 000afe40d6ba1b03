"""YAML as pixi lays it out, so that its next writing of the file changes no line: lists stand under their
key without an indent, and quotes are single ones."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from envctl.credentials import scrub
from envctl.formats.yaml_write import scalar

_LONGEST_SIMPLE_KEY = 1000


def lines(value: Any, indent: int = 0) -> list[str]:
    """The lines of a value at `indent` spaces, without credentials."""
    pad = " " * indent
    if not value or not isinstance(value, (Mapping, list)):
        return [pad + _leaf(value)]
    found = []
    if isinstance(value, list):
        for item in value:
            first, *rest = lines(item, indent + 2)
            found += [f"{pad}- {first[indent + 2 :]}", *rest]
        return found
    for key, item in value.items():
        name = _leaf(key)
        name = f"? {name}\n{pad}" if len(name) > _LONGEST_SIMPLE_KEY else name
        if item and isinstance(item, (Mapping, list)):
            found += [f"{pad}{name}:", *lines(item, indent if isinstance(item, list) else indent + 2)]
        else:
            found.append(f"{pad}{name}: {_leaf(item)}")
    return found


def _leaf(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (Mapping, list)):
        return "[]" if isinstance(value, list) else "{}"
    return scalar(value)


@lru_cache(maxsize=4096)
def _text(value: str) -> str:
    value = scrub(value)
    text = scalar(value)
    if text.startswith('"') and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return text
