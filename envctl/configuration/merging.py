"""One value from what several files say, as conda merges them (conda/common/configuration.py).

All that is passed in goes from the weakest file to the strongest.
"""

from __future__ import annotations

from collections.abc import Sequence

from envctl.configuration.given import Given


def strongest(given: Sequence[Given]) -> Given | None:
    """The one that counts where only one can: the last, or the first that is marked final."""
    heeded = _heeded(given)
    return heeded[-1] if heeded else None


def merge_lists(given: Sequence[Given]) -> tuple[str, ...]:
    """The items of all, those of the stronger files first; each once, marked ones at the ends."""
    heeded = _heeded(given)
    weak_first = [item for each in heeded for item in each.items]
    strong_first = [item for each in reversed(heeded) for item in each.items]
    top = [item.text for item in weak_first if item.mark == "top"]
    bottom = [item.text for item in strong_first if item.mark == "bottom"]
    others = [text for text in (*top, *(item.text for item in strong_first)) if text not in bottom]
    last_bottom = reversed(dict.fromkeys(reversed(bottom)))
    return (*dict.fromkeys(others), *last_bottom)


def merge_maps(given: Sequence[Given]) -> dict[str, tuple[Given, ...]]:
    """Each key that any has, with what they say about it, the weakest first."""
    merged: dict[str, tuple[Given, ...]] = {}
    for each in _heeded(given):
        for key, value in each.pairs.items():
            merged[key] = (*merged.get(key, ()), value)
    return merged


def _heeded(given: Sequence[Given]) -> Sequence[Given]:
    """Those up to the first that is marked final."""
    final = next((index for index, each in enumerate(given) if each.mark == "final"), len(given))
    return given[: final + 1]
