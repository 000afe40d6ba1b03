"""What conda answers: one JSON document, out of output that is not JSON alone.

With `--json` conda still prints text before its document, progress objects between NULs, an explicit create
prints nothing, and where it fails as it reads its arguments there is a traceback on standard error alone
(measured from 23.11.0 to 26.7.1).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from envctl.proc import Completed

_OPENING = re.compile(r"^[ \t\x00]*(?=\{)", re.MULTILINE)
_RAISED = re.compile(r"^(?:\w+\.)*(?P<name>[A-Z]\w+): (?P<text>.*)", re.MULTILINE | re.DOTALL)
"""The end of a Python traceback: the exception's class and what it says."""
_TAIL_LINES = 12
_SIGNALLED = 128
"""A shell adds this to the signal that ended a program."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What one call of conda came to."""

    arguments: Sequence[str]
    returncode: int
    document: Mapping[str, Any] | None
    """The JSON object that ends its output; None where it printed none."""
    stdout: str
    stderr: str

    @property
    def failed(self) -> bool:
        """Whether it did not do what it was asked.

        It may end with 0 and say that it did nothing. And it may say all that it was asked and then crash as
        its interpreter goes: conda-rattler-solver does, in one call of six (26.7.1, signals 6 and 11).
        """
        said = self.document or {}
        if said.get("exception_name") or said.get("success") is False:
            return True
        crashed = self.returncode < 0 or self.returncode > _SIGNALLED
        return self.returncode != 0 and not (crashed and said)


class CondaFailure(Exception):  # noqa: N818  (an answer, not yet an error)
    """Conda's own words about a failure, which `-v` shows; never seen without an error of envctl's."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.document = _telling(answer)
        self.kind = str(self.document.get("exception_name") or "")
        """The class of conda's exception; empty where it does not say."""
        self.text = str(self.document.get("message") or self.document.get("error") or "") or _tail(answer)
        how = f"exit {answer.returncode}" if answer.returncode >= 0 else f"signal {-answer.returncode}"
        parts = [f"conda {' '.join(answer.arguments)}: {how}", f"{self.kind}: {self.text}".lstrip(": ")]
        tail = _last_lines(answer.stderr)
        super().__init__("\n".join([*parts, *([tail] if tail and tail not in self.text else [])]))


def read_answer(arguments: Sequence[str], done: Completed) -> Answer:
    """The answer in what conda has written."""
    documents = [each for each in _documents(done.stdout) if "fetch" not in each]  # no progress
    return Answer(
        arguments=tuple(arguments),
        returncode=done.returncode,
        document=documents[-1] if documents else None,
        stdout=done.stdout,
        stderr=done.stderr,
    )


def _documents(text: str) -> Iterator[Mapping[str, Any]]:
    """The JSON objects that begin a line."""
    decoder, end = json.JSONDecoder(), 0
    for opening in _OPENING.finditer(text):
        if opening.end() >= end:
            try:
                value, end = decoder.raw_decode(text, opening.end())
            except (ValueError, RecursionError):  # text with a brace
                continue
            yield value


def _telling(answer: Answer) -> Mapping[str, Any]:
    """The part that says what failed: of several errors the first that has a name of its own."""
    said = answer.document or {}
    if said:
        errors = [error for error in said.get("errors") or () if isinstance(error, dict)]
        return next((error for error in errors if error.get("exception_name") != "tuple"), said)
    on_stderr = [each for each in _documents(answer.stderr) if each.get("exception_name")]
    if on_stderr:
        return on_stderr[-1]
    _, traceback, rest = answer.stderr.rpartition("Traceback (most recent call last):")
    raised = _RAISED.search(rest) if traceback else None
    return {"exception_name": raised["name"], "message": raised["text"].strip()} if raised else {}


def _tail(answer: Answer) -> str:
    return _last_lines(answer.stderr) or _last_lines(answer.stdout) or "conda did not say why"


def _last_lines(text: str) -> str:
    return "\n".join([line for line in text.splitlines() if line.strip()][-_TAIL_LINES:])
