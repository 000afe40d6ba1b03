"""What the location of a conda package says in a pixi.lock, and what an entry must therefore say itself.

The rules are rattler's own (`rattler_lock/src/utils/derived_fields.rs`): a lock means something else where
they are not kept to the letter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from envctl.formats.archive_url import conda_package

_ARCHIVE = re.compile(r"(.+)-([^-]*)-([^-]*)\.(conda|tar\.bz2|whl)")
_VERSION = re.compile(r"[A-Za-z0-9._+!]+")
_SUBDIR = re.compile(r"noarch|[a-z]+-[a-z0-9]+")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_LAST_DIGITS = re.compile(r"\d+\Z", re.ASCII)
_SOURCE_ARCHIVES = (".whl", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.Z", ".tgz", ".tbz", ".tar", ".zip")


@dataclass(frozen=True, kw_only=True, slots=True)
class Derived:
    """What a location says; None where it does not."""

    name: str | None = None
    version: str | None = None
    build: str | None = None
    subdir: str | None = None
    channel: str | None = None
    """Without a slash at its end."""


def derive(location: str) -> Derived:
    """What rattler takes from a location: the file's name says name, version and build, and the path of a web
    URL channel and subdir. A path on this machine says neither, and rattler turns `file://` into one."""
    scheme, folders, file = _split(location)
    archive = _ARCHIVE.fullmatch(file)
    is_named = archive and _VERSION.fullmatch(archive[2])
    name, version, build = archive.group(1, 2, 3) if archive and is_named else (None, None, None)
    subdir = channel = None
    if scheme in ("https", "http"):
        channel, _, last = folders.rpartition("/")
        subdir = last if archive and archive[4] != "whl" and is_subdir(last) else None
    return Derived(name=name, version=version, build=build, subdir=subdir, channel=channel)


def tell(location: str) -> Derived:
    """What a location tells all the same where rattler wants its entry to say it: an encoded file name, and
    the folders of a path on this machine."""
    said = derive(location)
    if said.name and said.subdir:
        return said
    try:
        package = conda_package(location)
    except ValueError:
        return said
    return Derived(
        name=said.name or package.name,
        version=said.version or package.version,
        build=said.build or package.build,
        subdir=said.subdir or package.subdir,
        channel=said.channel or package.channel,
    )


def is_archive(location: str) -> bool:
    """Whether it is a built conda package; else it is a source that has to be built."""
    return _ARCHIVE.fullmatch(_split(location)[-1]) is not None


def is_source_tree(location: str) -> bool:
    """Whether a Python package's location is a folder on this machine, whose version may change any time."""
    scheme, *_ = _split(location)
    return scheme in (None, "file") and not location.endswith(_SOURCE_ARCHIVES)


def is_subdir(text: str) -> bool:
    """Whether it has the form of a subdir, such as `linux-64`."""
    return _SUBDIR.fullmatch(text) is not None


def build_number(build: str) -> int:
    """The digits that a build string ends with, `py38` as well as `h0_3`; 0 without any."""
    digits = _LAST_DIGITS.search(build)
    return int(digits[0]) if digits and len(digits[0]) < 20 else 0  # more do not fit 64 bits


def noarch(subdir: str, build: str) -> str | None:
    """The kind of a package by its subdir: `python` where the build string of a noarch one says `py`."""
    if subdir != "noarch":
        return None
    return "python" if "py" in build else "generic"


def _split(location: str) -> tuple[str | None, str, str]:
    r"""Scheme, folders and file. `C:\x` is a path: a drive is no scheme."""
    if scheme := _SCHEME.match(location):
        folders, _, file = re.split(r"[?#]", location, maxsplit=1)[0].rpartition("/")
        return scheme[1].lower(), folders, file
    folders, _, file = location.replace("\\", "/").rpartition("/")
    return None, folders, file
