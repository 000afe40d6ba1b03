"""What locks say and a pixi.lock of version 7 has no place for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from envctl.formats.lost import counted
from envctl.formats.pixi_lock_entries import entry, is_requirement, keys, reference
from envctl.formats.pixi_lock_header import label
from envctl.formats.pixi_lock_location import is_source_tree
from envctl.model.lock import Lock, LockedPackage
from envctl.model.packages import Package, PipPackage

_TOLD_BY_SUBDIR = {"arch", "platform"}

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
    described: dict[tuple[str, str], Package] = {}
    for lock in locks.values():
        yield from (("variable", "", name) for name in lock.variables)
        for part in lock.platforms:
            said = part.virtual_packages
            if said and virtual.setdefault(label(part), said) != said:
                yield (
                    "platform",
                    " with virtual packages that another environment says otherwise",
                    label(part),
                )
            for locked in part.packages:
                first = described.setdefault(reference(locked.package), locked.package)
                if first != locked.package and entry(first) != entry(locked.package):
                    yield "package", " described in several ways", locked.package.name
                yield from _of(locked)


def _of(locked: LockedPackage) -> Iterator[Loss]:
    package = locked.package
    if locked.category != "main":
        yield "category", "", locked.category
    if locked.optional:
        yield "package", " that is optional", package.name
    for key in package.extras:
        if key not in keys(package) and key not in _TOLD_BY_SUBDIR:
            yield "key", " of packages", str(key)
    if isinstance(package, PipPackage):
        yield from _of_pip(package)


def _of_pip(package: PipPackage) -> Iterator[Loss]:
    is_tree = is_source_tree(package.url or "")
    if not package.url:
        yield "package", " without a URL, left out", package.name
    elif is_tree and package.version:
        yield "source tree", ", written without the version", package.name
    elif package.direct and not is_tree and not package.url.startswith("git+"):
        yield "package", " asked for by its URL, which the lock will not tell", package.name
    if package.editable:
        yield "package", " that is editable, here an ordinary one", package.name
    for text in package.depends:
        if not is_requirement(text):
            yield "requirement", " that PEP 508 does not know", text
