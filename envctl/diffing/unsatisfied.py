"""Which requests of a specification a platform's packages do not answer."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from envctl.credentials import scrub
from envctl.diffing.channels import comes_from
from envctl.diffing.extras import asked_extras, locked_extras
from envctl.diffing.kinds import kinds_between
from envctl.diffing.marker_environment import constraints_on, lines_on
from envctl.diffing.match_specs import named_archive, spec_name
from envctl.diffing.places import answers_place, below
from envctl.diffing.present import present
from envctl.diffing.requirement_lines import subject
from envctl.formats.requirement_line import RequirementLine
from envctl.model.diff import Unsatisfied
from envctl.model.environment import EnvironmentSpec
from envctl.model.lock import PlatformLock
from envctl.model.packages import CondaPackage, Manager, Package, PipPackage
from envctl.versions import spec_matches, spec_parts, virtual_matches


def unsatisfied_on(spec: EnvironmentSpec, part: PlatformLock) -> Iterator[Unsatisfied]:
    """The requests of a platform's specification (its selectors applied) that the packages do not answer."""
    yield from filter(None, judged(spec, part))


def judged(spec: EnvironmentSpec, part: PlatformLock) -> Iterator[Unsatisfied | None]:
    """Each request that holds on the platform, in the specification's order; None where it is answered."""
    there = present(part)
    for dependency in spec.dependencies:
        found = there.named_by_spec(dependency.text)
        answered = _conda_answers(dependency.text, found, part)
        name = spec_name(dependency.text)
        yield None if answered else _unsatisfied(name, "conda", part, dependency.text, found)
    asked, locked = asked_extras(spec, part), locked_extras(part)
    for text, line in lines_on(spec, part):
        found = there.named_by_line(line, spec.directory)
        name = subject(line)
        same = locked.get(name, asked.get(name)) == asked.get(name)
        answered = same and found is not None and _pip_answers(line, found, spec.directory)
        yield None if answered else _unsatisfied(name, "pip", part, text, found)
    for text, line in constraints_on(spec, part):  # of no concern where pip does not install the package
        found = there.named_by_line(line, spec.directory)
        if isinstance(found, PipPackage) and not _pip_answers(line, found, spec.directory):
            yield _unsatisfied(subject(line), "pip", part, text, found)


def _unsatisfied(
    name: str, manager: Manager, part: PlatformLock, text: str, found: Package | None
) -> Unsatisfied:
    return Unsatisfied(name=name, manager=manager, platform=part.key, spec=scrub(text), found=found)


def _conda_answers(text: str, found: Package | None, part: PlatformLock) -> bool:
    if spec_name(text).startswith("__"):  # where the lock says nothing of its machine, nothing can be told
        return not part.virtual_packages or any(
            virtual_matches(text, virtual) for virtual in part.virtual_packages
        )
    if not isinstance(found, CondaPackage):
        return False
    archive = named_archive(text)
    if archive:
        return set(kinds_between(archive, found)) <= {"channel"}
    parts = spec_parts(text)
    channel = parts.channel if parts else ""
    return spec_matches(text, found) and (not channel or comes_from(found.channel, channel))


def _pip_answers(line: RequirementLine, package: Package, directory: str | None) -> bool:
    if line.url:
        place = None if isinstance(package, CondaPackage) else package.url
        if place is None or not answers_place(below(line.url, directory), place):
            return False
    if not answers_hash(line, package):
        return False
    return not line.specifier or package.version is None or _is_in(package.version, line.specifier)


def answers_hash(line: RequirementLine, package: Package) -> bool:
    """Whether pip's archive is one that the line allows, as far as both tell their SHA-256."""
    told = line.sha256 and package.sha256 and not isinstance(package, CondaPackage)
    return not told or package.sha256 in line.sha256


def _is_in(version: str, specifier: str) -> bool:
    """Whether a version lies in a range. One that is none by PEP 440, as conda may have, is not held against
    it."""
    try:
        allowed = SpecifierSet(specifier)
    except ValueError:
        return False
    try:
        return allowed.contains(Version(version), prereleases=True)
    except ValueError:
        return True
