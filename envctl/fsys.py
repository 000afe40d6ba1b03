"""Files written whole or not at all, and their hashes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path


def write_atomic(path: Path, data: str | bytes) -> None:
    """Write a file in one step: a reader sees the old content or the new, never a part.

    The folder is made where it is missing. A file that exists keeps its mode. Text is written as
    UTF-8 with the line ends it has. Links are followed; a device or a pipe is written to, not replaced.

    Raises OSError as the system gives it; the old file is then untouched.
    """
    content = data.encode() if isinstance(data, str) else data
    path = path.resolve()
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
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


def hash_file(path: Path, algorithm: str) -> bytes:
    """The digest of a file, read in pieces. Raises OSError."""
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
