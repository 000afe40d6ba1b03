"""`-o FILE ..` and `--format`: one result in several forms, the suffix of a file tells which."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from envctl.errors import UsageError
from envctl.fsys import unwritable, write_atomic

Renderers = Mapping[str, Callable[[], str]]
"""The text of a result by the name of the form: `json`, `junit`, `markdown`, `text`, `table`."""
_SUFFIXES = {".json": ("json",), ".xml": ("junit",), ".md": ("markdown",), ".txt": ("text", "table")}
"""The forms of a suffix, of which a verb's first counts."""


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
        form = next((name for name in _SUFFIXES.get(file.suffix.lower(), ()) if name in forms), None)
        if form is None:
            suffixes = ", ".join(suffix for suffix, names in _SUFFIXES.items() if {*names} & {*forms})
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


def step_summary(environ: Mapping[str, str]) -> Path:
    """The file that GitHub Actions shows as a job's summary. Raises `UsageError` (`no-step-summary`)."""
    given = environ.get("GITHUB_STEP_SUMMARY")
    if not given:
        raise UsageError(
            "--github: GITHUB_STEP_SUMMARY is not set",
            code="no-step-summary",
            hint="GitHub Actions sets it; elsewhere -o FILE.md writes the same",
        )
    return Path(given)


def append_step_summary(file: Path, text: str) -> None:
    """Add to what the job's steps have written already. Raises `FailedError` where it cannot be."""
    try:
        with file.open("a", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise unwritable(file, error) from error
