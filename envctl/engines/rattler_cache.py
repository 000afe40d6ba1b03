"""The package cache: the better a package's content is known, the more may share its copy.

rattler's cache tells packages with one name, version and build apart by their SHA-256. It takes any copy
where it is asked without one, or where its copy came without (py-rattler 0.28). So only packages with a
SHA-256 share a folder; any other has one that nothing else goes into, by its MD5 or by where it comes from.
Nothing is ever removed: another process may be linking it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from rattler import MatchSpec, PackageCache, PackageCacheLayer, RepoDataRecord, ValidationMode

from envctl.credentials import without_login


def package_cache(records: Iterable[RepoDataRecord], packages: Path, *, verify: bool) -> PackageCache:
    """The cache that serves these records; `packages` is the folder of those that have a SHA-256."""
    mode = ValidationMode.full() if verify else ValidationMode.fast()
    shared, own = PackageCacheLayer(packages), []
    for record in records:
        if record.sha256 is None:
            name = MatchSpec(record.name.normalized)
            shared = shared.excluding(name)
            own.append(PackageCacheLayer(_layer(record, packages)).with_filter(name))
    return PackageCache.from_layers([layer.with_validation_mode(mode) for layer in (*own, shared)])


def cached_folder(record: RepoDataRecord, packages: Path) -> Path:
    """Where the cache has the files of a package, if it has it."""
    return _layer(record, packages) / record.file_name.removesuffix(".conda").removesuffix(".tar.bz2")


def _layer(record: RepoDataRecord, packages: Path) -> Path:
    if record.sha256 is not None:
        return packages
    if record.md5 is not None:
        return packages.with_name("pkgs-by-md5") / record.md5.hex()
    return packages.with_name("pkgs-by-url") / hashlib.sha256(without_login(record.url).encode()).hexdigest()
