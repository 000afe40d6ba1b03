"""Reading a wheel: its name, its tags, its metadata and its members, straight from the archive."""

from __future__ import annotations

import email.parser
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement
from packaging.tags import Tag
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from envctl.channel.requires import parse
from envctl.errors import InputError
from envctl.fsys import hash_file


@dataclass(frozen=True, kw_only=True, slots=True)
class Wheel:
    """A wheel on disk, with what its metadata says."""

    path: Path
    sha256: str
    name: str
    """Canonical: lower case, hyphens."""
    version: Version
    tags: frozenset[Tag]
    dist_info: str
    """The name of its metadata folder."""
    requires: tuple[Requirement, ...]
    requires_python: str | None
    summary: str
    license: str | None
    home: str | None
    entry_points: tuple[tuple[str, str], ...]
    """Commands: name and `module:function`."""

    @property
    def pure(self) -> bool:
        """Whether it holds for every Python 3 and every machine."""
        return any(
            tag.platform == "any" and tag.abi == "none" and tag.interpreter == "py3" for tag in self.tags
        )

    @property
    def glibc(self) -> int | None:
        """The oldest C library (2.x) that one of its manylinux tags allows; None where no tag says."""
        minors = [
            int(tag.platform.split("_")[2]) for tag in self.tags if tag.platform.startswith("manylinux_2_")
        ] + [_LEGACY[key] for tag in self.tags for key in _LEGACY if tag.platform.startswith(f"{key}_")]
        return min(minors, default=None)


_LEGACY = {"manylinux1": 5, "manylinux2010": 12, "manylinux2014": 17}
"""PEP 600's equivalents of the tags before it."""


_DAMAGE = (
    InvalidWheelFilename,
    zipfile.BadZipFile,
    zlib.error,
    StopIteration,
    KeyError,
    UnicodeDecodeError,
)


def read(path: Path) -> Wheel:
    """Read a wheel's metadata.

    Raises `InputError`: `wheel-damaged` where it is no readable wheel, `wheel-unsafe` where a member would
    land outside its place.
    """
    try:
        _name, version, _build, tags = parse_wheel_filename(path.name)
        digest = hash_file(path, "sha256").hex()
        with zipfile.ZipFile(path) as archive:
            members = archive.namelist()
            # A vendored distribution has its own, deeper.
            ours = (name for name in members if name.endswith(".dist-info/METADATA") and name.count("/") == 1)
            info = next(ours).split("/")[0]
            message = email.parser.Parser().parsestr(
                archive.read(f"{info}/METADATA").decode("utf-8", "replace")
            )
            points = f"{info}/entry_points.txt"
            commands = tuple(_commands(archive.read(points).decode())) if points in members else ()
    except _DAMAGE as error:
        raise InputError(
            "not a readable wheel",
            code="wheel-damaged",
            file=str(path),
            cause=str(error) or "it has no METADATA",
            hint="delete it, and it will be downloaded again",
        ) from error
    for member in members:
        if member.startswith("/") or ".." in PurePosixPath(member).parts or "\\" in member:
            raise InputError(
                "a member leads out of the wheel", code="wheel-unsafe", file=str(path), cause=member
            )
    for command, _ in commands:
        if "/" in command:
            raise InputError(
                "a command leads out of the wheel", code="wheel-unsafe", file=str(path), cause=command
            )
    return Wheel(
        path=path,
        sha256=digest,
        name=canonicalize_name(message["Name"] or _name),
        version=version,
        tags=frozenset(tags),
        dist_info=info,
        requires=parse(message.get_all("Requires-Dist", [])),
        requires_python=message["Requires-Python"],
        summary=message["Summary"] or "",
        license=message["License-Expression"] or _one_line(message["License"]),
        home=message["Home-page"],
        entry_points=commands,
    )


def _commands(text: str) -> Iterator[tuple[str, str]]:
    """The console and GUI scripts of an `entry_points.txt`, extras dropped."""
    section = ""
    for line in (raw.strip() for raw in text.splitlines()):
        if line.startswith("["):
            section = line.strip("[] ")
        elif section in ("console_scripts", "gui_scripts") and "=" in line and line[0] not in "#;":
            name, target = (part.strip() for part in line.split("=", 1))
            yield name, target.split("[")[0].strip()


def _one_line(text: str | None) -> str | None:
    """Old metadata holds whole licence texts in that field."""
    return text if text and "\n" not in text and len(text) < 80 else None
