"""Names of the devices that the probes ran on."""

from __future__ import annotations

from envctl.model.machine import Gpu
from envctl.verify.facts import Facts
from envctl.verify.values import mappings


def name_of(facts: Facts, device: str | None) -> str | None:
    """The GPU that is torch's `cuda:0`, as the driver calls it; None for the CPU and where that is not known.

    torch knows best, since CUDA orders the GPUs its own way; a machine with one kind of GPU leaves no doubt.
    """
    if device is None or device == "cpu":
        return None
    cuda = facts.one("torch-cuda")
    for each in mappings(cuda.value, "devices") if cuda else ():
        if f"cuda:{each.get('index')}" == device and isinstance(each.get("name"), str):
            return str(each["name"])
    names = {gpu.name for gpu in facts.machine.gpus} if facts.machine else set()
    return names.pop() if len(names) == 1 else None


def label(facts: Facts, device: str | None) -> str:
    """A device for people and for the keys of a baseline: `cpu`, `cuda:0 NVIDIA A100-SXM4-80GB`."""
    return " ".join(word for word in (device, name_of(facts, device)) if word) or "all devices"


def gpus_named(facts: Facts, name: str | None) -> tuple[Gpu, ...]:
    """The machine's GPUs of that name, of which a device is one: the driver counts them in another order
    than CUDA."""
    return tuple(gpu for gpu in facts.machine.gpus if gpu.name == name) if facts.machine and name else ()


def is_instance(facts: Facts, name: str | None) -> bool:
    """Whether a device is, or may be, a MIG instance: a part of a GPU. CUDA puts `MIG 1g.10gb` at the end
    of such a name."""
    return "MIG" in (name or "").split() or any(gpu.mig for gpu in gpus_named(facts, name))
