"""A conda match spec in one spelling, and what it pins."""

from __future__ import annotations

import re

from envctl.credentials import scrub
from envctl.formats import match_spec_syntax
from envctl.formats.archive_url import conda_package
from envctl.model.packages import CondaPackage
from envctl.versions import spec_parts

_TRAILING_ZEROS = re.compile(r"(?<=\d)(?:\.0+)+$")
_COMPARED = re.compile(r"(?P<operator>[<>]=?|[=!]=)(?P<version>[^*]+)")


def spec_name(text: str) -> str:
    """The name of the package that a match spec or an archive's URL asks for; the text where it has none."""
    archive = named_archive(text)
    return match_spec_syntax.name(text) or (archive.name if archive else scrub(text))


def named_archive(text: str) -> CondaPackage | None:
    """The package whose archive a request names by its URL or path; None for a match spec."""
    if match_spec_syntax.name(text):
        return None
    try:
        return conda_package(text.strip())
    except ValueError:
        return None


def canonical_spec(text: str) -> str:
    """A match spec in one spelling, without credentials: `python=3.9`, `python 3.9.*` and
    `python[version=3.9.*]` are the same.

    Parts that must all hold are sorted, zeros at the end of a compared version dropped. What rattler
    cannot read stays as written, its blanks put together.
    """
    text = scrub(" ".join(text.split()))
    parts = None if named_archive(text) else spec_parts(text)
    if parts is None:
        return text
    words = [f"{parts.channel}::{parts.name}" if parts.channel else parts.name]
    if parts.version or parts.build:
        words.append(canonical_version(parts.version) or "*")
    if parts.build:
        words.append(parts.build)
    return " ".join(words) + (f"[{','.join(parts.others)}]" if parts.others else "")


def canonical_version(text: str) -> str:
    """A constraint in one spelling; one with parentheses stays as it is."""
    if "(" in text:
        return text
    ways = {",".join(sorted(set(map(_canonical_part, way.split(","))))) for way in text.split("|")}
    return "|".join(sorted(ways))


def _canonical_part(part: str) -> str:
    compared = _COMPARED.fullmatch(part)
    if compared is None:  # `1.0.*` and `~=1.0` say by their zeros how much may change
        return part
    return compared["operator"] + _TRAILING_ZEROS.sub("", compared["version"])
