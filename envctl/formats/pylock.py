"""pylock.toml (PEP 751), as far as uv writes and installs it: the pip packages of one platform.

https://packaging.python.org/en/latest/specifications/pylock-toml/
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from envctl.credentials import scrub
from envctl.errors import InputError
from envctl.formats.distribution_url import commit, is_folder, is_repository, local_path, subdirectory
from envctl.model.packages import PipPackage


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
    below = f"#subdirectory={found['subdirectory']}" if "subdirectory" in found else ""
    return PipPackage(
        **fields,
        url=(found.get("url") or found["path"]) + below,
        sha256=hashes.get("sha256"),
        md5=hashes.get("md5"),
        direct="archive" in entry,
    )


def dumps(packages: Iterable[PipPackage]) -> str:
    """The packages as a file that uv installs, each archive by its URL and with its hash.

    Raises `InputError` (`pip-repository`) for a repository that uv cannot take a commit from.
    """
    import tomli_w

    entries = [_entry(package) for package in packages]
    return tomli_w.dumps({"lock-version": "1.0", "created-by": "envctl", "packages": entries})


def _entry(package: PipPackage) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": package.name}
    if package.version is not None:
        entry["version"] = package.version
    url = package.url or ""
    folder = subdirectory(url)
    below = {"subdirectory": folder} if folder else {}
    if is_repository(url):
        entry["vcs"] = {**_commit(package, url), **below}
        return entry
    path = local_path(url)
    if is_folder(url):
        entry["directory"] = {"path": path, "editable": package.editable, **below}
        return entry
    place = {"url": url.partition("#")[0]} if path is None else {"path": path}
    hashes = {name: digest for name, digest in (("sha256", package.sha256), ("md5", package.md5)) if digest}
    if package.direct:
        entry["archive"] = {**place, "hashes": hashes, **below}
    elif urlsplit(url).path.endswith(".whl"):
        entry["wheels"] = [{**place, "hashes": hashes}]
    else:
        entry["sdist"] = {**place, "hashes": hashes}
    return entry


def _commit(package: PipPackage, url: str) -> dict[str, Any]:
    found = commit(url)
    if found is None:
        raise InputError(
            "comes from a repository and no commit of it is given",
            code="pip-repository",
            file=package.name,
            cause=f"{scrub(url)} is not git+URL@COMMIT",
            hint="lock anew: only a commit stays what it is",
        )
    return {"type": "git", "url": found.url, "commit-id": found.id, "requested-revision": found.id}
