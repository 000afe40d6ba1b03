"""What a wheel requires, as conda dependencies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from envctl.channel.specifiers import conda_spec
from envctl.python_names import conda_name

Requires = Mapping[str, Sequence[Requirement]]
"""The requirements of each distribution at hand, by canonical name."""


def parse(lines: Sequence[str]) -> tuple[Requirement, ...]:
    """Read `Requires-Dist` lines; one that no standard allows is left out, as pip does with old metadata."""
    found = []
    for line in lines:
        try:
            found.append(Requirement(line))
        except InvalidRequirement:
            continue
    return tuple(found)


def depends(name: str, known: Requires, markers: Mapping[str, str]) -> tuple[str, ...]:
    """The conda dependencies of a distribution, sorted, for the interpreter that the markers describe.

    conda has no extras: for `uvicorn[standard]` the requirements of that extra are taken in, from the wheel
    that brings them.
    """
    found: dict[str, SpecifierSet] = {}
    seen: set[tuple[str, str]] = set()

    def collect(distribution: str, extra: str) -> None:
        if (distribution, extra) in seen:
            return
        seen.add((distribution, extra))
        for requirement in known.get(distribution, ()):
            if not applies(requirement, markers, extra) or (extra and applies(requirement, markers, "")):
                continue
            target = canonicalize_name(requirement.name)
            for wanted in sorted(requirement.extras):
                collect(target, canonicalize_name(wanted))
            if target != name:
                conda = conda_name(target)
                found[conda] = found.get(conda, SpecifierSet()) & requirement.specifier

    collect(name, "")
    return tuple(f"{conda} {conda_spec(spec)}".strip() for conda, spec in sorted(found.items()))


def applies(requirement: Requirement, markers: Mapping[str, str], extra: str) -> bool:
    """Whether the requirement holds for the interpreter with this extra (empty for none)."""
    marker = requirement.marker
    return marker is None or marker.evaluate({**markers, "extra": extra})


def depends_on_machine(requirements: Sequence[Requirement]) -> bool:
    """Whether another Python or platform may have other dependencies.

    A marker that asks for an extra never holds on its own; an extra that is required may bring any marker.
    """
    markers = [str(item.marker) for item in requirements if item.marker is not None]
    return any(item.extras for item in requirements) or any("extra" not in marker for marker in markers)


def python_spec(requires_python: str | None) -> str:
    """`Requires-Python` as a conda dependency; one that no standard allows asks for any Python."""
    try:
        return f"python {conda_spec(SpecifierSet(requires_python or ''))}".strip()
    except InvalidSpecifier:
        return "python"
