"""Which packages of an existing lock an update leaves where they are."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from packaging.utils import canonicalize_name

from envctl.errors import InputError, UsageError
from envctl.model.lock import Lock, PlatformLock
from envctl.python_names import conda_name
from envctl.sources import LockSource, SpecOptions, load


def kept_packages(file: Path | None, update: tuple[str, ...]) -> dict[str, PlatformLock]:
    """By platform, the packages of the lock at `file` but for those to update.

    A name means conda's package and pip's. Raises `UsageError` (`no-output`, `not-in-lock`), `InputError`.
    """
    lock = existing_lock(file, "--update")
    names = {canonicalize_name(name) for name in update} | set(update) | set(map(conda_name, update))
    there = {entry.package.name for part in lock.platforms for entry in part.packages}
    for name in update:
        if not {name, canonicalize_name(name), conda_name(name)} & there:
            raise UsageError(f"{file} has no package {name!r}", code="not-in-lock")
    return {
        part.platform: dataclasses.replace(
            part, packages=tuple(entry for entry in part.packages if entry.package.name not in names)
        )
        for part in lock.platforms
    }


def existing_lock(file: Path | None, option: str) -> Lock:
    """The lock that an option is about. Raises `UsageError` (`no-output`), `InputError`."""
    if file is None:
        raise UsageError(f"{option} has no lock to look at", code="no-output", hint="add -o FILE")
    source = load(f"file:{file}", SpecOptions(), order=("file",))
    if not isinstance(source, LockSource):
        raise InputError("is no lock", code="not-a-lock", file=str(file), hint="lock it without " + option)
    return source.lock
