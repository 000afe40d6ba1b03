"""rattler's repodata records to envctl's packages and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import cast

from rattler import BuildString, NoArchLiteral, PackageRecord, RepoDataRecord
from rattler.exceptions import InvalidPackageNameError, InvalidUrlError, InvalidVersionError

from envctl.credentials import scrub
from envctl.engines.local_archive import verify_local
from envctl.errors import InputError
from envctl.model.packages import CondaPackage


def to_package(record: RepoDataRecord, written: Mapping[str, str]) -> CondaPackage:
    """The package that a record describes; `written` is how channels' URLs were written, by what they are."""
    noarch = record.noarch
    channel, url = _as_written(record, written)
    return CondaPackage(
        name=record.name.normalized,
        version=str(record.version),
        build=str(record.build),
        build_number=record.build_number,
        subdir=record.subdir,
        channel=channel,
        url=url,
        sha256=record.sha256.hex() if record.sha256 else None,
        md5=record.md5.hex() if record.md5 else None,
        size_bytes=record.size,
        depends=tuple(record.depends),
        constrains=tuple(record.constrains),
        noarch="python" if noarch.python else "generic" if noarch.generic else None,
        license=record.license,
        timestamp_ms=int(record.timestamp.timestamp() * 1000) if record.timestamp else None,
        python_site_packages_path=record.python_site_packages_path,
        purls=_purls(record),
    )


def _as_written(record: RepoDataRecord, written: Mapping[str, str]) -> tuple[str, str]:
    """The URLs of its channel and itself; a record has its channel's without the login, and none where a
    spec names its archive."""
    for channel, words in written.items():
        if record.url.startswith(channel):
            return words, f"{words.rstrip('/')}/{record.url[len(channel) :]}"
    return record.channel or "", record.url


def _purls(record: RepoDataRecord) -> tuple[str, ...] | None:
    """py-rattler 0.28 has no attribute for them."""
    purls = json.loads(record.to_json()).get("purls")
    return None if purls is None else tuple(purls)


def to_record(package: CondaPackage) -> RepoDataRecord:
    """The record that installs a package.

    Raises `InputError` (`bad-record`) for what no record can hold: a lock may say anything.
    """
    try:
        return _record(package)
    except (
        InvalidPackageNameError,
        InvalidUrlError,
        InvalidVersionError,
        OverflowError,
        ValueError,
    ) as error:
        raise InputError(
            f"no package can be what is written of {scrub(package.name)!r}",
            code="bad-record",
            file=scrub(package.file_name),
            cause=scrub(str(error)),
            hint="mend the lock that names it, or lock anew",
        ) from error


def _record(package: CondaPackage) -> RepoDataRecord:
    record = PackageRecord(
        name=package.name,
        version=package.version,
        build=BuildString(package.build),
        build_number=package.build_number,
        subdir=package.subdir,
        noarch=cast("NoArchLiteral", package.noarch),
        depends=list(package.depends),
        constrains=list(package.constrains),
        sha256=bytes.fromhex(package.sha256) if package.sha256 else None,
        md5=bytes.fromhex(package.md5) if package.md5 else None,
        size=package.size_bytes,
        license=package.license,
        python_site_packages_path=package.python_site_packages_path,
    )
    if package.timestamp_ms is not None:
        record.timestamp = datetime.fromtimestamp(package.timestamp_ms / 1000, tz=timezone.utc)
    return RepoDataRecord(record, package.file_name, package.url, package.channel)


def verify_record(record: RepoDataRecord) -> None:
    """Check a record's archive, if it is a local one. Raises as `verify_local`."""
    verify_local(
        record.url,
        sha256=record.sha256.hex() if record.sha256 else None,
        md5=record.md5.hex() if record.md5 else None,
    )
