"""check: what an environment has become since it was made, and whether its files are whole."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from envctl.diffing.locks import diff_locks
from envctl.diffing.needs import broken_on
from envctl.errors import AbsentError, UsageError
from envctl.model.diff import Diff
from envctl.model.lock import PlatformLock
from envctl.model.packages import CondaPackage
from envctl.model.report import CheckResult, Report
from envctl.ops.diff import compare
from envctl.ops.drift import drift_checks
from envctl.ops.own_platform import own_platform, without_optional
from envctl.prefixes.installed import read_installed
from envctl.prefixes.integrity import Damage, verify_files
from envctl.prefixes.meta import read_provenance
from envctl.prefixes.place import find_place
from envctl.prefixes.recorded import read_recorded
from envctl.prefixes.records import read_records
from envctl.prefixes.replaced import replaced_packages
from envctl.prefixes.root import Root
from envctl.progress import Reporter
from envctl.sources import FILE_FIRST, LockSource, Source, SpecOptions, load, tell

_ANEW = "create the environment anew: envctl create … --replace"


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckOptions:
    """What to check, against what."""

    environment: str
    root: Root
    against: str | None = None
    """A source; None is what the installation wrote down."""
    files: bool = False
    """Whether every installed file is compared with its package's record."""
    lock_environment: str | None = None
    """Which environment of `against`, where that holds several."""


def check(options: CheckOptions, reporter: Reporter) -> Report:
    """The environment as it is against what it should be.

    Raises `AbsentError` (`no-environment`, `nothing-recorded`), `InputError` for records that are broken,
    and what `load` raises of `against`.
    """
    place = find_place(options.root, options.environment, os.environ, reporter)
    installed = LockSource(lock=read_installed(place.prefix), label=_label(place.name, place.prefix))
    diff = _diff(options, installed, place.prefix, reporter)
    part = installed.lock.platforms[0]
    checks = [_records(part), _needs(part), _replaced(place.prefix)]
    checks += () if diff is None else drift_checks(diff)
    if options.files:
        with reporter.task("comparing files", unit="bytes") as task:
            checks.append(_files(verify_files(place.prefix, task)))
    return Report(
        subject=installed.label,
        checks=tuple(checks),
        facts={
            "environment": place.name,
            "prefix": str(place.prefix),
            "against": None if diff is None else diff.before,
            "conda_packages": len(part.conda),
            "pip_packages": len(part.pip),
        },
    )


def _diff(options: CheckOptions, installed: LockSource, prefix: Path, reporter: Reporter) -> Diff | None:
    """What differs; None where only the files are asked about and nothing else can be said."""
    if options.against is not None:
        source = _load(options, SpecOptions())
        made = read_provenance(prefix)
        if made is not None and made.source == source.label and (made.params or made.addons):
            # the template that it was made from: with the values that it was made with
            source = _load(options, SpecOptions(values=made.params, addons=made.addons))
        tell(source, reporter)
        if isinstance(source, LockSource):
            (here,) = installed.lock.platforms
            part = without_optional(own_platform(source, here.platform, here.virtual_packages))
            source = replace(source, lock=replace(source.lock, platforms=(replace(part, label=None),)))
        return compare(source, installed)
    if options.lock_environment is not None:
        raise UsageError(
            "--environment is about --against",
            code="no-environments",
            hint="it picks one of a pixi.lock that holds several",
        )
    recorded = read_recorded(prefix)
    if recorded is not None:
        return diff_locks(recorded, installed.lock, names=("installation", installed.label))
    if options.files:
        reporter.note("envctl did not make it: there is nothing to compare its packages with")
        return None
    raise AbsentError(
        f"nothing is written down of how {installed.label} was made",
        code="nothing-recorded",
        cause="envctl did not make it, or an older version did",
        hint="--against SOURCE compares it with a lock, a file or a template; --files looks at its files",
    )


def _load(options: CheckOptions, spec: SpecOptions) -> Source | LockSource:
    return load(
        options.against or "",
        spec,
        order=FILE_FIRST,
        root=options.root,
        environment=options.lock_environment,
    )


def _records(part: PlatformLock) -> CheckResult:
    """Whether conda has one record of each package: an update that was cut off leaves two."""
    versions: defaultdict[str, list[str]] = defaultdict(list)
    for entry in part.packages:
        package = entry.package
        if isinstance(package, CondaPackage):
            versions[package.name].append(f"{package.version}={package.build}")
    twice = {name: found for name, found in versions.items() if len(found) > 1}
    if not twice:
        return CheckResult(id="records", status="pass", summary="each package has one record")
    return CheckResult(
        id="records",
        status="fail",
        summary=f"several records of one package: {', '.join(twice)}",
        cause="\n".join(f"{name}: {', '.join(found)}" for name, found in twice.items()),
        hint=_ANEW,
        measured={"packages": [{"name": name, "records": found} for name, found in twice.items()]},
    )


def _needs(part: PlatformLock) -> CheckResult:
    """Whether the conda packages go together, by their own records."""
    here = replace(part, virtual_packages=())  # what a machine offers is no matter of the environment
    broken = [
        f"{one.package.name} {one.package.version} needs {one.needs}: {one.found or 'there is none'}"
        for one in broken_on(here)
    ]
    if not broken:
        return CheckResult(id="needs", status="pass", summary="each package has what it needs")
    return CheckResult(
        id="needs",
        status="fail",
        summary=f"{len(broken)} needs of packages are not met",
        cause="\n".join(broken),
        hint=_ANEW,
        measured={"needs": broken},
    )


def _replaced(prefix: Path) -> CheckResult:
    """Whether pip left conda's packages alone."""
    names = replaced_packages(prefix, read_records(prefix))
    if not names:
        return CheckResult(id="replaced", status="pass", summary="pip left conda's packages alone")
    return CheckResult(
        id="replaced",
        status="fail",
        summary=f"pip took away or replaced what conda installed: {', '.join(names)}",
        cause="conda's records still say that it is there",
        hint="put it into the pip section or leave it to conda, and create the environment anew",
        measured={"packages": list(names)},
    )


def _files(damages: tuple[Damage, ...]) -> CheckResult:
    if not damages:
        return CheckResult(id="files", status="pass", summary="every file is what its package put there")
    counts = Counter(damage.problem for damage in damages)
    packages = {damage.package for damage in damages}
    return CheckResult(
        id="files",
        status="fail",
        summary=f"files of {len(packages)} package{'' if len(packages) == 1 else 's'}: "
        + ", ".join(f"{count} {problem}" for problem, count in sorted(counts.items())),
        cause="\n".join(f"{damage.problem} {damage.path} ({damage.package})" for damage in damages),
        hint=f"{_ANEW} --verify-cache: its files may be the package cache's own",
        measured={
            "damages": [
                {
                    "path": damage.path,
                    "package": damage.package,
                    "problem": damage.problem,
                    "expected": damage.expected,
                    "found": damage.found,
                }
                for damage in damages
            ]
        },
    )


def _label(name: str | None, prefix: Path) -> str:
    return f"env:{name}" if name else f"prefix:{prefix}"
