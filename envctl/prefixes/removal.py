"""Taking an environment away: first what people see, in one step, then its files."""

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
    """Remove an environment, all of its generations included. Raises OSError where something stays."""
    # A `-p` folder may have been named through a link of the user's: the environment goes, and the link.
    folders = (
        {place.prefix.resolve(), kept_folder(place)} if place.generations is None else [kept_folder(place)]
    )
    if place.prefix.is_symlink():
        place.prefix.unlink()
    for folder in folders:
        if folder.is_dir():
            remove_environment(folder)


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
