"""Taking an environment away: each of its folders in one step for whoever looks, then its files."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from envctl.prefixes.generations import kept_folder
from envctl.prefixes.hidden import hidden_sibling, is_hidden
from envctl.prefixes.place import Place

_ATTEMPTS = 3


def remove_place(place: Place) -> None:
    """Remove an environment, all of its generations included. Raises OSError where something stays.

    Wherever it is cut off, it can be removed again, or what is left of it is known by its name.
    """
    kept = kept_folder(place)
    if place.generations is None:
        folders = [kept, place.prefix]
    else:
        folders = [_out_of_sight(kept)]
        if place.prefix.is_symlink():
            place.prefix.unlink()
    for folder in folders:
        if folder.is_dir():
            remove_environment(folder)


def _out_of_sight(folder: Path) -> Path:
    """The folder under a hidden name, where there is one and it can have another."""
    try:
        return set_aside(folder)
    except FileNotFoundError:
        return folder
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        return folder


def remove_environment(folder: Path) -> None:
    """Remove an environment, or a folder of them, so that no one takes what is left for a whole one.

    It is renamed first, unless its name is a hidden one; a folder of an overlay's lower layer, which cannot
    be, loses what makes it an environment first. Raises OSError where something stays.
    """
    try:
        folder = folder if is_hidden(folder) else set_aside(folder)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        for history in (folder / "conda-meta" / "history", *folder.glob("*/conda-meta/history")):
            history.unlink(missing_ok=True)
    remove_tree(folder)


def set_aside(folder: Path) -> Path:
    """Rename a folder to a name beside it that no one looks for, and return that."""
    aside = hidden_sibling(folder)
    folder.rename(aside)
    return aside


def remove_tree(folder: Path) -> None:
    """Remove a folder and what is in it, read-only folders included; nothing outside it is touched.

    Raises OSError where something stays.
    """
    if folder.is_symlink():
        folder.unlink()
        return
    for attempt in range(_ATTEMPTS):
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            if not folder.exists():
                return
        except OSError:
            # A read-only folder, or the last worker of a cancelled installation that still adds a file.
            if attempt == _ATTEMPTS - 1:
                raise
            for path, _, _ in os.walk(folder):
                Path(path).chmod(0o700)
        else:
            return
