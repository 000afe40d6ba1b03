"""envctl killed by SIGKILL: before its Nth change of the file system, or once so many files are there.

Run as a program it is an envctl that kills itself: `python killed.py N ARGUMENTS..`. Python tells of every
change that it makes by an audit event, so nothing is replaced to get there. What rattler and uv change is met
by looking on from outside.
"""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_CHANGES = {f"os.{name}" for name in ("chmod", "link", "mkdir", "remove", "rename", "rmdir", "symlink")}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_LOOK_S = 0.0005


@dataclass(frozen=True, kw_only=True)
class Point:
    """When it is killed."""

    before_change: int | None = None
    """Before its Nth change."""
    at_files: int | None = None
    """Once so many files are below the watched folder."""
    with_children: bool = False
    """Whether what it started goes too, as when a container stops; else uv goes on without it."""


@dataclass(frozen=True, kw_only=True)
class Envctl:
    """How envctl is called: what it is told, where, and with which environment variables."""

    arguments: Sequence[str]
    cwd: Path
    environ: Mapping[str, str]

    def run(self) -> int:
        """Let it run to its end. Returns how many changes it made."""
        done = self.start()
        out, err = done.communicate()
        assert done.returncode == 0, err
        return int(out)

    def run_killed(self, point: Point) -> bool:
        """Kill it at that point. Returns whether it was still there to be killed."""
        process = self.start(point.before_change or 0)
        try:
            if point.at_files is not None:
                _kill_at(point.at_files, process, self.cwd, with_children=point.with_children)
            _, err = process.communicate(timeout=60)
        finally:
            process.kill()
        assert process.returncode in (0, -signal.SIGKILL), err
        return process.returncode != 0

    def start(self, nth: int = 0) -> subprocess.Popen[str]:
        """A process of it that kills itself before its Nth change, if any."""
        command = [sys.executable, __file__, str(nth), *self.arguments]
        return subprocess.Popen(
            command, cwd=self.cwd, env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )


def count_files(folder: Path) -> int:
    """The files and links below a folder that changes meanwhile."""
    return sum(len(files) for _, _, files in os.walk(folder))


def descendants(pid: int) -> list[int]:
    """The processes that a process started, and those that they did."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(stat.parent.name))
    found = [pid]
    for each in found:
        found += parents.get(each, [])
    return found[1:]


def _kill_at(files: int, process: subprocess.Popen[str], folder: Path, *, with_children: bool) -> None:
    """Let it and what it started run in short steps, and look between them."""
    while process.poll() is None:
        everyone = [process.pid, *descendants(process.pid)]
        _send(signal.SIGSTOP, everyone)
        if count_files(folder) >= files:
            _send(signal.SIGKILL, everyone if with_children else everyone[:1])
            _send(signal.SIGCONT, everyone)
            return
        _send(signal.SIGCONT, everyone)
        time.sleep(_LOOK_S)


def _send(number: signal.Signals, pids: Sequence[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _is_change(event: str, args: tuple[object, ...]) -> bool:
    if event == "open":
        flags = args[2]
        return isinstance(flags, int) and bool(flags & _WRITING)
    if event == "ctypes.dlsym":
        return args[1] == "renameat2"
    return event in _CHANGES or event == "subprocess.Popen"


def _main(nth: int, arguments: list[str]) -> None:
    from envctl.cli.app import run

    made = itertools.count(1)

    def hook(event: str, args: tuple[object, ...]) -> None:
        if _is_change(event, args) and next(made) == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    code = run(arguments)
    os.write(1, str(next(made) - 1).encode())
    os._exit(code)  # as envctl ends: the workers of py-rattler may crash an interpreter that goes down


if __name__ == "__main__":
    _main(int(sys.argv[1]), sys.argv[2:])
