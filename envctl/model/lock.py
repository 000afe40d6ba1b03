"""An environment as exact packages: what a lock file holds, and what an installed prefix is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from envctl.model.packages import CondaPackage, Key, Package, PipPackage

DEFAULT_INDEX = "default"
"""Stands for the index that pip and uv search where nobody names one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LockedPackage:
    """One package in a lock, and why it is there."""

    package: Package
    category: str = "main"
    """conda-lock's groups: a package of two categories stands in the lock twice."""
    optional: bool = False
    requested: tuple[str, ...] = ()
    """The specs that asked for it by name; empty where it came along, or where the lock does not say."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlatformLock:
    """The packages for one platform."""

    platform: str
    """The subdir, such as `linux-64`."""
    packages: tuple[LockedPackage, ...]
    """In the order of the file; of envctl's own locks, dependencies first."""
    virtual_packages: tuple[str, ...] = ()
    """What the machine was taken to offer, as `NAME=VERSION=BUILD`; empty where the lock does not say."""
    content_hash: str | None = None
    """Of the specification that it answers, as whoever wrote the lock computes it."""
    label: str | None = None
    """The platform's own name, where the format has one beside the subdir (pixi's rich platforms)."""

    @property
    def key(self) -> str:
        """What tells it from the other platforms of its lock."""
        return self.label or self.platform

    @property
    def by_key(self) -> dict[Key, Package]:
        """Each package once, in their order; of two of one name the first."""
        found: dict[Key, Package] = {}
        for entry in self.packages:
            found.setdefault(entry.package.key, entry.package)
        return found

    @property
    def conda(self) -> tuple[CondaPackage, ...]:
        """The conda packages, each once."""
        return tuple(package for package in self.by_key.values() if isinstance(package, CondaPackage))

    @property
    def pip(self) -> tuple[PipPackage, ...]:
        """The pip packages, each once."""
        return tuple(package for package in self.by_key.values() if isinstance(package, PipPackage))


@dataclass(frozen=True, kw_only=True, slots=True)
class Lock:
    """One environment on one or more platforms, exactly.

    A file that holds several environments (pixi.lock) is a mapping of names to these.
    """

    platforms: tuple[PlatformLock, ...]
    """In the order of the file, each subdir once but for pixi's rich platforms."""
    channels: tuple[str, ...] = ()
    """URLs or names, highest priority first."""
    indexes: tuple[str, ...] = ()
    """URLs of the package indexes that the pip packages come from, the first one first; `DEFAULT_INDEX` where
    pip's own is searched beside others. Empty where nothing is said."""
    pip_options: tuple[str, ...] = ()
    """Lines of the pip section that name no package (`--find-links …`, the indexes too), where the packages
    were resolved from one; no file format of locks has them."""
    variables: Mapping[str, str] | None = None
    """The environment's own variables; None where the lock does not say, as most formats cannot."""
    name: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """What the format says besides, by its own keys (conda-lock's `sources`, `git_metadata`; pixi's
    `options`), kept as it is."""

    @property
    def says_requested(self) -> bool:
        """Whether the lock tells what was asked for from what came along."""
        return any(entry.requested for part in self.platforms for entry in part.packages)

    def of_subdir(self, subdir: str) -> tuple[PlatformLock, ...]:
        """The parts for a subdir: several only of pixi's rich platforms."""
        return tuple(part for part in self.platforms if part.platform == subdir)

    def on(self, platform: str) -> PlatformLock | None:
        """The part of that very name, else the only one of that subdir; None where there is none, and where
        a subdir has several."""
        named = [part for part in self.platforms if part.key == platform] or self.of_subdir(platform)
        return named[0] if len(named) == 1 else None
