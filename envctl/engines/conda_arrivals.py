"""Packages fetched into conda's cache, and judged there before anything of them is linked."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from envctl.credentials import scrub
from envctl.engines.rattler_contents import escaping_path, leads_out, path_through_link
from envctl.errors import FailedError
from envctl.model.packages import CondaPackage


def judge(package: CondaPackage, folder: Path | None) -> None:
    """Refuse what is not the package, or would write outside the environment; None is not in the cache.

    Raises `FailedError` (`hash-mismatch`, `install-failed`, `hostile-package`).
    """
    if folder is None:  # conda knows its hash by now, and it is another
        raise FailedError(
            "a package is not what its channel says it is",
            code="hash-mismatch",
            cause=f"{scrub(package.url)} has another hash",
            hint="nothing was installed; try again, or lock anew if the package is right",
        )
    index = _object(folder / "info" / "index.json")
    there = [str(index.get(key)) for key in ("name", "version", "build")]
    if there != [package.name, package.version, package.build]:
        raise FailedError(
            f"{package.file_name} holds another package than its name says",
            code="install-failed",
            cause=f"{' '.join(there)} instead of {package.name} {package.version} {package.build}",
            hint="nothing was installed; lock anew, and tell the channel's owner if it stays",
        )
    outside = _leading_out(index, folder) or escaping_path(folder) or path_through_link(folder)
    if outside is not None:
        raise FailedError(
            f"the package {package.file_name} would write outside the environment",
            code="hostile-package",
            cause=f"it lists {outside}",
            hint="nothing was installed; tell the channel's owner",
        )


def _leading_out(index: dict[str, Any], folder: Path) -> str | None:
    """A name of the package's that conda makes a path of, and that leads elsewhere; None where none does."""
    for named in (*map(str, (index["name"], index["version"], index["build"])), _site_packages(index)):
        if leads_out(named):
            return named
    noarch = _object(folder / "info" / "link.json").get("noarch")
    entry_points = noarch.get("entry_points") if isinstance(noarch, dict) else None
    commands = [str(entry).partition("=")[0].strip() for entry in entry_points or ()]
    return next((command for command in commands if "/" in command), None)


def _site_packages(index: dict[str, Any]) -> str:
    return str(index.get("python_site_packages_path") or "")


def _object(file: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError, RecursionError):
        value = json.loads(file.read_bytes())
        return value if isinstance(value, dict) else {}
    return {}
