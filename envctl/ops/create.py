"""create: a source, solved and installed beside its place, then put in place in one step."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from envctl import __version__
from envctl.credentials import scrub
from envctl.errors import InputError, RefusedError, UsageError
from envctl.model.environment import EnvironmentSpec
from envctl.model.packages import Solution
from envctl.model.provenance import Provenance
from envctl.ops.render import spec_text, tell
from envctl.prefixes import meta, registry
from envctl.prefixes.activation import problem_with
from envctl.prefixes.guard import refuse_occupied
from envctl.prefixes.locking import locked
from envctl.prefixes.place import Place, new_place
from envctl.prefixes.root import Root
from envctl.prefixes.shebangs import relocate_scripts
from envctl.prefixes.staging import Staging, staged
from envctl.progress import Reporter
from envctl.sources import Source, SpecOptions, load_spec

if TYPE_CHECKING:
    from envctl.engines.interface import Engine, Sizes


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
    verify_cache: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class CreateResult:
    """What was created, or would be."""

    place: Place
    source: str
    dry_run: bool
    solution: Solution
    requested: frozenset[str]
    """Names of the conda packages that were asked for."""
    pip: tuple[str, ...] = ()
    sizes: Sizes | None = None
    """Of a dry run."""


def create(options: CreateOptions, reporter: Reporter) -> CreateResult:
    """Create the environment. Until its last step nothing at its place has changed.

    Raises `RefusedError` where something stands there, what `load_spec` and `Engine` raise, and
    `FailedError` for a place that cannot be written.
    """
    source = load_spec(options.source, options.spec)
    tell(source, reporter)
    spec = _for_this_machine(source, reporter)
    # A file's `prefix:` is where its author had it: never ours.
    named_by_file = spec.name if options.prefix is None else None
    name = named_by_file if options.name is None else options.name
    place = new_place(options.root, name=name, prefix=options.prefix)
    _check_place(place, options, reporter)
    _check_variables(spec, source, reporter)
    engine = _engine(options.root)
    wanted = _conda_specs(spec, reporter)
    solution = _solve(engine, spec, wanted, options=options, source=source, reporter=reporter)
    requested = _requested(wanted, solution)
    pip = tuple(line.text for line in spec.pip or ())
    if options.dry_run:
        return CreateResult(
            place=place,
            source=source.label,
            dry_run=True,
            solution=solution,
            requested=frozenset(requested),
            pip=pip,
            sizes=engine.sizes(solution, reporter),
        )
    with locked(options.root, place):
        refuse_occupied(place, replace=options.replace)
        with staged(place) as staging:
            engine.install(
                solution,
                staging.build,
                final=staging.final,
                verify_cache=options.verify_cache,
                offline=options.offline,
                reporter=reporter,
            )
            if pip:
                _install_pip(pip, staging, spec, options=options, reporter=reporter)
            _write_meta(staging.build, source, spec, solution, requested)
        try:
            registry.register(place.prefix)
        except OSError as error:
            reporter.warn(f"conda will not list this environment: {error}")
    return CreateResult(
        place=place,
        source=source.label,
        dry_run=False,
        solution=solution,
        requested=frozenset(requested),
        pip=pip,
    )


def _check_place(place: Place, options: CreateOptions, reporter: Reporter) -> None:
    try:
        refuse_occupied(place, replace=options.replace)
    except RefusedError as error:
        if not options.dry_run:
            raise
        reporter.warn(error.message)  # a plan is worth seeing all the same


def _engine(root: Root) -> Engine:
    from envctl.engines.registry import find_engine

    return find_engine(root)


def _for_this_machine(source: Source, reporter: Reporter) -> EnvironmentSpec:
    from envctl.formats.environment_yaml import for_platform
    from envctl.platform import current_subdir

    subdir = current_subdir()
    platforms = source.rendered.platforms if source.rendered else source.spec.platforms
    if platforms and subdir not in platforms:
        reporter.warn(f"{source.label} is meant for {', '.join(platforms)}; this machine is {subdir}")
    return for_platform(source.spec, subdir)


def _check_variables(spec: EnvironmentSpec, source: Source, reporter: Reporter) -> None:
    for name in spec.variables:
        problem = problem_with(name)
        if problem:
            raise InputError(
                f"an environment cannot have a variable {name!r}",
                code="bad-variable",
                file=source.label.partition(":")[2],
                cause=problem,
            )
        if name != name.upper():
            reporter.warn(f"the variable {name} is set as {name.upper()}, as conda sets it")


def _conda_specs(spec: EnvironmentSpec, reporter: Reporter) -> tuple[str, ...]:
    """The specs to solve; with a pip section, pip too, as conda adds it."""
    from envctl.formats.match_spec_syntax import name

    wanted = tuple(dependency.text for dependency in spec.dependencies)
    if spec.pip and not any(name(text) == "pip" for text in wanted):
        wanted = (*wanted, "pip")
    if not wanted:
        reporter.warn("the environment asks for no conda package")
    return wanted


def _solve(
    engine: Engine,
    spec: EnvironmentSpec,
    wanted: tuple[str, ...],
    *,
    options: CreateOptions,
    source: Source,
    reporter: Reporter,
) -> Solution:
    from envctl.engines.interface import SolveRequest

    channels = spec.channels
    if not channels:
        channels = ("conda-forge",)
        reporter.note("no channel is named: conda-forge is used")
    request = SolveRequest(
        specs=wanted,
        channels=channels,
        cuda=options.cuda,
        cuda_requirement=source.rendered.virtual_packages.get("__cuda") if source.rendered else None,
        offline=options.offline,
        directory=Path(spec.directory) if spec.directory else None,
    )
    try:
        return engine.solve(request, reporter)
    except UsageError as error:
        if error.code == "bad-match-spec" and source.rendered is None:
            raise InputError(
                error.message,
                code=error.code,
                file=source.label.removeprefix("file:"),
                cause=error.cause,
                hint=error.hint,
            ) from error
        raise


def _requested(wanted: tuple[str, ...], solution: Solution) -> dict[str, list[str]]:
    """Package names asked for, with the specs that asked."""
    from envctl.formats.match_spec_syntax import name

    names = {package.name for package in solution.packages}
    requested: dict[str, list[str]] = {}
    for text in wanted:
        if name(text) in names:
            requested.setdefault(name(text), []).append(text)
    return requested


def _install_pip(
    lines: tuple[str, ...],
    staging: Staging,
    spec: EnvironmentSpec,
    *,
    options: CreateOptions,
    reporter: Reporter,
) -> None:
    from envctl.engines.uv import install_requirements

    replaced = install_requirements(
        lines,
        staging.build,
        directory=Path(spec.directory) if spec.directory else None,
        offline=options.offline,
        reporter=reporter,
    )
    for distribution in replaced:
        reporter.warn(f"the pip section replaced {distribution}, which conda had installed")
    relocate_scripts(staging.build, written_for=staging.build, final=staging.final)


def _write_meta(
    prefix: Path, source: Source, spec: EnvironmentSpec, solution: Solution, requested: dict[str, list[str]]
) -> None:
    now = datetime.now(timezone.utc).replace(microsecond=0)
    text = spec_text(source)
    meta.finish_records(
        prefix, {package: [scrub(spec) for spec in specs] for package, specs in requested.items()}
    )
    meta.write_history(
        prefix,
        when=now.strftime("%Y-%m-%d %H:%M:%S"),
        version=__version__,
        specs=[scrub(spec) for specs in requested.values() for spec in specs],
        packages=[
            f"{scrub(package.channel).rstrip('/')}/{package.subdir}::{package.name}-{package.version}-{package.build}"
            for package in solution.packages
        ],
    )
    meta.write_state(prefix, spec.variables)
    rendered = source.rendered
    meta.write_provenance(
        prefix,
        Provenance(
            envctl_version=__version__,
            created=now.isoformat(),
            source=source.label,
            params=dict(rendered.params) if rendered else {},
            addons=rendered.addons if rendered else (),
            spec=text,
            spec_sha256=hashlib.sha256(text.encode()).hexdigest(),
            channels=tuple(map(scrub, solution.channels)),
            virtual_packages=solution.virtual_packages,
            verify=rendered.verify if rendered else None,
        ),
    )
