"""Where templates are found: `ENVCTL_TEMPLATES`, then `./templates`, then the ones shipped with envctl."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import envctl
from envctl.errors import UsageError
from envctl.model.template import Kind
from envctl.templating.suggestion import suggestion

SUFFIXES = (".yaml", ".yml")
ADDONS = "addons"
"""The folder beside the templates that holds the add-ons."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class TemplateFile:
    """A template that was found, not yet read."""

    name: str
    kind: Kind
    path: Path
    origin: str
    later: tuple[Path, ...] = ()
    """The folders of the search path behind this one: where a template of the same name is its parent."""


def shipped() -> Path:
    """The folder of the shipped templates: inside an installed wheel, beside the package in a checkout."""
    package = Path(envctl.__file__).resolve().parent
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent / "templates"


def default_search_path(environ: Mapping[str, str], cwd: Path) -> tuple[Path, ...]:
    """The folders to look in, first match wins; a folder that is named twice counts where it stands first."""
    named = [cwd / entry for entry in environ.get("ENVCTL_TEMPLATES", "").split(os.pathsep) if entry]
    folders: dict[Path, Path] = {}
    for folder in (*named, cwd / "templates", shipped()):
        folders.setdefault(folder.resolve(), folder)
    return tuple(folders.values())


def find(name: str, *, search: Sequence[Path] | None = None, kind: Kind = "template") -> TemplateFile:
    """The template or add-on of that name.

    Raises UsageError (`unknown-template`, `unknown-addon`) with the nearest names and where was searched.
    """
    folders = search_path(search)
    for found in every(folders):
        if found.name == name and found.kind == kind:
            return found
    what = "add-on" if kind == "addon" else "template"
    known = sorted({found.name for found in every(folders) if found.kind == kind})
    other = any(found.name == name for found in every(folders))
    wrong_kind = {
        "addon": f"{name} is a template, not an add-on: `envctl render {name}`",
        "template": f"{name} is an add-on: put it on top of a template with `--with {name}`",
    }
    raise UsageError(
        f"there is no {what} {name!r}",
        code=f"unknown-{kind}",
        cause="searched in " + ", ".join(map(str, folders)),
        hint=wrong_kind[kind] if other else suggestion(name, known),
    )


def search_path(search: Sequence[Path] | None) -> tuple[Path, ...]:
    return default_search_path(os.environ, Path.cwd()) if search is None else tuple(search)


def every(folders: Sequence[Path]) -> Iterator[TemplateFile]:
    for index, folder in enumerate(folders):
        for path in sorted((*_files(folder), *_files(folder / ADDONS))):
            yield TemplateFile(
                name=path.stem,
                kind="addon" if path.parent.name == ADDONS else "template",
                path=path,
                origin=_origin(folder),
                later=tuple(folders[index + 1 :]),
            )


def _files(folder: Path) -> Iterator[Path]:
    with suppress(OSError):  # a folder that is not there, or may not be looked into, has none
        yield from (
            path
            for path in list(folder.iterdir())
            if path.suffix in SUFFIXES and NAME.fullmatch(path.stem) and path.is_file()
        )


def _origin(folder: Path) -> str:
    if folder.resolve() == shipped().resolve():
        return "shipped"
    return "./templates" if folder.resolve() == Path("templates").resolve() else "ENVCTL_TEMPLATES"
