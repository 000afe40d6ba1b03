"""rattler's installation callbacks as progress of two tasks: bytes downloaded and packages linked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

from rattler import InstallerReporter

from envctl.errors import FailedError
from envctl.progress import Task

_LOOK_S = 1.0


class InstallProgress(InstallerReporter):
    """Counts what rattler's worker threads tell."""

    def __init__(
        self,
        download: Task,
        link: Task,
        *,
        download_bytes: int,
        packages: int,
        arrived: Callable[[str], None],
    ) -> None:
        self._download, self._link = download, link
        self._download_bytes, self._packages = download_bytes, packages
        self._arrived = arrived
        self._scripts: list[str] = []
        self.failed_scripts: list[str] = []
        """Packages whose post-link script has failed, which rattler takes for no failure."""
        self._received: dict[int, int] = {}
        self._names: dict[int, str] = {}
        self._linked = 0
        self._downloading: set[int] = set()
        self._heard_s = time.monotonic()

    async def watch(self, installation: Coroutine[Any, Any, None], *, stall_s: float) -> None:
        """Await the installation; give it up where running downloads bring nothing for `stall_s`.

        rattler's own timeout is for a whole download, which a large package may well take.
        Raises `FailedError` (`download-failed`) and what the installation raises.
        """
        task = asyncio.ensure_future(installation)
        while not task.done():
            await asyncio.wait({task}, timeout=_LOOK_S)
            if self._downloading and time.monotonic() - self._heard_s > stall_s and not task.done():
                names = ", ".join(self._names.get(index, "?") for index in sorted(self._downloading))
                task.cancel()
                await asyncio.wait({task}, timeout=_LOOK_S)
                raise FailedError(
                    "a download has stalled",
                    code="download-failed",
                    cause=f"{names}: nothing came for {stall_s:g} s",
                    hint="check the network and try again; what was fetched is kept",
                )
        await task

    def on_populate_cache_start(self, operation: int, package_name: str) -> int:
        self._names[operation] = package_name
        return operation

    def on_populate_cache_complete(self, cache_entry: int) -> None:
        self._arrived(self._names[cache_entry])

    def on_download_start(self, cache_entry: int) -> int:
        self._downloading.add(cache_entry)
        self._heard_s = time.monotonic()
        return cache_entry

    def on_download_completed(self, download_idx: int) -> None:
        self._downloading.discard(download_idx)
        self._heard_s = time.monotonic()

    def on_download_progress(self, download_idx: int, progress: int, total: int | None) -> None:
        self._received[download_idx] = progress
        self._heard_s = time.monotonic()
        self._download.advance(
            sum(self._received.values()),
            total=self._download_bytes or total,
            note=self._names.get(download_idx, ""),
        )

    def on_link_start(self, operation: int, package_name: str) -> int:
        self._names[operation] = package_name
        return operation

    def on_link_complete(self, index: int) -> None:
        self._linked += 1
        self._link.advance(self._linked, total=self._packages, note=self._names.get(index, ""))

    def on_post_link_start(self, package_name: str, script_path: str) -> int:  # noqa: ARG002  (rattler's)
        self._scripts.append(package_name)
        return len(self._scripts) - 1

    def on_post_link_complete(self, index: int, success: bool) -> None:
        if not success:
            self.failed_scripts.append(self._scripts[index])
