"""A difference put into effect, and seen from the other side: what the properties of differences stand on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from diff_samples import dependency

from envctl.diffing.requests import requests_of
from envctl.model.diff import Change, Diff, Kind, Setting, Wanted
from envctl.model.environment import EnvironmentSpec
from envctl.model.lock import Lock, LockedPackage, PlatformLock
from envctl.model.packages import Key, Package

_OPPOSITE: dict[Kind, Kind] = {"upgrade": "downgrade", "downgrade": "upgrade"}
_KINDS: tuple[Kind, ...] = ("upgrade", "downgrade", "build", "channel", "hash", "spec", "source")


def mirrored(diff: Diff) -> Diff:
    """The difference from the second description to the first."""
    return replace(
        diff,
        before=diff.after,
        after=diff.before,
        added=tuple(map(_swapped, diff.removed)),
        removed=tuple(map(_swapped, diff.added)),
        changed=tuple(map(_swapped, diff.changed)),
        settings=tuple(
            replace(setting, before=setting.after, after=setting.before) for setting in diff.settings
        ),
    )


def apply_to_lock(diff: Diff, lock: Lock) -> Lock:
    """The lock with the difference in effect on the platforms that were compared."""
    parts = {part.key: part for part in lock.platforms}
    lists = {setting.name: setting.after or () for setting in diff.settings}
    for platform in lists.get("platforms", ()):
        parts.setdefault(platform, PlatformLock(platform=platform, packages=()))
    for platform in diff.platforms:
        packages = packages_of(parts[platform]) if platform in parts else {}
        for change in _changes(diff):
            if change.platform == platform:
                _apply(change, packages)
        parts[platform] = PlatformLock(
            platform=platform,
            packages=tuple(LockedPackage(package=package) for package in packages.values()),
        )
    kept = lists.get("platforms", tuple(parts))
    return replace(
        lock,
        platforms=tuple(parts[platform] for platform in kept),
        channels=lists.get("channels", lock.channels),
        indexes=lists.get("indexes", lock.indexes),
        variables=None if lock.variables is None else _variables(diff.settings, lock.variables),
    )


def packages_of(part: PlatformLock) -> dict[Key, Package]:
    return part.by_key


def apply_to_spec(diff: Diff, spec: EnvironmentSpec) -> EnvironmentSpec:
    """The specification with the difference in effect."""
    requests = requests_of(spec)
    wanted = dict(requests.packages)
    for change in _changes(diff):
        for item in (change.before, change.after):
            assert item is None or isinstance(item, Wanted)
        if isinstance(change.before, Wanted):
            del wanted[change.before.manager, change.before.name]
        if isinstance(change.after, Wanted):
            wanted[change.after.manager, change.after.name] = change.after
    lists = {setting.name: setting.after or () for setting in diff.settings}
    options = lists.get("pip options", requests.pip_options)
    return EnvironmentSpec(
        channels=lists.get("channels", spec.channels),
        dependencies=tuple(map(dependency, _written("conda", wanted.values()))),
        pip=tuple(map(dependency, [*options, *_written("pip", wanted.values())])),
        variables=_variables(diff.settings, spec.variables),
        platforms=lists.get("platforms", spec.platforms),
    )


def _apply(change: Change, packages: dict[Key, Package]) -> None:
    assert not isinstance(change.before, Wanted)
    assert not isinstance(change.after, Wanted)
    if change.before is not None:
        del packages[change.before.key]
    if change.after is not None:
        packages[change.after.key] = change.after


def _written(manager: str, wanted: Iterable[Wanted]) -> list[str]:
    return [text for one in wanted if one.manager == manager for text in one.specs]


def _variables(settings: Iterable[Setting], before: Mapping[str, str]) -> dict[str, str]:
    variables = dict(before)
    for setting in settings:
        scope, _, name = setting.name.partition(".")
        if scope == "variables" and setting.after is None:
            variables.pop(name)
        elif scope == "variables" and setting.after is not None:
            variables[name] = setting.after[0]
    return variables


def _changes(diff: Diff) -> list[Change]:
    return [*diff.added, *diff.removed, *diff.changed]


def _swapped(change: Change) -> Change:
    kinds = {_OPPOSITE.get(kind, kind) for kind in change.kinds}
    return replace(
        change,
        before=change.after,
        after=change.before,
        kinds=tuple(kind for kind in _KINDS if kind in kinds),
    )
