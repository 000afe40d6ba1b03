"""Taking an environment away: first what people see, in one step, then its files."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

from envctl.prefixes.place import Place

_ATTEMPTS = 3


def remove_place(place: Place) -> None:
    """Remove an environment, all of its generations included. Raises OSError where something stays."""
    # A `-p` folder may have been named through a link of the user's: the environment goes, and the link.
    folders = [place.prefix.resolve()] if place.generations is None else [place.prefix, place.generations]
    if place.prefix.is_symlink():
        place.prefix.unlink()
    for folder in folders:
        if folder.is_dir():
            aside = set_aside(folder)
            remove_tree(aside)


def set_aside(folder: Path) -> Path:
    """Rename a folder to a name beside it that no one looks for, and return that."""
    aside = hidden_sibling(folder)
    folder.rename(aside)
    return aside


def hidden_sibling(path: Path) -> Path:
    """A new hidden name beside a path; what is left of a killed run is known by it."""
    return path.parent / f".{path.name}.envctl-{secrets.token_hex(4)}"


def remove_tree(folder: Path) -> None:
    """Remove a folder and what is in it, read-only folders included; nothing outside it is touched.

    Raises OSError where something stays.
    """
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
