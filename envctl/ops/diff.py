"""diff: any source against any source."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from envctl.configuration.read import read
from envctl.diffing.locks import diff_locks
from envctl.errors import UsageError
from envctl.formats.one_platform import on_platform
from envctl.model.diff import Diff
from envctl.model.environment import EnvironmentSpec
from envctl.model.lock import Lock
from envctl.prefixes.root import Root
from envctl.progress import Reporter
from envctl.sources import FILE_FIRST, LockSource, Source, SpecOptions, load_all, tell


@dataclass(frozen=True, kw_only=True, slots=True)
class DiffOptions:
    """What to compare."""

    before: str
    after: str
    root: Root
    platform: str | None = None
    environment: str | None = None
    """Which environment of the one that holds several, or of both."""


def diff(options: DiffOptions, reporter: Reporter) -> Diff:
    """The difference from one source to the other.

    Two specifications are compared as such, two locks or prefixes as packages; between the two kinds it is
    told whether the packages satisfy the specification, whichever stands first. Raises what `load_all`
    raises, `UsageError` (`no-platform`, `several-platforms`, `both-from-standard-input`).
    """
    if options.before == options.after == "-":
        raise UsageError(
            "standard input can be read once", code="both-from-standard-input", hint="give one as a file"
        )
    words = (options.before, options.after)
    before, after = load_all(
        words, SpecOptions(), order=FILE_FIRST, root=options.root, environment=options.environment
    )
    for source in (before, after):
        tell(source, reporter)
    return compare(before, after, platform=options.platform)


def compare(before: Source | LockSource, after: Source | LockSource, *, platform: str | None = None) -> Diff:
    """The difference between two sources that are loaded. Raises `UsageError` (`no-platform`,
    `several-platforms`)."""
    names = (before.label, after.label)
    platforms = (platform,) if platform else ()
    for source in (before, after):
        if platform and isinstance(source, LockSource):
            on_platform(source.lock, platform, called=source.label)
    if isinstance(before, LockSource) and isinstance(after, LockSource):
        return diff_locks(before.lock, after.lock, names=names, platforms=platforms)
    if isinstance(before, Source) and isinstance(after, Source):
        from envctl.diffing.specs import diff_specs
        from envctl.formats.environment_yaml import for_platform

        old, new = before.spec, after.spec
        if platform:
            old, new = for_platform(old, platform), for_platform(new, platform)
        return diff_specs(old, new, names=names)
    from envctl.diffing.satisfaction import diff_spec_lock

    spec, lock = (before, after) if isinstance(before, Source) else (after, before)
    assert isinstance(spec, Source) and isinstance(lock, LockSource)  # noqa: S101  (one of each)
    asked = replace(spec.spec, channels=tuple(_channels(spec.spec, lock.lock)))
    return diff_spec_lock(asked, lock.lock, names=(spec.label, lock.label), platforms=platforms)


def _channels(spec: EnvironmentSpec, lock: Lock) -> dict[str, None]:
    """The specification's channels as a lock has them."""
    from envctl.engines.rattler_channels import resolve_channels

    directory = Path(spec.directory) if spec.directory else None
    configuration = read(os.environ)
    return {
        channel: None
        for part in lock.platforms
        for channel in resolve_channels(
            spec.channels,
            directory=directory,
            environ=os.environ,
            platform=part.platform,
            configuration=configuration,
        ).values()
    }
