"""What locks say of their environments and a pixi.lock of version 7 has no place for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from envctl.formats.lost import counted
from envctl.formats.pixi_lock.entries import reference
from envctl.formats.pixi_lock.header import label
from envctl.formats.pixi_lock.location import is_source_tree
from envctl.model.lock import Lock, LockedPackage
from envctl.model.packages import PipPackage

Loss = tuple[str, str, str]
"""Noun, what stands behind it, and a name; as `counted` takes them."""


def lost(locks: Mapping[str, Lock]) -> tuple[str, ...]:
    """One line for each kind of thing."""
    names: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for noun, rest, name in _losses(locks):
        names[noun, rest].append(name)
    return tuple(line for (noun, rest), found in names.items() for line in counted(noun, found, rest))


def _losses(locks: Mapping[str, Lock]) -> Iterator[Loss]:
    virtual: dict[str, tuple[str, ...]] = {}
    hashes: dict[tuple[str, str], tuple[str | None, ...]] = {}
    for lock in locks.values():
        yield from (("variable", "", name) for name in lock.variables or ())
        for part in lock.platforms:
            said = part.virtual_packages
            if said and virtual.setdefault(label(part), said) != said:
                yield "platform", " whose virtual packages differ between environments", label(part)
            for locked in part.packages:
                package = locked.package
                digests = (package.sha256, package.md5)
                if hashes.setdefault(reference(package), digests) != digests:
                    yield "package", " with several hashes, of which the first counts", package.name
                yield from _of(locked)


def _of(locked: LockedPackage) -> Iterator[Loss]:
    package = locked.package
    if locked.category != "main":
        yield "category", "", locked.category
    if not isinstance(package, PipPackage):
        return
    if not package.url:
        yield "package", " without a URL, left out", package.name
    elif package.direct and not package.url.startswith("git+") and not is_source_tree(package.url):
        yield "package", " asked for by URL, which the lock does not tell", package.name
    if package.editable:
        yield "package", " not written as editable", package.name
