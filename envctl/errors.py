"""The one error tree: every error says what happened, why, and what to do next.

An error carries a stable code for scripts and the exit code of the command line's contract.
Anything else that escapes an operation is a bug in envctl (exit 70).
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a process's exit says; users' scripts rely on these numbers."""

    OK = 0
    NO = 1
    """An honest no: stale, different, drifted, exists already."""
    USAGE = 2
    INPUT = 3
    """A bad input file."""
    FAILED = 4
    """The solve, the engine, a download, a hash or the disk failed."""
    ABSENT = 5
    """Something needed is absent or busy."""
    UNCHECKED = 6
    BUG = 70
    RUN_FAILED = 125
    """`envctl run` itself failed, as opposed to the command that it ran."""
    NOT_EXECUTABLE = 126
    NOT_FOUND = 127
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    TERMINATED = 143


class Terminated(BaseException):
    """The process was asked to end (SIGINT, SIGTERM, SIGHUP); what was begun is undone on the way out."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal_number)
        self.exit_code = 128 + signal_number


class EnvctlError(Exception):
    """Base of all errors that envctl reports.

    `message` says what happened in one line, `cause` why (may span lines), `hint` what to do next,
    `code` is a stable kebab-case word for scripts.
    """

    exit_code: ExitCode = ExitCode.FAILED

    def __init__(self, message: str, *, code: str, cause: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.cause = cause
        self.hint = hint


class RefusedError(EnvctlError):
    """An honest no, such as an environment that exists already: nothing was touched."""

    exit_code = ExitCode.NO


class UsageError(EnvctlError):
    """The command was called wrongly: unknown template, parameter, option value."""

    exit_code = ExitCode.USAGE


class InputError(EnvctlError):
    """A file that cannot be read as what it should be; names the file, and the line where known (from 1)."""

    exit_code = ExitCode.INPUT

    def __init__(
        self,
        message: str,
        *,
        code: str,
        file: str,
        line: int | None = None,
        cause: str | None = None,
        hint: str | None = None,
    ) -> None:
        where = file if line is None else f"{file}:{line}"
        super().__init__(f"{where}: {message}", code=code, cause=cause, hint=hint)
        self.file = file
        self.line = line


class FailedError(EnvctlError):
    """The solve, the engine, a download, a hash or the disk failed."""

    exit_code = ExitCode.FAILED


class AbsentError(EnvctlError):
    """An environment, tool, channel or lock that is needed is absent or busy."""

    exit_code = ExitCode.ABSENT
