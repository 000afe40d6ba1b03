"""Credentials in URLs: found, and taken out of whatever envctl writes or prints.

Three forms hide in the URLs of this ecosystem: `https://user:password@host/…`, the token path of
Anaconda-style servers, `https://host/t/TOKEN/…`, and secrets in a query (`?token=…`, signed URLs).
"""

from __future__ import annotations

import re

_USERINFO = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?P<userinfo>[^\s/?#'\"<>@]+(?:@[^\s/?#'\"<>@]+)*)@"
)
_TOKEN_PATH = re.compile(r"(?P<head>://[^\s'\"<>]*?)/t/(?P<token>[^\s/'\"<>]+)")
_SECRET_QUERY = re.compile(
    r"(?P<head>[?&](?:[a-z0-9_.-]*(?:token|secret|password|passwd|signature|credential|api_?key)|sig|auth|key)=)"
    r"(?P<value>[^\s&#'\"<>]+)",
    re.IGNORECASE,
)
_UNEXPANDED = re.compile(r"\$\{\w+\}|\$\w+|%\w+%")
_PUBLIC_USERS = frozenset({"git", "hg", "svn"})


def _is_secret(part: str) -> bool:
    """Not a reference to a variable, nor the user that code hosts ask for over ssh."""
    rest = _UNEXPANDED.sub("", part)
    return bool(rest.strip(":")) and rest not in _PUBLIC_USERS


def scrub(text: str) -> str:
    """The same text with every credential in a URL removed; references such as `$TOKEN` stay."""

    def userinfo(match: re.Match[str]) -> str:
        return match["scheme"] if _is_secret(match["userinfo"]) else match[0]

    def token_path(match: re.Match[str]) -> str:
        return match["head"] if _is_secret(match["token"]) else match[0]

    def query(match: re.Match[str]) -> str:
        return match["head"] + "***" if _is_secret(match["value"]) else match[0]

    return _SECRET_QUERY.sub(query, _TOKEN_PATH.sub(token_path, _USERINFO.sub(userinfo, text)))


def has_secret(text: str) -> bool:
    """Whether `scrub` would take anything out of the text."""
    return scrub(text) != text
