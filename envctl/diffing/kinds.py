"""How a package changed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import get_args
from urllib.parse import urlsplit

from envctl.credentials import scrub
from envctl.model.diff import Kind
from envctl.model.packages import CondaPackage, Package, PipPackage
from envctl.versions import channel_key, compare_versions

_REPOSITORY = re.compile(r"(?:git|hg|svn|bzr)\+")
_ARCHIVES = (".whl", ".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz", ".tar")


def kinds_between(before: Package, after: Package) -> tuple[Kind, ...]:
    """All that differs between two packages of one name; empty where they are the same package."""
    if isinstance(before, CondaPackage) and isinstance(after, CondaPackage):
        return in_order(_conda(before, after))
    if isinstance(before, PipPackage) and isinstance(after, PipPackage):
        return in_order(_pip(before, after))
    return in_order({"source", *version_kinds(before.version, after.version, conda=False)})


def version_kinds(before: str | None, after: str | None, *, conda: bool) -> set[Kind]:
    """`upgrade` or `downgrade`; nothing where the versions are the same or one is not known."""
    if before is None or after is None:
        return set()
    order = compare_versions(before, after, "conda" if conda else "pip")
    return {"upgrade"} if order < 0 else {"downgrade"} if order > 0 else set()


def in_order(kinds: Iterable[Kind]) -> tuple[Kind, ...]:
    """Sorted as `Kind` lists them."""
    return tuple(sorted(kinds, key=get_args(Kind).index))


def _conda(before: CondaPackage, after: CondaPackage) -> set[Kind]:
    kinds = version_kinds(before.version, after.version, conda=True)
    if not kinds and (before.version, before.build) != (after.version, after.build):
        kinds.add("build")
    if channel_key(before.channel) != channel_key(after.channel):
        kinds.add("channel")
    # `.conda` and `.tar.bz2` are one build packed twice.
    if not kinds and before.file_name == after.file_name and _other_content(before, after):
        kinds.add("hash")
    return kinds


def _pip(before: PipPackage, after: PipPackage) -> set[Kind]:
    kinds = version_kinds(before.version, after.version, conda=False)
    if before.editable != after.editable or _moved(before, after, same_version=not kinds):
        kinds.add("source")
    if not kinds and _other_content(before, after):
        kinds.add("hash")
    return kinds


def _moved(before: PipPackage, after: PipPackage, *, same_version: bool) -> bool:
    """Whether a distribution comes from elsewhere; what is not known on both sides says nothing."""
    if before.index and after.index and scrub(before.index).rstrip("/") != scrub(after.index).rstrip("/"):
        return True
    if before.url is None or after.url is None:
        return False
    old, new = _where(before.url), _where(after.url)
    if is_archive(old) and is_archive(new) and not same_version:
        return urlsplit(old).netloc != urlsplit(new).netloc
    return old != new


def _where(url: str) -> str:
    """A URL without credentials and without the hash behind `#`."""
    return scrub(url).partition("#")[0].rstrip("/")


def is_archive(url: str) -> bool:
    """Whether a URL or path is one file, not a repository or a folder."""
    return not _REPOSITORY.match(url) and url.partition("#")[0].endswith(_ARCHIVES)


def _other_content(before: Package, after: Package) -> bool:
    if before.sha256 and after.sha256:
        return before.sha256 != after.sha256
    return bool(before.md5 and after.md5 and before.md5 != after.md5)
