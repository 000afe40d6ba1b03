"""The text of a pixi.lock as locks, one for each of its environments.

Its rules are those of rattler's own reader (`rattler_lock/src/parse/`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from envctl.credentials import scrub
from envctl.errors import InputError
from envctl.formats.pixi_lock import header
from envctl.formats.pixi_lock.entries import entry as as_version_7
from envctl.formats.pixi_lock.fields import Fields, StructureError, items
from envctl.formats.pixi_lock.location import is_subdir
from envctl.formats.pixi_lock.packages import as_version_6, identity, package
from envctl.formats.pixi_lock.version_3 import in_version_6, is_version_3
from envctl.model.lock import DEFAULT_INDEX, Lock, LockedPackage, PlatformLock
from envctl.model.packages import Package
from envctl.yamlfile import KeyPath, load, load_data

_OLDEST, _NEWEST = 4, 7
_PLATFORM_NAME = re.compile(r"[\w-]+")
_BUILT_WITH = ("build_packages", "host_packages")


def loads(text: str, *, file: str) -> dict[str, Lock]:
    """Read all environments of a pixi.lock by their names; `file` is its name for messages.

    A package that several environments share is one object. What an entry leaves to rules is filled in by
    them (channel, build number, kind of a noarch package), but for the index of a Python package that names
    none: that is the first of `Lock.indexes`.
    Raises `InputError` with the line: `yaml-syntax`, or `pixi-lock` for another structure or version.
    """
    text = text.removeprefix("\ufeff")
    try:
        document = load_data(text, file=file)
        if is_version_3(document):
            document = in_version_6(document)
        return _Reader(Fields(document, ()), header.read(text)).locks()
    except StructureError as error:
        line = load(text, file=file, written=True).line(*error.path)
        raise InputError(
            scrub(error.message), code="pixi-lock", file=file, line=line, hint=error.hint
        ) from None


class _Reader:
    """One reading: what the file says of platforms and packages, until its environments are put together."""

    def __init__(self, top: Fields, comments: header.Header) -> None:
        self.top = top
        self.comments = comments
        self.version = _version(top)
        self.platforms: dict[str, dict[str, Any]] = {}
        self.packages: list[Package] = []
        self.found: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        """Where in `packages` stands what a reference names."""

    def locks(self) -> dict[str, Lock]:
        self.read_platforms()
        self.read_packages()
        locks = {
            name: self.environment(name, Fields(value, path))
            for path, name, value in self.top.named("environments")
        }
        for path, key, _ in self.top.entries():
            raise StructureError(path, f"`{key}` is no key of a pixi.lock")
        used = {header.label(part) for lock in locks.values() for part in lock.platforms}
        unused = [entry for name, entry in self.platforms.items() if name not in used]
        if not unused:
            return locks
        return {
            name: replace(lock, metadata={**lock.metadata, "platforms": unused})
            for name, lock in locks.items()
        }

    def read_platforms(self) -> None:
        for path, item in self.top.items("platforms"):
            fields = Fields(item, path)
            name = fields.required("name")
            subdir = fields.text("subdir") or name
            if not _PLATFORM_NAME.fullmatch(name) or not is_subdir(subdir):
                raise StructureError(path, f"`{name}` is no platform or says no subdir, such as `linux-64`")
            if name in self.platforms:
                raise StructureError(path, f"the platform `{name}` stands twice")
            virtual = fields.texts("virtual-packages") or ()
            self.platforms[name] = {"name": name, "subdir": subdir, "virtual-packages": list(virtual)}

    def read_packages(self) -> None:
        entries: dict[tuple[str, str], dict[Any, Any]] = {}
        for path, item in self.top.items("packages"):
            entry = as_version_6(item, path) if self.version < 6 else item
            at = identity(entry, path)
            if self.version < 6 and at in self.found:  # described twice, each time with something of its own
                entries[at] = {**entry, **entries[at]}
                self.packages[self.found[at][0]] = package(entries[at], path)
                continue
            entries[at] = entry
            self.found[at].append(len(self.packages))
            self.packages.append(package(entry, path))

    def environment(self, name: str, fields: Fields) -> Lock:
        channels = list(_channels(fields))
        indexes = fields.texts("indexes") or ()
        if name in self.comments.beside_default:
            indexes = (DEFAULT_INDEX, *indexes)
        parts, indices = [], set[int]()
        for path, label, references in fields.named("packages"):
            found = dict(self.resolve(reference, inner) for inner, reference in items(references, path))
            parts.append(self.platform(name, label, path, found.values()))
            indices.update(found)
        _check(fields)
        metadata = fields.rest()
        if reserved := {"used_env_vars", "platforms"} & metadata.keys():
            raise StructureError(fields.path, f"`{min(reserved)}` has no place in an environment")
        if named := {url: list(names) for url, names in channels if names}:
            metadata["used_env_vars"] = named
        if needed := self.needed_to_build(indices):
            metadata["packages"] = needed
        return Lock(
            name=name,
            channels=tuple(url for url, _ in channels),
            indexes=indexes,
            platforms=tuple(parts),
            metadata=metadata,
        )

    def platform(
        self, environment: str, label: str, path: KeyPath, packages: Iterable[Package]
    ) -> PlatformLock:
        declared = self.platforms.get(label)
        if declared is None and self.version == _NEWEST:
            raise StructureError(path, f"`{label}` is not among the file's `platforms`")
        if declared is None and not is_subdir(label):
            raise StructureError(path, f"`{label}` is no platform, such as `linux-64`")
        subdir = declared["subdir"] if declared else label
        requested = self.comments.requested.get((environment, label), {})
        return PlatformLock(
            platform=subdir,
            label=None if label == subdir else label,
            virtual_packages=tuple(declared["virtual-packages"]) if declared else (),
            content_hash=self.comments.hashes.get((environment, label)),
            packages=tuple(
                LockedPackage(package=one, requested=requested.get(one.key, ())) for one in packages
            ),
        )

    def resolve(self, reference: Any, path: KeyPath) -> tuple[int, Package]:
        """The package that a reference means, and its place among all."""
        kind, where = identity(reference, path)
        fields = Fields(reference, path)
        del fields.left[kind]
        keys = ("name", "version", "build", "subdir") if kind == "conda" else ()
        wanted = {key: value for key in keys if (value := fields.text(key)) is not None}
        rest = fields.rest()
        if rest.keys() - {"extras"}:
            raise StructureError(path, f"`{min(rest.keys() - {'extras'})}` is no key of a reference")
        for index in self.found.get((kind, where), ()):
            found = self.packages[index]
            if all(getattr(found, key) == value for key, value in wanted.items()):
                return index, replace(found, extras={**found.extras, **rest}) if rest else found
        raise StructureError(path, f"`{where}` is not among the packages")

    def needed_to_build(self, indices: set[int]) -> list[Any]:
        """The entries of what only the building of these packages needs, and the building of that in turn."""
        seen, todo = set(indices), list(indices)
        while todo:
            index = todo.pop()
            for key in _BUILT_WITH:
                path = ("packages", index, key)
                for inner, reference in items(self.packages[index].extras.get(key), path):
                    found, _ = self.resolve(reference, inner)
                    if found not in seen:
                        seen.add(found)
                        todo.append(found)
        return [as_version_7(self.packages[index]) for index in sorted(seen - indices)]


def _version(top: Fields) -> int:
    version = top.number("version")
    if version is None or "environments" not in top.left:
        raise StructureError((), "no pixi.lock: it says no `version` or no `environments`")
    if not _OLDEST <= version <= _NEWEST:
        raise StructureError(
            ("version",),
            f"pixi.lock of version {version}: versions {_OLDEST} to {_NEWEST} are read",
            hint="`pixi lock` writes it anew" if version < _OLDEST else "a newer envctl may read it",
        )
    return version


def _channels(fields: Fields) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each channel's URL, and the environment variables that it was written with."""
    for path, item in fields.items("channels"):
        channel = Fields(item, path)
        yield channel.required("url"), channel.texts("used_env_vars") or ()


def _check(fields: Fields) -> None:
    """Raise where what is kept as it is could not be written again."""
    if "options" in fields.left:
        Fields(fields.left["options"], (*fields.path, "options"))
    path = (*fields.path, "find-links")
    for inner, item in items(fields.left.get("find-links"), path):
        link = Fields(item, inner)
        if not (link.text("path") or link.text("url")):
            raise StructureError(inner, "a link says neither `path` nor `url`")
