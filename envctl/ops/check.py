"""check: what an environment has become since it was made, and whether its files are whole."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from envctl.diffing.locks import diff_locks
from envctl.errors import AbsentError, UsageError
from envctl.model.diff import Diff
from envctl.model.report import Report
from envctl.ops.diff import compare
from envctl.ops.drift import drift_checks
from envctl.ops.own_platform import own_platform, without_optional
from envctl.ops.soundness import files_check, needs_check, records_check, replaced_check
from envctl.prefixes.finding import find_place
from envctl.prefixes.installed import read_installed
from envctl.prefixes.integrity import verify_files
from envctl.prefixes.meta import read_provenance
from envctl.prefixes.recorded import read_recorded
from envctl.prefixes.records import read_records
from envctl.prefixes.root import Root
from envctl.progress import Reporter
from envctl.sources import FILE_FIRST, LockSource, Source, SpecOptions, load, tell


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
    records = read_records(place.prefix)
    installed = LockSource(lock=read_installed(place.prefix, records), label=_label(place.name, place.prefix))
    diff = _diff(options, installed, place.prefix, reporter)
    part = installed.lock.platforms[0]
    checks = [records_check(part), needs_check(part), replaced_check(place.prefix, records)]
    checks += () if diff is None else drift_checks(diff)
    if options.files:
        with reporter.task("comparing files", unit="bytes") as task:
            checks.append(files_check(verify_files(place.prefix, task)))
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


def _label(name: str | None, prefix: Path) -> str:
    return f"env:{name}" if name else f"prefix:{prefix}"
