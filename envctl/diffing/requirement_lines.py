"""A line of a pip section in one spelling, and what it is about."""

from __future__ import annotations

import re

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, canonicalize_version

from envctl.credentials import scrub
from envctl.diffing.places import place, without_ref
from envctl.formats.requirement_line import RequirementLine, parse_line

_LEADING_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(?=[\s\[=<>!~;@])")
_SHORT_OPTIONS = {
    "-c": "--constraint",
    "-f": "--find-links",
    "-i": "--index-url",
    "-r": "--requirement",
}
_OPTION = re.compile(r"(?P<option>--[\w-]+|-\w)(?:\s*=\s*|\s+)?(?P<rest>.*)")


def pip_line(text: str) -> RequirementLine:
    """A line as pip reads it; of one that pip refuses, its name if it has one, and the whole as its range."""
    try:
        return parse_line(text)
    except ValueError:
        name = _LEADING_NAME.match(text.strip())
        return RequirementLine(name=name[0], specifier=text) if name else RequirementLine(url=text.strip())


def is_option(line: RequirementLine) -> bool:
    """Whether it names no package: `--index-url https://…`."""
    return not line.name and not line.url


def subject(line: RequirementLine) -> str:
    """The distribution, normalised; of a line without a name its place, whatever its branch or commit."""
    return canonicalize_name(line.name) if line.name else without_ref(line.url or "")


def canonical_option(text: str) -> str:
    """An option in one spelling, without credentials: `-i URL` and `--index-url=URL` are the same."""
    match = _OPTION.fullmatch(scrub(text))
    if match is None:
        return scrub(text)
    return f"{_SHORT_OPTIONS.get(match['option'], match['option'])} {match['rest']}".rstrip()


def canonical_requirement(text: str) -> str:
    """A requirement in one spelling, without credentials: `Torch == 2.0.0 ` is `torch==2`.

    What pip refuses stays as written, its blanks put together.
    """
    try:
        line = parse_line(text)
        versions = ",".join(
            sorted({_canonical_specifier(str(part)) for part in SpecifierSet(line.specifier)})
        )
    except ValueError:
        return scrub(" ".join(text.split()))
    extras = f"[{','.join(sorted(map(canonicalize_name, line.extras)))}]" if line.extras else ""
    where = place(line.url) if line.url else ""
    if line.name:
        body = canonicalize_name(line.name) + extras + versions + (f" @ {where}" if where else "")
    else:
        body = where + extras
    return "".join(
        [
            "-e " if line.editable else "",
            body,
            f" ; {line.marker}" if line.marker else "",
            *(f" --hash={digest}" for digest in sorted(line.hashes)),
            f" {scrub(line.option)}" if line.option else "",
        ]
    )


def _canonical_specifier(part: str) -> str:
    version = part.lstrip("<>=!~")
    operator = part[: len(part) - len(version)]
    if operator in ("===", "~=") or version.endswith("*"):  # their zeros say how much may change
        return part
    return operator + canonicalize_version(version)
