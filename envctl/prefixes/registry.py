"""conda's list of environments, `~/.conda/environments.txt`, so that `conda env list` knows ours.

The format is conda's own (conda/core/envs_manager.py): one absolute path a line, appended.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from envctl.fsys import expand, write_atomic

_NO = frozenset({"0", "false", "no", "off"})


def registry_file() -> Path:
    """The user's file; it need not exist."""
    return expand("~/.conda/environments.txt")


def registered() -> tuple[Path, ...]:
    """The prefixes that conda knows, in its order; those that are gone included."""
    with suppress(OSError, UnicodeDecodeError):
        lines = registry_file().read_text(encoding="utf-8").splitlines()
        return tuple(Path(line.strip()) for line in lines if line.strip())
    return ()


def register(prefix: Path) -> None:
    """Add a prefix, once; not at all where CONDA_REGISTER_ENVS says no, as conda does.

    Raises OSError where the file cannot be written.
    """
    if os.environ.get("CONDA_REGISTER_ENVS", "").lower() in _NO or prefix in registered():
        return
    file = registry_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+b") as stream:
        if stream.tell() > 0:
            stream.seek(-1, os.SEEK_END)
            stream.write(b"" if stream.read(1) == b"\n" else b"\n")
        stream.write(os.fsencode(prefix) + b"\n")


def unregister(prefix: Path, *, below: Path | None = None) -> None:
    """Take a prefix out, and those `below` a folder; the other lines stay as they are.

    Raises OSError as `register`.
    """

    def gone(entry: Path) -> bool:
        return entry == prefix or (below is not None and entry.parent == below)

    if not any(map(gone, registered())):
        return
    lines = registry_file().read_text(encoding="utf-8").splitlines(keepends=True)
    write_atomic(registry_file(), "".join(line for line in lines if not gone(Path(line.strip()))))
