"""A lock to exact packages for this machine: no solve."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from envctl.errors import InputError
from envctl.formats import match_spec_syntax
from envctl.formats.lock_as_spec import requested_spec
from envctl.model.lock import PlatformLock
from envctl.model.packages import CondaPackage, Package, PipPackage, Solution
from envctl.ops.own_platform import own_platform, without_optional
from envctl.ops.solve import Solved
from envctl.progress import Reporter
from envctl.sources import LockSource
from envctl.subdirs import current_subdir
from envctl.versions import virtual_matches

if TYPE_CHECKING:
    from envctl.engines.interface import Engine

_SHOWN = 5


def take_lock(source: LockSource, engine: Engine, *, cuda: str | None, reporter: Reporter) -> Solved:
    """The packages of this machine's platform, exactly as the lock has them.

    Raises `InputError` (`lock-platform`) where the lock has none for it, or none that it can run, and
    (`not-installable`) for packages that no archive is known of.
    """
    lock, subdir = source.lock, current_subdir()
    machine = engine.machine(cuda)
    whole = own_platform(source, subdir, machine)
    part = without_optional(whole)
    _tell_what_is_left_out(whole, part, reporter)
    conda, pip = part.conda, part.pip
    _refuse_unknown_archives(conda, pip, source)
    _warn_of_packages_without_hash((*conda, *pip), reporter)
    _warn_of_what_is_missing_here(conda, machine, reporter)
    return Solved(
        spec=dataclasses.replace(requested_spec(lock, part), directory=source.directory),
        solution=Solution(
            platform=subdir,
            channels=lock.channels,
            virtual_packages=part.virtual_packages,
            packages=conda,
        ),
        requested={
            entry.package.name: entry.requested
            for entry in part.packages
            if entry.requested and isinstance(entry.package, CondaPackage)
        },
        locked_pip=pip,
        lock=lock,
    )


def _tell_what_is_left_out(whole: PlatformLock, part: PlatformLock, reporter: Reporter) -> None:
    count = len(whole.by_key) - len(part.by_key)
    if count:
        left = {entry.category for entry in whole.packages} - {entry.category for entry in part.packages}
        reporter.note(f"left out: {count} packages of optional categories ({', '.join(sorted(left))})")


def _refuse_unknown_archives(
    conda: tuple[CondaPackage, ...], pip: tuple[PipPackage, ...], source: LockSource
) -> None:
    unknown = [package.name for package in conda if not package.has_archive]
    unknown += [package.name for package in pip if package.url is None]
    if unknown:
        raise InputError(
            f"does not say where {len(unknown)} packages come from",
            code="not-installable",
            file=source.label.partition(":")[2],
            cause=", ".join(unknown[:_SHOWN]) + (", …" if len(unknown) > _SHOWN else ""),
            hint="lock them with their archives' URLs: `envctl lock`",
        )


def _warn_of_packages_without_hash(packages: tuple[Package, ...], reporter: Reporter) -> None:
    bare = [
        package.name
        for package in packages
        if not (package.sha256 or package.md5 or _has_no_archive(package))
    ]
    if bare:
        shown = ", ".join(bare[:_SHOWN]) + (", …" if len(bare) > _SHOWN else "")
        reporter.warn(f"{len(bare)} packages have no hash in the lock and are taken as they come: {shown}")


def _warn_of_what_is_missing_here(
    conda: tuple[CondaPackage, ...], machine: tuple[str, ...], reporter: Reporter
) -> None:
    """An environment may be built for another machine, so this is no reason to refuse."""
    for text in sorted({text for package in conda for text in package.depends if text.startswith("__")}):
        offered = [virtual for virtual in machine if virtual.split("=")[0] == match_spec_syntax.name(text)]
        if not any(virtual_matches(text, virtual) for virtual in offered):
            has = "has " + " ".join(offered[0].split("=")[:2]) if offered else "has none"
            reporter.warn(f"the lock's packages need {text}; this machine {has}")


def _has_no_archive(package: Package) -> bool:
    """A repository or a folder has no hash of its own."""
    if isinstance(package, CondaPackage):
        return False
    url = package.url or ""
    return "+" in url.partition("://")[0] or package.editable or (package.direct and "://" not in url)
