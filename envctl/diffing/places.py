"""Where a pip package comes from: an archive, a repository, a folder."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from urllib.parse import unquote

from envctl.credentials import without_login
from envctl.formats.distribution_url import is_archive

_REPOSITORY = re.compile(
    r"(?P<repository>(?:git|hg|svn|bzr)\+[^:]+://[^/]*/[^@#]*?)(?:\.git)?/?(?:@(?P<ref>[^#]*))?(?P<rest>#.*)?"
)
_NOT_A_PLACE = re.compile(r"(?:md5|sha\d+|egg)=")
"""Parts of a URL's fragment that say what lies there."""
_FILE_URL = re.compile(r"file:(?://(?:localhost)?(?=/))?")
_COMMIT = re.compile(r"@[0-9a-f]{40}(?:#|$)")
_UPWARDS = re.compile(r"(?:\.\.?(?:/|$))+")


@lru_cache(maxsize=20_000)
def place(url: str) -> str:
    """A URL or path in one spelling: without a login, hashes, the name behind `#egg=` and the `.git` that
    hosts let people leave out; a folder's URL is its path."""
    address, _, fragment = without_login(url.strip()).partition("#")
    kept = "&".join(part for part in fragment.split("&") if part and not _NOT_A_PLACE.match(part))
    found = _REPOSITORY.fullmatch(address)
    if found:
        address = f"{found['repository']}@{found['ref']}" if found["ref"] else found["repository"]
    elif _FILE_URL.match(address):
        address = unquote(_FILE_URL.sub("", address))
    if "://" not in address:
        address = posixpath.normpath(address.replace("\\", "/"))
    return address.rstrip("/") + (f"#{kept}" if kept else "")


def host(url: str) -> str:
    """The machine that serves a URL; empty for a path."""
    return place(url).partition("://")[2].partition("/")[0]


def without_ref(url: str) -> str:
    """A place without the branch, tag or commit of its repository."""
    found = _REPOSITORY.fullmatch(place(url))
    return found["repository"] + (found["rest"] or "") if found else place(url)


def below(url: str, directory: str | None) -> str:
    """A place whose path, if it is a relative one, starts from the folder."""
    here = place(url)
    return posixpath.normpath(posixpath.join(directory, here)) if directory and _is_relative(here) else here


def same_place(one: str, other: str) -> bool:
    """Whether two URLs or paths are the same place, as far as can be told: a relative one starts anywhere."""
    here, there = place(one), place(other)
    return here == there or _may_be(here, there) or _may_be(there, here)


def answers_place(wanted: str, got: str) -> bool:
    """Whether what came from `got` answers a request for `wanted`: a branch or tag has become a commit."""
    is_exact = _COMMIT.search(place(wanted))
    return same_place(wanted, got) or (not is_exact and without_ref(wanted) == without_ref(got))


def _is_relative(address: str) -> bool:
    return "://" not in address and not address.startswith(("/", "~", "$"))


def _may_be(relative: str, absolute: str) -> bool:
    if not _is_relative(relative) or not absolute.startswith("/"):
        return False
    tail = _UPWARDS.sub("", relative, count=1) if _UPWARDS.match(relative) else relative
    return absolute.endswith(f"/{tail}") if tail else not is_archive(absolute)
