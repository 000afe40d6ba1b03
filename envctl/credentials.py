"""Credentials in URLs: found, and taken out of whatever envctl writes or prints.

Three forms hide in the URLs of this ecosystem: `https://user:password@host/…`, the token path of
Anaconda-style servers, `https://host/t/TOKEN/…`, and secrets in a query (`?token=…`, signed URLs).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

_URL = re.compile(
    # a path made of a URL has one slash, and conda tells some URLs without the colon
    r"(?:(?<=://)|(?<=http:/)(?!/)|(?<=https:/)(?!/)|(?<=http//)|(?<=https//))"
    r"(?:(?:(?!://)[^\s/?#@])*@)*"  # a password may hold quotes and brackets, which end a URL elsewhere
    r"(?:(?!://)[^\s\"<>`])*"
)
"""What follows the scheme, up to the next URL. A regex that began with the scheme would be quadratic."""
_USERINFO = re.compile(r"([^/?#]*)@|([^/?#@:\[]+:(?!\d*(?:[/?#]|$)|[$%{])[^@]*)@")
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
_VARIABLE = re.compile(r"\$(?:\{(?P<braced>\w+)\}|(?P<bare>\w+))")
_PUBLIC_USERS = frozenset({"git", "hg", "svn"})
"""Users that code hosts ask for over ssh."""


def scrub(text: str) -> str:
    """The same text with every credential in a URL removed; references such as `$TOKEN` stay."""
    return _without(text, _is_literal)


def scrub_all(value: Any) -> Any:
    """The same plain data with every text in it scrubbed, keys included; a text without any stays itself, of
    whatever kind of text it is."""
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, Mapping):
        return {scrub_all(key): scrub_all(item) for key, item in value.items()}
    return [scrub_all(item) for item in value] if isinstance(value, list | tuple) else value


def without_login(url: str) -> str:
    """The place that a URL names, however one logs in there: references to credentials are gone too."""
    return _without(url, bool)


def variables(text: str) -> list[str]:
    """The names of the variables that stand as `$NAME` or `${NAME}` in a text."""
    return sorted({match["braced"] or match["bare"] for match in _VARIABLE.finditer(text)})


def fill_in(text: str, environ: Mapping[str, str]) -> str:
    """The text with its variables' values; a variable that is not set stays, as conda has it."""
    return _VARIABLE.sub(lambda match: environ.get(match["braced"] or match["bare"], match[0]), text)


def has_secret(text: str) -> bool:
    """Whether `scrub` would take anything out of the text."""
    return scrub(text) != text


def _without(text: str, unwanted: Callable[[str], bool]) -> str:
    if ":/" not in text and "=" not in text and "http" not in text:
        return text
    while True:
        cleaned = _URL.sub(partial(_without_logins, unwanted=unwanted), text)
        cleaned = _SECRET_QUERY.sub(partial(_without_value, unwanted=unwanted), cleaned)
        if cleaned == text:
            return text
        text = cleaned  # what is left may read as a credential again: `https://h/t//t/a/b`


def _without_logins(match: re.Match[str], *, unwanted: Callable[[str], bool]) -> str:
    start = 0  # of the host, behind every login in front of it
    while (login := _USERINFO.match(match[0], start)) and _logs_in(login[1] or login[2] or "", unwanted):
        start = login.end()
    return _TOKEN_PATH.sub(lambda token: "" if unwanted(token[1]) else token[0], match[0][start:])


def _without_value(match: re.Match[str], *, unwanted: Callable[[str], bool]) -> str:
    return match["head"] + "***" if unwanted(match["value"]) else match[0]


def _logs_in(userinfo: str, unwanted: Callable[[str], bool]) -> bool:
    user, _, password = userinfo.partition(":")
    if password:
        return unwanted(password)
    return unwanted(user) and user not in _PUBLIC_USERS


def _is_literal(part: str) -> bool:
    """Whether it is more than references to variables."""
    return bool(_REFERENCE.sub("", part))
