"""The extras of pip packages, as requests and locks tell them: `requests[socks]`."""

from __future__ import annotations

from collections.abc import Mapping

from packaging.utils import canonicalize_name

from envctl.diffing.marker_environment import lines_on
from envctl.model.environment import Dependency, EnvironmentSpec
from envctl.model.lock import LockedPackage, PlatformLock


def asked_extras(spec: EnvironmentSpec, part: PlatformLock) -> Mapping[str, frozenset[str]]:
    """Those of all lines that hold on the platform, by distribution, normalised."""
    found: dict[str, frozenset[str]] = {}
    for _, line in lines_on(spec, part):
        if line.name:
            name = canonicalize_name(line.name)
            found[name] = found.get(name, frozenset()).union(map(canonicalize_name, line.extras))
    return found


def locked_extras(part: PlatformLock) -> Mapping[str, frozenset[str]]:
    """Those that the packages were locked with, where that is told."""
    lines = (text for entry in part.packages if _tells(entry) for text in entry.requested)
    return asked_extras(EnvironmentSpec(pip=tuple(Dependency(text=text) for text in lines)), part)


def _tells(entry: LockedPackage) -> bool:
    """Whether it was recorded with the lines that asked; of a package that pip installed only its name is."""
    package = entry.package
    return package.manager == "pip" and (bool(package.url) or entry.requested != (package.name,))
