"""A template with its expressions evaluated: what is merged along `extends` and with add-ons."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from envctl.errors import InputError
from envctl.formats import match_spec_syntax
from envctl.model.environment import Dependency
from envctl.templating.document import Template
from envctl.templating.expressions import evaluate
from envctl.templating.fields import Text

_PIP_NAME = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(?=$|[\s=<>!~\[;@(])")

Entries = Mapping[str, Dependency]
"""Dependencies by package name, in order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """An evaluated template or add-on, or several merged into one."""

    name: str
    """For messages."""
    channels: tuple[str, ...] = ()
    conda: Entries = field(default_factory=dict)
    pip: Entries = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    platforms: tuple[str, ...] = ()
    virtual_packages: Mapping[str, str] = field(default_factory=dict)
    imports: tuple[str, ...] = ()
    cuda: str | None = None
    gpu: bool | None = None
    count: int | None = None


def draft(template: Template, values: Mapping[str, str]) -> Draft:
    """Evaluate every expression of one template. Raises InputError with file and line."""

    def all_of(texts: tuple[Text, ...]) -> tuple[str, ...]:
        return tuple(evaluate(text, values) for text in texts)

    def named(texts: Mapping[str, Text]) -> dict[str, str]:
        return {name: evaluate(text, values) for name, text in texts.items()}

    return Draft(
        name=template.file.name,
        channels=all_of(template.channels),
        conda=_entries(template.dependencies, values, match_spec_syntax.name),
        pip=_entries(template.pip, values, _pip_name),
        variables=named(template.variables),
        platforms=all_of(template.platforms),
        virtual_packages=named(template.virtual_packages),
        imports=all_of(template.imports),
        cuda=evaluate(template.cuda, values) if template.cuda else None,
        gpu=template.gpu,
        count=template.count,
    )


def _pip_name(line: str) -> str:
    """The package of a requirement; an option such as `--index-url URL` stands for itself."""
    match = _PIP_NAME.match(line)
    if match:
        return re.sub(r"[-_.]+", "-", match["name"]).lower()
    return line if line.startswith("-") else ""


def _entries(
    texts: tuple[Text, ...], values: Mapping[str, str], name_of: Callable[[str], str]
) -> dict[str, Dependency]:
    entries: dict[str, Dependency] = {}
    for text in texts:
        spec = evaluate(text, values)
        name = name_of(spec)
        if not name:
            _fail(text, f"{spec!r} does not start with a package's name")
        if name in entries:
            _fail(text, f"{name} stands twice among the dependencies")
        entries[name] = Dependency(text=spec, comment=text.why)
    return entries


def _fail(text: Text, message: str) -> NoReturn:
    raise InputError(message, code="bad-template", file=text.file, line=text.line)
