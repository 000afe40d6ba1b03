"""One folder put where another stands, so that whoever looks finds the one or the other.

Where the system can, the two change names in one step. Overlay and network file systems cannot, and an
overlay cannot even rename a folder of a lower layer (EXDEV; Linux, Documentation/filesystems/overlayfs.rst,
"renaming directories"): then the old one is taken away first. What is being done is written down beside the
place before, so a run that is killed in between is brought to its end by the next.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from envctl.fsys import exchange
from envctl.prefixes.generations import number_in
from envctl.prefixes.hidden import hidden, hidden_sibling
from envctl.prefixes.place import is_environment
from envctl.prefixes.removal import remove_environment


@dataclass(frozen=True, kw_only=True, slots=True)
class Swap:
    """What is to happen at a place."""

    new: Path
    """The folder to put there, on the same file system; its number is written in it."""
    final: Path
    """The place, at which an environment is."""
    kept: Path | None
    """Where what stands there goes; None where it goes away."""


def swap(what: Swap) -> None:
    """Put the new folder at its place. Raises OSError; the place then has the old one or the new one, or what
    has happened so far is written down for `finish_swap`."""
    shutil.copymode(what.final, what.new)
    if what.kept is not None and what.kept.exists():  # it was copied, and is the current one since
        remove_environment(what.kept)
    _write_note(what)
    try:
        if exchange(what.new, what.final):
            _put_away_or_back(what)
        else:
            _replace(what)
    except OSError:
        _forget_unchanged(what)
        raise
    forget_swap(what.final)


def finish_swap(final: Path) -> None:
    """Bring to its end what a killed run has begun at a place; its lock must be held.

    Raises OSError; where nothing has changed yet, it is then given up, and the old one stays.
    """
    note = _note(final)
    try:
        text = json.loads(note.read_text(encoding="utf-8"))
        new, number = final.parent / text["new"], int(text["number"])
        kept = final.parent / text["kept"] if text["kept"] else None
    except FileNotFoundError:
        return
    except (ValueError, LookupError, TypeError):
        note.unlink()
        return
    if new.exists():
        what = Swap(new=new, final=final, kept=kept)
        try:
            if number_in(final) == number:
                _put_away(new, kept)
            else:
                _replace(what)
        except OSError:
            _forget_unchanged(what)
            raise
    note.unlink()


def forget_swap(final: Path) -> None:
    """Let nobody bring to its end what was begun at a place."""
    _note(final).unlink(missing_ok=True)


def _forget_unchanged(what: Swap) -> None:
    if is_environment(what.final) and number_in(what.final) != number_in(what.new):
        forget_swap(what.final)


def unfinished(final: Path) -> bool:
    """Whether a killed run has left a swap at this place."""
    return _note(final).is_file()


def _note(final: Path) -> Path:
    return hidden(final, "-swap")


def _write_note(what: Swap) -> None:
    """Paths are relative to the place's folder, which may be mounted elsewhere the next time."""
    new, kept = (path and os.path.relpath(path, what.final.parent) for path in (what.new, what.kept))
    being_written = hidden_sibling(what.final)
    with being_written.open("w", encoding="utf-8") as stream:
        json.dump({"new": new, "number": number_in(what.new), "kept": kept}, stream)
        stream.flush()
        os.fsync(stream.fileno())
    being_written.replace(_note(what.final))


def _put_away_or_back(what: Swap) -> None:
    try:
        _put_away(what.new, what.kept)
    except OSError:
        exchange(what.new, what.final)
        raise


def _put_away(old: Path, kept: Path | None) -> None:
    if kept is None:
        with suppress(OSError):  # it is out of the way
            remove_environment(old)
        return
    kept.parent.mkdir(exist_ok=True)
    old.rename(kept)


def _replace(what: Swap) -> None:
    """Put the new one there after the old one is taken away; a copy of it where it cannot be renamed, as one
    of an overlay's lower layer that is gone back to."""
    try:
        what.new.rename(what.final)  # which nothing stands in the way of where a killed run came so far
    except OSError as error:
        if error.errno == errno.EXDEV:
            copy = hidden_sibling(what.final)
            shutil.copytree(what.new, copy, symlinks=True)
            copied = replace(what, new=copy)
            _write_note(copied)
            _replace(copied)
            with suppress(OSError):  # its number is the current one's: nobody sees it
                remove_environment(what.new)
        elif error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            _take_away(what)
            what.new.rename(what.final)
        else:
            raise


def _take_away(what: Swap) -> None:
    """Make the place free: by a rename, or else by a copy of what is to be kept, and its removal."""
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
