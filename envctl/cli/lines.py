"""The reporter for pipes and logs: warnings and notes, no bars."""

from __future__ import annotations

from collections.abc import Callable

from envctl.progress import SilentReporter


class LineReporter(SilentReporter):
    """Says what is worth a line and warns of what is odd, through the two functions it is given."""

    def __init__(self, *, say: Callable[[str], None], warn: Callable[[str], None]) -> None:
        self._say, self._warn = say, warn

    def note(self, text: str) -> None:
        """A note."""
        self._say(f"note: {text}")

    def warn(self, text: str) -> None:
        """A warning."""
        self._warn(text)
