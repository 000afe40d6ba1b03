"""remove: an environment and everything in it."""

from __future__ import annotations

import os
from contextlib import suppress

from envctl.errors import AbsentError, FailedError
from envctl.fsys import unwritable
from envctl.prefixes import registry
from envctl.prefixes.finding import find_place, find_remains
from envctl.prefixes.guard import refuse_frozen, refuse_in_use, refuse_running
from envctl.prefixes.locking import locked
from envctl.prefixes.place import Place, own_place
from envctl.prefixes.removal import remove_place
from envctl.prefixes.root import Root
from envctl.prefixes.staging import clean_up
from envctl.prefixes.swapping import forget_swap
from envctl.progress import Reporter


def find(root: Root, word: str, reporter: Reporter) -> Place:
    """The environment that would be removed, or what another tool left of one.

    Raises `AbsentError` where there is neither.
    """
    try:
        return find_place(root, word, os.environ, reporter)
    except AbsentError:
        remains = find_remains(root, word)
        if remains is None:
            raise
        return remains


def remove(root: Root, place: Place) -> None:
    """Remove the environment: at once for whoever looks, then file by file.

    Raises `AbsentError` where another run is changing it and where something runs in it, `RefusedError` for
    one that is frozen, for the one that envctl itself runs in and for a conda installation, `FailedError`
    where it cannot be removed.
    """
    own = own_place(root, place)
    refuse_frozen(own)
    refuse_in_use(own)
    with locked(root, own):
        with suppress(FailedError):  # what cannot be brought to its end goes with the rest
            clean_up(own)
        refuse_running(own)
        try:
            forget_swap(own.prefix)
            remove_place(own)
            clean_up(own)
            if place.prefix.is_symlink():  # by which the user named it
                place.prefix.unlink()
        except OSError as error:
            raise unwritable(place.prefix, error) from error
        with suppress(OSError):  # a stale line in conda's list is harmless
            for prefix in {place.prefix, own.prefix}:
                registry.unregister(prefix, below=own.generations)
