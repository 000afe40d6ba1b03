"""`extends`: the line of templates from the oldest parent to the one that was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from envctl.errors import InputError, UsageError
from envctl.model.template import Parameter
from envctl.templating.catalog import TemplateFile, find
from envctl.templating.document import Template, read
from envctl.templating.fields import Text


def lineage(file: TemplateFile, folders: Sequence[Path]) -> tuple[Template, ...]:
    """The template and all that it extends, the oldest first.

    A template that extends its own name extends the one that it shadows. Raises InputError with file and
    line: `unknown-parent`, `template-cycle`, and what reading a file can raise.
    """
    line = [read(file)]
    while (parent := line[0].extends) is not None:
        child = line[0].file
        try:
            found = find(parent.text, search=child.later if parent.text == child.name else folders)
        except UsageError as error:
            _fail(parent, f"extends {parent.text!r}: {error.message}", "unknown-parent", error)
        if found.path in (one.file.path for one in line):
            names = " -> ".join(one.file.name for one in reversed(line))
            _fail(parent, f"templates extend each other: {names} -> {parent.text}", "template-cycle")
        line.insert(0, read(found))
    return tuple(line)


def parameters(line: Sequence[Template]) -> Mapping[str, Parameter]:
    """The parameters of a line of templates; a child's takes the place of its parent's of that name."""
    merged: dict[str, Parameter] = {}
    for template in line:
        merged.update(template.params)
    return merged


def _fail(where: Text, message: str, code: str, error: UsageError | None = None) -> NoReturn:
    raise InputError(
        message,
        code=code,
        file=where.file,
        line=where.line,
        cause=error.cause if error else None,
        hint=error.hint if error else None,
    ) from error
