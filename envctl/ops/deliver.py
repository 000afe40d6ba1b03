"""A written format to its file, if nothing is lost or the loss is allowed."""

from __future__ import annotations

from pathlib import Path

from envctl.errors import RefusedError
from envctl.formats.written import Written
from envctl.fsys import unwritable, write_atomic


def deliver(written: Written, form: str, output: Path | None, *, lossy: bool) -> None:
    """Write the text to `output`, where one is given.

    Raises `RefusedError` (`lossy`) where the format could not carry everything and that was not allowed,
    `FailedError` where the file cannot be written.
    """
    if written.lost and not lossy:
        raise RefusedError(
            f"{form} cannot carry all of it",
            code="lossy",
            cause="\n".join(written.lost),
            hint="choose another format, or --lossy to leave that out",
        )
    if output is not None:
        try:
            write_atomic(output, written.text)
        except OSError as error:
            raise unwritable(output, error) from error
