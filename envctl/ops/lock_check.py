"""lock --check: whether a lock still answers its specification, told from the two alone."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from envctl.credentials import scrub, scrub_all
from envctl.diffing.content_hash import content_hash
from envctl.diffing.satisfaction import diff_spec_lock
from envctl.errors import UsageError
from envctl.formats.environment_yaml import for_platform
from envctl.model.diff import Diff
from envctl.model.lock import Lock, PlatformLock
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
    unchanged: bool
    """Whether the content hashes are equal: then not even the spelling of the specification has changed."""
    reasons: tuple[str, ...]
    """Why the lock no longer answers; empty where it does."""


def check_lock(options: LockOptions, reporter: Reporter) -> LockCheckResult:
    """Compare the lock at `options.output` with the source; nothing is solved, fetched or written.

    A lock answers while its packages satisfy every request on every platform, hold nothing that no request
    needs, and come from the same channels in the same order. Equal content hashes do not make up for
    packages that were changed by hand. Raises as `load`, and `UsageError` (`no-output`, `nothing-to-solve`).
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
    lock = existing_lock(options.output, "--check")
    machines = target_machines(source, options.platforms, options.cuda)
    reasons: list[str] = []
    unchanged = True
    for platform, machine in machines.items():
        part = lock.on(platform)
        if part is None:
            reasons.append(f"{platform}: the lock has no packages for it")
            continue
        spec = for_platform(source.spec, platform)
        unchanged &= part.content_hash == content_hash(spec, platform, machine)
        reasons += _machine_reasons(part, machine)
    reasons += _setting_reasons(source, lock)
    there = tuple(platform for platform in machines if lock.on(platform))
    reasons += _package_reasons(
        diff_spec_lock(source.spec, lock, names=(source.label, str(options.output)), platforms=there)
    )
    if not options.platforms:
        reasons += [
            f"{part.key}: the lock is for it, the source is not" for part in _unwanted(lock, machines)
        ]
    assert options.output is not None  # noqa: S101  (existing_lock has seen to it)
    return LockCheckResult(
        file=options.output, fresh=not reasons, unchanged=unchanged and not reasons, reasons=tuple(reasons)
    )


def _unwanted(lock: Lock, machines: dict[str, tuple[str, ...]]) -> list[PlatformLock]:
    return [part for part in lock.platforms if part.platform not in machines]


def _machine_reasons(part: PlatformLock, machine: tuple[str, ...]) -> list[str]:
    """What the lock was solved for and would be solved for now."""
    if not part.virtual_packages or set(part.virtual_packages) == set(machine):
        return []
    was, now = (" ".join(sorted(set(one) - set(other))) or "nothing" for one, other in
                ((part.virtual_packages, machine), (machine, part.virtual_packages)))  # fmt: skip
    return [f"{part.key}: it was solved for a machine with {was}, not {now}"]


def _setting_reasons(source: Source, lock: Lock) -> list[str]:
    from envctl.engines.rattler_channels import resolve_channels

    reasons = []
    directory = Path(source.spec.directory) if source.spec.directory else None
    wanted = resolve_channels(
        source.spec.channels or ("conda-forge",), directory=directory, environ=os.environ
    )
    old, new = list(map(channel_key, lock.channels)), list(map(channel_key, wanted.values()))
    if lock.channels and old != new:
        reasons.append(f"the channels were {', '.join(old)} and are {', '.join(new)}")
    if lock.says_requested and scrub_all(lock.variables) != scrub_all(source.spec.variables):
        reasons.append("the variables have changed")
    return reasons


def _package_reasons(diff: Diff) -> list[str]:
    several = len(diff.platforms) > 1

    def on(platform: str) -> str:
        return f"{platform}: " if several else ""

    reasons = []
    for request in diff.unsatisfied:
        found = request.found
        has = f"the lock has {found.name} {found.version}" if found else "the lock has none"
        reasons.append(f"{on(request.platform)}{scrub(request.spec)}: {has}")
    for extra in diff.extra:
        package = extra.package
        reasons.append(f"{on(extra.platform)}nothing asks for {package.name} {package.version} any more")
    return reasons
