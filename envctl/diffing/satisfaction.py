"""A specification against packages: is each request answered, and has each package a reason?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion

from envctl.credentials import scrub
from envctl.diffing.locks import package_key
from envctl.diffing.marker_environment import marker_environment
from envctl.diffing.pairs import Key
from envctl.diffing.requests import pip_line
from envctl.formats import match_spec_syntax
from envctl.formats.environment_yaml import for_platform
from envctl.formats.requirement_line import RequirementLine
from envctl.model.diff import Diff, Extra, Unsatisfied
from envctl.model.environment import EnvironmentSpec
from envctl.model.lock import Lock, PlatformLock
from envctl.model.packages import CondaPackage, Package, PipPackage
from envctl.python_names import distributions
from envctl.versions import spec_matches, virtual_matches

_UNKNOWN = "the packages do not tell what they need: which of them nothing asked for cannot be told"


def diff_spec_lock(
    spec: EnvironmentSpec, lock: Lock, *, names: tuple[str, str], platforms: tuple[str, ...] = ()
) -> Diff:
    """What the packages leave unanswered of the specification, and what they hold beyond it.

    On `platforms`, by default all of the lock. `names` are what the two are called, in their order.
    """
    compared = platforms or tuple(part.label or part.platform for part in lock.platforms)
    unsatisfied: list[Unsatisfied] = []
    extra: list[Extra] = []
    notes: list[str] = []
    answered = 0
    for platform in compared:
        part = lock.on(platform) or PlatformLock(platform=platform, packages=())
        wanted = for_platform(spec, part.platform)
        missing = list(unsatisfied_on(wanted, part))
        unsatisfied += missing
        answered += len(wanted.dependencies) + len(wanted.pip or ()) - len(missing)
        if _tells_needs(part):
            extra += extra_on(wanted, part)
        elif _UNKNOWN not in notes:
            notes.append(_UNKNOWN)
    return Diff(
        before=names[0],
        after=names[1],
        platforms=compared,
        unsatisfied=tuple(unsatisfied),
        extra=tuple(extra),
        unchanged=answered,
        notes=tuple(notes),
    )


def unsatisfied_on(spec: EnvironmentSpec, part: PlatformLock) -> Iterator[Unsatisfied]:
    """The requests of a platform's specification that its packages do not answer."""
    packages = _by_key(part)
    for dependency in spec.dependencies:
        name = match_spec_syntax.name(dependency.text)
        found = packages.get(("conda", name))
        if not _answers(dependency.text, name, found, part):
            yield Unsatisfied(
                name=name or scrub(dependency.text),
                manager="conda",
                platform=part.label or part.platform,
                spec=scrub(dependency.text),
                found=found,
            )
    environment = marker_environment(part)
    provided = _provided(packages.values())
    for dependency in spec.pip or ():
        line = pip_line(dependency.text)
        if (line.option and not line.name and not line.url) or not _applies(line, environment):
            continue
        answer = _pip_package(line, packages, provided)
        if answer is None or not _pip_answers(line, answer):
            yield Unsatisfied(
                name=canonicalize_name(line.name) if line.name else scrub(line.url or dependency.text),
                manager="pip",
                platform=part.label or part.platform,
                spec=scrub(dependency.text),
                found=answer,
            )


def extra_on(spec: EnvironmentSpec, part: PlatformLock) -> Iterator[Extra]:
    """The packages that nothing asked for and nothing that was asked for needs, by manager and name."""
    packages = _by_key(part)
    provided = _provided(packages.values())
    open_keys: list[Key] = [
        ("conda", match_spec_syntax.name(dependency.text)) for dependency in spec.dependencies
    ]
    for dependency in spec.pip or ():
        open_keys += _keys(pip_line(dependency.text), packages, provided)
    if spec.pip:
        open_keys.append(("conda", "pip"))  # which comes with every pip section
    reached: set[Key] = set()
    while open_keys:
        key = open_keys.pop()
        if key in packages and key not in reached:
            reached.add(key)
            open_keys += _needs(packages[key], packages, provided)
    pip_tells = any(isinstance(package, PipPackage) and package.depends for package in packages.values())
    for key, package in sorted(packages.items()):
        if key not in reached and (package.manager == "conda" or pip_tells):
            yield Extra(platform=part.label or part.platform, package=package)


def _by_key(part: PlatformLock) -> dict[Key, Package]:
    return {package_key(entry.package): entry.package for entry in reversed(part.packages)}


def _tells_needs(part: PlatformLock) -> bool:
    """Whether the packages say what they need: one that needs nothing is common, two hundred are not."""
    return len(part.packages) < 2 or any(entry.package.depends for entry in part.packages)


def _provided(packages: Iterable[Package]) -> dict[str, CondaPackage]:
    """conda's packages by the Python distributions that they hold."""
    return {
        name: package
        for package in packages
        if isinstance(package, CondaPackage)
        for name in distributions(package)
    }


def _answers(text: str, name: str, found: Package | None, part: PlatformLock) -> bool:
    if name.startswith("__"):
        offered = [virtual for virtual in part.virtual_packages if virtual.split("=")[0] == name]
        return not part.virtual_packages or any(virtual_matches(text, virtual) for virtual in offered)
    if not name:  # an archive's URL
        return any(
            isinstance(entry.package, CondaPackage) and entry.package.file_name in text
            for entry in part.packages
        )
    return isinstance(found, CondaPackage) and spec_matches(text, found)


def _applies(line: RequirementLine, environment: Mapping[str, str]) -> bool:
    return line.marker is None or Marker(line.marker).evaluate(dict(environment))


def _keys(
    line: RequirementLine, packages: Mapping[Key, Package], provided: Mapping[str, CondaPackage]
) -> list[Key]:
    package = _pip_package(line, packages, provided)
    return [package_key(package)] if package else []


def _pip_package(
    line: RequirementLine, packages: Mapping[Key, Package], provided: Mapping[str, CondaPackage]
) -> Package | None:
    """The package that a line means: pip's, else conda's of that distribution, else the one from its URL."""
    if line.name:
        name = canonicalize_name(line.name)
        return packages.get(("pip", name)) or provided.get(name)
    place = scrub(line.url or "").rstrip("/")
    return next(
        (
            package
            for package in packages.values()
            if isinstance(package, PipPackage)
            and package.url
            and package.url.rstrip("/").endswith(place.lstrip("."))
        ),
        None,
    )


def _pip_answers(line: RequirementLine, package: Package) -> bool:
    if not line.specifier or package.version is None:
        return True
    try:
        return SpecifierSet(line.specifier).contains(package.version, prereleases=True)
    except InvalidVersion:
        return False


def _needs(
    package: Package, packages: Mapping[Key, Package], provided: Mapping[str, CondaPackage]
) -> Iterator[Key]:
    for text in package.depends:
        if isinstance(package, CondaPackage):
            yield "conda", text.split()[0].rpartition("::")[2]
            continue
        with suppress(InvalidRequirement):
            name = Requirement(text).name
            yield from _keys(RequirementLine(name=name), packages, provided)
