"""Memory: whether it keeps what is written, and how fast it is."""

from __future__ import annotations

import os
from typing import Any, Dict, Tuple

from .harness import Params, Unavailable
from .measuring import measure
from .turn import turn

_BLOCK = 2**20
"""Words of 4 bytes."""
_MIB = 2**20


def kept(params: Params) -> Dict[str, Any]:
    """Write random words, all of them before the first is read back, and count those that differ.

    64 MiB on a CPU; on a GPU 1 GiB, or a quarter of what is free.
    """
    import torch

    device = params["device"]
    free_bytes, total_bytes = _memory(device)
    wanted = 64 * _MIB if device == "cpu" else min(1024 * _MIB, free_bytes // 4)
    blocks = max(wanted // (4 * _BLOCK), 1)
    random = torch.Generator().manual_seed(params["seed"])
    pattern = torch.randint(-(2**31), 2**31 - 1, (_BLOCK,), dtype=torch.int32, generator=random)
    written = torch.empty(blocks, _BLOCK, dtype=torch.int32, device=device)
    for number in range(blocks):
        written[number] = (pattern ^ number).to(device)  # no block is like another: addresses may be mixed up
    mismatches = sum(int((written[number].cpu() != pattern ^ number).sum()) for number in range(blocks))
    size = written.numel() * written.element_size()
    del written
    if device != "cpu":
        torch.cuda.empty_cache()
    return {"bytes": size, "free_bytes": free_bytes, "total_bytes": total_bytes, "mismatches": mismatches}


def bandwidth(params: Params) -> Dict[str, Any]:
    """Copying a buffer, which moves its bytes twice: read and written. GB are 10⁹ bytes.

    256 MiB on a CPU; on a GPU 1 GiB, or a quarter of what is free.
    """
    import torch

    device = params["device"]
    size = 256 * _MIB if device == "cpu" else min(1024 * _MIB, _memory(device)[0] // 4)
    source = torch.randn(_BLOCK, device=device).repeat(size // (4 * _BLOCK))
    target = torch.empty_like(source)
    timing = measure(lambda: target.copy_(source), device, params["seconds"])
    size = source.numel() * source.element_size()
    return {
        "bytes": size,
        **timing.rates("gb_per_s", 2 * size / 1e9),
        "repeats": len(timing.times_s),
        "measured_s": timing.measured_s,
        "flushed_bytes": timing.flushed_bytes,
        "samples": timing.samples,
    }


def host_device_bandwidth(params: Params) -> Dict[str, Any]:
    """Copying 256 MiB from pinned memory of the host to the GPU and back.

    With a file `turn` in `params`, after those of the other devices, and `turn_s` seconds later at most.
    """
    import torch

    device = params["device"]
    if device == "cpu":
        raise Unavailable("a CPU has no memory apart from the host's")
    on_host = torch.randn(64 * _MIB).pin_memory()
    on_device = torch.empty_like(on_host, device=device)
    size = on_host.numel() * on_host.element_size()
    # GPUs behind one PCIe switch share its link to the host
    with turn(params.get("turn"), wait_s=params.get("turn_s", 0.0)):
        up = measure(lambda: on_device.copy_(on_host, non_blocking=True), device, params["seconds"])
        down = measure(lambda: on_host.copy_(on_device, non_blocking=True), device, params["seconds"])
    return {
        "bytes": size,
        **up.rates("to_device_gb_per_s", size / 1e9),
        **down.rates("from_device_gb_per_s", size / 1e9),
        "pinned": True,
        "repeats": len(up.times_s) + len(down.times_s),
        "measured_s": up.measured_s + down.measured_s,
        "samples": up.samples,
    }


def _memory(device: str) -> Tuple[int, int]:
    """Free and in all, in bytes."""
    import torch

    if device == "cpu":
        page = os.sysconf("SC_PAGE_SIZE")
        return page * os.sysconf("SC_AVPHYS_PAGES"), page * os.sysconf("SC_PHYS_PAGES")
    free_bytes, total_bytes = torch.cuda.mem_get_info(device)
    return int(free_bytes), int(total_bytes)
