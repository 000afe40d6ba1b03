"""What the URL of a conda package archive says: `CHANNEL/SUBDIR/NAME-VERSION-BUILD.conda` or `.tar.bz2`."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote

from envctl.credentials import scrub
from envctl.model.packages import CondaPackage

_CHANNEL = r"(?:(?P<channel>[^\s?#]*[^\s/\\?#:])[/\\]+)?"
_FILE = (
    r"(?P<name>[^\s/\\?#]+)-(?P<version>[^\s/\\?#-]+)-(?P<build>[^\s/\\?#-]+)\.(?:conda|tar\.bz2)"
    r"(?:\?[^\s#]*)?"
)
_ARCHIVE = re.compile(_CHANNEL + r"(?P<subdir>noarch|[a-z]+-[a-z0-9_]+)[/\\]" + _FILE)
_LOOSE = re.compile(_CHANNEL + _FILE)
_ABSOLUTE = re.compile(r"/|[A-Za-z]:[/\\]")
_HASH = re.compile(r"(?P<md5>[0-9a-f]{32})|(?:sha256:)?(?P<sha256>[0-9a-f]{64})")
_BUILD_NUMBER = re.compile(r"(?:^|_)([0-9]{1,9})(?:_[a-z][a-z0-9]*)?$")
"""`py310_4`, `3`, `h5eee18b_1_cpu`: true of 98.9 % of 37,503 records of three public channels."""
_NO_FILE_NAME = re.compile(r"[\s/\\\x00-\x1f]")


def conda_package(url: str, *, platform: str | None = None, **fields: Any) -> CondaPackage:
    """The package that an archive's URL or path names.

    A hash behind `#` counts (CEP 23: an MD5, or a SHA-256 with or without `sha256:`) and is no part of the
    package's `url`; an absolute path becomes a `file://` URL, a relative one stays as it is. The build number
    is what the build string looks like. `platform` is the subdir of an archive whose folder names none.
    `fields` are what is known besides, by the names of `CondaPackage`; they win over the URL. Raises
    `ValueError` with the reason for what names no archive.
    """
    address, _, anchor = url.partition("#")
    found = _HASH.fullmatch(anchor) if anchor else None
    if anchor and not found:
        raise ValueError("what stands behind `#` is neither an MD5 nor a SHA-256")
    if _ABSOLUTE.match(address):
        address = _file_url(address)
    match = _ARCHIVE.fullmatch(address) or (_LOOSE.fullmatch(address) if platform else None)
    if not match:
        raise ValueError(_problem(address))
    said: dict[str, Any] = {"subdir": platform, **match.groupdict()}
    if "%" in match["name"] + match["version"] + match["build"]:
        said |= {key: unquote(said[key]) for key in ("name", "version", "build")}
        if any(_NO_FILE_NAME.search(said[key]) for key in ("name", "version", "build")):
            raise ValueError("its percent-encoding hides what no file name can hold")
    number = _BUILD_NUMBER.search(said["build"])
    said |= {
        "build_number": int(number[1]) if number else 0,
        "channel": said["channel"] or ".",
        "url": address,
    }
    if found:
        said |= found.groupdict()
    return CondaPackage(**{**said, **fields})


def _file_url(path: str) -> str:
    path = path.replace("\\", "/") if path[1:2] == ":" else path
    return ("file://" if path.startswith("/") else "file:///") + quote(path, safe="/:@!+=,~")


def _problem(address: str) -> str:
    path = re.split(r"[?#]", scrub(address), maxsplit=1)[0].replace("\\", "/")
    folder, _, file = path.rpartition("/")
    if not file.endswith((".conda", ".tar.bz2")):
        return "it does not end in `.conda` or `.tar.bz2`"
    if re.search(r"\s", address):
        return "it holds a space, which is written `%20`"
    if file.count("-") < 2:
        return f"`{file}` is not NAME-VERSION-BUILD"
    return f"its folder `{folder.rpartition('/')[2]}` is no platform, such as `linux-64` or `noarch`"
