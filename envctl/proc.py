"""The only file that starts a process."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from tempfile import TemporaryFile
from typing import IO, NoReturn, TypeAlias

from envctl.errors import AbsentError, FailedError

_LAUNCHER = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, 9)
if os.getppid() == int(sys.argv[1]):
    try:
        os.execv(sys.argv[2], sys.argv[3:])
    except OSError as error:
        sys.exit(f"cannot run {sys.argv[2]}: {error.strerror}")
"""
_LOOK_S = 0.05
_TAIL_BYTES = 16_384
_PIPE_BYTES = 65_536
"""What a pipe holds at most, unless it was asked to hold more."""
_KILLED_S = 5.0
"""How long a killed process may take to go; one that hangs in the kernel, in a driver, never does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Completed:
    """A process that has ended."""

    returncode: int
    """Its exit status; negative where a signal ended it."""
    stdout: str
    stderr: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A program to run."""

    args: Sequence[str | os.PathLike[str]]
    cwd: Path | None = None
    env: Mapping[str, str] | None = None
    """None is this process's own."""
    stdin: str | None = None
    """None is empty."""
    bound: bool = False
    """Whether the program is killed as soon as this process is gone, by SIGKILL too (Linux): what installs
    must not go on by itself."""


def run(
    args: Sequence[str | os.PathLike[str]],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str | None = None,
    timeout_s: float | None = None,
) -> Completed:
    """Run a program to its end and return what it wrote, whatever its exit status.

    What it writes goes to files, so that no program waits to be read from. Its standard input is `stdin`, or
    empty. Bytes that are not UTF-8 are replaced, and line ends become `\\n`.

    Raises `AbsentError` (`tool-missing`) where there is no such program, and `FailedError` (`tool-timeout`)
    after `timeout_s` seconds. On a timeout, and on an interruption of this process, the program goes with
    all that it started.
    """
    (done,) = run_together([Call(args=args, cwd=cwd, env=env, stdin=stdin)], timeout_s=timeout_s)
    return done


def run_together(calls: Sequence[Call], *, timeout_s: float | None = None) -> tuple[Completed, ...]:
    """Run programs beside each other, as `run` does one; returns what they wrote in the order of the calls.

    `timeout_s` is for each from when the one before has ended. If one cannot be started or must be stopped,
    all go.
    """
    with ExitStack() as running:
        started = [running.enter_context(_started(call)) for call in calls]
        return tuple(_ended(each, timeout_s) for each in started)


_Stream: TypeAlias = IO[bytes] | IO[str] | int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Running:
    """A program that has been started."""

    program: str
    process: subprocess.Popen[bytes]
    stdout: IO[str]
    stderr: IO[str]


@contextmanager
def _started(call: Call) -> Iterator[_Running]:
    """A running program; without a clean end it and its children would go on unseen, and keep their locks
    and files, so they are killed."""
    # A pipe would have to be fed or read while others are waited for.
    with TemporaryFile() as stdin, _output() as stdout, _output() as stderr:
        stdin.write((call.stdin or "").encode())
        stdin.seek(0)
        process = _popen(_bound(call) if call.bound else call, stdin, stdout, stderr)
        try:
            yield _Running(program=os.fspath(call.args[0]), process=process, stdout=stdout, stderr=stderr)
        finally:
            if process.returncode is None:
                _kill(process)


def _bound(call: Call) -> Call:
    """The call by way of a program that has the kernel kill it as soon as this process is gone (prctl(2),
    PR_SET_PDEATHSIG): it would go on into a folder that the next run has cleaned up. To set it between fork
    and exec would run Python in a copy of a process whose other threads hold locks."""
    path = (os.environ if call.env is None else call.env).get("PATH")
    program = shutil.which(call.args[0], path=path)
    if sys.platform != "linux" or program is None:
        return call
    launcher = [sys.executable, "-ISc", _LAUNCHER, str(os.getpid()), program]
    return replace(call, args=[*launcher, *call.args])


def _popen(call: Call, stdin: _Stream, stdout: _Stream, stderr: _Stream) -> subprocess.Popen[bytes]:
    program = os.fspath(call.args[0])
    try:
        return subprocess.Popen(
            [os.fspath(arg) for arg in call.args],
            cwd=call.cwd,
            env=None if call.env is None else dict(call.env),
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
    except OSError as error:
        raise AbsentError(
            f"cannot run {program}",
            code="tool-missing",
            cause=error.strerror,
            hint=f"install {Path(program).name}, or put it on PATH",
        ) from error


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process's group, whether it has ended itself or not."""
    # Of a group that is gone, or whose last processes are another user's, nothing is ours to kill.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_KILLED_S)


def _output() -> IO[str]:
    return TemporaryFile("w+", encoding="utf-8", errors="replace")


def _ended(running: _Running, timeout_s: float | None) -> Completed:
    try:
        returncode = running.process.wait(timeout_s)
    except subprocess.TimeoutExpired as error:
        raise FailedError(
            f"{running.program} did not end within {timeout_s:g} s and was stopped", code="tool-timeout"
        ) from error
    for written in (running.stdout, running.stderr):
        written.seek(0)
    return Completed(returncode=returncode, stdout=running.stdout.read(), stderr=running.stderr.read())


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """A process that has ended or was stopped."""

    returncode: int | None
    """Its exit status; negative where a signal ended it; None where even SIGKILL did not."""
    stopped: bool
    """Whether its time was over."""
    stdout: str
    """The last of what it wrote, at most 16 KiB."""
    stderr: str


def watch(call: Call, *, ends_at: Callable[[], float]) -> Watched:
    """Run a program that may hang, crash or write without end. Its standard input is empty.

    `ends_at` is called every 50 ms and tells the moment (of `time.monotonic`, in s) at which the program is
    stopped; that may move. Of what it writes only the end is kept. However it ends, and where this process
    is interrupted, all of its process group goes with it.

    Raises `AbsentError` (`tool-missing`) where there is no such program.
    """
    process = _popen(call, subprocess.DEVNULL, subprocess.PIPE, subprocess.PIPE)
    assert process.stdout is not None  # noqa: S101  (both are pipes)
    assert process.stderr is not None  # noqa: S101
    with process.stdout, process.stderr, DefaultSelector() as selector:
        tails = {process.stdout.fileno(): b"", process.stderr.fileno(): b""}
        try:
            for pipe in tails:
                selector.register(pipe, EVENT_READ)
            stopped = False
            while process.poll() is None and not stopped:
                _drain(selector, tails, for_s=_LOOK_S)
                stopped = time.monotonic() >= ends_at()
        finally:
            _kill(process)
        _drain(selector, tails, for_s=0)
    stdout, stderr = (tail.decode("utf-8", "replace") for tail in tails.values())
    return Watched(returncode=process.returncode, stopped=stopped, stdout=stdout, stderr=stderr)


def _drain(selector: DefaultSelector, tails: dict[int, bytes], *, for_s: float) -> None:
    """Read what there is now, and what comes within `for_s` seconds."""
    until = time.monotonic() + for_s
    left = for_s
    while left >= 0:
        for key, _ in selector.select(left):
            new = os.read(key.fd, _PIPE_BYTES)
            tails[key.fd] = (tails[key.fd] + new)[-_TAIL_BYTES:]
            if not new:
                selector.unregister(key.fd)
        left = until - time.monotonic()


def become(args: Sequence[str], *, env: Mapping[str, str]) -> NoReturn:
    """Replace this process by a program: its signals and its exit status are then the caller's.

    Found on the PATH of `env`. Raises `AbsentError` (`command-not-found`, `command-not-executable`).
    """
    try:
        if not args[0]:
            raise FileNotFoundError
        os.execvpe(args[0], list(args), dict(env))  # noqa: S606  (no shell is wanted)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise AbsentError(
            f"no command {args[0]!r} in the environment or on PATH", code="command-not-found"
        ) from error
    except OSError as error:
        # execvp says EACCES too where a folder of PATH may not be looked into.
        unseen = os.sep not in args[0] and shutil.which(args[0], path=env.get("PATH")) is None
        raise AbsentError(
            f"{args[0]!r} cannot be run",
            code="command-not-found" if unseen else "command-not-executable",
            cause=error.strerror,
        ) from error
