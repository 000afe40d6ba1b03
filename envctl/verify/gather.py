"""Facts: what this machine is, and what the probes find inside an environment on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from envctl.model.build import Framework
from envctl.model.machine import Machine
from envctl.progress import Reporter
from envctl.verify.facts import DriverState, Outcome
from envctl.verify.here.machine import machine_here
from envctl.verify.here.nvidia_smi import ask
from envctl.verify.here.proc_files import read as read_files
from envctl.verify.programs import BUILD, COMPUTE, DRIVER, PEERS
from envctl.verify.runner import Call, Interpreter, run_programs

_SEED = 20231
"""Of all random data: the same in every run."""
_SECONDS = 1.0
"""How long a figure is measured, behind its warm-up and in at least 20 repeats."""
_SMI_S = 30.0
"""For nvidia-smi: without persistence mode, the driver first starts every GPU for it."""
_OTHERS_TIME = 0.75
"""Of a probe's time: how long it may wait for the same probe on other devices."""
_OWN_TIME = 0.9
"""Of a probe's time: by then a probe with processes of its own says which of them hang, and stops them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What to run, and how long at most."""

    probes: Collection[str]
    """Ids of the probes whose results some check wants."""
    frameworks: Sequence[Framework]
    modules: Sequence[str] = ()
    """Python modules that must import."""
    gpu_wanted: bool = False
    """Without one, what can be measured is measured on the CPU."""
    timeout_s: float
    """For each probe."""


def this_machine(
    interpreter: Interpreter, *, timeout_s: float, reporter: Reporter
) -> tuple[Machine | None, DriverState, tuple[Outcome, ...]]:
    """The driver and the GPUs of this machine, asked of nvidia-smi, its libraries and the system's files."""
    with reporter.task("asking the driver", unit="steps"):
        smi = ask(interpreter.environ, timeout_s=min(timeout_s, _SMI_S))
    outcomes = _run(interpreter, "driver", DRIVER, {}, timeout_s=timeout_s, reporter=reporter)
    found = {outcome.probe: outcome for outcome in outcomes}
    machine, driver = machine_here(smi, found.get("nvml"), found.get("cuda-driver"), read_files())
    return machine, driver, outcomes


def builds(interpreter: Interpreter, plan: Plan, reporter: Reporter) -> tuple[Outcome, ...]:
    """What the frameworks say of themselves, and whether the modules import."""
    outcomes: list[Outcome] = []
    for framework in plan.frameworks:
        wanted = _wanted(BUILD[framework], plan)
        if framework == "torch" and not wanted and _wanted((*COMPUTE, *PEERS), plan):
            wanted = ("torch-cuda",)  # it tells the devices
        outcomes += _run(
            interpreter, f"{framework}_build", wanted, {}, timeout_s=plan.timeout_s, reporter=reporter
        )
    return (
        *outcomes,
        *_run(
            interpreter,
            "imports",
            [f"import:{module}" for module in plan.modules],
            {"modules": list(plan.modules)},
            timeout_s=plan.timeout_s,
            reporter=reporter,
        ),
    )


def measurements(
    interpreter: Interpreter, plan: Plan, found: Sequence[Outcome], reporter: Reporter
) -> tuple[Outcome, ...]:
    """What torch does on each GPU that it can use, all at once, then between them; else on the CPU."""
    cuda = next((outcome for outcome in found if outcome.probe == "torch-cuda"), None)
    if cuda is None or cuda.state != "done":
        return ()
    devices = [f"cuda:{device['index']}" for device in cuda.value.get("devices") or ()]
    if not cuda.value.get("available") or not devices:
        if plan.gpu_wanted:
            return ()
        devices = ["cpu"]
    with TemporaryDirectory(prefix="envctl-") as folder:
        turn = {"turn": str(Path(folder, "turn")), "turn_s": _OTHERS_TIME * plan.timeout_s}
        calls = [
            Call(
                program="torch_compute",
                probes=_wanted(COMPUTE, plan),
                params={"device": device, "seed": _SEED, "seconds": _SECONDS, **turn},
                device=device,
            )
            for device in devices
        ]
        outcomes = _together(interpreter, calls, timeout_s=plan.timeout_s, reporter=reporter)
    peers = _wanted(PEERS, plan) if devices != ["cpu"] else ()
    return (
        *outcomes,
        *_run(
            interpreter,
            "torch_peers",
            peers,
            {"devices": devices, "timeout_s": _OWN_TIME * plan.timeout_s},
            timeout_s=plan.timeout_s,
            reporter=reporter,
        ),
    )


def _wanted(probes: Iterable[str], plan: Plan) -> tuple[str, ...]:
    return tuple(probe for probe in probes if probe in plan.probes)


def _run(
    interpreter: Interpreter,
    program: str,
    probes: Sequence[str],
    params: Mapping[str, Any],
    *,
    timeout_s: float,
    reporter: Reporter,
) -> tuple[Outcome, ...]:
    call = Call(program=program, probes=tuple(probes), params={"seed": _SEED, "seconds": _SECONDS, **params})
    return _together(interpreter, [call], timeout_s=timeout_s, reporter=reporter)


def _together(
    interpreter: Interpreter, calls: Sequence[Call], *, timeout_s: float, reporter: Reporter
) -> tuple[Outcome, ...]:
    calls = [call for call in calls if call.probes]
    if not calls:
        return ()
    total = sum(len(call.probes) for call in calls)
    with reporter.task("checking", unit="steps", total=total) as task:
        return run_programs(interpreter, calls, timeout_s=timeout_s, task=task)
