"""Two locks of 5,000 made-up packages, as an update leaves them, to compare."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from samples import CHANNEL, PLATFORMS, chance, digest, names, needs, package

from envctl.formats.conda_lock_v1.write import dumps
from envctl.model.lock import Lock, LockedPackage, PlatformLock
from envctl.model.packages import CondaPackage


def write_locks(before: Path, after: Path) -> None:
    """Locks of 1,250 packages on each of four platforms.

    In the second one 5 % have another version, 2 % are gone and 2 % are new.
    """
    rng = chance("locks")
    called = names(1275)
    old, new = [], []
    for platform in PLATFORMS:
        packages = [
            package(name, "2.3.0", f"h{digest(name)[:7]}_0", platform, needs(called[:at], rng))
            for at, name in enumerate(called)
        ]
        rng.shuffle(packages)
        added, gone, changed, same = packages[:25], packages[25:50], packages[50:112], packages[112:]
        updated = [package(it.name, "2.4.0", it.build, platform, it.depends) for it in changed]
        old.append(_part(platform, [*gone, *changed, *same]))
        new.append(_part(platform, [*added, *updated, *same]))
    before.write_text(_text(old))
    after.write_text(_text(new))


def _part(platform: str, packages: Sequence[CondaPackage]) -> PlatformLock:
    """A platform's packages in conda-lock's order, 20 of them asked for."""
    entries = [
        LockedPackage(package=each, requested=(each.name,) if at < 20 else ())
        for at, each in enumerate(sorted(packages, key=lambda each: each.name))
    ]
    return PlatformLock(platform=platform, packages=tuple(entries), content_hash=digest(repr(packages)))


def _text(parts: Sequence[PlatformLock]) -> str:
    metadata = {"sources": ["environment.yml"]}
    return dumps(Lock(platforms=tuple(parts), channels=(CHANNEL,), metadata=metadata)).text
