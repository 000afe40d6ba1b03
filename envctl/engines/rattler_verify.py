"""Hashes that rattler leaves unchecked: of local archives, and of what is cached and known by MD5 alone."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from rattler import RepoDataRecord

from envctl.credentials import scrub
from envctl.engines.rattler_explain import install_failed
from envctl.engines.rattler_sizes import local_file
from envctl.errors import FailedError
from envctl.fsys import hash_file, write_atomic


def verify_local(record: RepoDataRecord) -> None:
    """Check a local archive against its channel's hash, where the channel gives one.

    Raises `FailedError` (`hash-mismatch`, `download-failed`).
    """
    file = local_file(record.url)
    if file is None:
        return
    wanted, algorithm = (record.sha256, "sha256") if record.sha256 else (record.md5, "md5")
    try:
        found = hash_file(file, algorithm) if wanted else None
    except OSError as error:
        raise FailedError(
            f"the package {record.file_name} cannot be read",
            code="download-failed",
            cause=str(error),
            hint="index the channel again",
        ) from error
    if found != wanted:
        raise install_failed(f"hash mismatch: {scrub(record.url)} is not what the channel's index says")


def forget_unproven(records: Iterable[RepoDataRecord], packages: Path) -> None:
    """Take packages out of the cache that nothing shows to have the MD5 that a record wants.

    rattler's cache knows a package's SHA-256 only; `note_hashes` writes the MD5 beside it. Raises OSError.
    """
    for record in records:
        folder = packages / _stem(record)
        if record.sha256 is None and record.md5 is not None and folder.is_dir():
            if _noted(folder) == record.md5.hex():
                continue
            aside = packages / f".{folder.name}.{secrets.token_hex(4)}"
            folder.rename(aside)
            shutil.rmtree(aside)


def note_hashes(records: Iterable[RepoDataRecord], packages: Path) -> None:
    """Write down the MD5 of what was installed, which was checked by one of its hashes. Raises OSError."""
    for record in records:
        folder = packages / _stem(record)
        md5 = record.md5.hex() if record.md5 is not None else ""
        if _noted(folder) != md5:
            write_atomic(_note(folder), md5)


def _noted(folder: Path) -> str:
    with suppress(OSError):
        return _note(folder).read_text(encoding="ascii")
    return ""


def _note(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.md5")


def _stem(record: RepoDataRecord) -> str:
    return record.file_name.removesuffix(".conda").removesuffix(".tar.bz2")
