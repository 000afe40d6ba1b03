"""The hashes of local archives, which neither rattler nor conda compares."""

from __future__ import annotations

from envctl.credentials import scrub
from envctl.errors import FailedError
from envctl.fsys import hash_file, local_file


def verify_local(url: str, *, sha256: str | None, md5: str | None) -> None:
    """Check a local archive against the hashes that are told of it; an archive elsewhere is passed over.

    Raises `FailedError` (`hash-mismatch`, `download-failed`).
    """
    file = local_file(url)
    if file is None:
        return
    told = {"sha256": sha256, "md5": md5}
    try:
        found = {algorithm: hash_file(file, algorithm).hex() for algorithm, digest in told.items() if digest}
    except OSError as error:
        raise FailedError(
            f"the package {file.name} cannot be read",
            code="download-failed",
            cause=str(error),
            hint="index the channel again",
        ) from error
    for algorithm, digest in found.items():
        if digest != told[algorithm]:
            raise FailedError(
                "a package is not what its channel or the lock says",
                code="hash-mismatch",
                cause=f"{scrub(url)}\nhas the {algorithm}  {digest}\ninstead of  {told[algorithm]}",
                hint="nothing was installed; index the channel again, or lock anew, if the package is right",
            )
