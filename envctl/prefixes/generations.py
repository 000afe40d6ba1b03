"""The generations of an environment: what it is, and what it was before its last updates.

Of a named environment each is a folder `generations/NAME/N`, and its link says which one is current. Of a
prefix folder the current one stands at the prefix itself, and the others beside it in `.NAME.envctl/N`: all
of them were built for the prefix's own path. Which number a folder has is written in it, and which one it was
built in place of (`conda-meta/envctl/generation`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from envctl.fsys import write_atomic
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
        if not is_environment(place.prefix):
            return None
        return number_in(place.prefix) or max(_numbers(place), default=0) + 1  # another tool's
    target = place.prefix.readlink().name if place.prefix.is_symlink() else ""
    return int(target) if target.isdecimal() else None


def next_number(place: Place) -> int:
    """The number that the next generation gets; none is given twice while a trace of it is there."""
    return max(*_numbers(place), current_number(place) or 0, 0) + 1


def _numbers(place: Place) -> list[int]:
    return [int(entry.name) for entry in kept_folder(place).glob("*") if entry.name.isdecimal()]


def way_back(there: Sequence[Generation]) -> list[Generation]:
    """What the current one was built in place of, what that was, and so on: after going back and an update
    it is not the numbers' order. Where one is gone or does not say, the next lower number."""
    others = {each.number: each for each in there if not each.current}
    at = next((each for each in there if each.current), None)
    way = []
    while at is not None:
        before = before_in(at.prefix)
        lower = [number for number in others if number <= (at.number - 1 if before is None else before)]
        at = others.pop(max(lower)) if lower else None
        way += [at] if at else []
    return way


def number_in(prefix: Path) -> int | None:
    """The number that is written in a generation; None in what another tool made."""
    return next(_written(prefix), None)


def before_in(prefix: Path) -> int | None:
    """The number of what it was built in place of, 0 for nothing; None where it does not say."""
    return next(islice(_written(prefix), 1, None), None)


def _written(prefix: Path) -> Iterator[int]:
    with suppress(OSError, ValueError):
        yield from map(int, (prefix / _NUMBER).read_text(encoding="utf-8").split())


def write_number(prefix: Path, number: int, before: int | None = None) -> None:
    """Write into a generation its number, and the one that it was built in place of."""
    write_atomic(prefix / _NUMBER, f"{number}\n" if before is None else f"{number}\n{before}\n")
