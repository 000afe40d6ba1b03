"""Mappings, lists and text as a `conda-lock.yml` must have them; an error knows the place.

A lock is too large to note every line while it is read: whoever catches the error looks the line up.
"""

from __future__ import annotations

from typing import Any

from envctl.credentials import scrub
from envctl.yamlfile import KeyPath

NO_KEYS: frozenset[str] = frozenset()


class ShapeError(Exception):
    """What is wrong, and where in the document."""

    def __init__(self, reason: str, path: KeyPath, hint: str | None = None) -> None:
        super().__init__(reason)
        self.path = path
        self.hint = hint


def mapping(
    value: Any, path: KeyPath, required: frozenset[str] = NO_KEYS, optional: frozenset[str] | None = None
) -> dict[Any, Any]:
    """The value at `path` as a mapping with these keys; with `optional` None it may have any further ones."""
    if not isinstance(value, dict):
        raise ShapeError(f"{_called(path)} must be a mapping", path)
    if not required <= value.keys():
        raise ShapeError(f"{_called(path)} has no `{min(required - value.keys())}`", path)
    if optional is not None and not value.keys() <= required | optional:
        key = next(key for key in value if key not in required | optional)
        raise ShapeError(f"`{_shown(key)}` is no key of {_called(path)}", (*path, key))
    return value


def texts(
    value: Any, path: KeyPath, required: frozenset[str] = NO_KEYS, optional: frozenset[str] | None = None
) -> dict[str, str]:
    """The value as a mapping of text to text; null at one of the `optional` keys is as if it were absent."""
    found = {}
    for key, item in mapping(value, path, required, optional).items():
        if item is None and optional and key in optional:
            continue
        if not isinstance(key, str) or not isinstance(item, str):
            raise ShapeError(f"`{_shown(key)}` in {_called(path)} must be text", (*path, key))
        found[str(key)] = str(item)
    return found


def items(value: Any, path: KeyPath) -> list[Any]:
    """The value as a list."""
    if not isinstance(value, list):
        raise ShapeError(f"{_called(path)} must be a list", path)
    return value


def text(value: Any, path: KeyPath, *, empty: bool = False) -> str:
    """The value as text, which may be `empty` or not."""
    if not isinstance(value, str) or not (value or empty):
        raise ShapeError(f"{_called(path)} must be text", path)
    return str(value)


def _shown(key: object) -> str:
    return scrub(str(key))[:60]  # in this order: half a URL hides its credentials from `scrub`


def _called(path: KeyPath) -> str:
    if not path:
        return "a conda-lock.yml"
    return f"`{_shown(path[-1])}`" if isinstance(path[-1], str) else f"an entry of `{_shown(path[-2])}`"
