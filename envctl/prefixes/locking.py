"""One envctl run at a time on one environment."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager

from envctl.errors import AbsentError
from envctl.fsys import unwritable
from envctl.prefixes.place import Place
from envctl.prefixes.root import Root


@contextmanager
def locked(root: Root, place: Place) -> Iterator[None]:
    """Keep other envctl runs off this environment.

    Raises `AbsentError` (`environment-busy`) at once, `FailedError` where the lock cannot be written.
    """
    from filelock import FileLock, Timeout

    key = place.name or hashlib.sha256(os.fsencode(place.prefix)).hexdigest()[:16]
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
        yield
    finally:
        lock.release()
