"""The two streams: the document on standard output, everything else on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

import typer

from envctl.credentials import scrub
from envctl.errors import EnvctlError, ExitCode, FailedError
from envctl.progress import Reporter

if TYPE_CHECKING:
    from rich.console import Console, RenderableType


_NO_WIDTH = 1000


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


@dataclass(frozen=True, kw_only=True, slots=True)
class Terminal:
    """What the person at the keyboard, or the script, asked for."""

    quiet: bool = False
    verbose: bool = False
    no_color: bool = False
    command: str = ""
    json: bool = False

    def document(self, text: str) -> None:
        """Write the document asked for, as it is.

        Raises `FailedError` (`unwritable-output`) where standard output cannot take it.
        """
        if sys.stdout is None:  # closed by the caller
            return
        try:
            sys.stdout.write(text if text.endswith("\n") else text + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader has gone (`| head`): not ours to report, and the exit must not flush again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(ExitCode.BROKEN_PIPE) from None
        except OSError as error:
            raise FailedError(
                "cannot write standard output", code="unwritable-output", cause=error.strerror
            ) from error

    def result(self, fields: Mapping[str, Any], *, ok: bool = True) -> None:
        """Write a verb's result as its JSON document; `ok` False is an honest no. Raises as `document`."""
        from envctl.output.document import document

        self.document(document(self.command, fields, ok=ok))

    def show(self, renderable: RenderableType, *, wide: bool = False) -> None:
        """Write a document for people, without credentials: in colour on a terminal, plain elsewhere.

        `wide` leaves it to the terminal to break long lines: a path that is cut cannot be copied.
        """
        console = self._console(sys.stdout)
        if wide:
            console.width = _NO_WIDTH
        with console.capture() as captured:
            console.print(renderable)
        # columns are padded to the end of the line, which a pipe does not have
        self.document(scrub("\n".join(line.rstrip() for line in captured.get().splitlines())))

    def say(self, text: str) -> None:
        """A summary or note on standard error; not with `--quiet`."""
        if not self.quiet:
            self._line(text)

    def warn(self, text: str) -> None:
        """Something odd, or many lines of it, on standard error."""
        self._line(f"{self._styled('warning', '33')}: {text}")

    def error(self, error: EnvctlError) -> None:
        """What happened, why, and what to do next."""
        self._line(f"{self._styled('error', '1;31')}: {error.message}")
        for line in (error.cause or "").splitlines():
            self._line(f"  {line}")
        if error.hint:
            self._line(f"{self._styled('hint', '36')}: {error.hint}")
        if self.verbose and error.__cause__ is not None:
            self._line(f"{type(error.__cause__).__name__}: {error.__cause__}")

    def reporter(self) -> Reporter:
        """Progress bars where standard error is a terminal, else notes and warnings only."""
        if _is_terminal(sys.stderr) and not self.quiet:
            from envctl.cli.bars import BarReporter

            return BarReporter(self._console(sys.stderr), say=self.say, warn=self.warn)
        from envctl.cli.lines import LineReporter

        return LineReporter(say=self.say, warn=self.warn)

    def _console(self, stream: TextIO) -> Console:
        from rich.console import Console

        # A pipe has no width: nothing is folded there, so that lines can be searched.
        width = None if _is_terminal(stream) or "COLUMNS" in os.environ else _NO_WIDTH
        return Console(
            file=stream,
            no_color=self.no_color or None,
            highlight=False,
            markup=False,
            emoji=False,
            soft_wrap=False,
            width=width,
        )

    def _line(self, text: str) -> None:
        try:
            sys.stderr.write(scrub(text) + "\n")
            sys.stderr.flush()
        except (OSError, ValueError, AttributeError):
            sys.stderr = None  # closed or full: no reason to fail, now or when the interpreter flushes it

    def _styled(self, word: str, code: str) -> str:
        plain = self.no_color or "NO_COLOR" in os.environ or not _is_terminal(sys.stderr)
        return word if plain else f"\x1b[{code}m{word}\x1b[0m"
