"""The only file that starts a process."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NoReturn

from envctl.errors import AbsentError, FailedError


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
    program = os.fspath(call.args[0])
    # A pipe would have to be fed or read while others are waited for.
    with TemporaryFile() as stdin, _output() as stdout, _output() as stderr:
        stdin.write((call.stdin or "").encode())
        stdin.seek(0)
        try:
            process = subprocess.Popen(
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
        try:
            yield _Running(program=program, process=process, stdout=stdout, stderr=stderr)
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()


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
