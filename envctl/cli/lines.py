"""The reporter for pipes and logs: warnings and notes, no bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envctl.progress import SilentReporter

if TYPE_CHECKING:
    from envctl.cli.terminal import Terminal


class LineReporter(SilentReporter):
    """Writes what is odd and what is worth a line to standard error."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def note(self, text: str) -> None:
        """A note, unless quiet."""
        self._terminal.say(f"note: {text}")

    def warn(self, text: str) -> None:
        """A warning."""
        self._terminal.warn(text)
