"""Facts as plain JSON, and as the lines that a reader needs."""

from __future__ import annotations

import dataclasses
import platform
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from envctl.model.build import FrameworkBuild
from envctl.model.machine import ComputeCapability
from envctl.verify.facts import Facts, Outcome
from envctl.verify.programs import COMPUTE, PEERS


def plain(facts: Facts, *, started: datetime, wall_s: float) -> dict[str, Any]:
    """Everything that is known; what changes from run to run stands under `run`.

    `started` is the time of the run, `wall_s` how long it took with all its processes; `measured_s` is what
    the measurements themselves took of that.
    """
    return {
        "machine": _value(facts.machine),
        "driver": _value(facts.driver),
        "build": _value(facts.build),
        "second_build": _value(facts.second_build),
        "packages": dict(facts.packages),
        "removed_variables": sorted(facts.removed),
        "visible_devices": facts.visible_devices,
        "probes": [_outcome(outcome) for outcome in facts.outcomes],
        "run": {
            "started": started.isoformat(timespec="seconds"),
            "host": platform.node(),
            "wall_s": round(wall_s, 3),
            "measured_s": round(measured_s(facts), 3),
        },
    }


def measured_s(facts: Facts) -> float:
    """The seconds of the probes on the slowest device (all run at once), and of those between devices."""
    spent: dict[str | None, float] = {}
    for outcome in facts.outcomes:
        if outcome.probe in (*COMPUTE, *PEERS):
            spent[outcome.device] = spent.get(outcome.device, 0.0) + outcome.wall_s
    between = spent.pop(None, 0.0)
    return between + max(spent.values(), default=0.0)


def about(facts: Facts) -> tuple[str, ...]:
    """What is judged, on what."""
    builds = [_build_words(build) for build in (facts.build, facts.second_build) if build]
    return (*(builds or ["no framework among its packages"]), _machine_words(facts))


def _build_words(build: FrameworkBuild) -> str:
    made = {
        "cuda": f"for CUDA {build.cuda}" if build.cuda else "for CUDA, which version is not known",
        "cpu": "for the CPU",
        "rocm": "for ROCm",
        "unknown": "for CUDA or the CPU, which is not known",
    }[build.variant]
    version = f" {build.version}" if build.version else ""
    return f"{build.framework}{version} {made}"


def _machine_words(facts: Facts) -> str:
    machine = facts.machine
    if machine is None:
        return "no NVIDIA driver, no GPU"
    names = Counter(gpu.name or "GPU without a name" for gpu in machine.gpus)
    said = facts.driver is not None or machine.count is not None
    counted = f"{machine.count} GPUs" if machine.count else "no GPU" if said else "GPUs not known"
    gpus = ", ".join(f"{count} x {name}" for name, count in names.items()) or counted
    driver = f"driver {machine.driver}" if machine.driver else "driver not known"
    return f"{gpus}, {driver} (by {machine.origin})"


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {**_value(outcome), "wall_s": round(outcome.wall_s, 3)}


def _value(value: Any) -> Any:
    """Plain JSON of a dataclass and what is in it."""
    if isinstance(value, ComputeCapability):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _value(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_value(item) for item in value]
    return value
