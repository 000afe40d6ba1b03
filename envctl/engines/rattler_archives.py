"""Packages that a spec names by their archive's URL or path: no channel's index knows them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from envctl.formats.archive_url import conda_package
from envctl.fsys import hash_file, local_file
from envctl.model.packages import CondaPackage


def named_archive(package: CondaPackage, specs: Iterable[str]) -> CondaPackage:
    """The package with the hash that its spec gives behind `#`; of a local archive, both
    its hashes otherwise.

    Its channel is the folder above its subdir.
    """
    said: dict[str, Any] = {}
    file = local_file(package.url)
    if file is not None:
        with suppress(OSError):  # which the installation tells
            said = {key: hash_file(file, key).hex() for key in ("md5", "sha256")}
    for text in specs:
        with suppress(ValueError):  # a match spec
            named = conda_package(text.strip(), platform=package.subdir)
            if named.url == package.url:
                said |= {key: digest for key in ("md5", "sha256") if (digest := getattr(named, key))}
    channel = conda_package(package.url, platform=package.subdir).channel
    return dataclasses.replace(package, channel=channel, **said)
