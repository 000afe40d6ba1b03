"""What conda says of a failure, as envctl's errors, with the embedded engine's codes.

conda tells its kinds of failure by the class of the exception in its JSON (conda/exceptions.py); its words
are shown, and asked only for what has no class of its own.
"""

from __future__ import annotations

import re

from envctl.credentials import scrub
from envctl.engines.conda_answer import CondaFailure
from envctl.engines.rattler_reason import shorten
from envctl.errors import AbsentError, EnvctlError, FailedError, UsageError

UNREACHABLE = {
    *("CondaHTTPError", "UnavailableInvalidChannel", "CondaSSLError", "ProxyError", "AuthenticationError"),
    *("ChannelError", "ChannelNotAllowed", "ChannelDenied", "OfflineError"),
}
"""Of channels, and of packages where they are fetched."""
_UNWRITABLE = {
    *("NotWritableError", "NoWritablePkgsDirError", "NoWritableEnvsDirError", "EnvironmentNotWritableError"),
    "PermissionError",
}
BAD_SPEC = re.compile(r"Invalid(?:Match|Version)?Spec\b|invalid package specification")
"""The classes; 26.7 fails to print them and names them only, 23.11 raises a `CondaValueError`."""
_TOO_LONG = {"PaddingError", "BinaryPrefixReplacementError"}
_ALTERED = {"SafetyError", "CondaVerificationError"}
_FULL = re.compile(r"No space left on device|Disk quota exceeded|\[Errno (?:28|122)\]")
NO_PREFIX = "Unable to create prefix directory"
_ADVICE = re.compile(
    r"\s*^(?:Elapsed: |An HTTP error occurred|You will need to adjust your conda).*", re.DOTALL | re.MULTILINE
)
"""What conda says behind what happened: of its own commands and files."""


def channel_unreachable(failure: CondaFailure) -> EnvctlError:
    """The error for a channel's index that cannot be had."""
    text = words(failure)
    if failure.kind == "UnavailableInvalidChannel" and not re.search(r"HTTP 40[13]\b", text):
        hint = "what is there is no conda channel; check its name or URL"
    elif failure.kind == "OfflineError":
        hint = "the caches do not hold its index; run once without --offline"
    else:
        elsewhere = "check its name and the network; -c CHANNEL --override-channels uses another"
        hint = _server_hint(text) or elsewhere
    return AbsentError("a channel cannot be reached", code="channel-unreachable", cause=text, hint=hint)


def install_failed(failure: CondaFailure) -> EnvctlError:
    """The error for packages that could not be fetched or linked."""
    text = words(failure)
    if failure.kind in UNREACHABLE or failure.kind == "PathNotFoundError":
        return FailedError(
            "a package could not be downloaded",
            code="download-failed",
            cause=text,
            hint=f"{_server_hint(text) or 'check the network and try again'}; what was fetched is kept",
        )
    if failure.kind in _ALTERED:
        return FailedError(
            "a package in conda's cache is not what its archive held",
            code="hash-mismatch",
            cause=text,
            hint="remove its folder from the cache and try again",
        )
    if failure.kind == "InvalidArchiveError" or "corrupt package tarball" in str(failure):
        return FailedError(
            "a package cannot be unpacked",
            code="damaged-package",
            cause=text,
            hint="nothing was installed; try again, and tell the channel's owner if it stays",
        )
    if failure.kind in _TOO_LONG:
        return FailedError(
            "the environment's path is too long for its binaries",
            code="path-too-long",
            cause=text,
            hint="give a shorter place; while it is built its folder's name is longer by some letters",
        )
    if failure.kind == "LinkError":
        return FailedError(
            "a package could not be linked, or its link script failed",
            code="link-script-failed" if "script failed" in failure.text else "install-failed",
            cause=text,
            hint="nothing was installed; without --link-scripts no script runs",
        )
    return failed(failure)


def failed(failure: CondaFailure) -> EnvctlError:
    """The error for what can happen to every call."""
    kind, text = failure.kind, words(failure)
    if kind == "NoSpaceLeftError" or _FULL.search(failure.text):
        hint = "free some space, or use another place"
        return FailedError("the disk is full", code="disk-full", cause=text, hint=hint)
    if kind == "ChecksumMismatchError":
        return FailedError(
            "a package is not what its channel says it is",
            code="hash-mismatch",
            cause=text,
            hint="nothing was installed; try again, and tell the channel's owner if it stays",
        )
    if kind in _UNWRITABLE or NO_PREFIX in failure.text:
        return FailedError(
            "conda cannot write where it has to",
            code="unwritable",
            cause=text,
            hint="check the owner and mode of the folder, or give another place",
        )
    if kind.startswith("CondaToS"):  # of the plugin conda-anaconda-tos
        return AbsentError(
            "the terms of service of a channel are not accepted",
            code="terms-of-service",
            cause=text,
            hint="accept them with `conda tos accept`, or use a channel without any, such as conda-forge",
        )
    if kind == "LockError":
        hint = "wait until it has ended"
        return AbsentError("another conda is at work in its cache", code="cache-busy", cause=text, hint=hint)
    if BAD_SPEC.search(f"{kind} {failure.text}"):
        return UsageError("conda cannot read a spec", code="bad-match-spec", cause=text)
    if kind == "CondaEnvException" and "Pip failed" in failure.text:
        return FailedError("pip failed", code="pip-failed", cause=shorten(scrub(str(failure))))
    return FailedError(
        f"conda failed{f' with {kind}' if kind else ''}",
        code="conda-failed",
        cause=text,
        hint="-v shows all that it said; --engine rattler does without conda",
    )


def _server_hint(text: str) -> str | None:
    """What to do about a server's answer, by its status."""
    if re.search(r"HTTP 40[13]\b", text):
        return "it wants credentials: in its URL, or in .netrc"
    if re.search(r"HTTP 404\b", text):
        return "it is not where its channel says; a lock may be older than what its channel keeps"
    return "its server has trouble; try again later" if re.search(r"HTTP 5\d\d\b", text) else None


def words(failure: CondaFailure) -> str:
    """What conda says, without credentials and cut to what matters."""
    return shorten(scrub(_ADVICE.sub("", failure.text)))
