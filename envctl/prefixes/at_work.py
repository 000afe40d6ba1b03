"""Whether a run is at work in a folder, as runs can tell that have their lock files in different roots.

Another user's, or one with another ENVCTL_ROOT, may build beside the same place. Both see the folder itself,
and the system forgets a lock on it with the process that holds it (flock(2)). Some network file systems know
none for folders: there it is as without.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def at_work_in(folder: Path) -> Iterator[None]:
    """Have others see that this process is at work in the folder. Raises OSError where there is none."""
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def is_at_work(folder: Path) -> bool | None:
    """Whether one is; None where that cannot be told, as of what is no folder."""
    import fcntl

    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return None
    else:
        return False
    finally:
        os.close(descriptor)
