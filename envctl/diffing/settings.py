"""What differs and is no package."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from envctl.credentials import scrub
from envctl.model.diff import Setting


def setting(
    name: str,
    before: Sequence[str] | None,
    after: Sequence[str] | None,
    *,
    key: Callable[[str], str] = str,
) -> Iterator[Setting]:
    """The setting if it differs, credentials aside; two of its values are the same where `key` makes the same
    of them."""
    old, new = (None if values is None else tuple(map(scrub, values)) for values in (before, after))
    was, now = (None if values is None else list(map(key, values)) for values in (old, new))
    if was != now:
        yield Setting(name=name, before=old, after=new)


def variables(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Setting]:
    """Each variable that differs."""
    for name in sorted({*before, *after}):
        values = ((side[name],) if name in side else None for side in (before, after))
        yield from setting(f"variables.{name}", *values)


def sections(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Setting]:
    """Each section of another manager that differs, by its entries."""
    for name in sorted({*before, *after}):
        values = (_entries(side[name]) if name in side else None for side in (before, after))
        yield from setting(name, *values)


def _entries(content: Any) -> list[str]:
    if isinstance(content, Mapping):
        return sorted(f"{key}: {_text(value)}" for key, value in content.items())
    return [_text(item) for item in (content if isinstance(content, list) else [content])]


def _text(item: Any) -> str:
    return item if isinstance(item, str) else json.dumps(item, ensure_ascii=False, default=str)
