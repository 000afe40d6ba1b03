"""The files in an environment that no package put there: what its users have added.

Bytecode is left out, which Python writes anew, and what conda and envctl themselves keep in `conda-meta`. A
package that was added by hand has a record like any other, and its files are not among these.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from envctl.errors import FailedError
from envctl.prefixes.dist_info import pip_entries, recorded_files
from envctl.prefixes.records import Record, path_below

_BOOKKEEPING = frozenset({"CACHEDIR.TAG", "conda-meta/history", "conda-meta/state"})
"""Beside the records. `CACHEDIR.TAG` is rattler's; `conda-meta/pinned` is the user's."""


def unowned_files(prefix: Path, records: Sequence[Record]) -> tuple[str, ...]:
    """The paths below the prefix, sorted and with `/`, of files and links that no package owns.

    `records` are conda's. Links are not followed; pipes and sockets, which end with their program, are left
    out. Raises `FailedError` (`unreadable-folder`) for a folder that cannot be looked into, and `InputError`
    where site-packages cannot be read.
    """
    root = os.path.abspath(prefix)  # noqa: PTH100  (the links in it are the user's)
    owned = {path for record in records for path in record.paths}
    own_folders = {"conda-meta/envctl"}
    for entry in pip_entries(prefix, records):
        path = Path(os.path.relpath(entry, root)).as_posix()
        (own_folders if entry.is_dir() else owned).add(path)
        with suppress(OSError, ValueError):  # without a RECORD nobody knows its files
            site = os.path.dirname(path)  # noqa: PTH120
            owned.update(it for file in recorded_files(entry) if (it := path_below(root, site, file.path)))
    return tuple(sorted(path for path in _unowned(root, owned, own_folders) if not _is_bookkeeping(path)))


def _is_bookkeeping(path: str) -> bool:
    """Whether conda, envctl or Python keeps such a file for itself."""
    is_record = path.startswith("conda-meta/") and path.endswith(".json") and path.count("/") == 1
    return path.endswith(".pyc") or path in _BOOKKEEPING or is_record


def _unowned(root: str, owned: set[str], own_folders: set[str]) -> Iterator[str]:
    """The files and links below a folder that are not owned, nor in a folder of which all is.

    A package may own a folder that is empty in it, and what others put there is theirs.
    """
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(f"{root}/{folder}") as entries:
                for entry in entries:
                    path = folder + entry.name
                    if entry.is_dir(follow_symlinks=False):
                        if entry.name != "__pycache__" and path not in own_folders:
                            waiting.append(f"{path}/")
                    elif path not in owned and (entry.is_file(follow_symlinks=False) or entry.is_symlink()):
                        yield path
        except FileNotFoundError:  # taken away by who uses it
            continue
        except OSError as error:
            raise FailedError(
                f"cannot look into {root}/{folder}",
                code="unreadable-folder",
                cause=error.strerror,
                hint="nothing was changed; what is in it would be lost: see to its owner and its mode",
            ) from error
