"""A specification against a specification."""

from __future__ import annotations

import json
from collections.abc import Iterator

from envctl.credentials import scrub
from envctl.diffing.kinds import in_order, version_kinds
from envctl.diffing.pairs import paired
from envctl.diffing.requests import Requests, pin_of, requests_of
from envctl.diffing.settings import setting
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
        settings=tuple(_settings(before, after, old, new)),
        unchanged=len(pairs) - len(changes),
    )


def _kinds(before: Wanted, after: Wanted) -> tuple[Kind, ...]:
    """How a request changed; `spec` always, and in what respect where both pin it."""
    if before.canonical == after.canonical and before.manager == after.manager:
        return ()
    old, new = pin_of(before), pin_of(after)
    same_manager = before.manager == after.manager
    kinds: set[Kind] = {"spec", *version_kinds(old.version, new.version, conda=before.manager == "conda")}
    if same_manager and old.build != new.build:
        kinds.add("build")
    if same_manager and channel_key(old.channel) != channel_key(new.channel):
        kinds.add("channel")
    if not same_manager or old.url != new.url:
        kinds.add("source")
    return in_order(kinds)


def _settings(
    before: EnvironmentSpec, after: EnvironmentSpec, old: Requests, new: Requests
) -> Iterator[Setting]:
    channels = (tuple(map(scrub, spec.channels)) for spec in (before, after))
    yield from setting("channels", *channels, key=channel_key)
    yield from setting("pip options", old.pip_options, new.pip_options)
    yield from setting("platforms", tuple(sorted(before.platforms)), tuple(sorted(after.platforms)))
    for name in sorted({*before.variables, *after.variables}):
        values = (before.variables.get(name), after.variables.get(name))
        yield from setting(f"variables.{name}", *(None if text is None else (text,) for text in values))
    for name in sorted({*before.sections, *after.sections}):
        contents = (spec.sections.get(name) for spec in (before, after))
        texts = (None if content is None else (json.dumps(content, default=str),) for content in contents)
        yield from setting(name, *texts)
