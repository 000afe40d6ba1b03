"""A specification against packages: is each request answered, and has each package a reason?"""

from __future__ import annotations

from collections.abc import Iterator

from envctl.credentials import scrub
from envctl.diffing.extra import unasked
from envctl.diffing.settings import setting, variables
from envctl.diffing.unsatisfied import judged
from envctl.formats.environment_yaml import for_platform
from envctl.model.diff import Diff, Extra, Setting, Unsatisfied
from envctl.model.environment import EnvironmentSpec
from envctl.model.lock import Lock, PlatformLock
from envctl.versions import channel_key


def diff_spec_lock(
    spec: EnvironmentSpec, lock: Lock, *, names: tuple[str, str], platforms: tuple[str, ...] = ()
) -> Diff:
    """What the packages leave unanswered of the specification, and what they hold beyond it; the channels of
    the specification must be those that were asked, variables filled in and folders as URLs.

    On `platforms`, by default all of the lock. `names` are what the two are called, in their order.
    """
    compared = tuple(sorted(set(platforms) or {part.key for part in lock.platforms}))
    unsatisfied: list[Unsatisfied] = []
    extra: list[Extra] = []
    untold: set[str] = set()
    answered = 0
    for platform in compared:
        part = lock.on(platform) or PlatformLock(platform=platform, packages=())
        wanted = for_platform(spec, part.platform)
        verdicts = list(judged(wanted, part))
        missing = [verdict for verdict in verdicts if verdict]
        answered += len(verdicts) - len(missing)
        unsatisfied += sorted(missing, key=lambda request: (request.manager, request.name, request.spec))
        beyond = unasked(wanted, part)
        extra += beyond.extra
        untold |= beyond.untold
    return Diff(
        before=names[0],
        after=names[1],
        platforms=compared,
        satisfaction=True,
        settings=tuple(_settings(spec, lock)),
        unsatisfied=tuple(unsatisfied),
        extra=tuple(extra),
        unchanged=answered,
        notes=tuple(
            f"{manager}'s packages do not tell what they need: which of them nothing asked for cannot be told"
            for manager in sorted(untold)
        ),
    )


def _settings(spec: EnvironmentSpec, lock: Lock) -> Iterator[Setting]:
    """Channels and variables, where both say them."""
    if spec.channels and lock.channels:
        yield from setting("channels", tuple(map(scrub, spec.channels)), lock.channels, key=channel_key)
    if lock.variables is not None:
        yield from variables(spec.variables, lock.variables)
