"""What killed runs left: half-built folders, folders half removed, and swaps that were cut off."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from envctl.errors import AbsentError, FailedError
from envctl.prefixes.at_work import is_at_work
from envctl.prefixes.locking import locked, noted_places
from envctl.prefixes.place import Place, as_named
from envctl.prefixes.root import Root
from envctl.prefixes.staging import clean_up, left_behind
from envctl.prefixes.swapping import unfinished


@dataclass(frozen=True, kw_only=True, slots=True)
class Leftover:
    """What was left at one place."""

    place: Place
    paths: tuple[Path, ...]
    size_bytes: int
    """Of its files that are linked nowhere else: what its removal frees."""
    busy: bool
    """Whether it is no leftover yet: a run is at work there."""


def clear_leftovers(root: Root) -> tuple[Leftover, ...]:
    """Remove what is left at envctl's named environments, and at the prefix folders at which runs were
    killed, and bring swaps to their end, wherever no run is at work; tell what was there."""
    return tuple(found for place in _places(root) if (found := _leftover(root, place)))


def _places(root: Root) -> Iterator[Place]:
    for environments in dict.fromkeys((root.environments, root.own_environments)):
        folders = (environments, root.generations_of(environments))
        names = {path.name for folder in folders for path in folder.glob("[!.]*")}
        # `.NAME.envctl-1a2b3c4d`: of an environment whose last folder was being removed
        names |= {
            path.name[1:].rpartition(".envctl-")[0]
            for folder in folders
            for path in folder.glob(".*.envctl-????????")
        }
        places = (as_named(root, environments / name) for name in sorted(names))
        yield from (place for place in places if place.name is not None)
    yield from (place for place in noted_places(root) if place.name is None)


def _leftover(root: Root, place: Place) -> Leftover | None:
    paths = left_behind(place)
    if not paths and not (place.generations is None and unfinished(place.prefix)):
        return None
    size_bytes = sum(map(_size_bytes, paths))
    busy = any(map(is_at_work, paths))
    try:
        with locked(root, place):
            clean_up(place)
    except AbsentError:
        busy = True
    except (FailedError, OSError):  # where nothing may be written, it can be told all the same
        pass
    return Leftover(place=place, paths=paths, size_bytes=size_bytes, busy=busy)


def _size_bytes(path: Path) -> int:
    total = 0
    for folder, _, files in os.walk(path):
        for name in files:
            with suppress(OSError):
                status = Path(folder, name).lstat()
                total += status.st_size if status.st_nlink == 1 else 0
    return total
