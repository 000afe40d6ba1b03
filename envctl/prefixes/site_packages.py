"""Where a prefix's Python looks for distributions."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from envctl.prefixes.records import Record, read_record


def site_packages(prefix: Path, records: Iterable[Record] | None = None) -> list[Path]:
    """The folders, where Python's record says (CEP 17), or else by its version, free-threaded builds and
    Windows included; every such folder where conda installed no Python.

    `records` are the prefix's, where they are read already. Raises `InputError` for a broken record.
    """
    known = _python_records(prefix) if records is None else records
    python = next((record.package for record in known if record.package.name == "python"), None)
    version = ".".join(python.version.split(".")[:2]) if python else "3.*"
    globs = [f"lib/python{version}{abi}/site-packages" for abi in ("", "t")] + ["Lib/site-packages"]
    said = Path((python and python.python_site_packages_path) or "..")
    if not said.is_absolute() and ".." not in said.parts:
        globs = [str(said)]
    found = [folder for pattern in globs for folder in sorted(prefix.glob(pattern)) if folder.is_dir()]
    return list({os.path.realpath(folder): folder for folder in found}.values())  # `lib/python3.1` is a link


def _python_records(prefix: Path) -> Iterable[Record]:
    files = sorted((prefix / "conda-meta").glob("python-[0-9]*-*.json"))
    return filter(None, map(read_record, files))
