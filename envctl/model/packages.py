"""Exact packages: what a solve chose, what a lock holds and what is installed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from packaging.utils import canonicalize_name

Manager = Literal["conda", "pip"]
Key = tuple[Manager, str]
"""Who installs a package, and its name, normalised."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CondaPackage:
    """One conda package archive, by the fields of its repodata record."""

    name: str
    version: str
    build: str
    build_number: int = 0
    subdir: str
    """The folder of its channel: `linux-64`, `noarch`."""
    channel: str
    url: str
    sha256: str | None = None
    md5: str | None = None
    size_bytes: int | None = None
    """Of the archive, that is of the download."""
    depends: tuple[str, ...] = ()
    constrains: tuple[str, ...] = ()
    noarch: str | None = None
    """`python` or `generic` for a package without a platform."""
    license: str | None = None
    timestamp_ms: int | None = None
    """When it was built, in milliseconds since 1970."""
    python_site_packages_path: str | None = None
    """Where noarch Python packages go below the prefix, where the python package says so (CEP 17)."""
    purls: tuple[str, ...] | None = None
    """Package URLs of what it holds, such as `pkg:pypi/torch`; None where its record does not say."""
    extras: Mapping[str, Any] = field(default_factory=dict)
    """Other fields of its record, by their own names (`license_family`, `track_features`), as they are."""

    @property
    def manager(self) -> Manager:
        """Who installs it."""
        return "conda"

    @property
    def key(self) -> Key:
        """What makes two packages the same one in different versions."""
        return self.manager, self.name.lower()

    @property
    def file_name(self) -> str:
        """The archive's name, the last part of its URL's path."""
        return self.url.partition("?")[0].rpartition("/")[2]

    @property
    def has_archive(self) -> bool:
        """Whether it is built; else its URL is a source that has to be, as pixi has them."""
        return self.file_name.endswith((".conda", ".tar.bz2"))


@dataclass(frozen=True, kw_only=True, slots=True)
class PipPackage:
    """One Python distribution that pip or uv installs."""

    name: str
    """As written; compare by `packaging.utils.canonicalize_name`."""
    version: str | None = None
    """PEP 440; None for a source tree that does not say."""
    url: str | None = None
    """Of its archive, `git+https://…@COMMIT`, or a path; None where only its index is known."""
    sha256: str | None = None
    md5: str | None = None
    depends: tuple[str, ...] = ()
    """Its requirements as PEP 508 has them (`Requires-Dist`)."""
    requires_python: str | None = None
    index: str | None = None
    """The URL of the index that it came from."""
    editable: bool = False
    direct: bool = False
    """Whether it was asked for by its URL and not by its name: no index need have it."""
    extras: Mapping[str, Any] = field(default_factory=dict)
    """Other fields of the format that it was read from, by their own names, kept as they are."""

    @property
    def manager(self) -> Manager:
        """Who installs it."""
        return "pip"

    @property
    def key(self) -> Key:
        """What makes two packages the same one in different versions."""
        return self.manager, canonicalize_name(self.name)


Package = CondaPackage | PipPackage


@dataclass(frozen=True, kw_only=True, slots=True)
class Solution:
    """What a solve chose for one platform, in an order that installs."""

    platform: str
    channels: tuple[str, ...]
    virtual_packages: tuple[str, ...]
    """What the machine was taken to offer: `__cuda=12.4=0`."""
    packages: tuple[CondaPackage, ...]
