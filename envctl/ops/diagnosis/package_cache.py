"""The package cache: how large it is, and which of its entries are not whole."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from envctl.model.report import CheckResult
from envctl.prefixes.root import Root


def cache_check(root: Root) -> CheckResult:
    """A fast look: whether each package has the files that it lists. What is in them is for
    `create --verify-cache`."""
    size_bytes, packages, broken = 0, 0, []
    for entry in _entries(root):
        files = dict(_files(entry))
        size_bytes += sum(files.values())
        if entry.name.startswith("."):  # being unpacked: what killed runs left has been removed
            continue
        packages += 1
        if missing := _missing(entry, files):
            broken.append(f"{entry.name}: {missing}")
    measured = {"packages": packages, "size_bytes": size_bytes, "broken": broken}
    told = f"{packages} packages, {size_bytes / 1e9:.1f} GB"
    if not broken:
        return CheckResult(id="cache", status="pass", summary=told, measured=measured)
    return CheckResult(
        id="cache",
        status="warn",
        summary=f"{told}; {len(broken)} are not whole",
        cause="\n".join(broken),
        hint=f"an installation fetches what it needs of them anew; the others in {root.packages} may go",
        measured=measured,
    )


def _entries(root: Root) -> Iterator[Path]:
    """The folders of packages; those without a SHA-256 are in folders of their own beside the others."""
    for cache in (root.packages, *root.packages.parent.glob("pkgs-by-*/*")):
        with suppress(OSError):  # none, or one that may not be looked into
            yield from (entry for entry in sorted(cache.iterdir()) if entry.is_dir())


def _files(entry: Path) -> Iterator[tuple[str, int]]:
    """Each file below the folder and its size in bytes."""
    for folder, folders, files in os.walk(entry):
        for name in (*files, *folders):
            path = Path(folder, name)
            with suppress(OSError):  # a run that is at work has taken it away
                yield str(path.relative_to(entry)), path.lstat().st_size


def _missing(entry: Path, files: dict[str, int]) -> str | None:
    try:
        paths = json.loads((entry / "info" / "paths.json").read_bytes())["paths"]
        listed = [path["_path"] for path in paths]
    except FileNotFoundError:
        listed = ["info/index.json"]  # a package from before there were lists
    except (OSError, ValueError, LookupError, TypeError):
        return "its list of files cannot be read"
    missing = [path for path in (*listed, "info/index.json") if path not in files]
    more = f", and {len(missing) - 1} more" if len(missing) > 1 else ""
    return f"without its {missing[0]}{more}" if missing else None
