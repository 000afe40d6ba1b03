"""The package cache: the better a package's content is known, the more may share its copy.

rattler's cache tells packages with one name, version and build apart by their SHA-256. It takes any copy
where it is asked without one, or where its copy came without (py-rattler 0.28). So only packages with a
SHA-256 share a folder; any other has one that nothing else goes into, by its MD5 or by where it comes from.
So has one whose place holds the files of another archive: rattler notes the new SHA-256 before it downloads,
and a download that fails would leave the old files under it.
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
        folder = _layer(record, packages)
        if folder != packages:
            name = MatchSpec(record.name.normalized)
            shared = shared.excluding(name)
            own.append(PackageCacheLayer(folder).with_filter(name))
    # The first one has the lock that processes wait for each other at.
    return PackageCache.from_layers([layer.with_validation_mode(mode) for layer in (shared, *own)])


def cached_folder(record: RepoDataRecord, packages: Path) -> Path:
    """Where the cache has the files of a package, if it has it."""
    return _layer(record, packages) / _folder_name(record)


def _layer(record: RepoDataRecord, packages: Path) -> Path:
    if record.sha256 is not None:
        other = _holds_another(packages / _folder_name(record), record.sha256)
        return packages.with_name("pkgs-by-sha256") / record.sha256.hex() if other else packages
    if record.md5 is not None:
        return packages.with_name("pkgs-by-md5") / record.md5.hex()
    return packages.with_name("pkgs-by-url") / hashlib.sha256(without_login(record.url).encode()).hexdigest()


def _folder_name(record: RepoDataRecord) -> str:
    """As rattler calls it (crates/rattler_cache/src/package_cache/cache_key.rs)."""
    return f"{record.name.normalized}-{record.version}-{record.build}"


def _holds_another(folder: Path, sha256: bytes) -> bool:
    """Whether rattler notes another SHA-256 of a folder's archive: beside it, behind the eight bytes of a
    revision (cache_lock.rs there)."""
    try:
        noted = folder.with_name(f"{folder.name}.lock").read_bytes()[8:40]
    except OSError:
        return False
    return len(noted) == len(sha256) and noted != sha256 and folder.is_dir()
