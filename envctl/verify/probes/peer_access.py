"""Whether GPUs reach each other's memory, and how fast: each ordered pair of them."""

from __future__ import annotations

from statistics import median
from typing import Any, Dict, List

from .children import in_children
from .harness import Params, Unavailable

_WORDS = 16 * 2**20
_REPEATS = 10


def peer_access(params: Params) -> Dict[str, Any]:
    """Copy 64 MiB of random words from each GPU to each other, count those that differ, and time it.

    Without access the driver takes the way over the host's memory. GB are 10⁹ bytes.
    """
    devices: List[str] = params["devices"]
    if len(devices) < 2 or devices[0] == "cpu":
        raise Unavailable("needs two GPUs")

    def pairs(_rank: int) -> List[Dict[str, Any]]:
        return [_pair(one, other, params["seed"]) for one in devices for other in devices if one != other]

    # In a child, because CUDA must not be started here: the all-reduce forks this process.
    return {"pairs": in_children(pairs, 1, timeout_s=params["timeout_s"])[0]}


def _pair(source: str, target: str, seed: int) -> Dict[str, Any]:
    import torch

    random = torch.Generator(source).manual_seed(seed)
    words = torch.randint(2**31 - 1, (_WORDS,), dtype=torch.int32, generator=random, device=source)
    # Each GPU draws the same words, and memory keeps those of the pair before: what never arrived must show.
    copied = torch.full_like(words, -1, device=target)
    times_s = []
    with torch.cuda.device(source):
        for _ in range(_REPEATS):
            start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
            start.record()
            copied.copy_(words, non_blocking=True)
            end.record()
            end.synchronize()
            times_s.append(start.elapsed_time(end) / 1000)
    return {
        "from": source,
        "to": target,
        "access": bool(torch.cuda.can_device_access_peer(target, source)),
        "mismatches": int((copied.cpu() != words.cpu()).sum()),
        "gb_per_s_median": 4 * _WORDS / 1e9 / median(times_s),
    }
