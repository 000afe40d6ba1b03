"""Matrix products: whether they are right, how fast they are, whether they repeat."""

from __future__ import annotations

from typing import Any, Dict

from .harness import Params, Unavailable
from .judging import judge_product, tolerance
from .measuring import measure
from .precision import fp32_as

NEEDS = {"fp32": (0, 0), "tf32": (8, 0), "fp16": (0, 0), "bf16": (8, 0), "fp8": (8, 9)}
"""The compute capability whose hardware has the dtype (CUDA C++ Programming Guide, read November 2026)."""
_ROWS = 16


def correct(params: Params) -> Dict[str, Any]:
    """16 random rows of a product of random matrices against float64, in each dtype of the device."""
    import torch

    device = params["device"]
    size = 1024 if device == "cpu" else 2048
    random = torch.Generator().manual_seed(params["seed"])
    drawn = torch.randn(2, size, size, generator=random)
    rows = torch.randperm(size, generator=random)[:_ROWS]
    checks = {}
    for name in ("fp32", "tf32", "fp16", "bf16"):
        if lacking(name, device):
            continue
        a, b = drawn.to(_dtype(name))
        with fp32_as("tf32" if name == "tf32" else "ieee"):
            product = torch.matmul(a.to(device), b.to(device))
        judged = judge_product(product, a, b, rows, tolerance(name, size))
        checks[name] = {"size": size, "rows": _ROWS, **judged}
    return {"checks": checks}


def throughput(name: str, params: Params) -> Dict[str, Any]:
    """How fast a square product is: 2·M·N·K operations, 8192³ on a GPU (4096³ below 8 GB), 2048³ on a CPU."""
    import torch

    device = params["device"]
    if reason := lacking(name, device):
        raise Unavailable(reason)
    size = _size(device)
    random = torch.Generator(device).manual_seed(params["seed"])
    a, b = (torch.randn(size, size, generator=random, device=device).to(_dtype(name)) for _ in range(2))
    with fp32_as("tf32" if name == "tf32" else "ieee"):
        timing = measure(_scaled(a, b) if name == "fp8" else _plain(a, b), device, params["seconds"])
    return {
        "dtype": name,
        "size": [size, size, size],
        **timing.rates("tflops", 2 * size**3 / 1e12),
        "repeats": len(timing.times_s),
        "measured_s": timing.measured_s,
        "flushed_bytes": timing.flushed_bytes,
        "threads": torch.get_num_threads() if device == "cpu" else None,
        "samples": timing.samples,
    }


def batched(params: Params) -> Dict[str, Any]:
    """A batch of small products against float64, each row."""
    import torch

    random = torch.Generator().manual_seed(params["seed"])
    a, b = torch.randn(2, 8, 256, 256, generator=random)
    with fp32_as("ieee"):
        product = torch.bmm(a.to(params["device"]), b.to(params["device"]))
    return judge_product(product, a, b, torch.arange(256), tolerance("fp32", 256))


def repeatable(params: Params) -> Dict[str, Any]:
    """Whether the same product is the same, bit for bit, each of five times."""
    import torch

    device, runs = params["device"], 5
    names, size = (["fp32"], 512) if device == "cpu" else (["fp32", "fp16"], 2048)
    random = torch.Generator().manual_seed(params["seed"])
    drawn = torch.randn(2, size, size, generator=random)
    identical = True
    for name in names:
        a, b = drawn.to(device, _dtype(name))
        with fp32_as("ieee"):
            first, *others = (torch.matmul(a, b) for _ in range(runs))
        identical = identical and all(torch.equal(first, other) for other in others)
    return {"runs": runs, "dtype": ", ".join(names), "size": size, "identical": identical}


def lacking(name: str, device: str) -> str:
    """Why products in a dtype have no object on a device; empty where they have one."""
    import torch

    if device == "cpu":
        return "" if name == "fp32" else "a CPU is measured in fp32 only"
    found = torch.cuda.get_device_capability(device)
    if found < NEEDS[name]:
        needed = ".".join(map(str, NEEDS[name]))
        return f"{name} takes compute capability {needed}, and {device} has {found[0]}.{found[1]}"
    if name == "fp8" and not (hasattr(torch, "float8_e4m3fn") and hasattr(torch, "_scaled_mm")):
        return f"torch {torch.__version__} has no fp8 product"
    return ""


def _dtype(name: str) -> Any:
    import torch

    if name == "fp8":
        return torch.float8_e4m3fn
    return {"fp16": torch.float16, "bf16": torch.bfloat16}.get(name, torch.float32)


def _size(device: str) -> int:
    import torch

    if device == "cpu":
        return 2048
    return 8192 if torch.cuda.get_device_properties(device).total_memory >= 8e9 else 4096


def _plain(a: Any, b: Any) -> Any:
    import torch

    product = torch.empty_like(a)
    return lambda: torch.matmul(a, b, out=product)


def _scaled(a: Any, b: Any) -> Any:
    """`a @ b.T` of fp8 into bf16, scaled by one: the second factor must be laid out by columns."""
    import torch

    one = torch.ones((), device=a.device)

    def multiply() -> Any:
        return torch._scaled_mm(a, b.t(), scale_a=one, scale_b=one, out_dtype=torch.bfloat16)

    try:
        multiply()
    except RuntimeError as error:
        # Some versions lack a kernel for some GPUs: torch 2.1 has none for 8.9, nor has cuBLAS 11.8.
        if any(words in str(error) for words in ("only supported", "CUBLAS_STATUS_NOT_SUPPORTED")):
            raise Unavailable(str(error).splitlines()[0]) from None
        raise
    return multiply
