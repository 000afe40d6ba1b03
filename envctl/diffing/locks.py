"""Packages against packages: locks and installed prefixes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from envctl.diffing.kinds import kinds_between
from envctl.diffing.pairs import Pairs, paired
from envctl.diffing.settings import setting, variables
from envctl.model.diff import Change, Diff, Setting
from envctl.model.lock import Lock, PlatformLock
from envctl.model.packages import Key, Package
from envctl.versions import channel_key


@dataclass(frozen=True, kw_only=True, slots=True)
class _Side:
    """One platform of one lock."""

    packages: Mapping[Key, Package]
    requested: frozenset[Key] | None
    """None where the lock does not say."""

    def has_requested(self, key: Key | None) -> bool | None:
        """Whether a package was asked for; None where that is not known."""
        return None if key is None or self.requested is None else key in self.requested


def diff_locks(before: Lock, after: Lock, *, names: tuple[str, str], platforms: tuple[str, ...] = ()) -> Diff:
    """The difference on `platforms`; by default on all that either has, or, where one lock is for a single
    platform that the other has too, on that one.

    `names` are what the two are called.
    """
    old, new = _platforms(before), _platforms(after)
    compared = tuple(sorted(set(platforms))) or _compared(old, new)
    changes: list[Change] = []
    same = 0
    for platform in compared:
        sides = _side(before, platform), _side(after, platform)
        pairs = paired(sides[0].packages, sides[1].packages)
        found = list(_changes(*sides, pairs, platform))
        same += len(pairs) - len(found)
        changes += found
    settings = [*_settings(before, after)]
    if not platforms and {*old, *new} == {*compared}:
        settings += setting("platforms", old, new)
    return Diff(
        before=names[0],
        after=names[1],
        platforms=compared,
        added=tuple(change for change in changes if change.before is None),
        removed=tuple(change for change in changes if change.after is None),
        changed=tuple(change for change in changes if change.before and change.after),
        notes=() if platforms else tuple(_left_out(before, after, compared, names)),
        settings=tuple(sorted(settings, key=lambda setting: setting.name)),
        unchanged=same,
    )


def _platforms(lock: Lock) -> tuple[str, ...]:
    """The subdirs; a label only where it tells several platforms of one subdir apart."""
    times = Counter(part.platform for part in lock.platforms)
    return tuple(sorted(part.key if times[part.platform] > 1 else part.platform for part in lock.platforms))


def _compared(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    common = {*old} & {*new}
    if len(common) == 1 and 1 in (len(old), len(new)):
        return tuple(common)
    return tuple(sorted({*old, *new}))


def _left_out(before: Lock, after: Lock, compared: tuple[str, ...], names: tuple[str, str]) -> Iterator[str]:
    for lock, name in zip((before, after), names, strict=True):
        others = [platform for platform in _platforms(lock) if platform not in compared]
        if others:
            yield f"compared on {', '.join(compared)} alone: {name} is for {', '.join(others)} too"


def _side(lock: Lock, platform: str) -> _Side:
    part = lock.on(platform) or PlatformLock(platform=platform, packages=())
    requested = frozenset(entry.package.key for entry in part.packages if entry.requested)
    return _Side(packages=part.by_key, requested=requested if lock.says_requested else None)


def _changes(old: _Side, new: _Side, pairs: Pairs, platform: str) -> Iterator[Change]:
    for key, (one, other) in pairs.items():
        before = old.packages[one] if one else None
        after = new.packages[other] if other else None
        kinds = kinds_between(before, after) if before and after else ()
        if kinds or before is None or after is None:
            said = {old.has_requested(one), new.has_requested(other)} - {None}
            yield Change(
                name=key[1],
                manager=key[0],
                platform=platform,
                before=before,
                after=after,
                kinds=kinds,
                requested=True in said if said else None,
            )


def _settings(before: Lock, after: Lock) -> Iterator[Setting]:
    """Channels, indexes and variables where both locks say them: an `@EXPLICIT` file has none of them."""
    if before.channels and after.channels:
        yield from setting("channels", before.channels, after.channels, key=channel_key)
    if before.indexes and after.indexes:
        yield from setting("indexes", before.indexes, after.indexes, key=channel_key)
    if before.variables is not None and after.variables is not None:
        yield from variables(before.variables, after.variables)
