"""One installation after the other: conda does not lock its package cache, and two that extract one package
there at once break each other (measured: of eight, one or five were left, 26.7.1 and 23.11.0)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from envctl.fsys import unwritable
from envctl.progress import Reporter


@contextmanager
def in_turn(cache: Path, reporter: Reporter) -> Iterator[None]:
    """Wait until no other envctl installs with conda below that cache.

    Raises `FailedError` (`unwritable`, `disk-full`) where the lock file cannot be made.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(cache / "conda.lock")
    try:
        cache.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        with reporter.task("waiting for another run to finish with conda's cache", unit="steps"):
            lock.acquire()
    except OSError as error:
        raise unwritable(cache, error) from error
    try:
        yield
    finally:
        lock.release()
