"""Build beside the place, then put in place in one step.

An environment is built in a folder next to where it will stand, with its final path already in its
files. Until the last step nothing at the place has changed; if anything goes wrong before it, the
folder is removed and the place is as it was.

A named environment is a link to a generation folder: `generations/NAME/2` is renamed from its staging
folder and the link is swapped. The files of a generation name the generation's own path, so that a
process keeps using the generation it was started from. A `-p` prefix is renamed into place.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from envctl.errors import AbsentError, FailedError, RefusedError
from envctl.prefixes.place import Place
from envctl.prefixes.root import Root


@dataclass(frozen=True, kw_only=True, slots=True)
class Staging:
    """A build on its way."""

    build: Path
    """The folder to build in."""
    final: Path
    """The path to write into files."""


def refuse_occupied(place: Place, *, replace: bool) -> None:
    """Say no when something stands at the place that may not be replaced.

    Raises `RefusedError`; only a conda environment is ever replaced, and only when asked for.
    """
    if not place.occupied:
        return
    if not place.is_environment and not (place.name and place.prefix.is_symlink()):
        raise RefusedError(
            f"{place.prefix} exists and is no environment",
            code="not-an-environment",
            cause="it has no conda-meta/history; envctl replaces only environments",
            hint="choose another place, or move what is there",
        )
    if not replace:
        raise RefusedError(
            f"the environment {place.label} exists already",
            code="environment-exists",
            cause=f"{place.prefix}",
            hint="give another -n NAME or -p DIR, or --replace to build it anew",
        )


@contextmanager
def staged(place: Place) -> Iterator[Staging]:
    """A staging folder for the place, put in place when the block ends well and removed when it does not.

    Raises `FailedError` (`prefix-unwritable`) when the folder cannot be made or put in place.
    """
    final = place.prefix if place.generations is None else place.generations / str(_next(place.generations))
    build = final.parent / f".{final.name}.envctl-{secrets.token_hex(4)}"
    made = _missing_parents(build)
    try:
        try:
            build.mkdir(parents=True)
            yield Staging(build=build, final=final)
            _put_in_place(place, build, final)
        except OSError as error:
            raise unwritable(place.prefix, error) from error
    finally:
        if build.exists():
            remove_tree(build)
        for folder in made:
            with suppress(OSError):  # not empty: the environment, or something else, is there now
                folder.rmdir()


def unwritable(path: Path, error: OSError) -> FailedError:
    """The system's refusal to write at a path, as an error with what to do next."""
    import errno

    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FailedError(
            "the disk is full",
            code="disk-full",
            cause=str(error),
            hint="free some space, or use another place",
        )
    return FailedError(
        f"cannot write {path}",
        code="prefix-unwritable",
        cause=str(error),
        hint="check the folder's owner and mode, or give another place with -p DIR or ENVCTL_ROOT",
    )


@contextmanager
def locked(root: Root, place: Place) -> Iterator[None]:
    """Keep other envctl runs off this environment. Raises `AbsentError` (`environment-busy`) at once."""
    import hashlib

    from filelock import FileLock, Timeout

    key = place.name or hashlib.sha256(os.fsencode(place.prefix)).hexdigest()[:16]
    try:
        root.locks.mkdir(parents=True, exist_ok=True)
        lock = FileLock(root.locks / f"{key}.lock")
        lock.acquire(timeout=0)
    except Timeout as error:
        raise AbsentError(
            f"another envctl run is changing {place.label}",
            code="environment-busy",
            hint="wait for it to end, then try again",
        ) from error
    except OSError as error:
        raise unwritable(root.locks, error) from error
    try:
        yield
    finally:
        lock.release()


def remove_place(place: Place) -> None:
    """Remove an environment: first what people see, in one step, then its files."""
    # A `-p` folder may have been named through a link of the user's: the environment goes, and the link.
    folders = [place.prefix.resolve()] if place.generations is None else [place.prefix, place.generations]
    if place.prefix.is_symlink():
        place.prefix.unlink()
    for folder in folders:
        if folder.is_dir():
            aside = folder.parent / f".{folder.name}.envctl-{secrets.token_hex(4)}"
            folder.rename(aside)
            remove_tree(aside)


def remove_tree(folder: Path) -> None:
    """Remove a folder and what is in it, read-only folders and late writers included."""

    def unlock(_function: object, path: str, _error: object) -> None:
        with suppress(OSError):
            Path(path).parent.chmod(0o700)
            Path(path).unlink()

    for _attempt in range(3):  # a cancelled installation's last worker may still add a file
        shutil.rmtree(folder, onerror=unlock)
        if not folder.exists():
            return


def _next(generations: Path) -> int:
    numbers = [int(entry.name) for entry in generations.glob("*") if entry.name.isdigit()]
    return max(numbers, default=0) + 1


def _missing_parents(path: Path) -> list[Path]:
    """The folders above a path that do not exist yet, deepest first."""
    missing = []
    for parent in path.parents:
        if parent.exists():
            break
        missing.append(parent)
    return missing


def _put_in_place(place: Place, build: Path, final: Path) -> None:
    if place.generations is None:
        _swap_folder(build, final)
        return
    build.rename(final)
    before = place.prefix.resolve() if place.prefix.is_symlink() else None
    try:
        place.prefix.parent.mkdir(parents=True, exist_ok=True)
        link = place.prefix.parent / f".{place.prefix.name}.envctl-{secrets.token_hex(4)}"
        link.symlink_to(os.path.relpath(final, place.prefix.parent), target_is_directory=True)
        link.replace(place.prefix)
    except OSError:
        remove_tree(final)
        raise
    if before is not None and before.parent == final.parent and before.is_dir():
        remove_tree(before)


def _swap_folder(build: Path, final: Path) -> None:
    """Rename a built folder to its place; an environment that stood there comes back if that fails."""
    if not final.is_dir() or not any(final.iterdir()):
        build.rename(final)
        return
    aside = final.parent / f".{final.name}.envctl-{secrets.token_hex(4)}"
    final.rename(aside)
    try:
        build.rename(final)
    except BaseException:
        aside.rename(final)
        raise
    remove_tree(aside)
