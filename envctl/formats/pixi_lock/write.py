"""Locks by their environments' names as the text of a pixi.lock of version 7.

Its order, and what it leaves out, are those of rattler's own writer (`rattler_lock/src/parse/serialize.rs`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from envctl.formats.pixi_lock import header
from envctl.formats.pixi_lock.entries import entry, reference
from envctl.formats.pixi_lock.layout import lines
from envctl.formats.pixi_lock.lost import lost
from envctl.formats.pixi_lock.packages import KINDS
from envctl.formats.written import Written
from envctl.model.lock import DEFAULT_INDEX, Lock, PlatformLock
from envctl.model.packages import Package

_DEFAULTS = {
    "strategy": "highest",
    "channel-priority": "strict",
    "pypi-prerelease-mode": "if-necessary-or-explicit",
}
"""Options that go without saying."""

At = tuple[int, str]
"""Rank of the kind, and location: how an entry is named, and how pixi sorts."""


def dumps(locks: Mapping[str, Lock]) -> Written:
    """Write locks as pixi 0.68 and later does: the same text for the same locks, without credentials.

    The format sorts packages, so that they come back in another order than the one they install in. By
    design it says neither version nor hash of a source tree, no options that are defaults, no requirement
    outside PEP 508, and of other formats' fields only those that it knows itself. What it has no place for of
    the environment is in `lost`.
    Raises `ValueError` where two environments call different subdirs by one label.
    """
    locks = dict(sorted(locks.items()))
    packages: dict[At, Any] = {}
    for lock in locks.values():
        for part in lock.platforms:
            for at, package in _named(part).items():
                if at not in packages:
                    packages[at] = entry(package)
        for needed in lock.metadata.get("packages", ()):
            kind = next(kind for kind in KINDS if kind in needed)
            packages.setdefault((KINDS.index(kind), needed[kind]), needed)
    document = {
        "version": 7,
        "platforms": list(_platforms(locks)),
        "environments": {name: _environment(lock) for name, lock in locks.items()},
        "packages": [packages[at] for at in sorted(packages)],
    }
    return Written(text="\n".join([*header.write(locks), *lines(document)]) + "\n", lost=lost(locks))


def _named(part: PlatformLock) -> dict[At, Package]:
    """The packages that have a location, each once."""
    found: dict[At, Package] = {}
    for locked in part.packages:
        kind, where = reference(locked.package)
        if where:
            found.setdefault((KINDS.index(kind), where), locked.package)
    return found


def _platforms(locks: Mapping[str, Lock]) -> Iterator[dict[str, Any]]:
    parts: dict[str, PlatformLock] = {}
    for lock in locks.values():
        for part in (*lock.platforms, *_unused(lock)):
            name = header.label(part)
            first = parts.setdefault(name, part)
            if first.platform != part.platform:
                raise ValueError(f"{name} is {first.platform} and {part.platform}")
            if not first.virtual_packages:
                parts[name] = part
    for name, part in sorted(parts.items()):
        subdir = {} if name == part.platform else {"subdir": part.platform}
        virtual = {"virtual-packages": list(part.virtual_packages)} if part.virtual_packages else {}
        yield {"name": name, **subdir, **virtual}


def _unused(lock: Lock) -> Iterator[PlatformLock]:
    """Platforms that the file told of, and that no environment is for."""
    for said in lock.metadata.get("platforms", ()):
        virtual = tuple(said["virtual-packages"])
        yield PlatformLock(platform=said["subdir"], label=said["name"], virtual_packages=virtual, packages=())


def _environment(lock: Lock) -> dict[str, Any]:
    said = lock.metadata
    variables = said.get("used_env_vars", {})
    options = {key: value for key, value in said.get("options", {}).items() if value != _DEFAULTS.get(key)}
    packages: dict[str, set[At]] = {}
    for part in lock.platforms:
        packages.setdefault(header.label(part), set()).update(_named(part))
    channels = [
        {"url": url, "used_env_vars": sorted(variables.get(url, ()))} if variables.get(url) else {"url": url}
        for url in lock.channels
    ]
    indexes = [url for url in lock.indexes if url != DEFAULT_INDEX]
    indexed = {"indexes": indexes} if indexes or "find-links" in said else {}
    return {
        "channels": channels,
        **indexed,
        **({"find-links": said["find-links"]} if said.get("find-links") else {}),
        **({"options": options} if options else {}),
        "packages": {
            name: [{KINDS[rank]: where} for rank, where in sorted(here)]
            for name, here in sorted(packages.items())
        },
        **{key: said[key] for key in ("requested-packages",) if key in said},
    }
