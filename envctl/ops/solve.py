"""A source to exact packages for this machine: the first half of create."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from envctl.credentials import scrub
from envctl.errors import InputError, UsageError
from envctl.formats.environment_yaml import for_platform
from envctl.formats.match_spec_syntax import name
from envctl.model.environment import EnvironmentSpec
from envctl.model.lock import Lock
from envctl.model.packages import CondaPackage, PipPackage, Solution
from envctl.ops.default_channels import default_channels
from envctl.prefixes.activation import problem_with
from envctl.progress import Reporter
from envctl.sources import Source
from envctl.subdirs import current_subdir

if TYPE_CHECKING:
    from envctl.engines.interface import Engine


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A machine to solve for."""

    subdir: str
    cuda: str | None = None
    """Of this machine, as `SolveRequest` has it."""
    virtual_packages: tuple[str, ...] | None = None
    """What the machine offers; None asks this one."""
    keep: tuple[CondaPackage, ...] = ()
    """Packages to prefer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Solved:
    """What was asked for on this machine, and what was chosen."""

    spec: EnvironmentSpec
    """Of this platform alone, its selectors applied."""
    solution: Solution
    requested: Mapping[str, tuple[str, ...]]
    """The packages asked for by name, with the specs that asked."""
    locked_pip: tuple[PipPackage, ...] = ()
    """The pip packages where a lock says them exactly; there is then no pip section."""
    lock: Lock | None = None
    """What the packages were taken from, where nothing was solved."""

    @property
    def pip(self) -> tuple[str, ...]:
        """The lines of the pip section, which are still to be resolved."""
        return tuple(line.text for line in self.spec.pip or ()) if self.lock is None else ()

    @property
    def directory(self) -> Path | None:
        """Where relative paths start from."""
        return Path(self.spec.directory) if self.spec.directory else None


def solve_source(
    source: Source,
    engine: Engine,
    *,
    cuda: str | None,
    offline: bool,
    keep: tuple[CondaPackage, ...] = (),
    reporter: Reporter,
) -> Solved:
    """Choose the packages for this machine; those to keep change only where the source leaves no other way.

    Raises what `Engine.solve` raises; `InputError` for a spec or a variable in a file that cannot be one.
    """
    subdir = current_subdir()
    platforms = source.rendered.platforms if source.rendered else source.spec.platforms
    if platforms and subdir not in platforms:
        reporter.warn(f"{source.label} is meant for {', '.join(platforms)}; this machine is {subdir}")
    (solved,) = solve_on(
        source, engine, (Target(subdir=subdir, cuda=cuda, keep=keep),), offline=offline, reporter=reporter
    )
    return solved


def solve_on(
    source: Source, engine: Engine, targets: Sequence[Target], *, offline: bool, reporter: Reporter
) -> tuple[Solved, ...]:
    """Choose the packages for all targets at once, in their order. Raises as `solve_source`."""
    from envctl.engines.interface import SolveRequest

    _check_variables(source.spec, source, reporter)
    channels = source.spec.channels or default_channels(os.environ)
    if not source.spec.channels:
        verb = "is" if len(channels) == 1 else "are"
        reporter.note(f"no channel is named: {scrub(', '.join(channels))} {verb} used")
    specs = [for_platform(source.spec, target.subdir) for target in targets]
    wanted = [_conda_specs(spec, reporter) for spec in specs]
    requests = [
        SolveRequest(
            specs=texts,
            channels=spec.channels or channels,
            only_these=source.options.override_channels,
            cuda=target.cuda,
            cuda_requirement=source.rendered.virtual_packages.get("__cuda") if source.rendered else None,
            offline=offline,
            directory=Path(spec.directory) if spec.directory else None,
            platform=None if target.virtual_packages is None else target.subdir,
            virtual_packages=target.virtual_packages,
            keep=target.keep,
        )
        for spec, texts, target in zip(specs, wanted, targets, strict=True)
    ]
    try:
        solutions = engine.solve(requests, reporter)
    except UsageError as error:
        if error.code != "bad-match-spec" or source.rendered is not None:
            raise
        file = source.label.removeprefix("file:")
        raise InputError(
            error.message, code=error.code, file=file, cause=error.cause, hint=error.hint
        ) from error
    return tuple(
        Solved(spec=spec, solution=solution, requested=_requested(texts, solution))
        for spec, texts, solution in zip(specs, wanted, solutions, strict=True)
    )


def _requested(wanted: tuple[str, ...], solution: Solution) -> dict[str, tuple[str, ...]]:
    """The packages that were asked for by name, with the specs that asked."""
    chosen = {package.name for package in solution.packages}
    asked = {
        package: tuple(text for text in wanted if name(text) == package) for package in map(name, wanted)
    }
    return {package: specs for package, specs in asked.items() if package in chosen}


def _check_variables(spec: EnvironmentSpec, source: Source, reporter: Reporter) -> None:
    for variable in spec.variables:
        problem = problem_with(variable)
        if problem:
            raise InputError(
                f"an environment cannot have a variable {variable!r}",
                code="bad-variable",
                file=source.label.partition(":")[2],
                cause=problem,
                hint="give it another name, or take it out",
            )
        if variable != variable.upper():
            reporter.warn(f"the variable {variable} is set as {variable.upper()}, as conda sets it")


def _conda_specs(spec: EnvironmentSpec, reporter: Reporter) -> tuple[str, ...]:
    """The specs to solve; with a pip section, pip too, as conda adds it."""
    wanted = tuple(dependency.text for dependency in spec.dependencies)
    if spec.pip and not any(name(text) == "pip" for text in wanted):
        wanted = (*wanted, "pip")
    if not wanted:
        reporter.warn("the environment asks for no conda package")
    return wanted
