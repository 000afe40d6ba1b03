"""An order in which packages can be installed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

from envctl.model.packages import Package

P = TypeVar("P", bound=Package)
_NAME = re.compile(r"[A-Za-z0-9_.-]+")


def dependencies_first(packages: Iterable[P]) -> list[P]:
    """The packages in an order in which each follows what it needs, by name where that leaves a choice.

    Packages that need each other come in some order. python does not wait for pip, which conda's channels
    may name as its dependency: pip needs python to be installed.
    """
    named: dict[str, list[P]] = {}
    for package in packages:
        named.setdefault(_name(package.name, package), []).append(package)
    needs = {
        name: {_name(spec, package) for package in same for spec in package.depends} & named.keys()
        for name, same in named.items()
    }
    needs.get("python", set()).discard("pip")
    ordered: dict[str, list[P]] = {}
    opened: set[str] = set()
    stack = sorted(named, reverse=True)
    while stack:
        name = stack[-1]
        if name in opened:
            ordered.setdefault(stack.pop(), named[name])
        else:
            opened.add(name)
            stack += sorted(needs[name] - opened, reverse=True)
    return [package for same in ordered.values() for package in same]


def _name(requirement: str, owner: Package) -> str:
    """The name that a requirement of a package begins with, as names of its kind compare."""
    match = _NAME.match(requirement.rpartition("::")[2].strip())
    name = match[0].lower() if match else ""
    return re.sub(r"[-_.]+", "-", name) if owner.manager == "pip" else name


def is_dependencies_first(packages: Iterable[Package]) -> bool:
    """Whether no package stands before one that it needs."""
    ordered = list(packages)
    places = {_name(package.name, package): place for place, package in enumerate(ordered)}
    return all(
        places.get(_name(spec, package), -1) < place
        for place, package in enumerate(ordered)
        for spec in package.depends
        if (package.name, _name(spec, package)) != ("python", "pip")
    )
