"""Exact packages as a specification: what was asked for, or every package pinned."""

from __future__ import annotations

from packaging.utils import canonicalize_name

from envctl.formats.pip_options import index_options
from envctl.formats.requirement_line import placed_line
from envctl.model.environment import Dependency, EnvironmentSpec
from envctl.model.lock import Lock, PlatformLock
from envctl.model.packages import CondaPackage, PipPackage
from envctl.versions import channel_key


def requested_spec(lock: Lock, part: PlatformLock) -> EnvironmentSpec:
    """What was asked for on a platform, in the words that asked for it."""
    conda = [spec for entry in part.packages if entry.package.manager == "conda" for spec in entry.requested]
    pip = [line for entry in part.packages if entry.package.manager == "pip" for line in entry.requested]
    return _spec(lock, sorted(set(conda)), list(dict.fromkeys(pip)))


def pinned_spec(lock: Lock, part: PlatformLock, *, builds: bool = True) -> EnvironmentSpec:
    """Every package of a platform, pinned to its version and, with `builds`, to its build.

    A package names its channel where the list of channels lacks it, or where it was asked for so. One without
    an archive, which is built from a source tree, cannot be asked for and is left out.
    """
    first = part.packages[::-1]  # of two packages of one name, the one that stands first, as everywhere
    conda = {
        entry.package.name: _conda(entry.package, lock.channels, entry.requested, builds=builds)
        for entry in first
        if isinstance(entry.package, CondaPackage) and entry.package.has_archive
    }
    pip = {
        canonicalize_name(entry.package.name): _pip(entry.package)
        for entry in first
        if isinstance(entry.package, PipPackage)
    }
    return _spec(lock, [conda[name] for name in sorted(conda)], [pip[name] for name in sorted(pip)])


def _spec(lock: Lock, conda: list[str], pip: list[str]) -> EnvironmentSpec:
    lines = [*(lock.pip_options or index_options(lock.indexes)), *pip] if pip else []
    return EnvironmentSpec(
        name=lock.name,
        channels=lock.channels,
        dependencies=tuple(Dependency(text=text) for text in conda),
        pip=tuple(Dependency(text=text) for text in lines) or None,
        variables=lock.variables or {},
    )


def _conda(
    package: CondaPackage, channels: tuple[str, ...], requested: tuple[str, ...], *, builds: bool
) -> str:
    text = f"{package.name}={package.version}" + (f"={package.build}" if builds and package.build else "")
    named = next((spec for spec in requested if "::" in spec.partition("[")[0]), None)
    if named is not None:
        return f"{named.partition('::')[0].strip()}::{text}"
    if channels and channel_key(package.channel) not in set(map(channel_key, channels)):
        return f"{channel_key(package.channel)}::{text}"
    return text


def _pip(package: PipPackage) -> str:
    if package.url and (package.editable or package.direct or package.version is None):
        return placed_line(package)
    return f"{package.name}=={package.version}" if package.version else package.name
