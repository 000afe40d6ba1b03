"""`nvidia-smi -q`, whole or in parts (`-d ECC`), and `nvidia-smi --version`: labels and values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from envctl.formats.nvidia_smi.labels import GPU, HEADER, by_field
from envctl.formats.nvidia_smi.report import gpu_of, machine_of, mig_device
from envctl.model.machine import Machine

_GPU = re.compile(r"GPU ([0-9A-Fa-f]+:[0-9A-Fa-f]+:[0-9A-Fa-f]+\.[0-9A-Fa-f])")
_MIG = "mig device"


@dataclass(kw_only=True, slots=True)
class _Block:
    """What stands under one GPU, or above the first: values by their path of labels, in small letters."""

    values: dict[str, str] = field(default_factory=dict)
    mig_devices: list[dict[str, str]] = field(default_factory=list)


def read_listing(text: str) -> Machine:
    header, *gpus = _blocks(text)
    raw = [by_field(gpu.values, GPU, xml=False) for gpu in gpus]
    found = [
        gpu_of(fields, index=index, mig_devices=tuple(map(_mig_device, gpu.mig_devices)))
        for index, (gpu, fields) in enumerate(zip(gpus, raw, strict=True))
    ]
    return machine_of(by_field(header.values, HEADER, xml=False), found, raw=raw)


def _blocks(text: str) -> list[_Block]:
    block = _Block()
    blocks = [block]
    sections: list[tuple[int, str]] = []
    for line in text.splitlines():
        label, colon, value = f"{line} ".partition(" : ")
        indent = len(label) - len(label.lstrip())
        label = label.strip().lower()
        while sections and sections[-1][0] >= indent:
            sections.pop()
        path = "/".join([*(name for _, name in sections), label])
        if found := _GPU.fullmatch(line.strip()):
            block = _Block(values={"pci/bus id": found[1]})
            blocks.append(block)
        elif not colon:
            sections.append((indent, label))
            if path == _MIG:
                block.mig_devices.append({})
        elif path.startswith(f"{_MIG}/"):
            block.mig_devices[-1][path.removeprefix(f"{_MIG}/")] = value.strip()
        else:
            block.values[path] = value.strip()
    return blocks


def _mig_device(values: dict[str, str]) -> str:
    memory = values.get("shared fb memory usage/total") or values.get("fb memory usage/total", "?")
    return mig_device(values.get("gpu instance id", "?"), values.get("compute instance id", "?"), memory)
