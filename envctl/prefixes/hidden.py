"""The hidden names beside a place, by which envctl knows its own work again."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

_LONGEST_BYTES = 200


def hidden_sibling(path: Path) -> Path:
    """A new hidden name beside a path; what is left of a killed run is known by it."""
    return hidden(path, f"-{os.urandom(4).hex()}")


def hidden(path: Path, end: str) -> Path:
    """The hidden name beside a path that belongs to it, with an ending; of a long name only its beginning and
    its digest, since no name has more than 255 bytes."""
    name = path.name
    if len(os.fsencode(name)) > _LONGEST_BYTES:
        import hashlib

        digest = hashlib.sha256(os.fsencode(name)).hexdigest()[:16]
        name = f"{name[: _LONGEST_BYTES // 8]}-{digest}"
    return path.parent / f".{name}.envctl{end}"


def hidden_of(folder: Path) -> Path | None:
    """The path whose hidden name, without an ending, a folder has; None where it has no such name."""
    name = re.fullmatch(r"\.(.+)\.envctl", folder.name, re.DOTALL)
    if name is None:
        return None
    with suppress(OSError):  # a folder that may be entered and not listed
        for path in folder.parent.iterdir():
            if hidden(path, "") == folder:
                return path
    return folder.parent / name[1]


def is_hidden(path: Path) -> bool:
    """Whether its name is one that `hidden_sibling` has made."""
    return re.fullmatch(r"\..+\.envctl-[0-9a-f]{8}", path.name, re.DOTALL) is not None
