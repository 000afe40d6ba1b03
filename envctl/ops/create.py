"""create: a source, solved and installed beside its place, then put in place in one step."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from envctl.errors import RefusedError, UsageError
from envctl.model.packages import Solution
from envctl.ops.engine import engine_for
from envctl.ops.install import Installation, install
from envctl.ops.locked import take_lock
from envctl.ops.solve import solve_source
from envctl.prefixes.generations import KEPT
from envctl.prefixes.guard import refuse_occupied
from envctl.prefixes.locking import locked
from envctl.prefixes.place import Place, new_place
from envctl.prefixes.root import Root
from envctl.prefixes.staging import clean_up
from envctl.progress import Reporter
from envctl.sources import TEMPLATE_FIRST, LockSource, Source, SpecOptions, load, tell

if TYPE_CHECKING:
    from envctl.engines.interface import Sizes
    from envctl.model.report import Report


@dataclass(frozen=True, kw_only=True, slots=True)
class CreateOptions:
    """What to create, where, and how."""

    source: str
    root: Root
    name: str | None = None
    prefix: Path | None = None
    spec: SpecOptions = field(default_factory=SpecOptions)
    cuda: str | None = None
    offline: bool = False
    dry_run: bool = False
    replace: bool = False
    engine: str | None = None
    """Its name; None is what ENVCTL_ENGINE says."""
    verify_cache: bool = False
    link_scripts: bool = False
    verify: bool = False
    """Whether verify-gpu's checks are made in it afterwards."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CreateResult:
    """What was created, or would be."""

    place: Place
    source: str
    solution: Solution
    requested: frozenset[str]
    """Names of the conda packages that were asked for."""
    pip: tuple[str, ...] = ()
    sizes: Sizes | None = None
    """Of a dry run, which made nothing."""
    report: Report | None = None
    """What verify-gpu found in it, where that was asked for."""


def create(options: CreateOptions, reporter: Reporter) -> CreateResult:
    """Create the environment. Until its last step nothing at its place has changed.

    Raises `UsageError` (`nothing-to-verify`), `RefusedError` where something stands there, what `load`,
    `solve_source`, `take_lock`, `Engine` and `verify_gpu` raise, and `FailedError` for a place that cannot be
    written.
    """
    if options.verify and options.dry_run:
        raise UsageError(
            "--dry-run makes nothing that --verify could check",
            code="nothing-to-verify",
            hint="`envctl verify-gpu SOURCE --target FILE` judges what was never installed",
        )
    source = load(options.source, options.spec, order=TEMPLATE_FIRST, root=options.root)
    tell(source, reporter)
    place = _place(options, source)
    _check_place(place, options, reporter)
    engine = engine_for(options.root, options.engine)
    if isinstance(source, LockSource):
        solved = take_lock(source, engine, cuda=options.cuda, reporter=reporter)
    else:
        solved = solve_source(source, engine, cuda=options.cuda, offline=options.offline, reporter=reporter)
    result = CreateResult(
        place=place,
        source=source.label,
        solution=solved.solution,
        requested=frozenset(solved.requested),
        pip=(
            *solved.pip,
            *(f"{package.name} {package.version or package.url}" for package in solved.locked_pip),
        ),
        sizes=engine.sizes(solved.solution, reporter) if options.dry_run else None,
    )
    if options.dry_run:
        return result
    with locked(options.root, place):
        clean_up(place)
        refuse_occupied(place, replace=options.replace)
        installation = Installation(
            verb="create",
            place=place,
            source=source,
            solved=solved,
            keep=KEPT if place.name else 0,  # who rebuilds a prefix folder wants that folder alone
            verify_cache=options.verify_cache,
            link_scripts=options.link_scripts,
            offline=options.offline,
        )
        install(installation, engine, reporter)
    return replace(result, report=_verify(place, options, reporter)) if options.verify else result


def _verify(place: Place, options: CreateOptions, reporter: Reporter) -> Report:
    """The environment stays whatever the checks say: its owner may look into it."""
    from envctl.ops.verify_gpu import VerifyOptions, verify_gpu

    word = f"env:{place.name}" if place.name else f"prefix:{place.prefix}"
    return verify_gpu(VerifyOptions(source=word, root=options.root), reporter)


def _place(options: CreateOptions, source: Source | LockSource) -> Place:
    """Where to create: what was asked for, else the name that the source has."""
    # A file's `prefix:` is where its author had it: never ours.
    named_by_source = source.lock.name if isinstance(source, LockSource) else source.spec.name
    name = options.name if options.name is not None or options.prefix is not None else named_by_source
    return new_place(options.root, name=name, prefix=options.prefix)


def _check_place(place: Place, options: CreateOptions, reporter: Reporter) -> None:
    try:
        refuse_occupied(place, replace=options.replace)
    except RefusedError as error:
        if not options.dry_run:
            raise
        reporter.warn(error.message)  # a plan is worth seeing all the same
