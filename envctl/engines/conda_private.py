"""Caches of conda's that are envctl's to make: conda notes there what came from which URL, with its login."""

from __future__ import annotations

from pathlib import Path

from envctl.fsys import unwritable


def make_private(folder: Path) -> None:
    """Keep others out of a folder. Raises `FailedError` (`unwritable`, `disk-full`)."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise unwritable(folder, error) from error
