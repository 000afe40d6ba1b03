"""What stands in an environment, read without envctl."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def records(prefix: Path) -> dict[str, dict[str, Any]]:
    """The records of the installed packages by name."""
    found = (json.loads(file.read_bytes()) for file in sorted((prefix / "conda-meta").glob("*.json")))
    return {record["name"]: record for record in found}


def packages(prefix: Path) -> dict[str, str]:
    """The installed packages' versions by name."""
    return {name: record["version"] for name, record in records(prefix).items()}


def files(folder: Path) -> dict[str, tuple[bytes, bool]]:
    """Content of each file below a folder, and whether it can be executed; links are followed."""
    return {
        str(file.relative_to(folder)): (file.read_bytes(), bool(file.stat().st_mode & 0o100))
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def package_files(prefix: Path) -> dict[str, tuple[bytes, bool]]:
    """The same of a prefix without the records."""
    return {path: state for path, state in files(prefix).items() if not path.startswith("conda-meta/")}
