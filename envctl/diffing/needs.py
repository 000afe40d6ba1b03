"""Whether the packages of a platform go together: has each what it needs, and nothing that it forbids?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from envctl.formats import match_spec_syntax
from envctl.model.lock import PlatformLock
from envctl.model.packages import CondaPackage
from envctl.versions import spec_matches, spec_parts, virtual_matches


@dataclass(frozen=True, kw_only=True, slots=True)
class Broken:
    """A conda package that cannot work with the others."""

    package: CondaPackage
    needs: str
    """The match spec that is not answered: of its `depends`, or of its `constrains`."""
    found: str | None
    """The version of the package of that name that is there, or of the machine's virtual package."""


def broken_on(part: PlatformLock) -> Iterator[Broken]:
    """The conda packages whose needs the others do not answer, by the packages' own records.

    What a lock does not tell (dependencies of an explicit list, virtual packages) is not held against it.
    """
    packages = {package.name: package for package in part.conda}
    virtual = {text.partition("=")[0]: text for text in part.virtual_packages}
    for package in packages.values():
        for text in package.depends:
            name = match_spec_syntax.name(text)
            if name.startswith("__"):
                if virtual and not (name in virtual and virtual_matches(text, virtual[name])):
                    yield Broken(package=package, needs=text, found=_version(virtual.get(name)))
            elif not _is_answered(text, packages.get(name)):
                there = packages.get(name)
                yield Broken(package=package, needs=text, found=there.version if there else None)
        for text in package.constrains:
            there = packages.get(match_spec_syntax.name(text))
            if there is not None and not _is_answered(text, there):
                yield Broken(package=package, needs=text, found=there.version)


def _is_answered(text: str, package: CondaPackage | None) -> bool:
    if spec_parts(text) is None:  # what cannot be read cannot be judged
        return True
    return package is not None and spec_matches(text, package)


def _version(virtual_package: str | None) -> str | None:
    return virtual_package.split("=")[1] if virtual_package else None
