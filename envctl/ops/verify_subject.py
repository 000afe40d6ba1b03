"""What verify-gpu judges: an environment that can be run, or packages that are only written down."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from envctl.model.build import FrameworkBuild
from envctl.model.lock import PlatformLock
from envctl.model.machine import Machine
from envctl.model.template import Expectations
from envctl.ops.own_platform import own_platform, without_optional
from envctl.prefixes.finding import find_place
from envctl.prefixes.meta import read_provenance
from envctl.prefixes.place import Place
from envctl.prefixes.root import Root
from envctl.progress import Reporter
from envctl.sources import ENVIRONMENT_FIRST, LockSource, Source, SpecOptions, load, tell
from envctl.subdirs import current_subdir
from envctl.verify.build import from_packages, from_spec, installed, matter, requested

_SUBDIRS = {"linux": "linux-", "windows": "win-"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """An environment as its packages tell it."""

    label: str
    builds: tuple[FrameworkBuild, ...] = ()
    """Of the frameworks in it, torch first."""
    packages: Mapping[str, str] = field(default_factory=dict)
    expectations: Expectations | None = None
    """Its template's, where it came from one."""
    place: Place | None = None
    """Where it is installed; None for a template, a file or a lock."""


def find_subject(
    word: str, spec: SpecOptions, *, root: Root, machine: Machine | None, reporter: Reporter
) -> Subject:
    """What a word of the command line names. `machine` is the one that it is for, where that is described.

    Raises what `load` raises, and `InputError` (`lock-platform`) for a lock without the machine's platform.
    """
    source = load(word, spec, order=ENVIRONMENT_FIRST, root=root)
    tell(source, reporter)
    if isinstance(source, Source):
        platform = "win-64" if machine and machine.system == "windows" else "linux-64"
        meant = source.rendered.platforms if source.rendered else ()
        if meant and platform not in meant:
            reporter.warn(f"{source.label} is for {', '.join(meant)}, and the machine for {platform}")
        return _specified(source, platform)
    if not source.label.startswith(("env:", "prefix:")):
        part = without_optional(own_platform(source, _subdir(source, machine), ()))
        return _packages(source.label, part)
    place = find_place(root, source.label, os.environ)
    made = read_provenance(place.prefix)
    own = source.lock.platforms[0].platform
    if machine and machine.system and not own.startswith(_SUBDIRS[machine.system]):
        reporter.warn(f"{source.label} is for {own}, and the machine that is described runs {machine.system}")
    return _packages(
        source.label, source.lock.platforms[0], place=place, expectations=_said(made.verify if made else None)
    )


def _specified(source: Source, platform: str) -> Subject:
    rendered = source.rendered
    asked = rendered.virtual_packages if rendered else {}
    return Subject(
        label=source.label,
        builds=from_spec(source.spec, virtual_packages=asked, platform=platform),
        packages=matter(requested(source.spec, platform)),
        expectations=_said(rendered.verify if rendered else None),
    )


def _said(verify: Expectations | None) -> Expectations | None:
    """None for a template without a `verify` section: it does not ask for a CPU build."""
    return verify if verify != Expectations() else None


def _packages(
    label: str,
    part: PlatformLock,
    *,
    place: Place | None = None,
    expectations: Expectations | None = None,
) -> Subject:
    return Subject(
        label=label,
        builds=from_packages(part),
        packages=matter(installed(part)),
        expectations=expectations,
        place=place,
    )


def _subdir(source: LockSource, machine: Machine | None) -> str:
    """The described machine's subdir: a report does not tell the processor, so the one that the lock has."""
    here = current_subdir()
    if machine is None:
        return here
    system = "win" if machine.system == "windows" else "linux"
    locked = [part.platform for part in source.lock.platforms]
    fitting = [subdir for subdir in locked if subdir.startswith(f"{system}-")]
    return here if here in fitting else next(iter(fitting), f"{system}-64")
