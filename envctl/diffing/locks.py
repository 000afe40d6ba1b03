"""Packages against packages: locks and installed prefixes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from packaging.utils import canonicalize_name

from envctl.diffing.kinds import kinds_between
from envctl.diffing.pairs import Key, Pairs, paired
from envctl.diffing.settings import setting
from envctl.model.diff import Change, Diff, Setting
from envctl.model.lock import Lock, PlatformLock
from envctl.model.packages import CondaPackage, Package
from envctl.versions import channel_key


@dataclass(frozen=True, kw_only=True, slots=True)
class _Side:
    """One platform of one lock."""

    packages: Mapping[Key, Package]
    requested: frozenset[Key]


def diff_locks(before: Lock, after: Lock, *, names: tuple[str, str], platforms: tuple[str, ...] = ()) -> Diff:
    """The difference on `platforms`; by default on all that either has, or, where one lock is for a single
    platform that the other has too, on that one.

    `names` are what the two are called.
    """
    compared = platforms or _compared(before, after)
    known = before.says_requested or after.says_requested
    changes: list[Change] = []
    same = 0
    for platform in compared:
        old, new = _side(before.on(platform)), _side(after.on(platform))
        pairs = paired(old.packages, new.packages)
        found = list(_changes(old, new, pairs, platform, known=known))
        same += len(pairs) - len(found)
        changes += found
    return Diff(
        before=names[0],
        after=names[1],
        platforms=compared,
        added=tuple(change for change in changes if change.before is None),
        removed=tuple(change for change in changes if change.after is None),
        changed=tuple(change for change in changes if change.before and change.after),
        settings=tuple(_settings(before, after, whole=not platforms)),
        unchanged=same,
    )


def package_key(package: Package) -> Key:
    """What makes two packages the same one in different versions."""
    name = package.name if isinstance(package, CondaPackage) else canonicalize_name(package.name)
    return package.manager, name


def _compared(before: Lock, after: Lock) -> tuple[str, ...]:
    old, new = ([part.label or part.platform for part in lock.platforms] for lock in (before, after))
    common = [platform for platform in old if platform in new]
    if len(common) == 1 and 1 in (len(old), len(new)):
        return tuple(common)
    return tuple(sorted({*old, *new}))


def _side(part: PlatformLock | None) -> _Side:
    entries = part.packages if part else ()
    return _Side(
        packages={package_key(entry.package): entry.package for entry in reversed(entries)},
        requested=frozenset(package_key(entry.package) for entry in entries if entry.requested),
    )


def _changes(old: _Side, new: _Side, pairs: Pairs, platform: str, *, known: bool) -> Iterator[Change]:
    for key, (one, other) in pairs.items():
        before = old.packages[one] if one else None
        after = new.packages[other] if other else None
        kinds = kinds_between(before, after) if before and after else ()
        if kinds or before is None or after is None:
            yield Change(
                name=key[1],
                manager=key[0],
                platform=platform,
                before=before,
                after=after,
                kinds=kinds,
                requested=(one in old.requested or other in new.requested) if known else None,
            )


def _settings(before: Lock, after: Lock, *, whole: bool) -> Iterator[Setting]:
    """Channels and variables, where both locks say them: an `@EXPLICIT` file has neither."""
    if before.channels and after.channels:
        yield from setting("channels", before.channels, after.channels, key=channel_key)
    if before.variables or after.variables:
        for name in sorted({*before.variables, *after.variables}):
            old, new = before.variables.get(name), after.variables.get(name)
            yield from setting(
                f"variables.{name}", None if old is None else (old,), None if new is None else (new,)
            )
    if whole and before.indexes and after.indexes:
        yield from setting("indexes", before.indexes, after.indexes, key=channel_key)
