"""lock --check: whether a lock still answers its specification, told from the two alone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from envctl.configuration.read import read
from envctl.credentials import scrub, scrub_all
from envctl.diffing.content_hash import content_hash
from envctl.diffing.extra import extra_on
from envctl.diffing.needs import broken_on
from envctl.diffing.requests import requests_of
from envctl.diffing.unsatisfied import unsatisfied_on
from envctl.errors import UsageError
from envctl.formats.environment_yaml import for_platform
from envctl.formats.pip_options import index_urls
from envctl.model.environment import EnvironmentSpec
from envctl.model.lock import Lock, PlatformLock
from envctl.ops.default_channels import default_channels
from envctl.ops.lock import LockOptions, target_machines
from envctl.ops.lock_update import existing_lock
from envctl.progress import Reporter
from envctl.sources import TEMPLATE_FIRST, LockSource, Source, load, tell
from envctl.versions import channel_key


@dataclass(frozen=True, kw_only=True, slots=True)
class LockCheckResult:
    """The verdict, and why."""

    file: Path
    fresh: bool
    unchanged: bool | None
    """Whether the content hashes are equal: then not even the spelling of the specification has changed.
    None where the lock has no hash of envctl's."""
    reasons: tuple[str, ...]
    """Why the lock no longer answers; empty where it does."""


def check_lock(options: LockOptions, reporter: Reporter) -> LockCheckResult:
    """Compare the lock at `options.output` with the source; nothing is solved, fetched or written.

    A lock answers while, on every platform, its packages satisfy every request and what they need of each
    other, hold nothing that is no longer asked for or needed, and come from the same channels and indexes in
    the same order. Equal content hashes do not make up for packages that were changed by hand. Raises as
    `load`, and `UsageError` (`no-output`, `nothing-to-solve`).
    """
    source = load(
        options.source, options.spec, order=TEMPLATE_FIRST, root=options.root, environment=options.environment
    )
    tell(source, reporter)
    if isinstance(source, LockSource):
        raise UsageError(
            f"{options.source} is no specification",
            code="nothing-to-solve",
            hint="`envctl diff` compares two locks",
        )
    existing = existing_lock(options.output, "--check")
    lock = existing.lock
    machines = target_machines(source, options.platforms, options.cuda)
    reasons = [*_setting_reasons(source, lock, machines)]
    for platform, machine in machines.items():
        part = lock.on(platform)
        here = f"{platform}: " if len(machines) > 1 else ""
        if part is None:
            reasons.append(f"{platform}: the lock has no packages for it")
        else:
            spec = for_platform(source.spec, platform)
            reasons += (here + reason for reason in _package_reasons(spec, part))
            reasons += (here + reason for reason in _machine_reasons(part, machine))
    if not options.platforms:
        reasons += [
            f"{part.key}: the lock is for it, the source is not"
            for part in lock.platforms
            if part.platform not in machines
        ]
    same = all(
        part.content_hash == content_hash(for_platform(source.spec, platform), platform, machine)
        for platform, machine in machines.items()
        if (part := lock.on(platform))
    )
    return LockCheckResult(
        file=existing.file,
        fresh=not reasons,
        unchanged=same and not reasons if lock.says_requested else None,
        reasons=tuple(dict.fromkeys(reasons)),
    )


def _machine_reasons(part: PlatformLock, machine: tuple[str, ...]) -> Iterator[str]:
    """What the lock was solved for and would be solved for now."""
    if part.virtual_packages and set(part.virtual_packages) != set(machine):
        was, now = (
            " ".join(sorted(set(one) - set(other))) or "nothing"
            for one, other in ((part.virtual_packages, machine), (machine, part.virtual_packages))
        )
        yield f"it was solved for a machine with {was}, not {now}"


def _setting_reasons(source: Source, lock: Lock, platforms: Iterable[str]) -> Iterator[str]:
    from envctl.engines.rattler_channels import resolve_channels

    spec = source.spec
    directory = Path(spec.directory) if spec.directory else None
    configuration = read(os.environ)
    wanted: dict[str, str] = {}
    for platform in platforms:  # `defaults` has a channel more on Windows
        wanted |= resolve_channels(
            spec.channels or default_channels(os.environ),
            directory=directory,
            environ=os.environ,
            platform=platform,
            configuration=configuration,
        )
    yield from _changed("channels", lock.channels, tuple(wanted.values()), said=bool(lock.channels))
    indexes = index_urls(line.text for line in spec.pip or ())
    yield from _changed("indexes", lock.indexes, indexes, said=lock.says_requested)
    if lock.variables is not None and scrub_all(lock.variables) != scrub_all(spec.variables):
        yield "the variables have changed"


def _changed(what: str, before: tuple[str, ...], after: tuple[str, ...], *, said: bool) -> Iterator[str]:
    old, new = list(map(channel_key, before)), list(map(channel_key, after))
    if said and old != new:
        yield f"the {what} were {', '.join(old) or 'none'} and are {', '.join(new) or 'none'}"


def _package_reasons(spec: EnvironmentSpec, part: PlatformLock) -> Iterator[str]:
    """Why the packages of a platform no longer answer its specification, its selectors applied."""
    for request in unsatisfied_on(spec, part):
        found = f"{request.found.name} {request.found.version}" if request.found else "none"
        yield f"{request.spec}: the lock has {found}"
    for extra in extra_on(spec, part):
        yield f"nothing asks for {extra.package.name} {extra.package.version} any more"
    asked = requests_of(spec).packages
    for entry in part.packages:
        # pip packages do not tell what they need: one whose request is gone may be needed by another or not
        key = entry.package.key
        if entry.requested and entry.package.manager == "pip" and key not in asked:
            yield f"nothing asks for {entry.package.name} {entry.package.version} any more"
    for broken in broken_on(part):
        needs = f"{broken.package.name} {broken.package.version} needs {scrub(broken.needs)}"
        yield f"{needs}: the lock has {broken.found or 'none'}"
