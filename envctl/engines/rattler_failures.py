"""Channels out of reach and installations that failed, as envctl's errors."""

from __future__ import annotations

import re
from pathlib import Path

from envctl.engines.rattler_explain import PUBLIC, channel_word
from envctl.engines.rattler_reason import is_damaged, is_no_index, network_hint, reason, shorten
from envctl.errors import AbsentError, EnvctlError, FailedError

_FULL = re.compile(r"no space left|os error (?:28|122)\b")
_FETCHED = re.compile(r"failed to fetch (\S+)")


def channel_unreachable(text: str, *, channel: str | None = None) -> EnvctlError:
    """The error for a channel index that cannot be had; `channel` is its URL, where that is known."""
    cause, lowered = shorten(reason(text)), text.lower()
    word = channel_word(channel) if channel else ""
    if _FULL.search(lowered):
        return _disk_full(cause)
    if channel and channel.startswith(PUBLIC) and "/" in word and Path(word).is_dir():
        hint = f"a folder is given as ./{word}"
    elif "no usable repodata cache" in lowered or "force-cache-only" in lowered:
        hint = "the caches do not hold its index; run once without --offline"
    elif "could not find subdir" in lowered:
        hint = "no channel is there; check its name"
    elif is_no_index(text):
        hint = "what answered there is no conda channel; check its URL, or try again later"
    else:
        hint = network_hint(text) or "check its name; -c CHANNEL --override-channels uses another"
    return AbsentError(
        f"a channel cannot be reached{f': {word}' if word else ''}",
        code="channel-unreachable",
        cause=cause,
        hint=hint,
    )


def install_failed(text: str) -> EnvctlError:
    """The error for packages that could not be fetched or linked."""
    cause, lowered = shorten(reason(text)), text.lower()
    found = _FETCHED.match(text)
    which = f": {found[1]}" if found else ""
    if _FULL.search(lowered):
        return _disk_full(cause)
    if "hash" in lowered and "mismatch" in lowered:
        return FailedError(
            f"a package is not what its channel or the lock says{which}",
            code="hash-mismatch",
            cause=cause,
            hint="nothing was installed; try again; if it stays, lock anew, or tell the channel's owner",
        )
    if found and is_damaged(text):
        return FailedError(
            f"a package cannot be unpacked{which}",
            code="damaged-package",
            cause=cause,
            hint="nothing was installed; try again, and tell the channel's owner if it stays",
        )
    if "404" in text and "http status" in lowered:
        return FailedError(
            f"a package is not where its channel says it is{which}",
            code="download-failed",
            cause=cause,
            hint="try again later, or with another version; a lock may be older than what its channel keeps",
        )
    if found or any(word in lowered for word in ("error sending request", "http status", "download")):
        return FailedError(
            f"a package could not be downloaded{which}",
            code="download-failed",
            cause=cause,
            hint=f"{network_hint(text) or 'check the network and try again'}; what was fetched is kept",
        )
    if "no eligible writable layers" in lowered:
        return FailedError(
            "the package cache cannot be written",
            code="unwritable",
            cause=cause,
            hint="check its owner and mode, or use another: pkgs_dirs in a .condarc, or ENVCTL_ROOT",
        )
    if "longer than the placeholder" in lowered:
        return FailedError(
            "the prefix is too long for packages with binary files",
            code="path-too-long",
            cause=cause,
            hint="give a shorter path: conda packages have room for at most 255 bytes",
        )
    return FailedError(
        "the packages could not be installed",
        code="install-failed",
        cause=cause,
        hint="nothing was left behind; -v shows more",
    )


def _disk_full(cause: str) -> EnvctlError:
    return FailedError(
        "the disk is full", code="disk-full", cause=cause, hint="free some space, or use another place"
    )
