"""What a specification asks for, by package: each request in one spelling."""

from __future__ import annotations

from dataclasses import dataclass, field

from packaging.markers import Marker
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, canonicalize_version

from envctl.credentials import scrub
from envctl.diffing.pairs import Key
from envctl.formats import match_spec_syntax
from envctl.formats.requirement_line import RequirementLine, parse_line
from envctl.model.diff import Wanted
from envctl.model.environment import Dependency, EnvironmentSpec
from envctl.versions import canonical_spec, pinned_version, spec_parts


@dataclass(frozen=True, kw_only=True, slots=True)
class Requests:
    """All that a specification asks for."""

    packages: dict[Key, Wanted] = field(default_factory=dict)
    pip_options: tuple[str, ...] = ()
    """Lines of the pip section that name no package: `--index-url https://…`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pin:
    """What one request says of version, build and place; each None or empty where it does not."""

    version: str | None = None
    constraint: str = ""
    build: str = ""
    channel: str = ""
    url: str | None = None


def requests_of(spec: EnvironmentSpec) -> Requests:
    """Group a specification's entries by what they ask for; selectors count as part of a request."""
    entries: dict[Key, list[tuple[str, str]]] = {}
    options: list[str] = []
    for dependency in spec.dependencies:
        name = match_spec_syntax.name(dependency.text)
        text = _with_selector(canonical_spec(dependency.text), dependency)
        key: Key = ("conda", name or scrub(dependency.text))
        entries.setdefault(key, []).append((_with_selector(dependency.text, dependency), text))
    for dependency in spec.pip or ():
        line = pip_line(dependency.text)
        if line.option and not line.name and not line.url:
            options.append(scrub(" ".join(dependency.text.split())))
            continue
        key = ("pip", canonicalize_name(line.name) if line.name else scrub(line.url or dependency.text))
        text = _with_selector(canonical_line(line), dependency)
        entries.setdefault(key, []).append((_with_selector(dependency.text, dependency), text))
    return Requests(
        packages={
            key: Wanted(
                name=key[1],
                manager=key[0],
                specs=tuple(scrub(written) for written, _ in found),
                canonical=tuple(sorted({scrub(text) for _, text in found})),
            )
            for key, found in sorted(entries.items())
        },
        pip_options=tuple(options),
    )


def pip_line(text: str) -> RequirementLine:
    """A line of a pip section; of one that pip would refuse, the whole text as a place."""
    try:
        return parse_line(text)
    except ValueError:
        return RequirementLine(url=text.strip())


def canonical_line(line: RequirementLine) -> str:
    """A requirement in one spelling: `Torch == 2.0.0 ` is `torch==2`."""
    name = canonicalize_name(line.name) if line.name else ""
    extras = f"[{','.join(sorted(map(canonicalize_name, line.extras)))}]" if line.extras else ""
    parts = sorted(_canonical_specifier(str(part)) for part in SpecifierSet(line.specifier))
    return "".join(
        [
            "-e " if line.editable else "",
            name + extras + ",".join(parts),
            (f" @ {line.url}" if name else line.url) if line.url else "",
            f" ; {Marker(line.marker)}" if line.marker else "",
            *(f" --hash={digest}" for digest in sorted(line.hashes)),
            f" {line.option}" if line.option else "",
        ]
    )


def pin_of(wanted: Wanted) -> Pin:
    """What a package's only request pins; nothing of one that has several."""
    if len(wanted.canonical) != 1:
        return Pin(constraint=" & ".join(wanted.canonical))
    text = wanted.canonical[0].partition("  # ")[0]
    if wanted.manager == "conda":
        constraint, build, channel = spec_parts(text)
        return Pin(version=pinned_version(constraint), constraint=constraint, build=build, channel=channel)
    line = pip_line(text)
    return Pin(version=line.version, constraint=text, url=line.url)


def _canonical_specifier(part: str) -> str:
    version = part.lstrip("<>=!~")
    operator = part[: len(part) - len(version)]
    if operator in ("===", "~=") or version.endswith("*"):
        return part
    return operator + canonicalize_version(version)


def _with_selector(text: str, dependency: Dependency) -> str:
    text = " ".join(text.split())
    if not dependency.selector:
        return text
    selector = dependency.selector
    if selector.startswith("sel("):
        selector = selector[len("sel(") : -1]
    return f"{text}  # [{' '.join(selector.split())}]"
