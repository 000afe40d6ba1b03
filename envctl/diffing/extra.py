"""Which packages of a platform nothing asked for, and nothing that was asked for needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from envctl.diffing.marker_environment import lines_on
from envctl.diffing.match_specs import spec_name
from envctl.diffing.present import Present, present
from envctl.formats import match_spec_syntax
from envctl.model.diff import Extra
from envctl.model.environment import EnvironmentSpec
from envctl.model.lock import PlatformLock
from envctl.model.packages import CondaPackage, Key, Manager, Package

_DISTRIBUTION = re.compile(r"\s*([A-Za-z0-9][\w.-]*)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Unasked:
    """What nothing asks for."""

    extra: tuple[Extra, ...]
    """By manager and name."""
    untold: frozenset[Manager]
    """Whose other packages may be needed: those that are asked for do not tell what they need."""


def extra_on(spec: EnvironmentSpec, part: PlatformLock) -> Iterator[Extra]:
    """The packages that nothing of a platform's specification (its selectors applied) asks for or needs, by
    manager and name. None of a manager whose packages do not tell what they need."""
    yield from unasked(spec, part).extra


def unasked(spec: EnvironmentSpec, part: PlatformLock) -> Unasked:
    """The packages that nothing asks for or needs, as far as can be told."""
    there = present(part)
    reached = _reached(spec, part, there)
    rest = sorted(there.packages.keys() - reached)
    untold = frozenset(
        manager
        for manager in {manager for manager, _ in rest}
        if any(key[0] == manager for key in reached) and not _tell(there, manager)
    )
    return Unasked(
        extra=tuple(
            Extra(platform=part.key, package=there.packages[key]) for key in rest if key[0] not in untold
        ),
        untold=untold,
    )


def _tell(there: Present, manager: Manager) -> bool:
    """Whether the packages of a manager say what they need: one that needs nothing is common, all are not."""
    return any(
        package.depends or (not isinstance(package, CondaPackage) and package.requires_python)
        for key, package in there.packages.items()
        if key[0] == manager
    )


def _reached(spec: EnvironmentSpec, part: PlatformLock, there: Present) -> set[Key]:
    """What the specification asks for, and what that needs in turn."""
    to_do: list[Key] = [("conda", spec_name(dependency.text)) for dependency in spec.dependencies]
    if spec.pip is not None:  # which needs them, whoever installs it
        to_do += [("conda", "python"), ("conda", "pip"), ("pip", "pip")]
    for _, line in lines_on(spec, part):
        to_do += _key(there.named_by_line(line, spec.directory))
    reached: set[Key] = set()
    while to_do:
        key = to_do.pop()
        if key in there.packages and key not in reached:
            reached.add(key)
            to_do += _needs(there.packages[key], there)
    return reached


def _needs(package: Package, there: Present) -> Iterator[Key]:
    for text in package.depends:
        if isinstance(package, CondaPackage):
            yield "conda", match_spec_syntax.name(text)
        elif name := _DISTRIBUTION.match(text):
            yield from _key(there.distribution(name[1]))


def _key(package: Package | None) -> list[Key]:
    return [package.key] if package else []
