"""The packages that an installation put into a prefix, as envctl writes them down beside them.

`conda-meta/envctl/lock.json` is what a later look is compared with, and it knows of pip packages what no
dist-info says: the URL and the hash of the archive, and the line that asked for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from envctl.credentials import scrub_all
from envctl.errors import InputError
from envctl.model.lock import Lock, LockedPackage, PlatformLock
from envctl.model.packages import CondaPackage, Package, PipPackage
from envctl.prefixes.records import read_object

_FILE = Path("conda-meta", "envctl", "lock.json")
SCHEMA_VERSION = 1


def write_recorded(prefix: Path, lock: Lock) -> None:
    """Write the packages down, without credentials."""
    file = prefix / _FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    document = {"schema_version": SCHEMA_VERSION, **_sparse(asdict(lock))}
    for part, written in zip(lock.platforms, document["platforms"], strict=True):
        for entry, line in zip(part.packages, written["packages"], strict=True):
            line["package"]["manager"] = entry.package.manager
    text = json.dumps(scrub_all(document), indent=1, ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8")


def read_recorded(prefix: Path) -> Lock | None:
    """What was written down; None where envctl did not make the environment, or a later one did, whose record
    has another layout. Raises `InputError` (`unreadable`, `bad-record`) for a record that is damaged."""
    file = prefix / _FILE
    if not file.exists():
        return None
    document = read_object(file)
    try:
        if document.pop("schema_version") != SCHEMA_VERSION:
            return None
        platforms = tuple(_platform(part) for part in document.pop("platforms"))
        return Lock(platforms=platforms, **_tuples(document))
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise InputError(
            "not the record of an installation",
            code="bad-record",
            file=str(file),
            cause=f"{type(error).__name__}: {error}",
            hint="create the environment anew; without this file its packages can still be listed",
        ) from error


def with_origin(package: PipPackage, origin: PipPackage) -> PipPackage:
    """An installed package with what is known of the archive that it came from, if it does not say itself."""
    if package.url is not None:
        return package
    return replace(
        package,
        url=origin.url,
        sha256=origin.sha256,
        md5=origin.md5,
        index=origin.index,
        direct=origin.direct,
    )


def _platform(part: dict[str, Any]) -> PlatformLock:
    packages = tuple(
        LockedPackage(package=_package(entry.pop("package")), **_tuples(entry))
        for entry in part.pop("packages", ())
    )
    return PlatformLock(packages=packages, **_tuples(part))


def _package(value: dict[str, Any]) -> Package:
    kind = CondaPackage if value.pop("manager") == "conda" else PipPackage
    known = {field.name for field in fields(kind)}
    found: Package = kind(**_tuples({key: item for key, item in value.items() if key in known}))
    return found


def _tuples(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(item) if isinstance(item, list) else item for key, item in value.items()}


def _sparse(value: Any) -> Any:
    """Without what is empty: 300 packages have 5,000 fields that say nothing."""
    if isinstance(value, Mapping):
        return {
            key: _sparse(item)
            for key, item in value.items()
            if key in ("packages", "platforms", "variables") or item not in (None, (), {}, False)
        }
    return [_sparse(item) for item in value] if isinstance(value, list | tuple) else value
