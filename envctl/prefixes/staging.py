"""Build beside the place, then put in place in one step.

An environment is built in a folder next to where it will stand, with its final path already in its
files. Until the last step nothing at the place has changed; if anything goes wrong before it, the
folder is removed and the place is as it was.

A named environment is a link to a generation folder: `generations/NAME/2` is renamed from its staging
folder and the link is swapped. The files of a generation name the generation's own path, and the one
before the newest is kept, so that a process keeps the generation it was started from. A `-p` prefix is
renamed into place.
"""

from __future__ import annotations

import glob
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from envctl.fsys import exchange, unwritable
from envctl.prefixes.interruption import uninterrupted
from envctl.prefixes.place import Place
from envctl.prefixes.removal import hidden_sibling, remove_tree, set_aside

_SETTLE_S = 10.0
"""How long a cancelled installation may take to come to rest."""
_LOOKS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Staging:
    """A build on its way."""

    build: Path
    """The folder to build in."""
    final: Path
    """The path to write into files."""


@contextmanager
def staged(place: Place) -> Iterator[Staging]:
    """A staging folder for the place, put in place when the block ends well and removed when it does not.

    Raises `FailedError` (`unwritable`, `disk-full`) when something cannot be written.
    """
    final = place.prefix if place.generations is None else place.generations / str(_next(place.generations))
    build = hidden_sibling(final)
    made = _missing_parents(build)
    _reclaim(place, final)
    try:
        build.mkdir(parents=True)
        yield Staging(build=build, final=final)
        with uninterrupted():
            _put_in_place(place, build, final)
    except OSError as error:
        raise unwritable(place.prefix, error) from error
    finally:
        with uninterrupted(), suppress(OSError):
            if build.exists():
                _remove_unfinished(build)
            for folder in made:  # where nothing else has come into them
                folder.rmdir()


def _reclaim(place: Place, final: Path) -> None:
    """Remove what killed runs left beside the place; its lock is held, so none of them is at work."""
    name = "*" if place.generations else glob.escape(final.name)
    left = list(final.parent.glob(f".{name}.envctl-????????"))
    if place.generations is not None:
        left += place.generations.parent.glob(f".{place.generations.name}.envctl-????????")
        left += place.prefix.parent.glob(f".{place.prefix.name}.envctl-????????")
    for path in left:
        with suppress(OSError):  # it is in nobody's way
            path.unlink() if path.is_symlink() else remove_tree(path)


def _remove_unfinished(build: Path) -> None:
    """Remove a build that failed, until it stays away: a cancelled installation's workers finish the files
    that they are at, folders included."""
    deadline = time.monotonic() + _SETTLE_S
    looks = 0
    while looks < _LOOKS and time.monotonic() < deadline:
        looks = 0 if build.exists() else looks + 1
        if build.exists():
            with suppress(OSError):
                remove_tree(build)
        else:
            time.sleep(_SETTLE_S / 200)


def _next(generations: Path) -> int:
    return max(_numbers(generations), default=0) + 1


def _numbers(generations: Path) -> list[int]:
    return [int(entry.name) for entry in generations.glob("*") if entry.name.isdecimal()]


def _missing_parents(path: Path) -> list[Path]:
    """The folders above a path that do not exist yet, deepest first."""
    missing = []
    for parent in path.parents:
        if parent.exists():
            break
        missing.append(parent)
    return missing


def _put_in_place(place: Place, build: Path, final: Path) -> None:
    if place.generations is None:
        _put_folder(build, final)
        return
    build.rename(final)
    link = hidden_sibling(place.prefix)
    before = place.prefix.resolve() if place.prefix.is_symlink() else None
    try:
        place.prefix.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(final, place.prefix.parent), target_is_directory=True)
        link.replace(place.prefix)
    except BaseException:
        link.unlink(missing_ok=True)
        remove_tree(final)
        raise
    for number in _numbers(place.generations):
        folder = place.generations / str(number)
        if folder not in (final, before):
            remove_tree(folder)


def _put_folder(build: Path, final: Path) -> None:
    if not final.is_dir():
        build.rename(final)
        return
    shutil.copymode(final, build)  # an empty folder that was made ready, or the environment before
    if exchange(build, final):
        remove_tree(build)
        return
    aside = set_aside(final)
    try:
        build.rename(final)
    except BaseException:
        aside.rename(final)
        raise
    remove_tree(aside)
