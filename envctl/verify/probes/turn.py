"""One process after the other, where several measuring at once would share what is measured."""

from __future__ import annotations

import fcntl
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Optional

from .harness import Unavailable

_POLL_S = 0.02


@contextmanager
def turn(file: Optional[str], *, wait_s: float) -> Iterator[None]:
    """Alone among the processes that name the file; without one, at once.

    Raises `Unavailable` where the others are not done after `wait_s` seconds.
    """
    if file is None:
        yield
        return
    # A lock of the system's own: it goes with its process, however that ends.
    with Path(file).open("ab") as stream:
        until = time.monotonic() + wait_s
        while not _taken(stream.fileno()):
            if time.monotonic() > until:
                raise Unavailable(f"the other GPUs' copies were not done after {wait_s:.0f} s")
            time.sleep(_POLL_S)
        yield


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
