"""rattler's chains of causes: cut to what they say, and what helps against a failing network."""

from __future__ import annotations

import os
import re

from envctl.credentials import scrub

_MAX_LINES = 14
_WRAPPING = re.compile(
    r"failed to interact with the package cache layer\.|error decoding response body"
    r"|request or response body error|error reading a body from connection|connection error"
    r"|client error \(\w+\)|tcp connect error|failed to fetch \S+"
)
"""Links that only say that there is a next one (rattler, reqwest and hyper each add their own)."""
_SHORTER = (
    (re.compile(r"HTTP status \w+ error \((\d+[^)]*)\) for url \((\S+)\)"), r"HTTP \1: \2"),
    (re.compile(r"error sending request for url \((\S+)\)"), r"no answer from \1"),
    (re.compile(r"error following redirect for url \((\S+)\)"), r"redirected from \1"),
    (re.compile(r"end of file before message length reached"), "the connection ended before the answer did"),
    (re.compile(r"(certificate expired): verification time .*"), r"\1"),
    (re.compile(r"UnknownIssuer"), "its issuer is not known"),
    (re.compile(r"hash mismatch when extracting (\S+) to .*: expected (\w+), got (\w+), .*"),
     r"\1\nhas the hash  \3\ninstead of    \2"),
    (re.compile(r"an io error occurred: "), ""),
)  # fmt: skip
_HTTP = re.compile(r"HTTP status \w+ error \((\d+)")
_DAMAGED = re.compile(
    r"bzip2: |zip archive|zip error|frame descriptor|no data was read from the package|stream did not contain"
    r"|invalid checksum|archive member|missing from the Conda archive|corrupt|numeric field was not a number",
    re.IGNORECASE,
)
_NO_INDEX = re.compile(
    r"failed to parse|failed to extract repodata|frame descriptor|zstd|bzip2: |invalid gzip|deserialize",
    re.IGNORECASE,
)
_REACHED_THROUGH = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")


def reason(text: str) -> str:
    """The chain's links that say something, each once and without credentials."""
    kept: list[str] = []
    for link in scrub(text).split("\nCaused by: "):
        said = link
        for pattern, words in _SHORTER:
            said = pattern.sub(words, said)
        if not _WRAPPING.fullmatch(said) and not (kept and said in kept[-1]):
            kept.append(said)
    return "\n".join(kept)


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


def is_damaged(text: str) -> bool:
    """Whether it tells of an archive that cannot be unpacked."""
    return bool(_DAMAGED.search(text))


def is_no_index(text: str) -> bool:
    """Whether it tells of an answer that is no index of a channel."""
    return bool(_NO_INDEX.search(text))


def network_hint(text: str) -> str | None:
    """What to do about a server that does not answer as it should; None for what is no matter of a server."""
    lowered = text.lower()
    status = int(found[1]) if (found := _HTTP.search(text)) else None
    if status in (401, 403):
        return "it wants credentials: in its URL, or in the file that RATTLER_AUTH_FILE names"
    if status == 407 or "tunnel" in lowered:
        return f"the proxy does not let it through; see {_proxies() or 'your configuration'}"
    if status == 429:
        return "its server is asked too often; try again in some minutes"
    if status is not None and status >= 500:
        return "its server has trouble; try again later"
    if "certificate expired" in lowered:
        return "its TLS certificate has expired, or this machine's clock is wrong"
    if "certificate" in lowered:
        return "its TLS certificate is not accepted; SSL_CERT_FILE names a file with an authority of your own"
    if "too many redirects" in lowered:
        return "it redirects in a circle; check its URL"
    if "timed out" in lowered or "timeout" in lowered:
        return "it does not answer; try again later"
    if status is None and any(word in lowered for word in ("error sending request", "body from connection")):
        proxies = _proxies()
        return f"check the network and the proxy in {proxies}" if proxies else "check the network and its URL"
    return None


def _proxies() -> str:
    """The variables that name a proxy."""
    names = (name for upper in _REACHED_THROUGH for name in (upper, upper.lower()))
    return " and ".join(name for name in names if os.environ.get(name))
