"""What writing a format gives: the text, and what the format could not carry."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A text that nobody may use without looking at what it leaves out."""

    text: str
    """Ends with a line feed."""
    lost: tuple[str, ...] = ()
    """What the format cannot carry of the environment, one line each, such as `2 variables: A, B`. What can
    be looked up by the packages' URLs (dependencies, licences, sizes) is no loss, nor is what is said of the
    lock's making (`Lock.metadata`)."""
