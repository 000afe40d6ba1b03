"""What conda has installed from an explicit list: held against the solution, and its records made whole.

An explicit list has URLs alone. So conda takes what a package needs from the archive, where its channel may
have mended it since, and notes every package as one that was asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from envctl.credentials import scrub
from envctl.errors import FailedError
from envctl.model.packages import CondaPackage

_MOVED = ("site-packages/", "python-scripts/")
"""The folders of a pure Python package that conda puts elsewhere (conda/common/path/python.py)."""


def finish_installed(prefix: Path, packages: Iterable[CondaPackage]) -> None:
    """Complete the records with what the solution knows of each package.

    Raises `FailedError` (`install-failed`) where other packages are installed than the solution's.
    """
    wanted = {package.name: package for package in packages}
    files = {file: _record(file) for file in (prefix / "conda-meta").glob("*.json")}
    found = {str(record.get("name")): record for record in files.values()}
    both = sorted(wanted.keys() & found.keys())
    differences = (_difference(wanted[name], found[name]) for name in both)
    wrong = [
        *(["one package is there twice"] if len(found) != len(files) else []),
        *(f"{name} is missing" for name in sorted(wanted.keys() - found.keys())),
        *(f"{name} is too many" for name in sorted(found.keys() - wanted.keys())),
        *(difference for difference in differences if difference),
    ]
    if wrong:
        raise FailedError(
            "conda installed other packages than it was told to",
            code="install-failed",
            cause="\n".join(map(scrub, wrong[:5])),
            hint="nothing was left behind; --engine rattler does without conda",
        )
    for file, record in files.items():
        package = wanted[str(record["name"])]
        needs = {"depends": list(package.depends), "constrains": list(package.constrains)}
        record |= {key: value for key, value in needs.items() if value}
        record.pop("requested_spec", None)
        record.pop("requested_specs", None)
        _name_places(record)
        file.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    (prefix / "conda-meta" / "history").write_text("", encoding="utf-8")


def _name_places(record: dict[str, Any]) -> None:
    """Give a pure Python package's files the paths that they have in the environment: conda lists them under
    `paths_data` as the archive has them (`site-packages/…`), and where they are under `files` alone."""
    places = {_in_archive(path): path for path in map(str, record.get("files") or ())}
    for entry in (record.get("paths_data") or {}).get("paths") or ():
        path = str(entry.get("_path"))
        if path.startswith(_MOVED):
            entry["_path"] = places.get(path, path)


def _in_archive(path: str) -> str:
    _, found, rest = path.partition("/site-packages/")
    if found:
        return found[1:] + rest
    return f"python-scripts/{path.removeprefix('bin/')}" if path.startswith("bin/") else path


def _record(file: Path) -> dict[str, Any]:
    try:
        record = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise FailedError(
            "conda left a record that cannot be read",
            code="install-failed",
            cause=f"{file.name}: {error}",
            hint="nothing was left behind; try again",
        ) from error
    return record if isinstance(record, dict) else {}


def _difference(package: CondaPackage, record: dict[str, Any]) -> str | None:
    """How an installed package is another than the one that was chosen."""
    there = f"{record.get('name')} {record.get('version')} {record.get('build')}"
    if there != f"{package.name} {package.version} {package.build}":
        return f"{there} instead of {package.version} {package.build}"
    return None
