"""Build beside the place, then put in place in one step.

An environment is built in a folder next to where it will stand, with its final path already in its
files. Until the last step nothing at the place has changed; if anything goes wrong before it, the
folder is removed and the place is as it was.

A named environment is a link to a generation folder: `generations/NAME/2` is renamed from its staging
folder and the link is swapped. The files of a generation name the generation's own path, so that a process
keeps the generation that it was started from. A `-p` prefix is put in place of what stands there.
"""

from __future__ import annotations

import glob
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from envctl.fsys import unwritable
from envctl.prefixes.at_work import at_work_in, is_at_work
from envctl.prefixes.generations import (
    KEPT,
    current_number,
    generations,
    kept_folder,
    next_number,
    way_back,
    write_number,
)
from envctl.prefixes.hidden import hidden, hidden_sibling
from envctl.prefixes.in_use import processes_in
from envctl.prefixes.interruption import uninterrupted
from envctl.prefixes.place import Place
from envctl.prefixes.removal import remove_environment, remove_tree
from envctl.prefixes.swapping import finish_swap, unfinished
from envctl.prefixes.switching import point, replace_current

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
def staged(place: Place, *, keep: int = KEPT) -> Iterator[Staging]:
    """A staging folder for the place, put in place when the block ends well and removed when it does not.

    Of the generations before, `keep` stay, and those in which something runs. The lock of the place must be
    held. Raises `FailedError` (`unwritable`, `disk-full`) when something cannot be written.
    """
    clean_up(place)
    try:
        number, before = next_number(place), current_number(place)
        final = place.prefix if place.generations is None else place.generations / str(number)
        build = hidden_sibling(final)
        made = _missing_parents(build)
    except OSError as error:
        raise unwritable(place.prefix, error) from error
    try:
        build.mkdir(parents=True)
        with at_work_in(build):
            yield Staging(build=build, final=final)
            write_number(build, number, before or 0)
            with uninterrupted():
                _put_in_place(place, build, final, keep, before)
    except OSError as error:
        raise unwritable(place.prefix, error) from error
    finally:
        with uninterrupted(), suppress(OSError):
            if build.exists() and not unfinished(final):
                _remove_unfinished(build)
            for folder in made:  # where nothing else has come into them
                folder.rmdir()
    prune(place, keep)


def clean_up(place: Place) -> None:
    """Finish or remove what killed runs left at the place; its lock is held, so that no run is at work but
    one that has its locks elsewhere.

    Raises `FailedError` where a swap cannot be finished.
    """
    if place.generations is None:
        try:
            finish_swap(place.prefix)
        except OSError as error:
            raise unwritable(place.prefix, error) from error
    for path in left_behind(place):
        if not is_at_work(path):
            with suppress(OSError):  # it is in nobody's way
                path.unlink() if path.is_file() else remove_tree(path)


def left_behind(place: Place) -> tuple[Path, ...]:
    """The hidden files and folders of builds and removals beside a place."""
    beside = [place.prefix]
    if place.generations is not None:
        beside += [place.generations, place.generations / "*"]
    else:
        beside += [kept_folder(place), kept_folder(place) / "*"]
    return tuple(path for each in beside for path in _hidden(each))


def _hidden(path: Path) -> Iterator[Path]:
    own = hidden(path, "").name
    pattern = own if path.name == "*" else glob.escape(own)
    yield from path.parent.glob(f"{pattern}-????????")


def prune(place: Place, keep: int) -> None:
    """Remove all generations but the current one, `keep` others, and those in which something runs.

    Those on the way back from the current one stay first, then those that were gone back from.
    """
    there = generations(place)
    way = way_back(there)
    others = [each for each in reversed(there) if not each.current and each not in way]
    for old in [*way, *others][keep:]:
        if not processes_in(old.prefix):
            with suppress(OSError):  # the next run tries again
                remove_environment(old.prefix)
    if place.generations is None:
        with suppress(OSError):
            kept_folder(place).rmdir()


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


def _missing_parents(path: Path) -> list[Path]:
    """The folders above a path that do not exist yet, deepest first."""
    missing = []
    for parent in path.parents:
        if parent.exists():
            break
        missing.append(parent)
    return missing


def _put_in_place(place: Place, build: Path, final: Path, keep: int, before: int | None) -> None:
    if place.generations is not None:
        build.rename(final)
        try:
            point(place, final)
        except BaseException:
            remove_environment(final)
            raise
    elif before is not None:
        replace_current(place, build, before, kept=keep > 0 or bool(processes_in(final)))
    else:
        if final.is_dir():  # it was made ready, and is taken if it is empty still
            shutil.copymode(final, build)
        build.rename(final)
