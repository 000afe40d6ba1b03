"""What the URL or path of a pip package is: an archive, a repository or a folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

_ARCHIVES = (".whl", ".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz", ".tar")
_REPOSITORY = re.compile(r"(?:git|hg|svn|bzr)\+")
_AT_COMMIT = re.compile(r"git\+(?P<url>[^:#]+://[^#]+)@(?P<commit>[0-9a-fA-F]{40})(?:#.*)?")
_SUBDIRECTORY = re.compile(r"#(?:.*&)?subdirectory=([^&]+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Commit:
    """A commit of a git repository."""

    url: str
    """Of the repository, without `git+`."""
    id: str


def is_archive(url: str) -> bool:
    """Whether it is one file, not a repository or a folder."""
    return not is_repository(url) and re.split(r"[?#]", url, maxsplit=1)[0].endswith(_ARCHIVES)


def is_repository(url: str) -> bool:
    """Whether it is a repository of any kind, `git+https://…`."""
    return _REPOSITORY.match(url) is not None


def is_folder(url: str) -> bool:
    """Whether it is a folder on this machine; a server has archives, whatever their URLs end in."""
    return not is_repository(url) and not is_archive(url) and local_path(url) is not None


def commit(url: str) -> Commit | None:
    """The commit behind the last `@` of a git repository's URL; None where a branch, a tag or nothing stands
    there, as in `git+ssh://git@host/x.git`."""
    match = _AT_COMMIT.fullmatch(url)
    return Commit(url=match["url"], id=match["commit"]) if match else None


def subdirectory(url: str) -> str | None:
    """The folder of the package within its archive or repository, which stands behind `#`."""
    match = _SUBDIRECTORY.search(url)
    return match[1] if match else None


def local_path(url: str) -> str | None:
    """The path that a path or a `file://` URL is; None for what another machine serves."""
    address = url.partition("#")[0]
    if address.startswith("file:"):
        return unquote(urlsplit(address).path)
    return None if "://" in address else address
