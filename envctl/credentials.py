"""Credentials in URLs: found, and taken out of whatever envctl writes or prints.

Three forms hide in the URLs of this ecosystem: `https://user:password@host/…`, the token path of
Anaconda-style servers, `https://host/t/TOKEN/…`, and secrets in a query (`?token=…`, signed URLs).
"""

from __future__ import annotations

import re

_URL = re.compile(r"(?<=://)(?:(?!://)[^\s\"<>`])+")
"""What follows the scheme, up to the next URL. A regex that began with the scheme would be quadratic."""
_USERINFO = re.compile(r"([^/?#]*)@|([^/?#@:\[]+:(?![\d$%{])[^@]*)@")
"""Up to the last `@` before the path; or, where what should be a port is no number, a `/` in a password."""
_TOKEN_PATH = re.compile(r"/t/((?:(?!::)[^/?#'])+)")
# `::` ends a channel's URL in a match spec.
_SECRET_QUERY = re.compile(
    r"(?P<head>[?&#;](?:[a-z0-9_.-]*"
    r"(?:token|secret|password|passwd|pwd|signature|credential|(?:api|access|private)[_-]?key)|sig|auth|key)=)"
    r"(?P<value>(?:(?!::)[^\s&#'\"<>`])+)",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"\$\{\w+\}|\$\w+|%[A-Za-z_]\w*%")
_PUBLIC_USERS = frozenset({"git", "hg", "svn"})
"""Users that code hosts ask for over ssh."""


def scrub(text: str) -> str:
    """The same text with every credential in a URL removed; references such as `$TOKEN` stay."""
    while True:
        cleaned = _SECRET_QUERY.sub(_without_value, _URL.sub(_without_secrets, text))
        if cleaned == text:
            return text
        text = cleaned  # what is left may read as a credential again: `https://h/t//t/a/b`


def has_secret(text: str) -> bool:
    """Whether `scrub` would take anything out of the text."""
    return scrub(text) != text


def _without_secrets(match: re.Match[str]) -> str:
    start = 0  # of the host, behind every login in front of it
    while (login := _USERINFO.match(match[0], start)) and _logs_in(login[1] or login[2] or ""):
        start = login.end()
    return _TOKEN_PATH.sub(lambda token: "" if _is_literal(token[1]) else token[0], match[0][start:])


def _without_value(match: re.Match[str]) -> str:
    return match["head"] + "***" if _is_literal(match["value"]) else match[0]


def _logs_in(userinfo: str) -> bool:
    user, _, password = userinfo.partition(":")
    if password:
        return _is_literal(password)
    return _is_literal(user) and user not in _PUBLIC_USERS


def _is_literal(part: str) -> bool:
    """Whether it is more than references to variables."""
    return bool(_REFERENCE.sub("", part))
