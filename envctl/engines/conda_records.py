"""conda's package records as envctl's packages, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from envctl.credentials import without_login
from envctl.errors import FailedError
from envctl.model.packages import CondaPackage


def to_package(record: Mapping[str, Any], written: Mapping[str, str]) -> CondaPackage:
    """The package that a record describes; `written` is how channels' URLs were written, by what they are.

    Raises `FailedError` (`solve-failed`) for what is no record.
    """
    try:
        url, subdir = str(record["url"]), str(record["subdir"])
        channel = url.rpartition("/")[0].removesuffix(f"/{subdir}") + "/"
        for given, words in written.items():
            bare = without_login(given)
            if not without_login(channel).startswith(f"{bare.rstrip('/')}/"):
                continue
            if given != words:
                channel, url = words, f"{words.rstrip('/')}/{subdir}/{url.rpartition('/')[2]}"
            elif bare != given:  # some condas leave the login in, some take it out
                channel, url = without_login(channel), without_login(url)
        return CondaPackage(
            name=str(record["name"]),
            version=str(record["version"]),
            build=str(record["build"]),
            build_number=int(record.get("build_number") or 0),
            subdir=subdir,
            channel=channel,
            url=url,
            sha256=record.get("sha256") or None,
            md5=record.get("md5") or None,
            size_bytes=record.get("size"),
            depends=tuple(map(str, record.get("depends") or ())),
            constrains=tuple(map(str, record.get("constrains") or ())),
            noarch=record.get("noarch") or None,
            license=record.get("license") or None,
            timestamp_ms=record.get("timestamp") or None,
            python_site_packages_path=record.get("python_site_packages_path") or None,
        )
    except (LookupError, TypeError, ValueError) as error:
        raise FailedError(
            "conda chose a package that it does not describe",
            code="solve-failed",
            cause=f"{type(error).__name__}: {error}",
            hint="--engine rattler solves without conda",
        ) from error


def to_record(package: CondaPackage) -> dict[str, Any]:
    """The record of the package, as conda keeps it of an installed one; of files it lists none."""
    said = {
        "name": package.name,
        "version": package.version,
        "build": package.build,
        "build_number": package.build_number,
        "channel": package.channel.rstrip("/"),
        "subdir": package.subdir,
        "fn": package.file_name,
        "url": package.url,
        "md5": package.md5,
        "sha256": package.sha256,
        "size": package.size_bytes,
        "depends": list(package.depends),
        "constrains": list(package.constrains),
        "noarch": package.noarch,
        "license": package.license,
        "timestamp": package.timestamp_ms,
    }
    files = {"files": [], "paths_data": {"paths_version": 1, "paths": []}}
    return {key: value for key, value in said.items() if value is not None} | files
