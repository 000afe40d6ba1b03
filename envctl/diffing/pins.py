"""What one request pins of a package: its version, its build, where it comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass

from envctl.diffing.match_specs import canonical_version, named_archive
from envctl.diffing.places import place
from envctl.diffing.requirement_lines import pip_line
from envctl.model.diff import Wanted
from envctl.versions import channel_key, spec_parts

_PINNED = re.compile(r"(?:===?)?(?P<version>(?:\d+!)?[^<>=!~*,|()\s^$]+?)(?P<open>\.?\*)?$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pin:
    """Each empty where the request does not say."""

    version: str = ""
    is_open: bool = False
    """Whether all versions that begin so will do: `1.2.*`."""
    build: str = ""
    channel: str = ""
    place: str = ""
    hashes: tuple[str, ...] = ()


def pin_of(wanted: Wanted) -> Pin | None:
    """What a package's only request pins; None where there are several."""
    if len(wanted.canonical) != 1:
        return None
    text = wanted.canonical[0].partition("  # [")[0]
    return _conda(text) if wanted.manager == "conda" else _pip(text)


def is_other_version(old: Pin, new: Pin) -> bool:
    """Whether no version will do for both: `=3.10` is no downgrade from `=3.10.4`."""
    if not old.version or not new.version:
        return False
    was, now = f"{old.version}.", f"{new.version}."
    return not (new.is_open and was.startswith(now)) and not (old.is_open and now.startswith(was))


def _conda(text: str) -> Pin:
    archive = named_archive(text)
    if archive:
        return Pin(version=archive.version, build=archive.build, channel=channel_key(archive.channel))
    parts = spec_parts(text)
    if parts is None:
        return Pin()
    version, is_open = _version(canonical_version(parts.version))
    return Pin(version=version, is_open=is_open, build=parts.build, channel=parts.channel)


def _pip(text: str) -> Pin:
    line = pip_line(text)
    version, is_open = _version(line.specifier)
    return Pin(
        version=version or line.version or "",
        is_open=is_open,
        place=("-e " if line.editable else "") + (place(line.url) if line.url else ""),
        hashes=line.hashes,
    )


def _version(constraint: str) -> tuple[str, bool]:
    match = _PINNED.fullmatch(constraint)
    return (match["version"], bool(match["open"])) if match else ("", False)
