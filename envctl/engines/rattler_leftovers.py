"""What killed and stalled downloads left in the package cache: archives that were unpacked in part."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from pathlib import Path

_PART = re.compile(r"\.(?P<package>.+-.+-.+)[A-Za-z0-9]{6}")
"""How rattler names a folder that it unpacks into (crates/rattler_cache/src/package_cache/mod.rs)."""


def clear_partial(packages: Path) -> None:
    """Remove the parts from the package cache, unless a run is at work in it: it holds rattler's lock."""
    import fcntl

    with suppress(OSError), (packages / ".cache.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for folder in (packages, *packages.parent.glob("pkgs-by-*/*")):
            for path in folder.glob(".*-*-*"):
                part = _PART.fullmatch(path.name)
                if part and path.is_dir() and (folder / f"{part['package']}.lock").exists():
                    shutil.rmtree(path, ignore_errors=True)
