"""Runs in an environment with torch: the same product by envctl's probe and by torch's own timer, in turn.

Prints a line a turn: both figures in TFLOPS.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from torch.utils.benchmark import Timer

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "envctl" / "verify"))
from probes import matmul

for _ in range(int(sys.argv[1])):
    found = matmul.throughput("fp32", {"device": "cpu", "seconds": 1.0, "seed": 20231})
    m, n, k = found["size"]
    factors = {"torch": torch, "a": torch.randn(m, k), "b": torch.randn(k, n)}
    timer = Timer("torch.mm(a, b)", globals=factors, num_threads=found["threads"])
    time_s = timer.blocked_autorange(min_run_time=found["measured_s"]).median
    print(found["tflops_median"], 2 * m * n * k / 1e12 / time_s, flush=True)
