"""update: an environment built anew from a source beside the one that is there, which is kept."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from envctl.diffing.locks import diff_locks
from envctl.errors import EnvctlError
from envctl.model.diff import Diff
from envctl.model.lock import Lock
from envctl.model.packages import CondaPackage, PipPackage
from envctl.ops.added_by_hand import added_variables, printable, tell_of_files, tell_of_packages
from envctl.ops.engine import engine_for
from envctl.ops.install import Installation, install
from envctl.ops.lock import locked_part
from envctl.ops.locked import take_lock
from envctl.ops.solve import Solved, solve_source
from envctl.prefixes.finding import find_place
from envctl.prefixes.generations import KEPT, current_number, generations, way_back
from envctl.prefixes.guard import refuse_changing
from envctl.prefixes.in_use import processes_in
from envctl.prefixes.installed import read_installed
from envctl.prefixes.locking import locked
from envctl.prefixes.place import Place, own_place
from envctl.prefixes.recorded import read_recorded
from envctl.prefixes.records import read_records
from envctl.prefixes.root import Root
from envctl.prefixes.staging import clean_up, prune
from envctl.prefixes.unowned import unowned_files
from envctl.progress import Reporter
from envctl.sources import TEMPLATE_FIRST, LockSource, SpecOptions, load, tell

if TYPE_CHECKING:
    from envctl.engines.interface import Engine, Sizes


@dataclass(frozen=True, kw_only=True, slots=True)
class UpdateOptions:
    """Which environment, from what, and how."""

    environment: str
    source: str
    root: Root
    spec: SpecOptions = field(default_factory=SpecOptions)
    cuda: str | None = None
    offline: bool = False
    dry_run: bool = False
    engine: str | None = None
    """Its name; None is what ENVCTL_ENGINE says."""
    verify_cache: bool = False
    link_scripts: bool = False
    keep: int = KEPT
    """How many generations before the new one stay."""


@dataclass(frozen=True, kw_only=True, slots=True)
class UpdateResult:
    """What was changed, or would be."""

    place: Place
    source: str
    diff: Diff
    """From what was installed to what is."""
    generation: int
    """The current one's number."""
    before: int | None
    """The number of the generation before; None where nothing was to be done, or nothing was done."""
    way_back: int | None = None
    """The number of the generation that `rollback` would go to now; None where none was kept."""
    pip: tuple[str, ...] = ()
    """The lines of a pip section that only its installation can resolve; its packages are then not in `diff`
    before that."""
    carried_over: tuple[str, ...] = ()
    """Paths below the prefix of files that no package owns, which came along or would."""
    sizes: Sizes | None = None
    """Of a dry run."""


def update(options: UpdateOptions, reporter: Reporter) -> UpdateResult:
    """Make the environment what the source asks for, in a new generation.

    Installed packages that the source still allows stay as they are, and what people put into the environment
    comes along. Raises `AbsentError` (`no-environment`), what `refuse_changing`, `load`, `solve_source`,
    `take_lock`, `unowned_files` and `install` raise.
    """
    place = own_place(options.root, find_place(options.root, options.environment, os.environ, reporter))
    source = load(options.source, options.spec, order=TEMPLATE_FIRST, root=options.root)
    tell(source, reporter)
    with locked(options.root, place):
        clean_up(place)
        refuse_changing(place)
        records = read_records(place.prefix)
        installed, recorded = read_installed(place.prefix, records), read_recorded(place.prefix)
        engine = engine_for(options.root, options.engine)
        if isinstance(source, LockSource):
            solved = take_lock(source, engine, cuda=options.cuda, reporter=reporter)
        else:
            keep = installed.platforms[0].conda
            solved = solve_source(
                source, engine, cuda=options.cuda, offline=options.offline, keep=keep, reporter=reporter
            )
            solved = _with_pip(solved, installed, offline=options.offline, reporter=reporter)
        variables = added_variables(installed, recorded, solved.spec.variables)
        result = _planned(place, installed, solved, variables, source.label)
        if not result.diff.differs and not result.pip and all(map(_is_archive, solved.locked_pip)):
            if options.dry_run:
                return replace(result, sizes=engine.sizes(solved.solution, reporter))
            prune(place, options.keep)
            return result
        own_files = unowned_files(place.prefix, records)
        if options.dry_run:
            tell_of_files(own_files, (), variables, reporter, planned=True)
            sizes = engine.sizes(solved.solution, reporter)
            return replace(result, carried_over=tuple(map(printable, own_files)), sizes=sizes)
        tell_of_packages(installed, recorded, reporter)
        installation = Installation(
            verb="update",
            place=place,
            source=source,
            solved=solved,
            keep=options.keep,
            verify_cache=options.verify_cache,
            link_scripts=options.link_scripts,
            offline=options.offline,
            own_files=own_files,
            own_variables=variables,
        )
        return _updated(installation, installed, result, engine, reporter)


def _with_pip(solved: Solved, installed: Lock, *, offline: bool, reporter: Reporter) -> Solved:
    """With the exact packages of its pip section, near to those that are installed.

    Without them where they cannot be told beforehand: a section may replace what conda installs.
    """
    if not solved.pip:
        return solved
    from envctl.ops.lock_pip import resolve_pip

    keep = {part.platform: part.pip for part in installed.platforms}
    with suppress(EnvctlError), reporter.task("resolving the pip section", unit="steps"):
        (exact,) = resolve_pip([solved], keep=keep, offline=offline, folder=solved.directory or Path.cwd())
        return replace(solved, locked_pip=exact)
    return solved


def _is_archive(package: PipPackage) -> bool:
    """Whether it is the same as long as its URL is; a source tree may have changed."""
    return package.sha256 is not None


def _planned(
    place: Place, installed: Lock, solved: Solved, own_variables: Mapping[str, str], source: str
) -> UpdateResult:
    """What would change. What a pip section brings may not be known before it is installed."""
    pip = () if solved.locked_pip else solved.pip
    variables = solved.spec.variables if solved.lock is None else solved.lock.variables
    after = Lock(
        platforms=(locked_part(solved, solved.locked_pip),),
        channels=solved.solution.channels,
        variables=None if variables is None else {**own_variables, **variables},
    )
    (part,) = installed.platforms
    conda = tuple(entry for entry in part.packages if isinstance(entry.package, CondaPackage))
    before = replace(installed, platforms=(replace(part, packages=conda),)) if pip else installed
    return UpdateResult(
        place=place,
        source=source,
        diff=diff_locks(before, after, names=(place.label, source)),
        generation=current_number(place) or 1,
        before=None,
        pip=pip,
    )


def _updated(
    installation: Installation, installed: Lock, planned: UpdateResult, engine: Engine, reporter: Reporter
) -> UpdateResult:
    place = installation.place
    if place.generations is None and (running := processes_in(place.prefix)):
        who = f"{len(running)} processes run" if len(running) > 1 else "a process runs"
        reporter.warn(f"{who} in {place.label}, and may find files of both until started anew")
    left_out = install(installation, engine, reporter)
    carried = sorted(set(installation.own_files).difference(left_out))
    tell_of_files(carried, left_out, installation.own_variables, reporter)
    now = read_recorded(place.prefix)
    diff = planned.diff
    if now is not None:
        now = replace(now, variables={**installation.own_variables, **(now.variables or {})})
        diff = diff_locks(installed, now, names=(place.label, planned.source))
    back = next(iter(way_back(generations(place))), None)
    return replace(
        planned,
        diff=diff,
        generation=current_number(place) or 1,
        before=planned.generation,
        way_back=back.number if back else None,
        carried_over=tuple(map(printable, carried)),
    )
