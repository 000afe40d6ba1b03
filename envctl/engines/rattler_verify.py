"""The hash of a local archive, which rattler leaves unchecked: it checks only what it downloads."""

from __future__ import annotations

from rattler import RepoDataRecord

from envctl.credentials import scrub
from envctl.engines.rattler_explain import install_failed
from envctl.engines.rattler_sizes import local_file
from envctl.errors import FailedError
from envctl.fsys import hash_file


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
