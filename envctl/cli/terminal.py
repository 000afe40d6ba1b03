"""The two streams: the document on standard output, everything else on standard error."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from envctl.credentials import scrub
from envctl.errors import EnvctlError, FailedError
from envctl.progress import Reporter

if TYPE_CHECKING:
    from rich.console import Console, RenderableType


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
        try:
            sys.stdout.write(text if text.endswith("\n") else text + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise FailedError(
                "cannot write standard output", code="unwritable-output", cause=error.strerror
            ) from error

    def show(self, renderable: RenderableType) -> None:
        """Write a document for people, without credentials: in colour on a terminal, plain elsewhere."""
        console = self._console(sys.stdout)
        with console.capture() as captured:
            console.print(renderable)
        self.document(scrub(captured.get()))

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
        if sys.stderr.isatty() and not self.quiet:
            from envctl.cli.bars import BarReporter

            return BarReporter(self._console(sys.stderr), self)
        from envctl.cli.lines import LineReporter

        return LineReporter(self)

    def _console(self, stream: TextIO) -> Console:
        from rich.console import Console

        # A pipe has no width: nothing is folded there, so that lines can be searched.
        width = None if stream.isatty() or "COLUMNS" in os.environ else 1000
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
        with suppress(OSError, ValueError):  # nobody listens: no reason to fail
            sys.stderr.write(scrub(text) + "\n")

    def _styled(self, word: str, code: str) -> str:
        plain = self.no_color or "NO_COLOR" in os.environ or not sys.stderr.isatty()
        return word if plain else f"\x1b[{code}m{word}\x1b[0m"
