"""The packages of one platform, as requests look them up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from packaging.utils import canonicalize_name

from envctl.diffing.match_specs import spec_name
from envctl.diffing.places import answers_place, below
from envctl.formats.requirement_line import RequirementLine
from envctl.model.lock import PlatformLock
from envctl.model.packages import CondaPackage, Key, Package, PipPackage
from envctl.python_names import distribution_name, distributions, family


@dataclass(frozen=True, kw_only=True, slots=True)
class Present:
    """What is there."""

    packages: Mapping[Key, Package]
    distributions: Mapping[str, CondaPackage]
    """conda's packages by the Python distributions that they hold."""

    def named_by_spec(self, text: str) -> Package | None:
        """The package that a match spec names; pip's where conda has none of that name."""
        name = spec_name(text)
        return self.packages.get(("conda", name)) or self.packages.get(("pip", distribution_name(name) or ""))

    def distribution(self, name: str) -> Package | None:
        """pip's package of that name, else the conda package that holds it."""
        return self.packages.get(("pip", canonicalize_name(name))) or self.distributions.get(family(name))

    def named_by_line(self, line: RequirementLine, directory: str | None) -> Package | None:
        """The package that a requirement names, or that came from its URL or path."""
        if line.name:
            return self.distribution(line.name)
        wanted = below(line.url or "", directory)
        pip = (package for package in self.packages.values() if isinstance(package, PipPackage))
        return next((package for package in pip if package.url and answers_place(wanted, package.url)), None)


def present(part: PlatformLock) -> Present:
    """The packages of a platform; of one that stands there twice, the first."""
    packages = part.by_key
    return Present(
        packages=packages,
        distributions={
            family(name): package
            for package in packages.values()
            if isinstance(package, CondaPackage)
            for name in distributions(package)
        },
    )
