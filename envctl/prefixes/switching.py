"""Making another generation the current one, in one step."""

from __future__ import annotations

import os
from pathlib import Path

from envctl.prefixes.generations import Generation, kept_folder, number_in, write_number
from envctl.prefixes.hidden import hidden_sibling
from envctl.prefixes.interruption import uninterrupted
from envctl.prefixes.place import Place
from envctl.prefixes.swapping import Swap, swap


def go_to(place: Place, chosen: Generation, current: Generation | None) -> None:
    """Make another of its generations current; both stay. Raises OSError."""
    with uninterrupted():
        if place.generations is not None:
            point(place, chosen.prefix)
        elif current is None:
            chosen.prefix.rename(place.prefix)
        else:
            replace_current(place, chosen.prefix, current.number, kept=True)


def point(place: Place, generation: Path) -> None:
    """Make a named environment be one of its generations. Raises OSError; the link is then as it was."""
    link = hidden_sibling(place.prefix)
    try:
        place.prefix.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(generation, place.prefix.parent), target_is_directory=True)
        link.replace(place.prefix)
    except BaseException:
        link.unlink(missing_ok=True)
        raise


def replace_current(place: Place, new: Path, number: int, *, kept: bool) -> None:
    """Put a folder in place of a prefix folder's current generation, whose number is given, and which is kept
    beside it or goes. Raises OSError."""
    if number_in(place.prefix) is None:
        write_number(place.prefix, number)
    swap(Swap(new=new, final=place.prefix, kept=kept_folder(place) / str(number) if kept else None))
