"""What an unpacked package says it installs where: nothing may land outside its environment.

rattler unpacks nothing beyond a package's own folder and takes no command's name with a separator. But it
links files to wherever `info/paths.json` says, through links in the package too, and a path from the root
ends the whole process (py-rattler 0.28).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

_ROOTED = re.compile(rb'"_path"\s*:\s*"/')


def leads_out(path: str) -> bool:
    """Whether a path below a prefix is none."""
    return path.startswith("/") or ".." in re.split(r"[/\\]", path)


def escaping_path(folder: Path) -> str | None:
    """A path that the package lists and that leads out of the prefix; None where there is none."""
    listed = _list_of(folder)
    return next(filter(leads_out, _paths(listed)), None) if _is_suspect(listed) else None


def path_through_link(folder: Path) -> str | None:
    """A path that the package lists and that a link in it leads out of the package, if there is one."""
    root = os.path.realpath(folder) + os.sep
    parents = {parent for path in _paths(_list_of(folder)) for parent in Path(path).parents}
    for parent in sorted(parents):
        place = folder / parent
        if place.is_symlink() and not f"{os.path.realpath(place)}{os.sep}".startswith(root):
            return f"{parent} -> {place.readlink()}"
    return None


def _is_suspect(listed: bytes) -> bool:
    """Whether it has what every list has that leads out: JSON can write a character otherwise only with a
    backslash. Lists are long, and one pattern for all of it takes ten times as long."""
    if b".." in listed or b"\\" in listed:
        return True
    return listed.startswith(b"/") or b"\n/" in listed or _ROOTED.search(listed) is not None


def _list_of(folder: Path) -> bytes:
    """`info/paths.json`, or of a package from before 2017 `info/files`; nothing where neither can be read,
    which rattler tells."""
    for name in ("paths.json", "files"):
        try:
            return (folder / "info" / name).read_bytes()
        except OSError:
            continue
    return b""


def _paths(listed: bytes) -> Iterator[str]:
    try:
        entries = json.loads(listed)["paths"]
        yield from (str(entry["_path"]) for entry in entries)
    except (ValueError, TypeError, KeyError, RecursionError):  # lines, or what rattler cannot read either
        yield from listed.decode(errors="replace").splitlines()
