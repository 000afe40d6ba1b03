"""The hashes of local archives, which rattler leaves unchecked."""

from __future__ import annotations

from rattler import RepoDataRecord

from envctl.credentials import scrub
from envctl.engines.rattler_failures import install_failed
from envctl.errors import FailedError
from envctl.fsys import hash_file, local_file


def verify_local(record: RepoDataRecord) -> None:
    """Check a local archive against every hash that its record has.

    Raises `FailedError` (`hash-mismatch`, `download-failed`).
    """
    file = local_file(record.url)
    if file is None:
        return
    told = {"sha256": record.sha256, "md5": record.md5}
    hashes = {algorithm: wanted for algorithm, wanted in told.items() if wanted}
    try:
        found = {algorithm: hash_file(file, algorithm) for algorithm in hashes}
    except OSError as error:
        raise FailedError(
            f"the package {record.file_name} cannot be read",
            code="download-failed",
            cause=str(error),
            hint="index the channel again",
        ) from error
    for algorithm, digest in found.items():
        if digest != (wanted := hashes[algorithm]):
            instead = f"has the {algorithm}  {digest.hex()}\ninstead of  {wanted.hex()}"
            raise install_failed(f"hash mismatch: {scrub(record.url)}\n{instead}")
