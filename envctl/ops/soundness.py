"""What is wrong with an environment by itself, as checks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from envctl.diffing.needs import broken_on
from envctl.model.lock import PlatformLock
from envctl.model.packages import CondaPackage
from envctl.model.report import CheckResult
from envctl.prefixes.integrity import Damage
from envctl.prefixes.records import Record
from envctl.prefixes.replaced import replaced_packages

_ANEW = "create the environment anew: envctl create … --replace"


def records_check(part: PlatformLock) -> CheckResult:
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


def needs_check(part: PlatformLock) -> CheckResult:
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


def replaced_check(prefix: Path, records: Sequence[Record]) -> CheckResult:
    """Whether pip left conda's packages alone."""
    names = replaced_packages(prefix, records)
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


def files_check(damages: tuple[Damage, ...]) -> CheckResult:
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
