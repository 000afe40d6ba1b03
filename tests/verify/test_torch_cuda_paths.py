"""What only a GPU does, as far as a CPU can show it: timing by events, flushing its cache, fp8 products."""

from __future__ import annotations

from pathlib import Path

import pytest
from run_probe import run_code, run_probes

pytestmark = pytest.mark.channel

MADE_UP = """
import torch
from probes import measuring
done = []
class Event:
    def __init__(self, enable_timing):
        assert enable_timing
    def record(self):
        done.append("record")
    def synchronize(self):
        done.append("synchronize")
    def elapsed_time(self, end):
        return 250.0
torch.cuda.Event = Event
torch.Tensor.zero_ = lambda tensor: done.append(f"flush {tensor.numel() * tensor.element_size()}")
took = measuring._device_timer("cpu")(lambda: done.append("work"))
answer = [took, done]
"""


def test_the_cache_is_flushed_before_the_clock_starts_and_events_count_milliseconds(
    torch_environment: Path,
) -> None:
    took, done = run_code(torch_environment / "bin/python", MADE_UP)
    assert took == 0.25
    assert done == ["flush 268435456", "record", "work", "record", "synchronize"]


FP8 = """
import torch
from probes import matmul
a, b = torch.randn(2, 64, 64).to(torch.float8_e4m3fn)
product = matmul._scaled(a, b)()
difference = (product.double() - a.double() @ b.double().t()).abs().max()
answer = [str(product.dtype), float(difference)]
"""


def test_an_fp8_product_is_a_product_of_fp8_numbers(torch_environment: Path) -> None:
    dtype, difference = run_code(torch_environment / "bin/python", FP8)
    assert dtype == "torch.bfloat16"
    assert difference < 0.25  # of sums up to about 32, rounded to 8 bits


NO_KERNEL = """
import torch
from probes import harness, matmul
def refuse(*_, **__):
    raise RuntimeError("{words}\\nException raised from")
torch._scaled_mm = refuse
try:
    matmul._scaled(torch.ones(2), torch.ones(2, 2))
except harness.Unavailable as reason:
    answer = str(reason)
"""


@pytest.mark.parametrize(
    "words",
    [
        "torch._scaled_mm is only supported on devices with 9.0",
        "CUDA error: CUBLAS_STATUS_NOT_SUPPORTED when calling `cublasLtMatmulAlgoGetHeuristic( ltHandle )`",
    ],
)
def test_a_torch_without_an_fp8_kernel_for_the_gpu_says_so(torch_environment: Path, words: str) -> None:
    assert run_code(torch_environment / "bin/python", NO_KERNEL.replace("{words}", words)) == words


SPOILED = """
import torch
from probes import torch_compute
def synchronize():
    raise RuntimeError("CUDA error: an illegal memory access was encountered")
params = {"device": "cuda:0"}
torch.cuda.synchronize = lambda: None
answer = [torch_compute.spoiled(params), torch_compute.spoiled({"device": "cpu"})]
torch.cuda.synchronize = synchronize
answer.append(torch_compute.spoiled(params))
"""


def test_a_gpu_that_still_fails_behind_a_failed_probe_spoils_the_process(torch_environment: Path) -> None:
    assert run_code(torch_environment / "bin/python", SPOILED) == [False, False, True]


def test_a_gpu_that_is_not_there_is_told_of_before_any_probe(torch_environment: Path) -> None:
    python, params = torch_environment / "bin/python", {"device": "cuda:0", "seconds": 0.1, "seed": 1}
    events = run_probes(python, "torch_compute", ["memory"], **params)
    assert list(events) == ["prepare"]
    assert events["prepare"]["message"] == "Torch not compiled with CUDA enabled"
