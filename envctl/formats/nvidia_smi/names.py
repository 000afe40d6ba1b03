"""`nvidia-smi -L`: each GPU's name and UUID, and the profiles of its MIG devices."""

from __future__ import annotations

import re

from envctl.formats.nvidia_smi.report import gpu_of, machine_of
from envctl.model.machine import Machine

GPU = re.compile(r"^GPU ([0-9]{1,4}): (\S.*) \(UUID: (\S*)\)[ \t\r]*$", re.MULTILINE)
_MIG = re.compile(r"[ \t]+MIG (\S+)[ \t]+Device[ \t]+[0-9]+:.*")


def read_names(text: str) -> Machine:
    """Driver and CUDA are not said."""
    raw: list[dict[str, str]] = []
    mig_devices: list[list[str]] = []
    for line in text.splitlines():
        if gpu := GPU.match(line):
            raw.append({"index": gpu[1], "name": gpu[2], "uuid": gpu[3]})
            mig_devices.append([])
        elif raw and (mig := _MIG.fullmatch(line)):
            mig_devices[-1].append(mig[1])
    gpus = [
        gpu_of(fields, index=index, mig_devices=tuple(mig_devices[index])) for index, fields in enumerate(raw)
    ]
    return machine_of({}, gpus)
