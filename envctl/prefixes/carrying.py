"""What people put into an environment, taken along into the generation that follows it."""

from __future__ import annotations

import filecmp
import os
import shutil
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from envctl.errors import FailedError

_COPIED_BYTES = 1 << 20
"""What is no larger is copied. A larger file, such as a model, is one file with two names."""


def carry_over(paths: Sequence[str], *, old: Path, build: Path, final: Path) -> tuple[str, ...]:
    """Put the files and links at these paths below `old` into `build`, which is to stand at `final`.

    Mode, times and, where that is allowed, the owner stay. A link into the old generation leads into the new
    one, any other stays as it is, and none is followed; a file's content is not changed. A path that the new
    generation has already stays as it has it.

    Returns the paths that are left out: where the new generation has something else, or a file or a link in
    place of a folder. Raises `FailedError` (`not-carried-over`) where one cannot be read or written.
    """
    carriage = _Carriage(old, build, final)
    try:
        left_out = tuple(path for path in paths if not carriage.takes(path))
        carriage.finish_folders()
    except OSError as error:
        raise FailedError(
            "a file that no package owns cannot be taken along",
            code="not-carried-over",
            cause=f"{error.filename}: {error.strerror}" if error.filename else str(error),
            hint="nothing was changed; see to its owner and its mode, or move it out of the environment",
        ) from error
    return left_out


class _Carriage:
    def __init__(self, old: Path, build: Path, final: Path) -> None:
        self._old, self._build, self._final = str(old), str(build), str(final)
        # a generation's path as envctl writes it, and with the links above it followed
        self._old_paths = (self._old, str(final.parent / old.name))
        self._is_folder = {"": True}
        self._made: list[str] = []

    def takes(self, path: str) -> bool:
        """Put one there; False where the new generation has something else. Raises OSError."""
        source, target = f"{self._old}/{path}", f"{self._build}/{path}"
        if not self._folder(path.rpartition("/")[0]):
            return False
        try:
            if os.path.lexists(target):
                return self._is_same(source, target)
            self._put(source, target)
        except FileNotFoundError:  # taken away by who uses it
            pass
        return True

    def finish_folders(self) -> None:
        """Make the new folders as open as the old ones are, and no more writable."""
        for folder in reversed(self._made):
            source, target = f"{self._old}/{folder}", f"{self._build}/{folder}"
            _keep_owner(os.lstat(source), target)
            shutil.copystat(source, target)

    def _folder(self, folder: str) -> bool:
        """Whether it is one in the new generation, or can be."""
        if folder not in self._is_folder:
            self._is_folder[folder] = self._folder(folder.rpartition("/")[0]) and self._make(folder)
        return self._is_folder[folder]

    def _make(self, folder: str) -> bool:
        target = Path(self._build, folder)
        with suppress(FileNotFoundError):
            return stat.S_ISDIR(target.lstat().st_mode)
        target.mkdir(mode=0o700)
        self._made.append(folder)
        return True

    def _is_same(self, source: str, target: str) -> bool:
        links = [os.path.islink(path) for path in (source, target)]  # noqa: PTH114
        if any(links):
            return all(links) and self._target_of(source) == os.readlink(target)  # noqa: PTH115
        return os.path.isfile(target) and filecmp.cmp(source, target, shallow=False)  # noqa: PTH113

    def _put(self, source: str, target: str) -> None:
        state = os.lstat(source)
        if stat.S_ISLNK(state.st_mode):
            os.symlink(self._target_of(source), target)  # noqa: PTH211
        elif state.st_size <= _COPIED_BYTES or not _hard_linked(source, target):
            shutil.copy2(source, target, follow_symlinks=False)
        else:
            return
        _keep_owner(state, target)

    def _target_of(self, link: str) -> str:
        target = os.readlink(link)  # noqa: PTH115
        for old in self._old_paths:
            if target == old or target.startswith(f"{old}/"):
                return self._final + target[len(old) :]
        return target


def _hard_linked(source: str, target: str) -> bool:
    """False across file systems, and where the system lets only a file's owner link it."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        return False
    return True


def _keep_owner(state: os.stat_result, target: str) -> None:
    with suppress(PermissionError, AttributeError):  # only root may give a file away; Windows has no chown
        os.chown(target, state.st_uid, state.st_gid, follow_symlinks=False)
