"""A specification against a specification."""

from __future__ import annotations

from collections.abc import Iterator

from envctl.diffing.kinds import in_order, version_kinds
from envctl.diffing.pairs import paired
from envctl.diffing.pins import is_other_version, pin_of
from envctl.diffing.requests import Requests, requests_of
from envctl.diffing.settings import sections, setting, variables
from envctl.model.diff import Change, Diff, Kind, Setting, Wanted
from envctl.model.environment import EnvironmentSpec
from envctl.versions import channel_key


def diff_specs(before: EnvironmentSpec, after: EnvironmentSpec, *, names: tuple[str, str]) -> Diff:
    """What the two ask for differently, whatever the spelling: `python=3.9` is `python 3.9.*`.

    The environment's name and `prefix:` say nothing of what is in it. `names` are what the two are called.
    """
    old, new = requests_of(before), requests_of(after)
    pairs = paired(old.packages, new.packages)
    changes: list[Change] = []
    for key, (one, other) in pairs.items():
        was = old.packages[one] if one else None
        becomes = new.packages[other] if other else None
        kinds = _kinds(was, becomes) if was and becomes else ()
        if kinds or was is None or becomes is None:
            changes.append(
                Change(name=key[1], manager=key[0], before=was, after=becomes, kinds=kinds, requested=True)
            )
    return Diff(
        before=names[0],
        after=names[1],
        added=tuple(change for change in changes if change.before is None),
        removed=tuple(change for change in changes if change.after is None),
        changed=tuple(change for change in changes if change.before and change.after),
        settings=tuple(sorted(_settings(before, after, old, new), key=lambda setting: setting.name)),
        unchanged=len(pairs) - len(changes),
    )


def _kinds(before: Wanted, after: Wanted) -> tuple[Kind, ...]:
    """How a request changed: `spec` always, and in what respect where each side has a single entry for it."""
    same_manager = before.manager == after.manager
    if before.canonical == after.canonical and same_manager:
        return ()
    kinds: set[Kind] = {"spec"} if same_manager else {"spec", "source"}
    old, new = pin_of(before), pin_of(after)
    if old and new and is_other_version(old, new):
        kinds |= version_kinds(old.version, new.version, managers={before.manager, after.manager})
    if old and new and same_manager:
        if old.build != new.build:
            kinds.add("build")
        if old.channel != new.channel:
            kinds.add("channel")
        if old.place != new.place:
            kinds.add("source")
        elif old.place and old.hashes and new.hashes and set(old.hashes) != set(new.hashes):
            kinds.add("hash")
    return in_order(kinds)


def _settings(
    before: EnvironmentSpec, after: EnvironmentSpec, old: Requests, new: Requests
) -> Iterator[Setting]:
    yield from setting("channels", before.channels or None, after.channels or None, key=channel_key)
    yield from setting("pip options", old.pip_options or None, new.pip_options or None)
    platforms = (tuple(sorted(spec.platforms)) or None for spec in (before, after))
    yield from setting("platforms", *platforms)
    yield from variables(before.variables, after.variables)
    yield from sections(before.sections, after.sections)
