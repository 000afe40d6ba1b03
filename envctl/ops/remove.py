"""remove: an environment and everything in it."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass

from envctl.errors import AbsentError, RefusedError
from envctl.prefixes import registry
from envctl.prefixes.place import Place, find_place, find_remains
from envctl.prefixes.root import Root
from envctl.prefixes.staging import locked, remove_place, unwritable


def find(root: Root, word: str) -> Place:
    """The environment that would be removed, or what another tool left of one.

    Raises `AbsentError` where there is neither.
    """
    try:
        return find_place(root, word, os.environ)
    except AbsentError:
        remains = find_remains(root, word.removeprefix("env:"))
        if remains is None:
            raise
        return remains


@dataclass(frozen=True, kw_only=True, slots=True)
class RemoveResult:
    """What was removed."""

    place: Place


def remove(root: Root, word: str) -> RemoveResult:
    """Remove the environment: at once for whoever looks, then file by file.

    Raises `AbsentError` where there is none or another run is changing it, `RefusedError` for the
    environment that envctl itself runs in, `FailedError` where it cannot be removed.
    """
    import sys

    place = find(root, word)
    if place.prefix.resolve() == type(place.prefix)(sys.prefix).resolve():
        raise RefusedError(
            f"envctl itself runs in {place.label}",
            code="own-environment",
            hint="run an envctl from somewhere else to remove it",
        )
    with locked(root, place):
        try:
            remove_place(place)
        except OSError as error:
            raise unwritable(place.prefix, error) from error
        with suppress(OSError):  # a stale line in conda's list is harmless
            registry.unregister(place.prefix, below=place.generations)
    return RemoveResult(place=place)
