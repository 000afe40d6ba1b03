"""The catalogue as a whole: every template and add-on, with what can be chosen in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from envctl.errors import InputError
from envctl.model.template import TemplateSummary
from envctl.templating.catalog import TemplateFile, every, search_path
from envctl.templating.inheritance import lineage, parameters


def list_all(*, search: Sequence[Path] | None = None) -> tuple[TemplateSummary, ...]:
    """Every template, then every add-on, by name. A file that cannot be used is listed with its problem."""
    found: dict[tuple[bool, str], list[TemplateFile]] = {}
    folders = search_path(search)
    for file in every(folders):
        found.setdefault((file.kind == "addon", file.name), []).append(file)
    return tuple(_summary(files, folders) for _, files in sorted(found.items()))


def _summary(files: list[TemplateFile], folders: Sequence[Path]) -> TemplateSummary:
    first, *hidden = files
    plain = TemplateSummary(
        name=first.name,
        kind=first.kind,
        path=str(first.path),
        origin=first.origin,
        shadows=tuple(str(file.path) for file in hidden),
    )
    try:
        line = lineage(first, folders)
    except InputError as error:
        return replace(plain, problem=error.message)
    return replace(plain, summary=line[-1].summary, params=tuple(parameters(line).values()))
