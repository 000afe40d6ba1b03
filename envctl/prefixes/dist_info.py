"""The Python distributions in a prefix that conda did not install.

A distribution is conda's where a conda record lists its `.dist-info` or `.egg-info`, or where its INSTALLER
says so; whatever else lies in site-packages came through pip, uv or the like. One that pip put in the place
of conda's stands beside conda's record, and both are told. The files are those of the specification
"Recording installed projects": METADATA, RECORD, INSTALLER, REQUESTED.
"""

from __future__ import annotations

import base64
import csv
import io
import os
import re
from collections.abc import Iterator, Sequence
from email.parser import HeaderParser
from pathlib import Path

from envctl.errors import InputError
from envctl.model.packages import PipPackage
from envctl.prefixes.direct_url import read_origin
from envctl.prefixes.records import InstalledFile, Record
from envctl.prefixes.site_packages import site_packages

_KINDS = (".dist-info", ".egg-info", ".egg-link")
_OF_CONDA = re.compile(r"(?:.*/)?site-packages/([^/]+\.(?:dist-info|egg-info|egg-link))(?:/|$)")


def pip_entries(prefix: Path, records: Sequence[Record]) -> list[Path]:
    """The `.dist-info`, `.egg-info` and `.egg-link` of what conda did not install, sorted.

    Raises `InputError` where site-packages cannot be read.
    """
    of_conda = {
        match[1]
        for record in records
        for path in record.paths
        if ".dist-info" in path or ".egg-" in path
        if (match := _OF_CONDA.match(path))
    }
    return [
        folder / name
        for folder in site_packages(prefix, records)
        for name in sorted(_names(folder))
        if name.endswith(_KINDS) and name not in of_conda and _is_pips(folder / name)
    ]


def read_distribution(entry: Path) -> PipPackage:
    """The distribution that one of `pip_entries` describes. Raises `InputError`.

    What its metadata does not say is taken from the entry's name.
    """
    described, source = entry, None
    if entry.suffix == ".egg-link":
        source = Path(_read(entry).partition("\n")[0].strip() or entry.parent)
        described = next(iter(sorted(source.glob("*.egg-info"))), entry)
    headers = HeaderParser().parsestr(_metadata(described))
    name, _, version = entry.stem.partition("-")
    origin = read_origin(entry)
    depends = headers.get_all("Requires-Dist") or _requires_txt(described)
    return PipPackage(
        name=headers.get("Name") or name,
        version=headers.get("Version") or version.partition("-py")[0] or None,
        url=str(source) if source else origin.url,
        sha256=origin.hashes.get("sha256"),
        md5=origin.hashes.get("md5"),
        depends=tuple(" ".join(requirement.split()) for requirement in depends),
        requires_python=headers.get("Requires-Python"),
        editable=source is not None or origin.editable,
        direct=source is not None or origin.url is not None,
    )


def is_requested(entry: Path) -> bool:
    """Whether it was asked for by name: pip and uv leave a REQUESTED file then."""
    return (entry / "REQUESTED").exists()


def recorded_files(entry: Path) -> Iterator[InstalledFile]:
    """The files whose hashes its RECORD has, by their paths from site-packages.

    Raises OSError, and ValueError where the RECORD is broken.
    """
    text = (entry / "RECORD").read_text(encoding="utf-8")
    try:
        for row in csv.reader(io.StringIO(text)):
            path, digest, size = (*row, "", "", "")[:3]
            algorithm, _, value = digest.partition("=")
            if algorithm == "sha256":
                sha256 = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).hex()
                yield InstalledFile(path=path, sha256=sha256, size_bytes=int(size) if size else None)
    except csv.Error as error:
        raise ValueError(str(error)) from error


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208  (names alone: a folder may have thousands)
    except OSError as error:
        raise _unreadable(folder, error) from error


def _is_pips(entry: Path) -> bool:
    """Whether it is installed, and not by conda; what an uninstallation left behind is not."""
    if entry.name.startswith("~"):  # pip's own mark
        return False
    if entry.suffix != ".dist-info":
        return True
    remains = not any((entry / name).exists() for name in ("METADATA", "RECORD"))
    return not remains and _read(entry / "INSTALLER").strip() != "conda"


def _metadata(entry: Path) -> str:
    if entry.suffix == ".egg-info" and entry.is_file():
        return _read(entry)
    return _read(entry / ("METADATA" if entry.suffix == ".dist-info" else "PKG-INFO"))


def _requires_txt(entry: Path) -> Sequence[str]:
    """The requirements that setuptools writes beside an egg's PKG-INFO."""
    from importlib.metadata import PathDistribution

    if not (entry / "requires.txt").is_file() or not (entry / "PKG-INFO").is_file():
        return ()
    return PathDistribution(entry).requires or ()


def _read(file: Path) -> str:
    """The text of a file, empty where there is none."""
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        raise _unreadable(file, error) from error


def _unreadable(path: Path, error: OSError) -> InputError:
    return InputError("cannot be read", code="unreadable", file=str(path), cause=error.strerror or str(error))
