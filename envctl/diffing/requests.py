"""What a specification asks for, by package: each request in one spelling."""

from __future__ import annotations

from dataclasses import dataclass, field

from envctl.credentials import scrub
from envctl.diffing.match_specs import canonical_spec, spec_name
from envctl.diffing.requirement_lines import (
    canonical_option,
    canonical_requirement,
    is_option,
    pip_line,
    subject,
)
from envctl.model.diff import Wanted
from envctl.model.environment import Dependency, EnvironmentSpec
from envctl.model.packages import Key


@dataclass(frozen=True, kw_only=True, slots=True)
class Requests:
    """All that a specification asks for."""

    packages: dict[Key, Wanted] = field(default_factory=dict)
    pip_options: tuple[str, ...] = ()
    """Lines of the pip section that name no package, in one spelling: `--index-url https://…`."""


def requests_of(spec: EnvironmentSpec) -> Requests:
    """Group a specification's entries by what they ask for; selectors count as part of a request."""
    entries: dict[Key, list[tuple[str, str]]] = {}
    options: list[str] = []
    for dependency in spec.dependencies:
        text = dependency.text
        _add(entries, ("conda", spec_name(text)), dependency, canonical_spec(text))
    for dependency in spec.pip or ():
        line = pip_line(dependency.text)
        if is_option(line):
            options.append(_selected(canonical_option(line.option or ""), dependency))
        else:
            _add(entries, ("pip", subject(line)), dependency, canonical_requirement(dependency.text))
    return Requests(
        packages={
            key: Wanted(
                name=key[1],
                manager=key[0],
                specs=tuple(written for written, _ in found),
                canonical=_essential(key[1], {canonical for _, canonical in found}),
            )
            for key, found in sorted(entries.items())
        },
        pip_options=tuple(options),
    )


def _add(entries: dict[Key, list[tuple[str, str]]], key: Key, dependency: Dependency, canonical: str) -> None:
    written = scrub(" ".join(dependency.text.split()))
    entries.setdefault(key, []).append((_selected(written, dependency), _selected(canonical, dependency)))


def _essential(name: str, requests: set[str]) -> tuple[str, ...]:
    """Without the bare name where another request says more in the same place: all entries have to hold."""

    def says_nothing(request: str) -> bool:
        text, _, selector = request.partition("  # [")
        others = (other.partition("  # [")[2] for other in requests - {request})
        return text == name and any(other in ("", selector) for other in others)

    return tuple(sorted(request for request in requests if not says_nothing(request)))


def _selected(text: str, dependency: Dependency) -> str:
    """The text with its selector behind it, which micromamba writes in front: `sel(linux): numpy`."""
    selector = dependency.selector or ""
    if selector.startswith("sel("):
        selector = selector[len("sel(") : -1]
    return f"{text}  # [{' '.join(selector.split())}]" if selector else text
