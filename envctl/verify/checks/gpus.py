"""The GPUs of a machine, as the checks count and name them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from envctl.model.machine import Gpu
from envctl.verify.facts import Case, Facts


def gpus(facts: Facts) -> tuple[Gpu, ...]:
    """The GPUs that answer."""
    return tuple(gpu for gpu in facts.machine.gpus if not gpu.lost) if facts.machine else ()


def names(found: Sequence[Gpu]) -> str:
    """`8 NVIDIA H100 80GB HBM3`, or several such."""
    counts = Counter(gpu.name or "GPU without a name" for gpu in found)
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def visible(listed: str | None, count: int, uuids: Sequence[str | None] = (None,)) -> int:
    """How many of `count` GPUs CUDA_VISIBLE_DEVICES leaves: CUDA reads it up to the first that is not there
    (CUDA programming guide, environment variables). `uuids` are the GPUs', None one that is not known; the
    variable may give their beginning."""
    if listed is None:
        return count
    seen: list[str] = []
    for word in (part.strip() for part in listed.split(",")):
        known = word.startswith("MIG-") or (word.isdecimal() and int(word) < count)
        if word.startswith("GPU-"):
            known = any(uuid is None or uuid.startswith(word) for uuid in uuids)
        if not known or word in seen:
            break
        seen.append(word)
    return len(seen)


def left(facts: Facts) -> int:
    """How many of the machine's GPUs CUDA_VISIBLE_DEVICES leaves."""
    uuids = [gpu.uuid for gpu in gpus(facts)] or [None]
    return visible(facts.visible_devices, attached(facts), uuids)


def undescribed(case: Case) -> str | None:
    """Why a described machine's GPUs cannot be judged."""
    machine = case.facts.machine
    described = case.facts.driver is None and not case.live
    if not described or (machine and (machine.gpus or machine.count is not None)):
        return None
    return "no GPU is described" if machine else "no machine is described"


def attached(facts: Facts) -> int:
    """How many GPUs the driver has, without those that are lost."""
    if facts.machine is None:
        return 0
    listed = len(facts.machine.gpus)
    return max(facts.machine.count or 0, listed) - (listed - len(gpus(facts)))
