"""Whether all devices of the machine add up to the right sum, and how fast: NCCL on GPUs, gloo on a CPU."""

from __future__ import annotations

import os
import tempfile
import time
from datetime import timedelta
from statistics import median
from typing import Any, Dict, List

from .children import in_children
from .harness import Params, Unavailable

_REPEATS = 20
_WARM_UP = 5
_BYTES = {"nccl": 256 * 2**20, "gloo": 4 * 2**20}


def all_reduce(params: Params) -> Dict[str, Any]:
    """Sum a buffer over all devices, one rank each.

    The sum is checked with whole numbers, which floats add exactly. The bus bandwidth is 2(n-1)/n of the
    buffer's bytes by the time of the slowest rank, which NCCL's own tests compare across numbers of ranks
    (github.com/NVIDIA/nccl-tests, PERFORMANCE.md, read November 2026). GB are 10⁹ bytes.
    """
    import torch.distributed

    devices: List[str] = params["devices"]
    if len(devices) < 2:
        raise Unavailable("needs two GPUs")
    backend = "gloo" if devices[0] == "cpu" else "nccl"
    if not torch.distributed.is_available():
        raise Unavailable("this torch was built without torch.distributed")
    if backend == "nccl" and not torch.distributed.is_nccl_available():
        raise Unavailable("this torch was built without NCCL")
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        store = os.path.join(folder, "store")  # noqa: PTH118  (torch wants text)
        ranks = in_children(
            lambda rank: _rank(rank, params, backend, store), len(devices), timeout_s=params["timeout_s"]
        )
    count = len(devices)
    slowest_s = max(rank["time_s"] for rank in ranks)
    return {
        "backend": backend,
        "ranks": count,
        "bytes": _BYTES[backend],
        "exact": all(rank["exact"] for rank in ranks),
        "bus_gb_per_s_median": 2 * (count - 1) / count * _BYTES[backend] / 1e9 / slowest_s,
        "measured_s": time.perf_counter() - started,
    }


def _rank(rank: int, params: Params, backend: str, store: str) -> Dict[str, Any]:
    import torch
    import torch.distributed as dist

    device, count = params["devices"][rank], len(params["devices"])
    if backend == "gloo":
        os.environ["GLOO_SOCKET_IFNAME"] = "lo"  # all ranks are here, and the host's name may lead nowhere
    else:
        torch.cuda.set_device(device)
    dist.init_process_group(
        backend,
        store=dist.FileStore(store, count),
        rank=rank,
        world_size=count,
        timeout=timedelta(seconds=params["timeout_s"]),
    )
    whole = torch.arange(_BYTES[backend] // 4, device=device).remainder(1024).float()
    summed = whole + rank
    dist.all_reduce(summed)
    exact = torch.equal(summed, count * whole + count * (count - 1) // 2)
    # Each repeat multiplies by the number of ranks: from 1e-30 on, 64 of them stay far from infinity.
    buffer = torch.rand(_BYTES[backend] // 4, device=device) * 1e-30
    times_s = [_once(buffer) for _ in range(_WARM_UP + _REPEATS)][_WARM_UP:]
    dist.destroy_process_group()
    return {"exact": exact, "time_s": median(times_s)}


def _once(buffer: Any) -> float:
    import torch
    import torch.distributed as dist

    dist.barrier()
    started = time.perf_counter()
    dist.all_reduce(buffer)
    if buffer.is_cuda:
        torch.cuda.synchronize()
    return time.perf_counter() - started
