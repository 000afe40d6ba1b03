"""`nvidia-smi --query-gpu=… --format=csv`: one line a GPU."""

from __future__ import annotations

import re
from collections.abc import Sequence

from envctl.formats.nvidia_smi.labels import GPU, HEADER
from envctl.formats.nvidia_smi.report import gpu_of, machine_of
from envctl.model.machine import Machine

_UNIT = re.compile(r" \[[^\]]*\]$")
_ALIASES = {
    "gpu_name": "name",
    "gpu_uuid": "uuid",
    "gpu_bus_id": "pci.bus_id",
    "clocks.sm": "clocks.current.sm",
    "clocks_throttle_reasons.active": "clocks_event_reasons.active",
}
_KNOWN = {
    *("index", "compute_cap", "clocks_event_reasons.active", *_ALIASES),
    *(label.field for label in (*HEADER, *GPU)),
}


def header_of(text: str) -> list[str] | None:
    """The names in the first line, without units; None where it is no header of a query, or all there is."""
    first, *rest = [line for line in text.splitlines() if line.strip()] or [""]
    names = [_UNIT.sub("", cell) for cell in _cells(first)]
    known = rest and _KNOWN.intersection(names) and all(re.fullmatch(r"\w[\w.]*", each) for each in names)
    return names if known else None


def read_csv(text: str, *, names: Sequence[str] | None = None) -> Machine:
    """`names` are those that were asked for, where `noheader` left them out; units may stand or not.

    CUDA is not said, since no query has it.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if names is None:
        names = header_of(text) or ()
        lines = lines[1:]
    fields = [_field(name) for name in names]
    raw = [dict(zip(fields, _cells(line), strict=False)) for line in lines]
    gpus = [gpu_of(values, index=index) for index, values in enumerate(raw)]
    return machine_of(raw[0] if raw else {}, gpus, raw=raw)


def _cells(line: str) -> list[str]:
    """nvidia-smi never quotes, and no value has a comma."""
    return [cell.strip() for cell in line.split(",")]


def _field(name: str) -> str:
    """The newer name of a field."""
    name = _ALIASES.get(name, name)
    return name.replace("clocks_throttle_reasons", "clocks_event_reasons", 1)
