"""Which probes there are, and which share a process."""

from __future__ import annotations

from collections.abc import Mapping

from envctl.model.build import Framework

DRIVER = ("cuda-driver", "nvml")
BUILD: Mapping[Framework, tuple[str, ...]] = {
    "torch": ("torch-import", "torch-cuda"),
    "tensorflow": ("tensorflow-import", "tensorflow-libraries", "tensorflow-gpu", "tensorflow-matmul"),
}
COMPUTE = (
    "memory",
    "matmul-correct",
    "matmul-fp32",
    "matmul-tf32",
    "matmul-fp16",
    "matmul-bf16",
    "matmul-fp8",
    "memory-bandwidth",
    "host-device-bandwidth",
    "convolution",
    "cublas",
    "repeatable",
)
PEERS = ("peer-access", "all-reduce")
