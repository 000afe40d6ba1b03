"""conda's versions and match specs, and those of pip: ordered, matched, and brought into one spelling.

conda's rules are rattler's (CEP 29 and conda's VersionOrder), pip's are PEP 440 by `packaging`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from envctl.model.packages import CondaPackage, Manager

if TYPE_CHECKING:
    from rattler import MatchSpec

_TRAILING_ZEROS = re.compile(r"(?<=\d)(?:\.0+)+$")
_OPERATOR = re.compile(r"(?P<operator>[<>=!~]*)(?P<version>.*)", re.DOTALL)
_BRACKET = re.compile(r"(\w+)=(\"[^\"]*\"|[^,\]]*)")
_PINNED = re.compile(r"(?:===?)?(?P<version>[^<>=!~*,|()\s^$]+?)(?:\.?\*)?$")


def compare_versions(before: str, after: str, manager: Manager) -> int:
    """Below zero where `before` is the older version, zero where the two are the same, else above."""
    if before == after:
        return 0
    old, new = _key(before, manager), _key(after, manager)
    return (old > new) - (old < new)


@lru_cache(maxsize=20_000)
def _key(version: str, manager: Manager) -> _Key:
    return _Key(version, manager)


class _Key:
    """A version in its order; text that is no version comes before all others, by itself."""

    def __init__(self, version: str, manager: Manager) -> None:
        self.text = version
        self.value: object = None
        if manager == "conda":
            from rattler import Version
            from rattler.exceptions import InvalidVersionError

            try:
                self.value = Version(version)
            except InvalidVersionError:
                return
        else:
            from packaging.version import InvalidVersion
            from packaging.version import Version as PipVersion

            try:
                self.value = PipVersion(version)
            except InvalidVersion:
                return

    def __lt__(self, other: _Key) -> bool:
        if self.value is None or other.value is None:
            return (self.value is not None, self.text) < (other.value is not None, other.text)
        return bool(self.value < other.value)  # type: ignore[operator]

    def __gt__(self, other: _Key) -> bool:
        return other < self


@lru_cache(maxsize=20_000)
def _parsed(text: str) -> MatchSpec | None:
    from rattler import MatchSpec
    from rattler.exceptions import InvalidChannelError, InvalidMatchSpecError

    try:
        return MatchSpec(text, strict=False)
    except (InvalidMatchSpecError, InvalidChannelError):
        return None


@lru_cache(maxsize=20_000)
def canonical_spec(text: str) -> str:
    """A match spec in one spelling: `python=3.9`, `python 3.9.*` and `python[version=3.9.*]` are the same.

    Parts that must all hold are sorted, zeros at the end of a compared version dropped. What rattler
    cannot read stays as written, its blanks put together.
    """
    spec = _parsed(text)
    if spec is None or spec.name is None:
        return " ".join(text.split())
    version, build = _canonical_version(str(spec.version or "*")), str(spec.build or "")
    head, bracket, rest = str(spec).partition("[")
    others = [f"{key}={value}" for key, value in _BRACKET.findall(rest) if key not in ("version", "build")]
    words = [head.split()[0], *([version] if build or version != "*" else []), *([build] if build else [])]
    return " ".join(words) + (f"[{','.join(sorted(others))}]" if bracket and others else "")


def _canonical_version(text: str) -> str:
    if "(" in text:
        return text
    ways = (",".join(sorted(map(_canonical_part, way.split(",")))) for way in text.split("|"))
    return "|".join(sorted(ways))


def _canonical_part(part: str) -> str:
    match = _OPERATOR.fullmatch(part.strip())
    if match is None or not match["operator"] or match["version"].endswith("*"):
        return part.strip()
    return match["operator"] + _TRAILING_ZEROS.sub("", match["version"])


def spec_parts(text: str) -> tuple[str, str, str]:
    """The version constraint, the build and the channel of a match spec, each empty where it has none."""
    spec = _parsed(text)
    if spec is None:
        return "", "", ""
    channel = spec.channel.name or spec.channel.base_url if spec.channel else ""
    version = _canonical_version(str(spec.version)) if spec.version else ""
    return ("" if version == "*" else version), str(spec.build or ""), channel


def pinned_version(constraint: str) -> str | None:
    """The one version that a constraint allows (`==1.2`, `1.2.*`); None where it allows a range."""
    match = _PINNED.fullmatch(constraint.strip())
    return match["version"] if match else None


def spec_matches(text: str, package: CondaPackage) -> bool:
    """Whether a package answers a match spec; its channel counts where the spec names one."""
    from rattler import BuildString, PackageRecord

    spec = _parsed(text)
    if spec is None:
        return False
    record = PackageRecord(
        name=package.name,
        version=package.version,
        build=BuildString(package.build),
        build_number=package.build_number,
        subdir=package.subdir,
        md5=bytes.fromhex(package.md5) if package.md5 else None,
        sha256=bytes.fromhex(package.sha256) if package.sha256 else None,
    )
    if not spec.matches(record):
        return False
    if spec.channel is None:
        return True
    wanted = channel_key(spec.channel.base_url)
    had = channel_key(package.channel)
    return had == wanted or had.rsplit("/", 1)[-1] == (spec.channel.name or wanted)


def virtual_matches(text: str, virtual_package: str) -> bool:
    """Whether `NAME=VERSION=BUILD` answers a match spec such as `__cuda >=12`."""
    from rattler import BuildString, PackageRecord
    from rattler.exceptions import InvalidVersionError

    spec = _parsed(text)
    name, version, build = (*virtual_package.split("="), "0", "0")[:3]
    try:
        record = PackageRecord(
            name=name, version=version, build=BuildString(build), build_number=0, subdir="noarch"
        )
    except InvalidVersionError:
        return False
    return spec is not None and spec.matches(record)


def channel_key(channel: str) -> str:
    """What makes two ways to write a channel the same: its URL without credentials, host alias or slash."""
    from envctl.credentials import scrub

    return scrub(channel).removeprefix("https://conda.anaconda.org/").rstrip("/")
