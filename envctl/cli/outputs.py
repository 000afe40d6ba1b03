"""`-o FILE ..` and `--format`: one result in several forms, the suffix of a file tells which."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from envctl.errors import UsageError
from envctl.fsys import unwritable, write_atomic

Renderers = Mapping[str, Callable[[], str]]
"""The text of a result by the name of the form: `json`, `junit`, `markdown`, `text`."""
_SUFFIXES = {".json": "json", ".xml": "junit", ".md": "markdown", ".txt": "text"}


def checked_form(form: str, forms: Sequence[str]) -> str:
    """The form if it is one. Raises `UsageError` (`bad-format`)."""
    if form not in forms:
        raise UsageError(
            f"--format {form}: there is no such form", code="bad-format", hint=f"one of: {', '.join(forms)}"
        )
    return form


def checked_files(files: Sequence[Path] | None, forms: Sequence[str]) -> dict[Path, str]:
    """The files to write and the form of each. Raises `UsageError` (`bad-suffix`) before any work is done."""
    chosen = {}
    for file in files or ():
        form = _SUFFIXES.get(file.suffix.lower(), "")
        if form not in forms:
            suffixes = ", ".join(suffix for suffix, name in _SUFFIXES.items() if name in forms)
            raise UsageError(
                f"-o {file}: its suffix tells no form",
                code="bad-suffix",
                hint=f"the suffix is one of: {suffixes}",
            )
        chosen[file] = form
    return chosen


def write_files(files: Mapping[Path, str], renderers: Renderers) -> None:
    """Write each file in its form. Raises `FailedError` where one cannot be written."""
    for file, form in files.items():
        text = renderers[form]()
        try:
            write_atomic(file, text if not text or text.endswith("\n") else text + "\n")
        except OSError as error:
            raise unwritable(file, error) from error
