"""conda packages that pip took away or replaced: conda's records stay as they were."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from envctl.prefixes.records import Record

_METADATA = (".dist-info/METADATA", ".egg-info/PKG-INFO")


def replaced_packages(prefix: Path, records: Sequence[Record]) -> tuple[str, ...]:
    """The names of the conda packages, sorted, whose Python metadata is gone from site-packages.

    pip removes it where it uninstalls a package, and writes its own where it installs another version.
    """
    return tuple(
        sorted(
            record.package.name
            for record in records
            if any(path.endswith(_METADATA) and not os.path.lexists(prefix / path) for path in record.paths)
        )
    )
