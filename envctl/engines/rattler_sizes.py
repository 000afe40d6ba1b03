"""What an installation costs, asked before it starts."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from pathlib import Path

from rattler import Client, PackageCache, PathsJson, RepoDataRecord

from envctl.engines.interface import Sizes
from envctl.engines.rattler_cache import cached_folder
from envctl.fsys import local_file

_CONCURRENT = 16
_PATIENCE_S = 30.0
"""How long all packages together may take to say what they hold."""


async def sizes(records: list[RepoDataRecord], cache: PackageCache, packages: Path, client: Client) -> Sizes:
    """Sum what the packages list in `info/paths.json`.

    Only that part of a remote `.conda` archive is read (ranged requests); a remote `.tar.bz2` that is
    not in the cache would have to be downloaded whole, so it counts as unknown, and so does one that a server
    does not say in time.
    """
    index = await cache.index()
    gate = asyncio.Semaphore(_CONCURRENT)
    deadline_s = time.monotonic() + _PATIENCE_S

    async def installed(record: RepoDataRecord) -> int | None:
        async with gate:
            # Whatever a single package answers, the others still have a size.
            with suppress(Exception):
                asked = _paths(record, index.contains_record(record), packages, client)
                paths = await asyncio.wait_for(asked, deadline_s - time.monotonic())
                if paths is not None:
                    return sum(entry.size_in_bytes or 0 for entry in paths.paths)
            return None

    found = await asyncio.gather(*map(installed, records))
    return Sizes(
        download_bytes=sum(record.size or 0 for record in records if not index.contains_record(record)),
        disk_bytes=sum(size for size in found if size is not None),
        unknown=sum(size is None for size in found),
    )


async def _paths(record: RepoDataRecord, cached: bool, packages: Path, client: Client) -> PathsJson | None:
    if cached:
        return PathsJson.from_package_directory_with_deprecated_fallback(cached_folder(record, packages))
    file = local_file(record.url)
    if file is not None:
        return await asyncio.to_thread(PathsJson.from_package_archive, file)
    if record.file_name.endswith(".conda"):
        return await PathsJson.from_remote_url(client, record.url)
    return None
