"""Exact packages: what a solve chose and what a lock holds."""

from __future__ import annotations

from dataclasses import dataclass


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

    @property
    def file_name(self) -> str:
        """The archive's name, the last part of its URL."""
        return self.url.rsplit("/", 1)[-1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Solution:
    """What a solve chose for one platform, in an order that installs."""

    platform: str
    channels: tuple[str, ...]
    virtual_packages: tuple[str, ...]
    """What the machine was taken to offer: `__cuda=12.4=0`."""
    packages: tuple[CondaPackage, ...]
