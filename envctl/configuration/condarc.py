"""A `.condarc`, and conda's variables, as settings with their places."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from envctl.configuration.given import Given, Mark, Value
from envctl.errors import InputError

if TYPE_CHECKING:
    from envctl.yamlfile import Document, KeyPath

_MARK = re.compile(r"\s#!*(final|top|bottom)\s*$")

_MEND = "mend the file: nothing in a configuration is passed over"


def read_condarc(path: Path) -> dict[str, Given]:
    """The settings of a file by their names, those that nobody knows included.

    Raises `InputError` (`bad-condarc`) for a file that cannot be read or is no mapping in YAML.
    """
    from envctl.yamlfile import decode, load

    file = str(path)
    try:
        text = decode(path.read_bytes(), file=file)
        document = load(text, file=file, written=True)
    except OSError as error:
        raise InputError(
            "cannot be read",
            code="bad-condarc",
            file=file,
            cause=error.strerror,
            hint="check its owner and mode",
        ) from error
    except InputError as error:
        error.code = "bad-condarc"  # what is wrong with it is said already
        error.hint = error.hint or _MEND
        raise
    for twice in document.duplicates:
        raise InputError(
            f"{twice.key} stands twice", code="bad-condarc", file=file, line=twice.line, hint=_MEND
        )
    if document.value is None:
        return {}
    if not isinstance(document.value, dict):
        raise InputError(
            "is no mapping of settings",
            code="bad-condarc",
            file=file,
            hint="`conda config --describe` shows what it may hold",
        )
    return _Places(file, document, text.splitlines()).pairs(document.value, ())


def read_variables(environ: Mapping[str, str], separators: Mapping[str, str]) -> dict[str, Given]:
    """The settings of `CONDA_…` variables, those with a separator as lists; an empty one says nothing."""
    return {
        name.removeprefix("CONDA_").lower(): _variable(name, text, separators)
        for name, text in environ.items()
        if name.startswith("CONDA_") and text
    }


def _variable(name: str, text: str, separators: Mapping[str, str]) -> Given:
    key = name.removeprefix("CONDA_").lower()
    file = f"the variable {name}"
    if key not in separators:
        plain, important, _ = text.partition("!important")
        return Given(value=plain.strip(), key=key, file=file, mark="final" if important else None)
    parts = (part.strip() for part in text.split(separators[key]))
    return Given(value=[Given(value=part, key=key, file=file) for part in parts if part], key=key, file=file)


class _Places:
    """Puts its place to each value of one file."""

    def __init__(self, file: str, document: Document, lines: list[str]) -> None:
        self.file = file
        self.document = document
        self.lines = lines

    def pairs(self, mapping: Mapping[Any, Any], path: KeyPath) -> dict[str, Given]:
        return {str(key): self.given(value, (*path, str(key))) for key, value in mapping.items()}

    def given(self, value: Any, path: KeyPath) -> Given:
        line = self.document.line(*path)
        mark = _MARK.search(self.lines[line - 1]) if line and line <= len(self.lines) else None
        inside: Value
        if isinstance(value, dict):
            inside = self.pairs(value, path)
        elif isinstance(value, list):
            inside = [self.given(item, (*path, index)) for index, item in enumerate(value)]
        else:
            inside = None if value is None else str(value)
        return Given(
            value=inside,
            key=".".join(part for part in path if isinstance(part, str)),
            file=self.file,
            line=line,
            mark=cast("Mark", mark[1]) if mark else None,
        )
