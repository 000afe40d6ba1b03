"""What one known message is.

Codes in the catalogues are those of the CUDA runtime and driver API (docs.nvidia.com/cuda, error types, read
November 2026).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from envctl.verify.facts import Facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A text that drivers or frameworks print, its cause, and its fix."""

    id: str
    """Stable, kebab-case."""
    pattern: str
    """A regular expression, sought without regard to case; a space stands for any white space."""
    cause: str
    fix: str
    source: str
    """Where cause and fix are from; `project #n` is a thread of that GitHub project."""
    when: Callable[[Facts], bool] | None = None
    """What the facts must say besides, where one text has several causes."""
