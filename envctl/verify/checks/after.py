"""The checks of what was measured, in reading order: first what is right, then how fast it is."""

from __future__ import annotations

from envctl.verify.check import Check
from envctl.verify.checks import peers, right, run_health, speed
from envctl.verify.checks.per_device import per_device
from envctl.verify.tables.gpus import PRECISIONS

CHECKS: tuple[Check, ...] = (
    per_device("gpu-memory", "memory", right.memory),
    per_device("matmul-correct", "matmul-correct", right.matmul),
    per_device("cublas", "cublas", right.cublas),
    per_device("convolution", "convolution", right.convolution),
    per_device("repeatable", "repeatable", right.repeatable),
    per_device("tensorflow-matmul", "tensorflow-matmul", right.tensorflow_matmul),
    *(
        per_device(f"matmul-{precision}", f"matmul-{precision}", speed.matmul(precision))
        for precision in PRECISIONS
    ),
    per_device("memory-bandwidth", "memory-bandwidth", speed.memory_bandwidth),
    per_device("host-device-bandwidth", "host-device-bandwidth", speed.host_device_bandwidth),
    per_device("peer-access", "peer-access", peers.peer_access),
    per_device("all-reduce", "all-reduce", peers.all_reduce),
    Check(id="throttling", probes=run_health.SAMPLED, judge=run_health.throttling),
    per_device("pcie-link", "host-device-bandwidth", run_health.pcie_link),
)
