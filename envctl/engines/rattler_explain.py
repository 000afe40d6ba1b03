"""rattler's failures as envctl's errors: what happened, why in a few lines, what to do next."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

from envctl.credentials import scrub
from envctl.errors import AbsentError, EnvctlError, FailedError

_MAX_LINES = 14
_MISSING = re.compile(r"No candidates were found for (?P<spec>[^\n]+?)\.?\s*$", re.MULTILINE)
_CUDA = re.compile(r"__cuda\b")
_SYSTEM = re.compile(r"__(?:glibc|linux|osx|archspec|win)\b")


def unsatisfiable(
    text: str, *, conflict: Sequence[str], channels: Sequence[str], known: Iterable[str] = ()
) -> EnvctlError:
    """The error for a solve without a solution.

    `text` is the solver's explanation, `conflict` a smallest set of requests that cannot hold together,
    `known` the channels' package names, to find what was meant by a name that they lack.
    """
    searched = ", ".join(map(scrub, channels)) or "no channel"
    missing = [match["spec"] for match in _MISSING.finditer(text)]
    names = set(known)
    absent = [spec for spec in missing if names and spec.split()[0] not in names]
    if absent:
        name = absent[0].split()[0].split("::")[-1]
        near = difflib.get_close_matches(name, names, n=3)
        return FailedError(
            f"no channel has a package {name!r}",
            code="package-not-found",
            cause=f"sought in {searched}",
            hint=f"did you mean {', '.join(near)}?" if near else "add its channel with -c CHANNEL",
        )
    requests = " and ".join(conflict)
    return FailedError(
        f"cannot be installed together: {requests}"
        if len(conflict) > 1
        else f"cannot be installed: {requests}",
        code="unsatisfiable",
        cause=f"{shorten(_bare(text))}\nsought in {searched}",
        hint=_hint(text, single=len(conflict) == 1),
    )


def channel_unreachable(text: str) -> EnvctlError:
    """The error for a channel index that cannot be had."""
    offline = "cache" in text.lower() and "offline" in text.lower()
    return AbsentError(
        "a channel cannot be reached",
        code="channel-unreachable",
        cause=shorten(scrub(text)),
        hint="the channel index is not in the cache; run once without --offline"
        if offline
        else "check its name and the network; -c CHANNEL --override-channels uses another",
    )


def install_failed(text: str) -> EnvctlError:
    """The error for packages that could not be fetched or linked."""
    cause = shorten(scrub(text))
    lowered = text.lower()
    if "no space left" in lowered or "os error 28" in lowered or "os error 122" in lowered:
        return FailedError(
            "the disk is full", code="disk-full", cause=cause, hint="free some space, or use another place"
        )
    if "hash" in lowered and "mismatch" in lowered:
        return FailedError(
            "a package is not what its channel says it is",
            code="hash-mismatch",
            cause=cause,
            hint="nothing was installed; try again, and tell the channel's owner if it stays",
        )
    if any(word in lowered for word in ("error sending request", "http status", "fetch", "download")):
        return FailedError(
            "a package could not be downloaded",
            code="download-failed",
            cause=cause,
            hint="check the network and try again; what was fetched is kept",
        )
    return FailedError(
        "the packages could not be installed",
        code="install-failed",
        cause=cause,
        hint="nothing was left behind; -v shows more",
    )


def shorten(text: str) -> str:
    """The lines that matter, at most fourteen, each once, of a length that a terminal shows."""
    lines: dict[str, None] = {}
    for line in text.splitlines():
        if line.strip():
            lines[line.rstrip() if len(line) < 200 else line[:197] + "…"] = None
    kept = list(lines)
    if len(kept) > _MAX_LINES:
        kept = [*kept[:_MAX_LINES], f"… {len(kept) - _MAX_LINES} more lines"]
    return "\n".join(kept)


def _bare(text: str) -> str:
    return scrub(text).removeprefix("Cannot solve the request because of: ").strip()


def _hint(text: str, *, single: bool) -> str:
    if _CUDA.search(text):
        return (
            "no NVIDIA driver is seen here, or too old a one; --cuda VERSION builds for a machine that has it"
        )
    if _SYSTEM.search(text):
        return "this machine's system is too old for it; ask for an older version"
    return "ask for another version, or add a channel with -c" if single else "relax one of these requests"
