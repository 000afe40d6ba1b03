"""Exact packages to an environment at its place: the second half of create and of update."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from envctl.errors import FailedError
from envctl.fsys import flush, told_full
from envctl.model.packages import Solution
from envctl.ops.record import record_installation
from envctl.ops.solve import Solved
from envctl.prefixes import registry
from envctl.prefixes.carrying import carry_over
from envctl.prefixes.meta import write_state
from envctl.prefixes.place import Place
from envctl.prefixes.shebangs import relocate_scripts
from envctl.prefixes.staging import Staging, staged
from envctl.progress import Reporter
from envctl.sources import LockSource, Source

if TYPE_CHECKING:
    from envctl.engines.interface import Engine


@dataclass(frozen=True, kw_only=True, slots=True)
class Installation:
    """What is installed where, and how."""

    verb: str
    """`create` or `update`, for conda's log."""
    place: Place
    source: Source | LockSource
    solved: Solved
    keep: int
    """How many generations before it stay."""
    verify_cache: bool = False
    link_scripts: bool = False
    offline: bool = False
    own_files: tuple[str, ...] = ()
    """Paths below what stands there of files that come along."""
    own_variables: Mapping[str, str] = field(default_factory=dict)
    """Set besides those of the source, which are stronger."""


def install(what: Installation, engine: Engine, reporter: Reporter) -> tuple[str, ...]:
    """Build the environment beside its place and put it there in one step; the place's lock must be held.

    Returns those of `own_files` that are left out. Raises what `Engine.install`, uv, `carry_over` and
    `staged` raise, and `FailedError` (`install-failed`) where what was built has not the packages that were
    asked for.
    """
    with staged(what.place, keep=what.keep) as staging:
        try:
            left_out = _build(what, staging, engine, reporter)
        except FailedError as error:
            if error.cause:  # nobody knows the folder that is built in
                error.cause = error.cause.replace(str(staging.build), str(staging.final))
            raise told_full(error, staging.build, Path(tempfile.gettempdir())) from error
    try:
        registry.register(what.place.prefix)
    except OSError as error:
        reporter.warn(f"conda will not list this environment: {error}")
    return left_out


def _build(what: Installation, staging: Staging, engine: Engine, reporter: Reporter) -> tuple[str, ...]:
    from envctl.engines.interface import InstallRequest

    solved = what.solved
    engine.install(
        InstallRequest(
            solution=solved.solution,
            prefix=staging.build,
            final=staging.final,
            verify_cache=what.verify_cache,
            link_scripts=what.link_scripts,
            offline=what.offline,
        ),
        reporter,
    )
    _refuse_incomplete(staging.build, solved.solution)
    if solved.pip or solved.locked_pip:
        _install_pip(solved, staging, offline=what.offline, reporter=reporter)
    left_out = carry_over(
        what.own_files, old=what.place.prefix.resolve(), build=staging.build, final=staging.final
    )
    record_installation(
        staging.build, what.source, solved, verb=what.verb, engine=f"{engine.name} {engine.version}"
    )
    if what.own_variables:  # after the record of what the source brought, which goes with its next one
        write_state(staging.build, {**what.own_variables, **solved.spec.variables})
    with reporter.task("writing to the disk", unit="steps"):
        flush(staging.build)
    return left_out


def _refuse_incomplete(build: Path, solution: Solution) -> None:
    there = {file.stem for file in (build / "conda-meta").glob("*.json")}
    wanted = {f"{package.name}-{package.version}-{package.build}" for package in solution.packages}
    if there != wanted:
        wrong = sorted(wanted - there) or sorted(there - wanted)
        raise FailedError(
            "what was installed is not what was chosen",
            code="install-failed",
            cause=", ".join(wrong[:5]) + (" is missing" if wanted - there else " came along"),
            hint="nothing was changed; try again, and with --verify-cache if it stays",
        )


def _install_pip(solved: Solved, staging: Staging, *, offline: bool, reporter: Reporter) -> None:
    from envctl.engines.uv_install import install_locked, install_requirements

    if solved.locked_pip:
        install_locked(
            solved.locked_pip, staging.build, directory=solved.directory, offline=offline, reporter=reporter
        )
    replaced = (
        ()
        if not solved.pip
        else install_requirements(
            solved.pip, staging.build, directory=solved.directory, offline=offline, reporter=reporter
        )
    )
    for distribution in replaced:
        reporter.warn(f"the pip section replaced {distribution}, which conda had installed")
    relocate_scripts(staging.build, written_for=staging.build, final=staging.final)
