"""A folder for the files of one call of conda: they may hold credentials, and are gone afterwards."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from envctl.fsys import unwritable

_FORGOTTEN_S = 24 * 3600
"""No call takes a day: what is older was left by a run that was killed."""


@contextmanager
def scratch_folder(cache: Path) -> Iterator[Path]:
    """An empty folder below the cache that only the user can read. Raises `FailedError` (`unwritable`,
    `disk-full`)."""
    parent = cache / "conda-calls"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        folder = TemporaryDirectory(dir=parent, ignore_cleanup_errors=True)
    except OSError as error:
        raise unwritable(parent, error) from error
    with folder as name:
        _forget_old(parent)
        yield Path(name)


def _forget_old(parent: Path) -> None:
    for left in parent.iterdir():
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _FORGOTTEN_S:
                shutil.rmtree(left, ignore_errors=True)
