"""What a channel was built from: so that nothing is built twice, and an unchanged request asks nobody."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from envctl.fsys import write_atomic

BUILDER = 1
"""Raised whenever the same input would be packed differently; everything is then built anew."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelPackage:
    """One package of a local channel."""

    name: str
    version: str
    build: str
    subdir: str
    file_name: str
    size_bytes: int

    @property
    def path(self) -> str:
        """Relative to the channel."""
        return f"{self.subdir}/{self.file_name}"


@dataclass(kw_only=True, slots=True)
class Ledger:
    """The record of one channel folder, kept in `.envctl/built.json` beside its packages."""

    directory: Path
    packages: dict[str, ChannelPackage] = field(default_factory=dict)
    """By the key of what they were built from."""
    requests: dict[str, list[str]] = field(default_factory=dict)
    """The keys of the packages that answer a request."""
    indexed: bool = True
    """Whether the index knows all of them; a build that was killed may have come short of that."""

    def has(self, key: str) -> ChannelPackage | None:
        """The package built from this input, if it still lies in the channel, whole by its size."""
        package = self.packages.get(key)
        if package is None:
            return None
        try:
            size = (self.directory / package.path).stat().st_size
        except OSError:
            return None
        return package if size == package.size_bytes else None

    def add(self, key: str, package: ChannelPackage) -> None:
        """Note a package that was just put in place, perhaps over another of the same file name."""
        others = {other: known for other, known in self.packages.items() if known.path != package.path}
        self.packages, self.indexed = {**others, key: package}, False
        self.write()

    def answer(self, request: str) -> tuple[ChannelPackage, ...] | None:
        """Every package of a request that was built before; None where one is missing."""
        found = [self.has(key) for key in self.requests.get(request, ())]
        return tuple(package for package in found if package) if found and all(found) else None

    def write(self) -> None:
        """Keep the record. Raises OSError."""
        content = {
            "schema_version": 1,
            "indexed": self.indexed,
            "packages": {key: asdict(package) for key, package in sorted(self.packages.items())},
            "requests": dict(sorted(self.requests.items())),
        }
        write_atomic(_file(self.directory), json.dumps(content, indent=2) + "\n")


def read(directory: Path) -> Ledger:
    """The record of a channel; an empty one where there is none, or none that can be read."""
    try:
        content: Mapping[str, Any] = json.loads(_file(directory).read_text("utf-8"))
        packages = {key: ChannelPackage(**value) for key, value in content["packages"].items()}
        requests = {key: list(value) for key, value in content["requests"].items()}
        indexed = bool(content["indexed"])
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return Ledger(directory=directory)
    return Ledger(directory=directory, packages=packages, requests=requests, indexed=indexed)


def key(*parts: object) -> str:
    """One key for any input that JSON can hold, this builder's version included."""
    return hashlib.sha256(json.dumps([BUILDER, *parts], sort_keys=True, default=str).encode()).hexdigest()


def _file(directory: Path) -> Path:
    return directory / ".envctl" / "built.json"
