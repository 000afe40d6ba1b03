"""The processes that run from a folder: what would lose its files if the folder went away.

Linux tells of a process which program it is, where it stands and which files it has mapped: proc(5). Of other
users' processes that is a secret, and the words that they were started with have to do.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_WORDS = 2
"""The words of a command line that say what runs: the program, or its interpreter and it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Process:
    """A process of this machine."""

    pid: int
    program: str
    """Its name, as the system has it: at most 15 letters."""


def processes_in(folder: Path) -> tuple[Process, ...]:
    """The processes whose program, working folder, root or mapped files are in the folder, by number.

    This process is left out, and one that ends meanwhile is none. Empty on systems other than Linux.
    """
    inside = os.path.realpath(folder)
    return tuple(sorted(_processes(inside), key=lambda process: process.pid))


def _processes(folder: str) -> Iterator[Process]:
    with suppress(FileNotFoundError):  # another system
        for name in os.listdir(_PROC):  # noqa: PTH208  (a Path for each of hundreds takes as long as the rest)
            if name.isdecimal() and int(name) != os.getpid():
                with suppress(OSError):  # it has ended
                    process = f"{_PROC}/{name}"
                    if _runs_in(process, folder):
                        yield Process(pid=int(name), program=_read(f"{process}/comm").strip())


def _runs_in(process: str, folder: str) -> bool:
    try:
        links = [os.readlink(f"{process}/{link}") for link in ("exe", "cwd", "root")]  # noqa: PTH115
        if any(f"{target}/".startswith(f"{folder}/") for target in links):
            return True
        return f" {folder}/" in _read(f"{process}/maps")  # the dearest, so the last
    except PermissionError:  # another user's
        words = _read(f"{process}/cmdline").split("\0")[:_WORDS]
        return any(word.startswith(f"{folder}/") for word in words)


def _read(file: str) -> str:
    with open(file, "rb") as stream:  # noqa: PTH123
        return os.fsdecode(stream.read())
