"""list: the environments that envctl made, and those that conda knows."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from envctl.configuration.read import read
from envctl.errors import FailedError
from envctl.model.provenance import Provenance
from envctl.prefixes import meta, registry
from envctl.prefixes.finding import environments_folders
from envctl.prefixes.generations import generations as generations_of
from envctl.prefixes.in_use import processes_in
from envctl.prefixes.place import Place, as_named
from envctl.prefixes.root import Root


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedEnvironment:
    """One environment."""

    place: Place
    packages: int
    """Conda packages installed."""
    provenance: Provenance | None
    """None where envctl did not make it."""
    generations: tuple[ListedGeneration, ...] = ()
    """The oldest first; empty where they were not asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedGeneration:
    """One state of an environment."""

    number: int
    prefix: Path
    current: bool
    packages: int
    """Conda packages installed."""
    provenance: Provenance | None
    running: int
    """How many processes run in it."""


def list_environments(root: Root, *, generations: bool = False) -> tuple[ListedEnvironment, ...]:
    """Named environments first, those in the user's `envs_dirs` after envctl's, by name; then the prefixes of
    conda's list, in its order. A name by which no command finds it any more is none.

    With `generations` what each has been before too.

    Raises `FailedError` (`unreadable`), and `InputError` for a configuration that cannot be read.
    """
    own = dict.fromkeys((root.environments, root.own_environments))
    named = [prefix for folder in own for prefix in _entries(folder)]
    for folder in dict.fromkeys(read(os.environ).envs_dirs):
        if folder not in own:
            with suppress(FailedError):  # another user's, as an administrator may name it for all
                named += _entries(folder)
    places = {
        place.prefix: place
        for place in (as_named(root, prefix) for prefix in (*named, *registry.registered()))
    }
    known = {*environments_folders(root, os.environ)}
    return tuple(
        ListedEnvironment(
            place=place if place.prefix.parent in known else replace(place, name=None),
            packages=_packages(place.prefix),
            provenance=meta.read_provenance(place.prefix),
            generations=_generations(place) if generations else (),
        )
        for place in places.values()
        if not place.prefix.name.startswith(".") and place.is_environment
    )


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise FailedError(f"cannot look into {folder}", code="unreadable", cause=error.strerror) from error


def _generations(place: Place) -> tuple[ListedGeneration, ...]:
    return tuple(
        ListedGeneration(
            number=each.number,
            prefix=each.prefix,
            current=each.current,
            packages=_packages(each.prefix),
            provenance=meta.read_provenance(each.prefix),
            running=len(processes_in(each.prefix)),
        )
        for each in generations_of(place)
    )


def _packages(prefix: Path) -> int:
    return sum(1 for _ in (prefix / "conda-meta").glob("*.json"))
