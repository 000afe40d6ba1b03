"""The table that nvidia-smi prints when it is asked for nothing."""

from __future__ import annotations

import re
from collections import defaultdict

from envctl.formats.nvidia_smi.report import gpu_of, machine_of, mig_device
from envctl.model.machine import Machine

BANNER = re.compile(r"NVIDIA-SMI +[0-9.]+ +(?:Driver|KMD) Version: *([0-9.]+)")
"""R610 says KMD (kernel mode driver) where others say Driver, and UMD behind CUDA."""
_CUDA = re.compile(r"CUDA(?: UMD)? Version: *([0-9.]+)")
_BUS_ID = re.compile(r"[0-9A-Fa-f]+:[0-9A-Fa-f]+:[0-9A-Fa-f]+\.[0-9A-Fa-f]")
_SECOND_ROW = {
    "temperature.gpu": (0, re.compile(r"\b([0-9]+)C\b")),
    "power.draw": (0, re.compile(r"\b([0-9]+)W */")),
    "power.limit": (0, re.compile(r"/ *([0-9]+)W")),
    "memory.used": (1, re.compile(r"\b([0-9]+)MiB */")),
    "memory.total": (1, re.compile(r"/ *([0-9]+)MiB")),
    "utilization.gpu": (2, re.compile(r"\b([0-9]+)%")),
}
_MIG_ROW = re.compile(r"\| *([0-9]+) +([0-9]+) +([0-9]+) +[0-9]+ *\| *[0-9]+MiB */ *([0-9]+)MiB *\|")


def read_table(text: str) -> Machine:
    """A name that did not fit stays cut: `NVIDIA GeForce RTX 2080 ...`."""
    driver, cuda = BANNER.search(text), _CUDA.search(text)
    header = {"driver_version": driver[1] if driver else "", "cuda_version": cuda[1] if cuda else ""}
    lines = text.splitlines()
    raw = []
    for number, line in enumerate(lines):
        if fields := _first_row(_cells(line)):
            fields |= _second_row(_cells("".join(lines[number + 1 : number + 2])))
            fields |= _third_row(_cells("".join(lines[number + 2 : number + 3])))
            raw.append(fields)
    mig_devices: defaultdict[str, list[str]] = defaultdict(list)
    for gpu, instance, compute_instance, memory in _MIG_ROW.findall(text):
        mig_devices[gpu].append(mig_device(instance, compute_instance, f"{memory} MiB"))
    gpus = [
        gpu_of(fields, index=index, mig_devices=tuple(mig_devices[fields["index"]]))
        for index, fields in enumerate(raw)
    ]
    return machine_of(header, gpus, raw=raw)


def _cells(line: str) -> list[str]:
    return line.strip().strip("|").split("|")


def _first_row(cells: list[str]) -> dict[str, str] | None:
    """Of `|   0  Tesla T4            Off  | 00000000:00:1E.0 Off |                    0 |`."""
    if len(cells) != 3:
        return None
    gpu, bus, ecc = (cell.split() for cell in cells)
    if len(gpu) < 3 or not gpu[0].isdecimal() or not bus or not _BUS_ID.fullmatch(bus[0]) or not ecc:
        return None
    counted = ecc[0].isdecimal()
    return {
        "index": gpu[0],
        "name": " ".join(gpu[1:-1]),
        "persistence_mode": gpu[-1],
        "driver_model.current": gpu[-1],
        "pci.bus_id": bus[0],
        "ecc.mode.current": "On" if counted else ecc[0],  # MIG has no count, and then it says On
        "ecc.errors.uncorrected.volatile.total": ecc[0],
    }


def _second_row(cells: list[str]) -> dict[str, str]:
    if len(cells) != 3:
        return {}
    found = {name: pattern.search(cells[cell]) for name, (cell, pattern) in _SECOND_ROW.items()}
    return {name: match[1] for name, match in found.items() if match}


def _third_row(cells: list[str]) -> dict[str, str]:
    """Drivers before 450 have none: the line is then the end of the GPU."""
    return {"mig.mode.current": cells[2].strip()} if len(cells) == 3 else {}
