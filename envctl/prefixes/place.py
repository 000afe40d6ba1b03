"""An environment's place: what a name or a folder stands for, and whether something is there."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from envctl.errors import RefusedError, UsageError
from envctl.fsys import expand
from envctl.prefixes.hidden import hidden_of
from envctl.prefixes.root import GENERATIONS, Root

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+-]*")
"""What an environment can be called."""
_MAX_NAME = 120
_UNUSABLE = re.compile(r"[\x00-\x1f'\"`$:\\]" if os.sep == "/" else r"[\x00-\x1f'\"`$]")
_MAX_PART_BYTES = 255


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where an environment is, or will be."""

    name: str | None
    """The name under which envctl keeps it; None for a prefix folder."""
    prefix: Path
    """The path people use: a link for a named environment, else the folder itself."""
    generations: Path | None = None
    """Where the named environment's folders are."""

    @property
    def label(self) -> str:
        """How to call it in a message and in `envctl run`."""
        return self.name or str(self.prefix)

    @property
    def occupied(self) -> bool:
        """Whether anything stands there. An empty folder is free to become an environment, and so is a
        name whose link points nowhere, which is what `conda env remove` leaves of a generation."""
        if self.name:
            return self.prefix.exists()
        if self.prefix.is_symlink() or not self.prefix.is_dir():
            return os.path.lexists(self.prefix)
        return any(self.prefix.iterdir())

    @property
    def is_environment(self) -> bool:
        """Whether what stands there is a conda environment, as far as it may be looked into."""
        return is_environment(self.prefix)


def is_environment(prefix: Path) -> bool:
    """A conda environment is a folder with `conda-meta/history` (conda's own test)."""
    try:
        return (prefix / "conda-meta" / "history").is_file()
    except OSError:  # a folder that may not be looked into
        return False


def new_place(root: Root, *, name: str | None, prefix: Path | None) -> Place:
    """The place that `-n NAME` or `-p DIR` asks for.

    Raises `UsageError` when both or neither are given, the name could not be a folder's, or the folder
    could not be an environment.
    """
    if prefix is not None and name is not None:
        raise UsageError("an environment has a name or a prefix, not both", code="name-and-prefix",
                         hint="give -n NAME or -p DIR")  # fmt: skip
    if prefix is not None:
        return _folder_place(root, absolute(prefix))
    if not name:
        raise UsageError("the environment has no name", code="no-name", hint="give -n NAME or -p DIR")
    if not NAME.fullmatch(name) or len(name) > _MAX_NAME:
        raise UsageError(
            f"{name!r} cannot be an environment's name",
            code="bad-name",
            cause=f"a name has letters, digits, '.', '_', '+' and '-', and at most {_MAX_NAME} of them",
            hint="give another with -n NAME, or a folder with -p DIR",
        )
    check_usable(root.environments)
    return Place(name=name, prefix=root.environments / name, generations=root.generations / name)


def _folder_place(root: Root, folder: Path) -> Place:
    check_usable(folder)
    place = as_named(root, folder)
    return own_place(root, place) if folder.exists() else place


def check_usable(folder: Path) -> None:
    """Raise `UsageError` (`bad-prefix`) where environments could not run below a folder of that name."""
    too_long = any(len(os.fsencode(part)) > _MAX_PART_BYTES for part in folder.parts)
    if too_long or _UNUSABLE.search(str(folder)):
        raise UsageError(
            f"{str(folder)!r} cannot be an environment's folder",
            code="bad-prefix",
            cause=f"a part of it has more than {_MAX_PART_BYTES} bytes"
            if too_long
            else "quotes, '$', ':', '\\\\' and control characters break PATH and the packages' own scripts",
            hint="give another folder with -p DIR, or another ENVCTL_ROOT",
        )


def own_place(root: Root, place: Place) -> Place:
    """The place that is changed: a prefix folder that was named through links is what they lead to.

    Raises `RefusedError` (`old-generation`) for a generation that is not the current one.
    """
    if place.name:
        return place
    folder = place.prefix.resolve()
    own = as_named(root, folder)
    if own.name is None and folder.name.isdecimal() and (beside := hidden_of(folder.parent)):
        raise _old_generation(place.prefix, str(beside), folder.name)
    if own.name and own.prefix.resolve() != folder:
        raise _old_generation(place.prefix, own.name, folder.name)
    return own


def _old_generation(generation: Path, label: str, number: str) -> RefusedError:
    return RefusedError(
        f"{generation} is a generation of {label}, and not the current one",
        code="old-generation",
        cause="a generation is what it was, and goes when newer ones are there",
        hint=f"envctl rollback {label} --to {number} makes it the current one",
    )


def as_named(root: Root, folder: Path) -> Place:
    """The place of a prefix folder; under its name where it is one of envctl's named environments.

    A generation's own path, which is what CONDA_PREFIX says inside `envctl run`, means its name too. A folder
    that conda made among the links, in an `envs_dirs` of its configuration, is a prefix folder.
    """
    folder = _as_the_root_has_it(root, folder)
    above, name = folder.parent.parent, folder.parent.name
    if above == root.generations_of(root.own_environments):
        link = root.own_environments / name
    elif above.name == GENERATIONS and _is_kept(root, above.parent / name):
        link = above.parent / name
    else:
        link = folder
    if not _is_kept(root, link):
        return Place(name=None, prefix=folder)
    return Place(name=link.name, prefix=link, generations=root.generations_of(link.parent) / link.name)


def _as_the_root_has_it(root: Root, folder: Path) -> Path:
    """The same path below the root's own folders: they, or the path, may be named through links."""
    parent = Path(os.path.realpath(folder.parent))
    for environments in (root.own_environments, root.environments):
        generations = root.generations_of(environments)
        if parent == Path(os.path.realpath(environments)):
            return environments / folder.name
        if parent.parent == Path(os.path.realpath(generations)):
            return generations / parent.name / folder.name
    return folder


def _is_kept(root: Root, link: Path) -> bool:
    """Whether this is the link of a named environment, or would be."""
    if link.parent == root.own_environments:
        return True
    if not os.path.islink(link):  # noqa: PTH114  (is_symlink() raises below a folder that may not be looked into)
        return link.parent == root.environments and not link.exists()
    target = Path(os.path.normpath(link.parent / link.readlink()))
    return target.parent == root.generations_of(link.parent) / link.name


def absolute(path: Path) -> Path:
    """The whole path, without `..`, and with the links that the user named."""
    return Path(os.path.abspath(expand(path)))  # noqa: PTH100  (resolve() would follow the links)
