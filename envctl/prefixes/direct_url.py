"""Where a distribution was installed from, as `direct_url.json` says (PEP 610).

There is such a file where pip or uv was given a URL or a path; what came from an index has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from envctl.credentials import scrub
from envctl.errors import InputError
from envctl.prefixes.records import read_object


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """What a distribution was installed from."""

    url: str | None = None
    """Of an archive, `git+https://…@COMMIT`, or a folder's path; None where an index served it."""
    hashes: Mapping[str, str] = field(default_factory=dict)
    """Of the archive, by algorithm."""
    editable: bool = False


def read_origin(entry: Path) -> Origin:
    """The origin of the distribution with that `.dist-info`. Raises `InputError` for a broken file."""
    file = entry / "direct_url.json"
    if not file.exists():
        return Origin()
    document = read_object(file)
    try:
        return _origin(document)
    except ValueError as error:
        raise InputError(
            "not the origin of a distribution",
            code="bad-record",
            file=str(file),
            cause=str(error),
            hint="install the distribution again",
        ) from error


def _origin(document: Mapping[str, Any]) -> Origin:
    url = scrub(_text(document, "url"))
    inside = f"#subdirectory={_text(document, 'subdirectory')}" if document.get("subdirectory") else ""
    if "vcs_info" in document:
        vcs = _object(document, "vcs_info")
        return Origin(url=f"{_text(vcs, 'vcs')}+{url}@{_text(vcs, 'commit_id')}{inside}")
    if "dir_info" in document:
        from urllib.request import url2pathname  # brings HTTP and TLS along

        editable = _object(document, "dir_info").get("editable") is True
        return Origin(url=url2pathname(urlsplit(url).path), editable=editable)
    archive = _object(document, "archive_info")
    algorithm, _, digest = str(archive.get("hash") or "").partition("=")  # before `hashes` there was one
    hashes = ({algorithm: digest} if digest else {}) | _object(archive, "hashes")
    return Origin(url=url + inside, hashes={algorithm: _text(hashes, algorithm) for algorithm in hashes})


def _object(document: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = document.get(key, {})
    if not isinstance(value, dict):
        raise ValueError(f"its `{key}` is no object")
    return value


def _text(document: Mapping[str, Any], key: str) -> str:
    value = document.get(key)
    if not isinstance(value, str):
        raise ValueError(f"it has no `{key}`")
    return value
