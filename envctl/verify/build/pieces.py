"""Packages as the judgement of a build sees them, whether they are there or only asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from packaging.markers import Marker
from packaging.utils import canonicalize_name

from envctl.credentials import scrub
from envctl.formats.archive_url import conda_package
from envctl.formats.environment_yaml import for_platform
from envctl.formats.requirement_line import parse_line
from envctl.model.environment import EnvironmentSpec
from envctl.model.lock import PlatformLock
from envctl.model.packages import CondaPackage, Key, Manager, PipPackage
from envctl.versions import channel_key, spec_parts

_PINNED = re.compile(r"=*(?P<version>\d[^*,<>=|]*?)(?:\.?\*)?")
_TAGGED_INDEX = re.compile(r"[^\s=]+/whl/(?:[\w/]+/)?(?:cu\d+|cpu|rocm[\d.]+)(?:/\S*)?")
_SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux"},
    "osx": {"sys_platform": "darwin", "platform_system": "Darwin"},
    "win": {"sys_platform": "win32", "platform_system": "Windows"},
}
_MACHINES = {"64": "x86_64", "arm64": "arm64"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One package."""

    manager: Manager
    name: str
    """Normalised."""
    version: str | None = None
    """None where a specification leaves it open."""
    build: str = ""
    """conda's build string, or the pattern that a specification has for it."""
    source: str | None = None
    """The channel, or the URL of the index or the archive; None where nothing is said."""
    needs: frozenset[str] = frozenset()
    """Names of the packages that it depends on."""
    words: str
    """As people call it: `pytorch 2.5.1 py3.11_cpu_0 from pytorch (conda)`."""


Pieces = Mapping[Key, Piece]
"""By manager and name."""


def installed(part: PlatformLock) -> Pieces:
    """The packages of a lock or a prefix."""
    return {key: _exact(package) for key, package in part.by_key.items()}


def requested(spec: EnvironmentSpec, platform: str) -> Pieces:
    """What a specification asks for on a platform; what cannot be read is left to whoever installs it."""
    spec = for_platform(spec, platform)
    conda = (_match_spec(entry.text) for entry in spec.dependencies)
    return {
        (piece.manager, piece.name): piece
        for piece in (*conda, *_requirements([line.text for line in spec.pip or ()], platform))
        if piece
    }


def _exact(package: CondaPackage | PipPackage) -> Piece:
    _, name = package.key
    if isinstance(package, PipPackage):
        return Piece(
            manager="pip",
            name=name,
            version=package.version,
            source=" ".join(scrub(place) for place in (package.index, package.url) if place) or None,
            words=f"{package.name} {package.version or 'of an unknown version'} (pip)",
        )
    channel = channel_key(package.channel).rpartition("/")[2]
    return Piece(
        manager="conda",
        name=name,
        version=package.version,
        build=package.build,
        source=channel or None,
        needs=frozenset(text.split()[0].lower() for text in package.depends if text.strip()),
        words=f"{package.name} {package.version} {package.build} from {channel or 'no channel'} (conda)",
    )


def _match_spec(text: str) -> Piece | None:
    with suppress(ValueError):
        return _exact(conda_package(text.strip()))
    parts = spec_parts(text)
    if parts is None:
        return None
    pinned = _PINNED.fullmatch(parts.version)
    return Piece(
        manager="conda",
        name=parts.name,
        version=pinned["version"] if pinned else None,
        build=parts.build,
        source=parts.channel.rpartition("/")[2] or None,
        words=f"{scrub(text)} (conda)",
    )


def _requirements(lines: list[str], platform: str) -> Iterator[Piece]:
    index = next((found[0] for line in lines if (found := _TAGGED_INDEX.search(line))), None)
    for text in lines:
        with suppress(ValueError):
            line = parse_line(text)
            if line.name and _holds(line.marker, platform):
                yield Piece(
                    manager="pip",
                    name=canonicalize_name(line.name),
                    version=line.version,
                    source=scrub(line.url or index or "") or None,
                    words=f"{scrub(' '.join(text.split()))} (pip)",
                )


def _holds(marker: str | None, platform: str) -> bool:
    """Whether a requirement counts on a platform, as far as system and machine say."""
    system, _, machine = platform.partition("-")
    here = {**_SYSTEMS.get(system, {}), "platform_machine": _MACHINES.get(machine, machine)}
    return marker is None or Marker(marker).evaluate(here)
