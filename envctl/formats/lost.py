"""One line for what a format cannot carry, as `Written.lost` has them."""

from __future__ import annotations

from collections.abc import Iterable

from envctl.credentials import scrub
from envctl.formats.yaml_write import remark

_SHOWN = 5


def counted(noun: str, names: Iterable[str], rest: str = "") -> tuple[str, ...]:
    """`2 variables: A, B`, with `rest` behind the noun and the first names; nothing where there are none."""
    found = list(dict.fromkeys(names))
    if not found:
        return ()
    if len(found) > 1:
        noun = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    shown = ", ".join(remark(scrub(name)) for name in found[:_SHOWN])
    return (f"{len(found)} {noun}{rest}: {shown}{', …' if len(found) > _SHOWN else ''}",)
