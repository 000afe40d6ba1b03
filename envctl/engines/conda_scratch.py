"""A folder for the files of one call of conda: they may hold credentials, and are gone afterwards."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from envctl.fsys import unwritable
from envctl.prefixes.at_work import at_work_in, is_at_work

_CALLS = "conda-calls"
_BEGUN_S = 60.0
"""A run that has just made its folder may not have given a sign of life yet."""
_FORGOTTEN_S = 24 * 3600
"""No call takes a day: what is older was left by a run that was killed, wherever the system cannot tell."""


@contextmanager
def scratch_folder(cache: Path) -> Iterator[Path]:
    """An empty folder below the cache that only the user can read. Raises `FailedError` (`unwritable`,
    `disk-full`)."""
    clear_calls(cache)
    parent = cache / _CALLS
    try:
        parent.mkdir(parents=True, exist_ok=True)
        folder = TemporaryDirectory(dir=parent, ignore_cleanup_errors=True)
    except OSError as error:
        raise unwritable(parent, error) from error
    with folder as name, at_work_in(Path(name)):
        yield Path(name)


def clear_calls(cache: Path) -> tuple[Path, ...]:
    """Remove what killed runs left, and tell what that was."""
    return tuple(left for left in (cache / _CALLS).glob("*") if _is_left(left) and _removed(left))


def _is_left(folder: Path) -> bool:
    working = is_at_work(folder)
    with suppress(OSError):  # its run has ended meanwhile
        age_s = time.time() - folder.stat().st_mtime
        return not working and age_s > (_FORGOTTEN_S if working is None else _BEGUN_S)
    return False


def _removed(folder: Path) -> bool:
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()
