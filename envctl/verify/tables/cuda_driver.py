"""Which driver a CUDA version needs."""

from __future__ import annotations

from envctl.model.machine import System
from envctl.verify.tables.rows import numbers, rows


def matched_driver(cuda: str, system: System) -> str | None:
    """The driver that a toolkit such as `12.4` or `12.4.1` was released with: of its first release where no
    update is named. None where NVIDIA lists none. Raises `ValueError` for what is no version."""
    wanted = numbers(cuda)
    listed = {
        numbers(row["cuda"]): row[system]
        for row in rows("cuda_driver")
        if numbers(row["cuda"])[:2] == wanted[:2]
    }
    if not listed:
        return None
    update = max((version for version in listed if version <= wanted), default=min(listed))
    return listed[update] or None


def newer_toolkit(driver: str, cuda: str, system: System) -> str | None:
    """A listed CUDA version above this one that the driver is new enough for: such a driver has this one's
    calls too, listed or not."""
    return next(
        (
            row["cuda"]
            for row in rows("cuda_driver")
            if numbers(row["cuda"])[:2] > numbers(cuda)[:2]
            and row[system]
            and numbers(driver) >= numbers(row[system])
        ),
        None,
    )


def lowest_driver(cuda: str, system: System) -> str | None:
    """The oldest driver that runs any release of a CUDA major version: minor-version compatibility, which
    began with CUDA 11. None for other majors and where NVIDIA lists none."""
    major = str(numbers(cuda)[0])
    return next((row[system] or None for row in rows("minor_compatibility") if row["major"] == major), None)


def compat_branches(package: str) -> tuple[int, ...] | None:
    """The driver branches that the forward-compatibility package of a CUDA version works on; None where
    NVIDIA lists no such package."""
    wanted = numbers(package)[:2]
    for row in rows("forward_compatibility"):
        if numbers(row["package"]) == wanted:
            return tuple(int(branch) for branch in row["branches"].split())
    return None
