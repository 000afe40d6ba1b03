"""How a package changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from envctl.diffing.places import host, place, same_place
from envctl.formats.distribution_url import is_archive
from envctl.model.diff import Kind
from envctl.model.packages import CondaPackage, Manager, Package, PipPackage
from envctl.versions import channel_key, compare_versions


def kinds_between(before: Package, after: Package) -> tuple[Kind, ...]:
    """All that differs between two packages of one name; empty where they are the same package."""
    if isinstance(before, CondaPackage) and isinstance(after, CondaPackage):
        return in_order(_conda(before, after))
    if isinstance(before, PipPackage) and isinstance(after, PipPackage):
        return in_order(_pip(before, after))
    return in_order({"source", *version_kinds(before.version, after.version, managers={"conda", "pip"})})


def version_kinds(before: str | None, after: str | None, *, managers: set[Manager]) -> set[Kind]:
    """`upgrade` or `downgrade`; nothing where the versions are the same or one is not known.

    `2.3.0+cpu` and `2.3.0+cu118` are two builds of one version, which conda tells apart by the build string.
    """
    if not before or not after:
        return set()
    manager: Manager = "conda" if managers == {"conda"} else "pip"
    order = compare_versions(before, after, manager)
    if order == 0:
        return set()
    if manager == "pip" and compare_versions(before.split("+")[0], after.split("+")[0], "pip") == 0:
        return {"build"} if managers == {"pip"} else set()
    return {"upgrade"} if order < 0 else {"downgrade"}


def in_order(kinds: Iterable[Kind]) -> tuple[Kind, ...]:
    """Sorted as `Kind` lists them."""
    return tuple(sorted(kinds, key=get_args(Kind).index))


def _conda(before: CondaPackage, after: CondaPackage) -> set[Kind]:
    kinds = version_kinds(before.version, after.version, managers={"conda"})
    if not kinds and _build(before) != _build(after):
        kinds.add("build")
    if channel_key(before.channel) != channel_key(after.channel):
        kinds.add("channel")
    elif not before.channel and place(before.url) != place(after.url):
        kinds.add("source")  # built from a repository or a folder
    # `.conda` and `.tar.bz2` are one build packed twice.
    if not kinds and before.file_name == after.file_name and _other_content(before, after):
        kinds.add("hash")
    return kinds


def _build(package: CondaPackage) -> tuple[str, str, str]:
    return package.version, package.build, package.subdir


def _pip(before: PipPackage, after: PipPackage) -> set[Kind]:
    kinds = version_kinds(before.version, after.version, managers={"pip"})
    if before.editable != after.editable or _moved(before, after, same_version=not kinds):
        kinds.add("source")
    if not kinds and _other_content(before, after):
        kinds.add("hash")
    return kinds


def _moved(before: PipPackage, after: PipPackage, *, same_version: bool) -> bool:
    """Whether a distribution comes from elsewhere; what is not known on both sides says nothing."""
    if before.index and after.index and channel_key(before.index) != channel_key(after.index):
        return True
    old, new = before.url, after.url
    if old is None or new is None:
        # without a URL it is an index's, which has archives alone
        return any(each.url and (each.direct or not is_archive(each.url)) for each in (before, after))
    if not same_version and is_archive(old) and is_archive(new):
        return host(old) != host(new)
    return not same_place(old, new)


def _other_content(before: Package, after: Package) -> bool:
    if before.sha256 and after.sha256:
        return before.sha256 != after.sha256
    return bool(before.md5 and after.md5 and before.md5 != after.md5)
