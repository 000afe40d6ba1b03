"""conda's versions, match specs and channels, and pip's versions: ordered, taken apart and matched.

conda's rules are rattler's (CEP 29 and conda's VersionOrder), pip's are PEP 440 by `packaging`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from packaging.version import Version as PipVersion

from envctl.credentials import without_login
from envctl.model.packages import CondaPackage, Manager

if TYPE_CHECKING:
    from rattler import MatchSpec, PackageRecord

_BRACKET = re.compile(r"(\w+)=(\"[^\"]*\"|\[[^\]]*\]|[^,\]]*)")
_TOO_LONG = re.compile(r"build_number\s*=[^\]]*\d{19}")
_PARTS = ("version", "build", "channel")
_KNOWN_HOST = re.compile(r"https?://(?:conda\.anaconda\.org/|repo\.anaconda\.com/(?=pkgs/))")
"""conda's `channel_alias`, and where its `custom_channels` are (conda/base/constants.py)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SpecParts:
    """What a match spec says, in rattler's spelling; empty where it says nothing."""

    name: str
    version: str = ""
    """Such as `==1.26`, `3.9.*`, `>=1.20,<2`."""
    build: str = ""
    channel: str = ""
    """As `channel_key` has it."""
    others: tuple[str, ...] = ()
    """What stands in brackets besides: `build_number=">=3"`, `subdir="linux-64"`; sorted."""


def compare_versions(before: str, after: str, manager: Manager) -> int:
    """Below zero where `before` is the older version, zero where the two are the same, else above.

    Text that is no version comes before all versions.
    """
    if before == after:
        return 0
    old, new = _order(before, manager), _order(after, manager)
    return (old > new) - (old < new)


@lru_cache(maxsize=20_000)
def _order(version: str, manager: Manager) -> tuple[bool, Any]:
    if manager == "conda":
        from rattler import Version
        from rattler.exceptions import InvalidVersionError

        try:
            return True, Version(version)
        except InvalidVersionError:
            return False, version
    try:
        return True, PipVersion(version)
    except ValueError:  # a number may be too long for Python, too
        return False, version


@lru_cache(maxsize=20_000)
def channel_key(channel: str) -> str:
    """What makes two ways to write a channel the same: its URL without credentials, or references to them,
    and slash, or the name by which conda knows it (`conda-forge`, `pkgs/main`)."""
    return _KNOWN_HOST.sub("", without_login(channel)).rstrip("/")


@lru_cache(maxsize=20_000)
def spec_parts(text: str) -> SpecParts | None:
    """A match spec taken apart; None for what rattler cannot read."""
    spec = _parsed(text)
    if spec is None:
        return None
    head, _, brackets = str(spec).partition("[")
    others = {key: value for key, value in _BRACKET.findall(brackets) if key not in _PARTS}
    if spec.subdir:
        others["subdir"] = f'"{spec.subdir}"'
    return SpecParts(
        name=head.split()[0].rpartition(":")[2],
        version="" if spec.version in (None, "*") else str(spec.version),
        build="" if spec.build in (None, "*") else str(spec.build),
        channel=channel_key(spec.channel.base_url) if spec.channel else "",
        others=tuple(sorted(f"{key}={value}" for key, value in others.items())),
    )


def spec_matches(text: str, package: CondaPackage) -> bool:
    """Whether a package answers a match spec, its channel aside; what cannot be read, nothing answers.

    A package that is not built yet has no version: of it the name alone counts.
    """
    spec, parts = _parsed(text), spec_parts(text)
    if spec is None or parts is None:
        return False
    if not package.version:
        return parts.name == package.name.lower()
    record = _record(
        name=package.name,
        version=package.version,
        build=package.build or "0",
        build_number=package.build_number,
        subdir=package.subdir,
        md5=package.md5,
        sha256=package.sha256,
    )
    # rattler leaves the subdir to whoever chose what to look at
    return record is not None and spec.matches(record) and spec.subdir in (None, package.subdir)


def virtual_matches(text: str, virtual_package: str) -> bool:
    """Whether `NAME=VERSION=BUILD` answers a match spec such as `__cuda >=12`."""
    spec = _parsed(text)
    name, version, build = (*virtual_package.split("="), "0", "0")[:3]
    record = _record(name=name, version=version, build=build, build_number=0, subdir="noarch")
    return spec is not None and record is not None and spec.matches(record)


@lru_cache(maxsize=20_000)
def _parsed(text: str) -> MatchSpec | None:
    from rattler import MatchSpec
    from rattler.exceptions import InvalidChannelError, InvalidMatchSpecError

    if _TOO_LONG.search(text):
        return None  # rattler panics
    try:
        return MatchSpec(text, strict=False)
    except (InvalidMatchSpecError, InvalidChannelError):
        return None


def _record(
    *, build: str, md5: str | None = None, sha256: str | None = None, **fields: Any
) -> PackageRecord | None:
    """A package as rattler has it; None where a field is none by its rules."""
    from rattler import BuildString, PackageRecord
    from rattler.exceptions import InvalidPackageNameError, InvalidVersionError

    try:
        return PackageRecord(
            build=BuildString(build),
            md5=bytes.fromhex(md5) if md5 else None,
            sha256=bytes.fromhex(sha256) if sha256 else None,
            **fields,
        )
    except (InvalidPackageNameError, InvalidVersionError, ValueError, OverflowError):
        return None
