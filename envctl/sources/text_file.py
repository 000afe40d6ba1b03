"""The text of a file or of standard input, up to a size."""

from __future__ import annotations

import sys

from envctl.errors import InputError
from envctl.fsys import expand


def read_text(word: str, *, limit_bytes: int, what: str, if_absent: str | None = None) -> str:
    """The text of the file, or of standard input for `-`, in the encoding that its mark tells, else UTF-8.

    `what` it should be, and `if_absent` what to do where it is not there, are for the errors. Raises
    `InputError` (`unreadable-file`, `too-large`, and what `yamlfile.decode` raises).
    """
    from envctl.yamlfile import decode

    data = read_bytes(word, limit_bytes=limit_bytes, if_absent=if_absent)
    refuse_size(data, word, limit_bytes, what)
    return decode(data, file=word)


def read_bytes(word: str, *, limit_bytes: int, if_absent: str | None = None) -> bytes:
    """What the file holds, and no more than one byte beyond the limit. Raises as `read_text`."""
    if word == "-":
        return b"" if sys.stdin is None else sys.stdin.buffer.read(limit_bytes + 1)
    try:
        with expand(word).open("rb") as stream:
            return stream.read(limit_bytes + 1)
    except OSError as error:
        raise InputError(
            "cannot be read",
            code="unreadable-file",
            file=word,
            cause=error.strerror or str(error),
            hint=if_absent if isinstance(error, FileNotFoundError) else None,
        ) from error


def refuse_size(data: bytes, file: str, limit_bytes: int, what: str) -> None:
    """Raise `InputError` (`too-large`) for more than the limit."""
    if len(data) > limit_bytes:
        raise InputError(
            f"is too large for {what}",
            code="too-large",
            file=file,
            cause=f"it has more than {limit_bytes // 1_000_000} MB",
        )
