"""The pip section of a lock: resolved for each platform, on top of what conda installs there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from envctl.credentials import scrub
from envctl.diffing.marker_environment import constraints_on, lines_on
from envctl.diffing.present import present
from envctl.diffing.requirement_lines import pip_line
from envctl.diffing.unsatisfied import answers_hash
from envctl.errors import FailedError
from envctl.model.lock import LockedPackage, PlatformLock
from envctl.model.packages import Package, PipPackage
from envctl.python_names import distributions

if TYPE_CHECKING:
    from envctl.engines.uv_lock import PipRequest
    from envctl.ops.solve import Solved


def resolve_pip(
    solved: Sequence[Solved],
    *,
    keep: Mapping[str, tuple[PipPackage, ...]] | None = None,
    offline: bool,
    folder: Path,
) -> tuple[tuple[PipPackage, ...], ...]:
    """The exact packages that the pip section adds to each solution; `keep` are preferred, by platform.

    Paths of source trees start from `folder`, that of the lock. Raises `FailedError` (`no-python`,
    `pip-hash-mismatch`) and what `uv_lock.resolve` raises.
    """
    if not any(one.pip for one in solved):
        return ((),) * len(solved)
    from envctl.engines.uv_lock import resolve

    known = keep or {}
    requests = [_request(one, known.get(one.solution.platform, ()), offline) for one in solved if one.pip]
    answers = iter(resolve(requests))
    found = tuple(next(answers) if one.pip else () for one in solved)
    for one, packages in zip(solved, found, strict=True):
        _check_hashes(one, packages)
    return tuple(tuple(_relocated(package, folder) for package in packages) for packages in found)


def _request(solved: Solved, keep: tuple[PipPackage, ...], offline: bool) -> PipRequest:
    from envctl.engines.uv_lock import PipRequest

    solution = solved.solution
    python = next((package for package in solution.packages if package.name == "python"), None)
    if python is None:
        raise FailedError(
            "the pip section needs Python, and the environment has none",
            code="no-python",
            hint="add python to the dependencies",
        )
    return PipRequest(
        lines=solved.pip,
        platform=solution.platform,
        virtual_packages=solution.virtual_packages,
        python_version=python.version,
        provided={name: package.version for package in solution.packages for name in distributions(package)},
        directory=solved.directory,
        keep=keep,
        offline=offline,
    )


def _check_hashes(solved: Solved, packages: tuple[PipPackage, ...]) -> None:
    """uv resolves without a look at the hashes in the lines. Raises `FailedError` (`pip-hash-mismatch`)."""
    chosen: tuple[Package, ...] = (*solved.solution.packages, *packages)
    part = PlatformLock(
        platform=solved.solution.platform,
        packages=tuple(LockedPackage(package=package) for package in chosen),
    )
    there = present(part)
    for text, line in (*lines_on(solved.spec, part), *constraints_on(solved.spec, part)):
        package = there.named_by_line(line, solved.spec.directory)
        if package and not answers_hash(line, package):
            raise FailedError(
                f"{package.name} {package.version} is not what the pip section says it is",
                code="pip-hash-mismatch",
                cause=scrub(f"{package.url} has sha256:{package.sha256}\n{text} does not allow it"),
                hint="nothing was written; add the hash if the archive is the one that was meant",
            )


def _relocated(package: PipPackage, folder: Path) -> PipPackage:
    """With a path that starts from the lock's folder; an archive's becomes a URL, which every format has."""
    if package.url is None or "://" in package.url:
        return package
    url = Path(package.url).as_uri() if package.sha256 else os.path.relpath(package.url, folder)
    return replace(package, url=url)


def requests_by_package(lines: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The lines of a pip section by the distribution that each asks for, normalised."""
    asked: dict[str, tuple[str, ...]] = {}
    for line in lines:
        name = pip_line(line).name
        if name:
            key = canonicalize_name(name)
            asked[key] = (*asked.get(key, ()), line)
    return asked
