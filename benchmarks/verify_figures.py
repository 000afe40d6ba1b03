"""What verify-gpu measures, against what others measure: ratios of figures, not of whole processes."""

from __future__ import annotations

import statistics
import subprocess

from environment_pairs import torch_environment
from measuring import CHECKOUT, Workplace


def matmul(at: Workplace, turns: int) -> None:
    """The CPU's matmul figure against torch.utils.benchmark on the same shape with as many threads."""
    command = [torch_environment(at) / "bin/python", *at.script("matmul_figures.py", str(turns + 1))[1:]]
    done = subprocess.run(command, check=True, cwd=CHECKOUT, text=True, stdout=subprocess.PIPE)
    _, *lines = done.stdout.splitlines()  # the first turn warms up
    figures = [tuple(map(float, line.split())) for line in lines]
    ratios = [ours / bare for ours, bare in figures]
    ours, bare = (1000 * statistics.median(column) for column in zip(*figures, strict=True))
    print(
        f"{'matmul':10} {f'{ours:.0f} GF/s':>9} {f'{bare:.0f} GF/s':>9} {statistics.median(ratios):6.2f}"
        f"  ({min(ratios):.2f} to {max(ratios):.2f}, between 0.85 and 1.15)",
        flush=True,
    )
