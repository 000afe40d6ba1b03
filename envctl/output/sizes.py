"""Sizes as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envctl.engines.interface import Sizes


def cost(sizes: Sizes) -> str:
    """What an installation costs, in one line."""
    if sizes.unknown and not sizes.disk_bytes:
        return "what it costs is not known: the packages do not say"
    more = f", and {sizes.unknown} packages that do not say" if sizes.unknown else ""
    return f"{human_bytes(sizes.download_bytes)} to download, {human_bytes(sizes.disk_bytes)} on disk{more}"


def size_fields(sizes: Sizes | None) -> dict[str, int] | None:
    """The same for JSON."""
    if sizes is None:
        return None
    return {
        "download_bytes": sizes.download_bytes,
        "disk_bytes": sizes.disk_bytes,
        "unknown_packages": sizes.unknown,
    }


def human_bytes(size_bytes: int) -> str:
    """Decimal units, as download managers and disks count: `873 MB`."""
    size = float(size_bytes)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if size >= 10 or unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
