"""The pip section of a lock: resolved on one platform, on top of what conda installs there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from envctl.diffing.requests import pip_line
from envctl.errors import FailedError
from envctl.python_names import distributions

if TYPE_CHECKING:
    from envctl.model.packages import PipPackage
    from envctl.ops.solve import Solved


def resolve_pip(solved: Solved, *, keep: tuple[PipPackage, ...], offline: bool) -> tuple[PipPackage, ...]:
    """The exact packages that the pip section adds to a solution; `keep` are preferred.

    Raises `FailedError` (`no-python`) and what `uv_lock.resolve` raises.
    """
    if not solved.pip:
        return ()
    from envctl.engines.uv_lock import PipRequest, resolve

    solution = solved.solution
    python = next((package for package in solution.packages if package.name == "python"), None)
    if python is None:
        raise FailedError(
            "the pip section needs Python, and the environment has none",
            code="no-python",
            hint="add python to the dependencies",
        )
    return resolve(
        PipRequest(
            lines=solved.pip,
            platform=solution.platform,
            virtual_packages=solution.virtual_packages,
            python_version=python.version,
            provided={
                name: package.version for package in solution.packages for name in distributions(package)
            },
            directory=solved.directory,
            keep=keep,
            offline=offline,
        )
    )


def requests_by_package(lines: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The lines of a pip section by the distribution that each asks for, normalised."""
    asked: dict[str, tuple[str, ...]] = {}
    for line in lines:
        name = pip_line(line).name
        if name:
            key = canonicalize_name(name)
            asked[key] = (*asked.get(key, ()), line)
    return asked
