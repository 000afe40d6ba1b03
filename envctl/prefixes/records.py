"""The records of installed conda packages: `conda-meta/NAME-VERSION-BUILD.json`.

conda, mamba and rattler write the fields of the repodata record, what was asked for, and `paths_data`: every
file with its hash (conda/models/records.py PrefixRecord, rattler_conda_types/src/prefix_record.rs).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from envctl.credentials import scrub
from envctl.errors import InputError
from envctl.model.packages import CondaPackage

T = TypeVar("T")
_ANEW = "create the environment anew, or bring back the file"
_LAST_SECOND = 253402300799
"""Of the year 9999: to conda and rattler a larger timestamp counts milliseconds, a smaller one seconds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InstalledFile:
    """What should stand at a path."""

    path: str
    """As its record has it: of conda below the prefix, of a RECORD below its site-packages."""
    kind: Literal["file", "link", "folder"] = "file"
    sha256: str | None = None
    size_bytes: int | None = None
    """Each None where it is not known: a file of which nothing is known must only be there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One installed conda package."""

    package: CondaPackage
    requested: tuple[str, ...]
    """The specs that asked for it, as far as whoever installed it wrote them here."""
    entries: tuple[Mapping[str, Any], ...]
    """Its files, as `paths_data` lists them."""

    @property
    def paths(self) -> Iterator[str]:
        """Its files' paths below the prefix."""
        return (entry["_path"] for entry in self.entries)

    @property
    def files(self) -> Iterator[InstalledFile]:
        """What its files should be."""
        return map(_file, self.entries)


def path_below(root: str, folder: str, path: str) -> str | None:
    """A recorded path as it is below the prefix `root`, with `/`; None where it leads out of it.

    `folder` is where it starts from below the prefix: a RECORD's site-packages, nothing for conda's.
    """
    if not folder and ".." not in path and not path.startswith("/") and os.sep == "/":
        return path
    full = os.path.normpath(os.path.join(root, folder, path))  # noqa: PTH118  (Path keeps `..`)
    if not full.startswith(root + os.sep):
        return None
    return full[len(root) + 1 :].replace(os.sep, "/")


def record_files(prefix: Path) -> list[Path]:
    """The files that may be records, sorted; no hidden ones, such as macOS's `._NAME`."""
    found = (prefix / "conda-meta").glob("*-*-*.json")
    return sorted(file for file in found if not file.name.startswith("."))


def read_records(prefix: Path) -> list[Record]:
    """All records, sorted by file name. Raises `InputError` for one that is broken."""
    return [record for file in record_files(prefix) if (record := read_record(file))]


def read_record(file: Path) -> Record | None:
    """The record in a file; None where it is another's than the name says, which conda ignores too.

    Credentials in its URLs are left out. Raises `InputError` (`unreadable`, `bad-record`).
    """
    return as_record(read_object(file), file)


def as_record(document: Mapping[str, Any], file: Path) -> Record | None:
    """The record that a file's content is; as `read_record`."""
    try:
        package = _package(document)
        if file.name != f"{package.name}-{package.version}-{package.build}.json":
            return None
        return Record(package=package, requested=_requested(document), entries=_entries(document))
    except ValueError as error:
        raise InputError(
            "not the record of an installed package",
            code="bad-record",
            file=str(file),
            cause=str(error),
            hint="install the package again, or create the environment anew",
        ) from error


def read_object(file: Path) -> dict[str, Any]:
    """The JSON object in a file. Raises `InputError` (`unreadable`, `bad-record`)."""
    try:
        value = json.loads(file.read_bytes())
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            "cannot be read",
            code="unreadable",
            file=str(file),
            cause=reason,
            hint="check its owner and mode",
        ) from error
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise InputError(
            "not valid JSON", code="bad-record", file=str(file), line=line, cause=str(error), hint=_ANEW
        ) from error
    if not isinstance(value, dict):
        raise InputError(
            "not valid JSON", code="bad-record", file=str(file), cause="it is no object", hint=_ANEW
        )
    return value


def _package(document: Mapping[str, Any]) -> CondaPackage:
    url = scrub(_needed(document, "url"))
    channel, _, folder = url.rpartition("/")[0].rpartition("/")
    subdir = _field(document, "subdir", str) or folder
    if folder != subdir:  # a package installed from a file beside no index
        channel = scrub(_field(document, "channel", str) or "").rstrip("/").removesuffix(f"/{subdir}")
    noarch = document.get("noarch")
    timestamp = _field(document, "timestamp", int)
    return CondaPackage(
        name=_needed(document, "name"),
        version=_needed(document, "version"),
        build=_needed(document, "build"),
        build_number=_field(document, "build_number", int) or 0,
        subdir=subdir,
        channel=channel,
        url=url,
        sha256=_field(document, "sha256", str),
        md5=_field(document, "md5", str),
        size_bytes=_field(document, "size", int),
        depends=_texts(document, "depends"),
        constrains=_texts(document, "constrains"),
        noarch="generic" if noarch is True else noarch if noarch in ("python", "generic") else None,
        license=_field(document, "license", str),
        timestamp_ms=timestamp * 1000 if timestamp and timestamp <= _LAST_SECOND else timestamp,
        python_site_packages_path=_field(document, "python_site_packages_path", str),
        purls=None if document.get("purls") is None else _texts(document, "purls"),
    )


def _requested(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The later `requested_specs`, or else `requested_spec`, in which old condas wrote `None` for nothing."""
    one = _field(document, "requested_spec", str)
    specs = _texts(document, "requested_specs") or ((one,) if one and one != "None" else ())
    return tuple(map(scrub, specs))


def _entries(document: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """The list of `paths_data`; of conda before 4.4, which had none, the paths alone."""
    paths = (_field(document, "paths_data", dict) or {}).get("paths")
    if paths is None:
        return tuple({"_path": path} for path in _texts(document, "files"))
    if not isinstance(paths, list) or not all(
        isinstance(entry, dict) and isinstance(entry.get("_path"), str) for entry in paths
    ):
        raise ValueError("`paths_data` is no list of paths")
    if document.get("noarch") == "python":
        return _placed(paths, _texts(document, "files"))
    return tuple(paths)


def _placed(entries: Sequence[Mapping[str, Any]], files: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    """The entries of a pure Python package with the paths that its files have in the environment: conda lists
    them under `paths_data` as the archive has them (`site-packages/…`, `python-scripts/…`), and as they are
    under `files` alone."""
    places = {path[path.find("/site-packages/") + 1 :]: path for path in files if "/site-packages/" in path}
    places |= {f"python-scripts/{path[4:]}": path for path in files if path.startswith("bin/")}
    return tuple({**entry, "_path": places.get(entry["_path"], entry["_path"])} for entry in entries)


def _file(entry: Mapping[str, Any]) -> InstalledFile:
    """A link's target is not recorded, its hash is the target's. A file whose prefix was replaced has
    another size than the package's, and where no hash was taken afterwards there is none to compare."""
    kind = entry.get("path_type")
    if kind in ("softlink", "directory"):
        return InstalledFile(path=entry["_path"], kind="link" if kind == "softlink" else "folder")
    replaced = bool(entry.get("prefix_placeholder"))
    sha256 = entry.get("sha256_in_prefix") or (None if replaced else entry.get("sha256"))
    size = entry.get("size_in_bytes")
    known = isinstance(size, int) and not replaced and sha256 == entry.get("sha256", sha256)
    return InstalledFile(
        path=entry["_path"], sha256=str(sha256) if sha256 else None, size_bytes=size if known else None
    )


def _needed(document: Mapping[str, Any], key: str) -> str:
    value = _field(document, key, str)
    if not value:
        raise ValueError(f"it has no `{key}`")
    return value


def _field(document: Mapping[str, Any], key: str, kind: type[T]) -> T | None:
    value = document.get(key)
    if value is None or isinstance(value, kind):
        return value
    raise ValueError(f"its `{key}` is no {kind.__name__}")


def _texts(document: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = _field(document, key, list) or []
    if not all(isinstance(value, str) for value in values):
        raise ValueError(f"its `{key}` is no list of texts")
    return tuple(values)
