"""What differs and is no package."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from envctl.model.diff import Setting


def setting(
    name: str,
    before: tuple[str, ...] | None,
    after: tuple[str, ...] | None,
    *,
    key: Callable[[str], str] = str,
) -> Iterator[Setting]:
    """The setting if it differs; two of its values are the same where `key` makes the same of them."""
    old, new = (None if values is None else [key(value) for value in values] for values in (before, after))
    if old != new:
        yield Setting(name=name, before=before, after=after)
