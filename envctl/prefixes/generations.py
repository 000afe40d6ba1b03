"""The generations of an environment: what it is, and what it was before its last updates.

Of a named environment each is a folder `generations/NAME/N`, and its link says which one is current. Of a
prefix folder the current one stands at the prefix itself, and the others beside it in `.NAME.envctl/N`: all
of them were built for the prefix's own path. Which number a folder has is written in it
(`conda-meta/envctl/generation`); one without is the first.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from envctl.prefixes.hidden import hidden
from envctl.prefixes.place import Place, is_environment

KEPT = 2
"""How many generations before the current one stay, where nobody says: one to go back to, and one more for an
update that was tried twice."""
_NUMBER = Path("conda-meta", "envctl", "generation")


@dataclass(frozen=True, kw_only=True, slots=True)
class Generation:
    """One state of an environment."""

    number: int
    prefix: Path
    """Where its files are now."""
    current: bool


def kept_folder(place: Place) -> Path:
    """Where the generations are that are not current; of a named environment the current one too."""
    if place.generations is not None:
        return place.generations
    return hidden(place.prefix, "")


def generations(place: Place) -> tuple[Generation, ...]:
    """All that are there, the oldest first. What is no environment, such as one half removed, is none."""
    kept = kept_folder(place)
    folders = {int(entry.name): entry for entry in kept.glob("*") if entry.name.isdecimal()}
    current = current_number(place)
    if place.generations is None and current is not None:
        folders[current] = place.prefix
    return tuple(
        Generation(number=number, prefix=folder, current=number == current)
        for number, folder in sorted(folders.items())
        if is_environment(folder)
    )


def current_number(place: Place) -> int | None:
    """The number of the current generation; None where nothing stands at the place."""
    if place.generations is None:
        return number_in(place.prefix) if is_environment(place.prefix) else None
    target = place.prefix.readlink().name if place.prefix.is_symlink() else ""
    return int(target) if target.isdecimal() else None


def next_number(place: Place) -> int:
    """The number that the next generation gets; none is given twice while a trace of it is there."""
    there = [int(entry.name) for entry in kept_folder(place).glob("*") if entry.name.isdecimal()]
    return max(*there, current_number(place) or 0, 0) + 1


def number_in(prefix: Path) -> int:
    """The number that is written in a generation."""
    with suppress(OSError, ValueError):
        return int((prefix / _NUMBER).read_text(encoding="utf-8"))
    return 1


def write_number(prefix: Path, number: int) -> None:
    """Write its number into a generation."""
    file = prefix / _NUMBER
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{number}\n", encoding="utf-8")
