"""What a word could name: a template, a file, an environment."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from envctl.errors import AbsentError, EnvctlError, UsageError
from envctl.fsys import expand
from envctl.prefixes.root import Root
from envctl.sources.model import Kind

_SUFFIXES = (".yml", ".yaml", ".json", ".txt", ".lock")
_ARTICLES: Mapping[Kind, str] = {"template": "a template", "file": "a file", "environment": "an environment"}
_SCHEMES: Mapping[Kind, str] = {"template": "template", "file": "file", "environment": "env"}


def meanings(word: str, order: Sequence[Kind], root: Root | None) -> list[Kind]:
    """What a word without a scheme could be, in order; a path or a file's name is nothing else."""
    path = Path(word)
    is_prefix = root is not None and "environment" in order and _is_folder(expand(path) / "conda-meta")
    if os.sep in word or word.endswith(_SUFFIXES):
        return ["environment"] if is_prefix else ["file"]
    there: dict[Kind, bool] = {
        "template": "template" in order and _is_template(word),
        "file": _is_file(path),
        "environment": root is not None and "environment" in order and _is_environment(root, word),
    }
    return [kind for kind in order if there[kind]]


def unknown(word: str, order: Sequence[Kind]) -> EnvctlError:
    """The error for a word that names nothing of `order`."""
    from envctl.templating.catalog import find

    folder = f"{word} is a folder without conda-meta/history" if _is_folder(Path(word)) else None
    if order[0] != "template":
        return AbsentError(
            f"there is no {_or(order)} {word!r}",
            code="unknown-source",
            cause=folder,
            hint="`envctl list` shows the environments, `envctl templates` the templates",
        )
    try:
        find(word)
    except UsageError as error:
        if folder is not None:
            error.cause = folder
        return error
    return UsageError(f"{word!r} is a template, and one has no place here", code="unknown-source")


def _is_template(word: str) -> bool:
    from envctl.templating.catalog import find

    try:
        find(word)
    except UsageError as error:
        return error.code != "unknown-template"
    return True


def _is_environment(root: Root, word: str) -> bool:
    from envctl.prefixes.finding import find_place

    try:
        find_place(root, word, os.environ)
    except AbsentError:
        return False
    return True


def choice(word: str, meant: Sequence[Kind]) -> str | None:
    """What to tell about a word that could be several things; None where it could not."""
    if len(meant) < 2:
        return None
    others = ", ".join(f"{_SCHEMES[kind]}:{word} takes the {kind}" for kind in meant[1:])
    return f"{word} is {_and([_ARTICLES[kind] for kind in meant])}: the {meant[0]} is used; {others}"


def _or(words: Sequence[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name too long for one
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name too long for one
        return False
