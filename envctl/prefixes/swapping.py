"""One folder put where another stands, so that whoever looks finds the one or the other.

Where the system can, the two change names in one step. Overlay and network file systems cannot, and an
overlay cannot even rename a folder of a lower layer (EXDEV; Linux, Documentation/filesystems/overlayfs.rst,
"renaming directories"): then the old one is taken away first. What is being done is written down beside the
place before, so a run that is killed in between is brought to its end by the next.
"""

from __future__ import annotations

import errno
import json
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from envctl.fsys import exchange
from envctl.prefixes.generations import number_in
from envctl.prefixes.hidden import hidden, hidden_sibling
from envctl.prefixes.removal import remove_environment


@dataclass(frozen=True, kw_only=True, slots=True)
class Swap:
    """What is to happen at a place."""

    new: Path
    """The folder to put there, on the same file system."""
    final: Path
    """The place."""
    kept: Path | None
    """Where what stands there goes; None where it goes away."""


def swap(what: Swap) -> None:
    """Put the new folder at its place. Raises OSError; the place then has the old one or the new one, or what
    has happened so far is written down for `finish_swap`."""
    shutil.copymode(what.final, what.new)
    note, being_written = _note(what.final), hidden_sibling(what.final)
    kept = str(what.kept) if what.kept else None
    being_written.write_text(json.dumps({"new": str(what.new), "number": number_in(what.new), "kept": kept}))
    being_written.replace(note)
    if exchange(what.new, what.final):
        _put_away(what.new, what.kept)
    else:
        _take_away(what)
        what.new.rename(what.final)
    note.unlink()


def finish_swap(final: Path) -> None:
    """Bring to its end what a killed run has begun at a place; its lock must be held. Raises OSError."""
    note = _note(final)
    try:
        text = json.loads(note.read_text(encoding="utf-8"))
        new, number = Path(text["new"]), int(text["number"])
        kept = Path(text["kept"]) if text["kept"] else None
    except FileNotFoundError:
        return
    except (ValueError, LookupError, TypeError):
        note.unlink()
        return
    if new.exists():
        if final.exists() and number_in(final) == number:
            _put_away(new, kept)
        else:
            _take_away(Swap(new=new, final=final, kept=kept))
            new.rename(final)
    note.unlink()


def unfinished(final: Path) -> bool:
    """Whether a killed run has left a swap at this place."""
    return _note(final).is_file()


def _note(final: Path) -> Path:
    return hidden(final, "-swap")


def _put_away(old: Path, kept: Path | None) -> None:
    if kept is None:
        remove_environment(old)
        return
    kept.parent.mkdir(exist_ok=True)
    if kept.exists():  # a copy that was cut off
        remove_environment(kept)
    old.rename(kept)


def _take_away(what: Swap) -> None:
    """Make the place free: by a rename, or else by a copy of what is to be kept, and its removal."""
    if not what.final.exists():
        return
    aside = what.kept or hidden_sibling(what.final)
    aside.parent.mkdir(exist_ok=True)
    if aside.exists():  # it was copied, and its removal cut off
        remove_environment(what.final)
        return
    try:
        what.final.rename(aside)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        if what.kept is not None:
            copy = hidden_sibling(what.final)
            shutil.copytree(what.final, copy, symlinks=True)
            copy.rename(aside)
        remove_environment(what.final)
        return
    if what.kept is None:
        with suppress(OSError):  # it is out of the way
            remove_environment(aside)
