"""One envctl run at a time on one environment."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from envctl.errors import AbsentError
from envctl.fsys import unwritable
from envctl.prefixes.place import Place, as_named
from envctl.prefixes.root import Root


@contextmanager
def locked(root: Root, place: Place) -> Iterator[None]:
    """Keep other envctl runs off this environment.

    The place is written down while the lock is held, so that what a killed run leaves beside a prefix folder
    anywhere is found. Raises `AbsentError` (`environment-busy`) at once, `FailedError` where the lock cannot
    be written.
    """
    from filelock import FileLock, Timeout

    key = place.name or hashlib.sha256(os.fsencode(os.path.realpath(place.prefix))).hexdigest()[:16]
    note = root.locks / f"{key}.place"
    try:
        root.locks.mkdir(parents=True, exist_ok=True)
        lock = FileLock(root.locks / f"{key}.lock")
        lock.acquire(timeout=0)
    except Timeout as error:
        raise AbsentError(
            f"another envctl run is changing {place.label}",
            code="environment-busy",
            hint="wait for it to end, then try again",
        ) from error
    except OSError as error:
        raise unwritable(root.locks, error) from error
    try:
        with suppress(OSError):  # on a full disk the work itself tells
            note.write_bytes(os.fsencode(place.prefix))
        yield
    finally:
        with suppress(OSError):
            note.unlink()
        lock.release()


def noted_places(root: Root) -> tuple[Place, ...]:
    """The places at which a run is at work, or was killed."""
    places = []
    for note in sorted(root.locks.glob("*.place")):
        with suppress(OSError):
            written = note.read_bytes()
            if written:
                places.append(as_named(root, Path(os.fsdecode(written))))
    return tuple(places)
