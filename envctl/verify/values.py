"""Reading a probe's value, which another Python wrote: what is not as agreed is not known."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any


def number(value: Mapping[str, Any], name: str) -> float | None:
    """A finite number; None where there is none."""
    found = value.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    try:
        figure = float(found)
    except OverflowError:
        return None
    return figure if math.isfinite(figure) else None


def mapping(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A mapping; an empty one where there is none."""
    found = value.get(name)
    return found if isinstance(found, Mapping) else {}


def mappings(value: Mapping[str, Any], name: str) -> tuple[Mapping[str, Any], ...]:
    """A list of mappings, without what is none in it."""
    found = value.get(name)
    return tuple(each for each in found if isinstance(each, Mapping)) if isinstance(found, Sequence) else ()


def words(value: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of words, without what is none in it."""
    found = value.get(name)
    if not isinstance(found, Sequence) or isinstance(found, str):
        return ()
    return tuple(each for each in found if isinstance(each, str))
