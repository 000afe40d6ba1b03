"""lock: a source to exact packages for several platforms, as a file; or a lock in another format."""

from __future__ import annotations

import dataclasses
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from envctl.credentials import scrub, variables
from envctl.diffing.content_hash import content_hash
from envctl.errors import RefusedError, UsageError
from envctl.formats.one_platform import on_platform
from envctl.formats.pip_options import index_urls
from envctl.formats.writing import write_lock
from envctl.model.format_names import LockFormat
from envctl.model.lock import Lock, LockedPackage, PlatformLock
from envctl.model.packages import PipPackage
from envctl.ops.deliver import deliver
from envctl.ops.engine import engine_for
from envctl.ops.lock_pip import requests_by_package, resolve_pip
from envctl.ops.lock_update import ExistingLock, existing_lock, kept_packages
from envctl.ops.solve import Solved, Target, solve_on
from envctl.prefixes.root import Root
from envctl.progress import Reporter
from envctl.sources import TEMPLATE_FIRST, LockSource, Source, SpecOptions, load, tell
from envctl.subdirs import SUBDIRS, current_subdir
from envctl.virtual_packages import virtual_packages_of


@dataclass(frozen=True, kw_only=True, slots=True)
class LockOptions:
    """What to lock, for which platforms, and where to."""

    source: str
    root: Root
    spec: SpecOptions = field(default_factory=SpecOptions)
    platforms: tuple[str, ...] = ()
    """Subdirs; empty takes the source's own, else this machine's."""
    environment: str | None = None
    format: LockFormat | None = None
    """None is that of the lock to update, else conda-lock's."""
    output: Path | None = None
    update: tuple[str, ...] = ()
    """Packages of the lock at `output` that may move, with what they need; the others stay if they can, and
    so do the lock's platforms and the machines that it was solved for."""
    cuda: str | None = None
    offline: bool = False
    lossy: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class LockResult:
    """The lock and its text."""

    source: str
    lock: Lock
    text: str
    format: LockFormat
    output: Path | None
    lost: tuple[str, ...] = ()
    """What the format could not carry, where that was allowed."""


def lock(options: LockOptions, reporter: Reporter) -> LockResult:
    """Solve for every platform at once, resolve the pip section on each, and write the result.

    A source that is a lock, or an installed environment, is written as it is. Raises what `load`,
    `solve_on` and `resolve_pip` raise, `UsageError` for a platform that is none, `RefusedError` (`lossy`)
    where the format cannot carry the lock.
    """
    source = load(
        options.source, options.spec, order=TEMPLATE_FIRST, root=options.root, environment=options.environment
    )
    tell(source, reporter)
    if not options.update:  # which looks for a lock there
        _refuse_own_source(source, options.output)
    form: LockFormat = options.format or "conda-lock-v1"
    if isinstance(source, LockSource):
        if options.update or options.cuda:
            raise UsageError(
                f"{options.source} has its packages already",
                code="nothing-to-solve",
                hint="--update and --cuda take a specification: envctl lock SPEC -o LOCK --update PKG",
            )
        locked = _chosen(source.lock, options.platforms)
    else:
        existing = existing_lock(options.output, "--update") if options.update else None
        locked = _solved(source, options, existing, reporter)
        form = options.format or (existing.format if existing else form)
    written = write_lock(locked, form)
    deliver(written, form, options.output, lossy=options.lossy)
    return LockResult(
        source=source.label,
        lock=locked,
        text=written.text,
        format=form,
        output=options.output,
        lost=written.lost,
    )


def _refuse_own_source(source: Source | LockSource, output: Path | None) -> None:
    """Raise `RefusedError` (`own-source`) where the lock would replace the specification that it is of."""
    kind, _, path = source.label.partition(":")
    if isinstance(source, Source) and kind == "file" and output is not None:
        with suppress(OSError):  # one of the two is no file
            if output.samefile(path):
                raise RefusedError(
                    f"{output} is the specification itself",
                    code="own-source",
                    hint="give the lock another name with -o",
                )


def _solved(source: Source, options: LockOptions, existing: ExistingLock | None, reporter: Reporter) -> Lock:
    """The lock of a specification, near to an existing one."""
    engine = engine_for(options.root, None)
    kept = kept_packages(existing, options.update) if existing else {}
    machines = target_machines(source, options.platforms or tuple(kept), options.cuda)
    own = source.rendered.platforms if source.rendered else source.spec.platforms
    if own and (others := [subdir for subdir in machines if subdir not in own]):
        reporter.warn(f"{source.label} is meant for {', '.join(own)}, not for {', '.join(others)}")
    if options.cuda is None:
        machines |= {
            subdir: part.virtual_packages
            for subdir, part in kept.items()
            if subdir in machines and part.virtual_packages
        }
    targets = [
        Target(subdir=subdir, virtual_packages=machine, keep=kept[subdir].conda if subdir in kept else ())
        for subdir, machine in machines.items()
    ]
    solved = solve_on(source, engine, targets, offline=options.offline, reporter=reporter)
    with reporter.task("resolving the pip section", unit="steps"):
        pip = resolve_pip(
            solved,
            keep={platform: part.pip for platform, part in kept.items()},
            offline=options.offline,
            folder=_folder(options.output),
        )
    new = {
        one.solution.platform: locked_part(one, packages) for one, packages in zip(solved, pip, strict=True)
    }
    old = {part.platform: part for part in existing.lock.platforms} if existing else {}
    spec = source.spec
    # `defaults` has a channel more on Windows
    channels = tuple(dict.fromkeys(scrub(channel) for one in solved for channel in one.solution.channels))
    used = {channel: names for channel in channels if (names := variables(channel))}
    return Lock(
        name=spec.name,
        channels=channels,
        indexes=tuple(map(scrub, index_urls(line.text for line in spec.pip or ()))),
        variables=spec.variables,
        platforms=tuple({**old, **new}.values()),
        metadata={
            "sources": [_source_path(source, options.output)],
            **({"used_env_vars": used} if used else {}),
        },
    )


def target_machines(
    source: Source, platforms: tuple[str, ...], cuda: str | None
) -> dict[str, tuple[str, ...]]:
    """The platforms to lock for with their virtual packages: those asked for, else the source's, else this
    machine's. Raises `UsageError` (`bad-platform`, `bad-cuda`)."""
    own = source.rendered.platforms if source.rendered else source.spec.platforms
    chosen = platforms or own or (current_subdir(),)
    for subdir in chosen:
        if subdir not in SUBDIRS:
            raise UsageError(
                f"{subdir!r} is no platform", code="bad-platform", hint=f"one of: {', '.join(SUBDIRS)}"
            )
    needs = source.rendered.virtual_packages.get("__cuda") if source.rendered else None
    return {
        subdir: virtual_packages_of(subdir, cuda=cuda, environ=os.environ, required_cuda=needs)
        for subdir in dict.fromkeys(chosen)
    }


def locked_part(solved: Solved, pip: tuple[PipPackage, ...]) -> PlatformLock:
    """One platform of a lock: the conda packages of a solve, and pip packages."""
    solution = solved.solution
    asked = requests_by_package(solved.pip)
    return PlatformLock(
        platform=solution.platform,
        packages=(
            *(
                LockedPackage(package=package, requested=solved.requested.get(package.name, ()))
                for package in solution.packages
            ),
            *(LockedPackage(package=package, requested=asked.get(package.name, ())) for package in pip),
        ),
        virtual_packages=tuple(sorted(solution.virtual_packages)),
        content_hash=content_hash(solved.spec, solution.platform, solution.virtual_packages),
    )


def _chosen(lock: Lock, platforms: tuple[str, ...]) -> Lock:
    """The lock with the platforms asked for. Raises as `on_platform`."""
    if not platforms:
        return lock
    parts = tuple(on_platform(lock, platform) for platform in dict.fromkeys(platforms))
    return dataclasses.replace(lock, platforms=parts)


def _source_path(source: Source, output: Path | None) -> str:
    """Where the lock came from, as conda-lock has it: a path that starts from the lock's folder."""
    kind, _, path = source.label.partition(":")
    if kind != "file" or path == "-":
        return source.label
    return os.path.relpath(Path(path).absolute(), _folder(output))


def _folder(output: Path | None) -> Path:
    """Where the lock's relative paths start from."""
    return Path.cwd() if output is None else output.absolute().parent
