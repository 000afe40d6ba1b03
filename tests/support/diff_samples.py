"""Packages, locks and specifications in few words, for comparing them."""

from __future__ import annotations

from typing import Any

from envctl.model.environment import Dependency, EnvironmentSpec
from envctl.model.lock import Lock, LockedPackage, PlatformLock
from envctl.model.packages import CondaPackage, Package, PipPackage

NAMES = ("before", "after")


def conda(
    name: str = "numpy",
    version: str = "1.26.4",
    build: str = "py312h1_0",
    *,
    channel: str = "https://conda.anaconda.org/conda-forge",
    subdir: str = "linux-64",
    suffix: str = ".conda",
    **fields: Any,
) -> CondaPackage:
    url = f"{channel}/{subdir}/{name}-{version}-{build}{suffix}"
    return CondaPackage(
        **{
            "name": name,
            "version": version,
            "build": build,
            "channel": channel,
            "subdir": subdir,
            "url": url,
            **fields,
        }
    )


def pip(name: str = "torch", version: str | None = "2.3.0", **fields: Any) -> PipPackage:
    return PipPackage(name=name, version=version, **fields)


def part(*packages: Package, platform: str = "linux-64", **fields: Any) -> PlatformLock:
    return PlatformLock(
        platform=platform, packages=tuple(LockedPackage(package=package) for package in packages), **fields
    )


def lock(*packages: Package, platform: str = "linux-64", **fields: Any) -> Lock:
    return Lock(platforms=(part(*packages, platform=platform),), **fields)


def spec(
    *dependencies: str | Dependency, pip: tuple[str | Dependency, ...] | None = None, **fields: Any
) -> EnvironmentSpec:
    """A specification; an entry's selector stands behind it as in a file: `mkl  # [linux]`."""
    return EnvironmentSpec(
        dependencies=tuple(map(dependency, dependencies)),
        pip=None if pip is None else tuple(map(dependency, pip)),
        **fields,
    )


def dependency(entry: str | Dependency) -> Dependency:
    if isinstance(entry, Dependency):
        return entry
    text, _, selector = entry.partition("  # [")
    return Dependency(text=text, selector=selector.removesuffix("]") or None)
