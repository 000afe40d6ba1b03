"""Files written whole or not at all, their hashes, and what the system says when it refuses."""

from __future__ import annotations

import errno
import os
import re
import shutil
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from envctl.errors import FailedError

_NO_ROOM_BYTES = 1 << 16
_UNKNOWN = frozenset({errno.ENOSYS, errno.EINVAL, errno.EPERM, errno.ENOTSUP})
"""How a kernel, a sandbox's filter of system calls or a file system says that it knows no such call."""


def write_atomic(path: Path, data: str | bytes) -> None:
    """Write a file in one step: a reader sees the old content or the new, never a part.

    The folder is made where it is missing. A file that exists keeps its mode. Text is written as
    UTF-8 with the line ends it has. Links are followed; a device or a pipe is written to, not replaced.

    Raises OSError as the system gives it; the old file is then untouched.
    """
    content = data.encode() if isinstance(data, str) else data
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    import tempfile

    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(path.stat().st_mode & 0o7777 if path.exists() else 0o666 & ~_umask())
        Path(temporary).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise


def exchange(one: Path, other: Path) -> bool:
    """Swap the names of two folders in one step; False where the system cannot, and nothing has changed.

    Linux's renameat2(2) with RENAME_EXCHANGE; overlay and network file systems may refuse it.
    """
    import ctypes

    at_working_folder, rename_exchange = -100, 2
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):  # another system
        return False
    first, second = os.fsencode(one), os.fsencode(other)
    return bool(rename(at_working_folder, first, at_working_folder, second, rename_exchange) == 0)


def flush(folder: Path) -> None:
    """Have the disk hold what is in a folder before a name points to it: after a loss of power a file system
    may know the name and not the content.

    Linux's syncfs(2), one call for all of the file system, where an fsync of each file would be thousands;
    where there is none nothing is done. Raises OSError where the disk cannot take it.
    """
    import ctypes

    try:
        syncfs = ctypes.CDLL(None, use_errno=True).syncfs
    except (AttributeError, OSError, TypeError):  # another system
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if syncfs(descriptor) != 0 and (number := ctypes.get_errno()) not in _UNKNOWN:
            raise OSError(number, os.strerror(number), str(folder))
    finally:
        os.close(descriptor)


def expand(path: str | Path) -> Path:
    """A path with `~` replaced by the home it stands for, where there is one."""
    try:
        return Path(path).expanduser()
    except RuntimeError:  # no such user, or no home
        return Path(path)


def local_file(url: str) -> Path | None:
    """The path of a `file://` URL, None for any other."""
    parts = urlsplit(url)
    if parts.scheme != "file":
        return None
    if os.name == "nt":
        from urllib.request import url2pathname  # brings HTTP and TLS along, which takes longer than a solve

        return Path(url2pathname(parts.path))
    return Path(unquote(parts.path))


def unwritable(path: Path, error: OSError) -> FailedError:
    """The system's refusal to write at a path, as an error with what to do next."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FailedError(
            "the disk is full",
            code="disk-full",
            cause=f"{error.strerror or error}: {path}",
            hint="free some space, or use another place",
        )
    return FailedError(
        f"cannot write {path}",
        code="unwritable",
        cause=error.strerror or str(error),
        hint="check the owner and mode of the folder, or give another place",
    )


def told_full(error: FailedError, *folders: Path) -> FailedError:
    """The same error, or that the disk is full where it says so or one of the folders has no room left.

    Programs whose own files cannot be written may say nothing of it.
    """
    told = re.search(r"[Nn]o space left|[Qq]uota exceeded|os error (?:28|122)\b", error.cause or "")
    if error.code == "disk-full" or not (told or any(map(_has_no_room, folders))):
        return error
    return FailedError(
        "the disk is full",
        code="disk-full",
        cause=error.cause or error.message,
        hint="free some space, or use another place",
    )


def _has_no_room(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _NO_ROOM_BYTES
    except OSError:
        return False


def hash_file(path: Path, algorithm: str) -> bytes:
    """The digest of a file, read in pieces. Raises OSError."""
    import hashlib

    digest = hashlib.new(algorithm)
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.digest()


def _umask() -> int:
    """The process's umask; the system gives it only in exchange for another."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
