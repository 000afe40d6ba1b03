"""pylock.toml (PEP 751), as far as uv writes and installs it: the pip packages of one platform.

https://packaging.python.org/en/latest/specifications/pylock-toml/
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from envctl.errors import InputError
from envctl.model.packages import PipPackage

_VCS = ("git", "hg", "svn", "bzr")


def loads(text: str, *, file: str) -> tuple[PipPackage, ...]:
    """The packages in the order of the file: of an index package its wheel, else its source archive.

    Raises `InputError` (`pylock`) for what is no pylock.toml.
    """
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    try:
        document = tomllib.loads(text)
        return tuple(_package(entry) for entry in document.get("packages", ()))
    except (tomllib.TOMLDecodeError, LookupError, TypeError, AttributeError) as error:
        raise InputError("is no pylock.toml", code="pylock", file=file, cause=str(error)) from error


def _package(entry: Mapping[str, Any]) -> PipPackage:
    fields: dict[str, Any] = {
        "name": entry["name"],
        "version": entry.get("version"),
        "requires_python": entry.get("requires-python"),
        "index": entry.get("index"),
    }
    if "vcs" in entry:
        vcs = entry["vcs"]
        below = f"#subdirectory={vcs['subdirectory']}" if "subdirectory" in vcs else ""
        url = f"{vcs['type']}+{vcs.get('url') or vcs['path']}@{vcs['commit-id']}{below}"
        return PipPackage(**fields, url=url, direct=True)
    if "directory" in entry:
        folder = entry["directory"]
        return PipPackage(**fields, url=folder["path"], editable=folder.get("editable", False), direct=True)
    found = entry["archive"] if "archive" in entry else (entry.get("wheels") or [entry["sdist"]])[0]
    hashes = found.get("hashes", {})
    return PipPackage(
        **fields,
        url=found.get("url") or found["path"],
        sha256=hashes.get("sha256"),
        md5=hashes.get("md5"),
        direct="archive" in entry,
    )


def dumps(packages: Iterable[PipPackage]) -> str:
    """The packages as a file that uv installs, each archive by its URL and with its hash."""
    import tomli_w

    entries = [_entry(package) for package in packages]
    return tomli_w.dumps({"lock-version": "1.0", "created-by": "envctl", "packages": entries})


def _entry(package: PipPackage) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": package.name}
    if package.version is not None:
        entry["version"] = package.version
    url = package.url or ""
    kind, plus, rest = url.partition("+")
    if plus and kind in _VCS:
        where, _, fragment = rest.partition("#")
        repository, _, commit = where.rpartition("@")
        entry["vcs"] = {"type": kind, "url": repository, "commit-id": commit, "requested-revision": commit}
        if fragment.startswith("subdirectory="):
            entry["vcs"]["subdirectory"] = fragment.partition("=")[2]
        return entry
    hashes = {name: digest for name, digest in (("sha256", package.sha256), ("md5", package.md5)) if digest}
    place = "url" if "://" in url else "path"
    archive = {place: url.partition("#")[0], "hashes": hashes}
    if not hashes:
        entry["directory"] = {"path": url, "editable": package.editable}
    elif package.direct:
        entry["archive"] = archive
    elif url.partition("#")[0].endswith(".whl"):
        entry["wheels"] = [archive]
    else:
        entry["sdist"] = archive
    return entry
