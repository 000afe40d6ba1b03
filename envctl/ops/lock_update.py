"""Which packages of an existing lock an update leaves where they are."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name

from envctl.errors import InputError, UsageError
from envctl.model.format_names import LOCK_FORMATS, LockFormat
from envctl.model.lock import Lock, PlatformLock
from envctl.python_names import conda_name
from envctl.sources.files import describe_file


@dataclass(frozen=True, kw_only=True, slots=True)
class ExistingLock:
    """A lock file that an option is about."""

    file: Path
    format: LockFormat
    lock: Lock


def kept_packages(existing: ExistingLock, update: tuple[str, ...]) -> Mapping[str, PlatformLock]:
    """By platform, the packages of a lock but for those to update.

    A name means conda's package and pip's. Raises `UsageError` (`not-in-lock`).
    """
    meant = {name: {("conda", name.lower()), ("conda", conda_name(name)), ("pip", canonicalize_name(name))}
             for name in update}  # fmt: skip
    there = {entry.package.key for part in existing.lock.platforms for entry in part.packages}
    for name, keys in meant.items():
        if not keys & there:
            raise UsageError(f"{existing.file} has no package {name!r}", code="not-in-lock")
    moving = set().union(*meant.values())
    return {
        part.platform: dataclasses.replace(
            part, packages=tuple(entry for entry in part.packages if entry.package.key not in moving)
        )
        for part in existing.lock.platforms
    }


def existing_lock(file: Path | None, option: str) -> ExistingLock:
    """The lock that an option is about. Raises `UsageError` (`no-output`, `several-environments`),
    `InputError` for what is no lock."""
    if file is None:
        raise UsageError(f"{option} has no lock to look at", code="no-output", hint="add -o FILE")
    description = describe_file(file, if_absent=f"make it first, without {option}")
    form = next((known for known in LOCK_FORMATS if known == description.format), None)
    locks = description.locks
    if form is None or locks is None:
        raise InputError("is no lock", code="not-a-lock", file=str(file), hint=f"lock it without {option}")
    if len(locks) != 1:
        raise UsageError(
            f"{file} holds {len(locks)} environments, and envctl locks one",
            code="several-environments",
            hint=f"pixi keeps it, or lock to another file: {option} looks at one environment",
        )
    return ExistingLock(file=file, format=form, lock=next(iter(locks.values())))
