"""Sizes as people read them."""

from __future__ import annotations


def human_bytes(size_bytes: int) -> str:
    """Decimal units, as download managers and disks count: `873 MB`."""
    size = float(size_bytes)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if size >= 10 or unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
