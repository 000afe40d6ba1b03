"""rattler's installation callbacks as progress of two tasks: bytes downloaded and packages linked."""

from __future__ import annotations

from rattler import InstallerReporter

from envctl.progress import Task


class InstallProgress(InstallerReporter):
    """Counts what rattler's worker threads tell."""

    def __init__(self, download: Task, link: Task, *, download_bytes: int, packages: int) -> None:
        self._download, self._link = download, link
        self._download_bytes, self._packages = download_bytes, packages
        self._received: dict[int, int] = {}
        self._names: dict[int, str] = {}
        self._linked = 0

    def on_populate_cache_start(self, operation: int, package_name: str) -> int:
        self._names[operation] = package_name
        return operation

    def on_download_start(self, cache_entry: int) -> int:
        return cache_entry

    def on_download_progress(self, download_idx: int, progress: int, total: int | None) -> None:
        self._received[download_idx] = progress
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
