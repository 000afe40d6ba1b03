"""What a CUDA toolkit can compile for."""

from __future__ import annotations

from envctl.model.machine import ComputeCapability
from envctl.verify.tables.rows import numbers, rows


def toolkit_archs(cuda: str) -> tuple[ComputeCapability, ...] | None:
    """The compute capabilities that the nvcc of a CUDA version such as `12.4` compiles for, ascending; None
    where that is not known. Raises `ValueError` for what is no version."""
    wanted = numbers(cuda)[:2]
    for row in rows("toolkit_archs"):
        if numbers(row["first"]) <= wanted <= numbers(row["last"]):
            return tuple(ComputeCapability.parse(arch) for arch in row["archs"].split())
    return None
