"""Whether the driver works: its kernel module is loaded, and is the one of its libraries."""

from __future__ import annotations

from envctl.model.report import CheckResult
from envctl.verify.check import Check
from envctl.verify.checks.driver_present import container_hint, installed
from envctl.verify.checks.message import Message
from envctl.verify.checks.messages import explain
from envctl.verify.checks.unjudged import NOT_LIVE, skip
from envctl.verify.facts import Case, DriverState, Facts

_NO_DEVICE = 100
"""cuInit: this process is offered no GPU, which is no fault of the driver."""
_STUB = 34
"""cuInit: libcuda is the toolkit's stub for linking."""
_CODES = {
    3: "CUDA_ERROR_NOT_INITIALIZED",
    802: "CUDA_ERROR_SYSTEM_NOT_READY",
    803: "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH",
    804: "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE",
    999: "CUDA_ERROR_UNKNOWN",
}


def _judge(case: Case) -> CheckResult:
    state = case.facts.driver
    if state is None:
        return skip("driver-loaded", NOT_LIVE)
    if not installed(case.facts):
        return skip("driver-loaded", "there is no driver to load")
    measured = {
        "module": state.module,
        "library": state.library,
        "nvidia_smi_exit": state.smi_exit,
        "nvml": state.nvml_code,
        "cuinit": state.cuda_code,
    }
    found = _fault(case.facts, state)
    if found:
        summary, cause, hint = found
        return CheckResult(
            id="driver-loaded", status="fail", summary=summary, cause=cause, hint=hint, measured=measured
        )
    asked = case.facts.one("cuda-driver")
    if asked and asked.state == "error":
        return CheckResult(
            id="driver-loaded",
            status="error",
            summary="nothing says whether CUDA starts: cuda-driver came to no result",
            cause=asked.cause,
            hint="sudo dmesg | grep -i nvrm says what the driver met",
            measured=measured,
        )
    answered = _smi_answers(case.facts, state) or 0 in (state.nvml_code, state.cuda_code)
    if answered or (state.module and state.smi_exit is None):
        version = f" {state.module}" if state.module else ""
        return CheckResult(
            id="driver-loaded",
            status="pass",
            summary=f"the driver{version} is loaded and fits its library",
            measured=measured,
        )
    return CheckResult(
        id="driver-loaded",
        status="error",
        summary="nothing says whether the driver is loaded",
        cause=state.smi_message,
        hint="the driver hangs: sudo dmesg | grep -i nvrm says why; a reboot helps"
        if state.smi_failure == "hung"
        else "run nvidia-smi",
        measured=measured,
    )


def _smi_answers(facts: Facts, state: DriverState) -> bool:
    """A wrapper on PATH may end well and print no report: then nobody has said what the driver is."""
    return state.smi_exit == 0 and facts.machine is not None and facts.machine.driver is not None


def _fault(facts: Facts, state: DriverState) -> tuple[str, str | None, str | None] | None:
    """What is wrong with an installed driver: summary, cause and hint."""
    answers = _smi_answers(facts, state) or state.nvml_code == 0
    # a forward-compatibility libcuda is newer than the module on purpose
    differ = not answers and state.module and state.library and state.module != state.library
    if differ or state.nvml_code == 18:
        known = explain("Driver/library version mismatch", facts)
        versions = f"module {state.module or 'unknown'}, library {state.library or 'unknown'}"
        return f"the loaded driver is not the installed one: {versions}", *_why(known)
    if state.forbidden_nodes or state.nvml_code == 4 or state.smi_exit == 4:
        nodes = ", ".join(state.forbidden_nodes) or "the GPU"
        hint = "join the group that owns them (ls -l /dev/nvidia*; sudo usermod -aG video $USER)"
        if state.container:
            hint = "let the container have them: " + container_hint(state.container)
        return f"this user may not open {nodes}", None, hint
    if state.smi_exit == 9 or state.nvml_code == 9:
        return "the driver is not loaded", *_why(
            explain("couldn't communicate with the NVIDIA driver", facts)
        )
    if not answers and state.smi_message and (known := explain(state.smi_message, facts)):
        return state.smi_message.strip().splitlines()[0], *_why(known)
    if state.cuda_code not in (None, 0, _NO_DEVICE, _STUB):
        name = _CODES.get(state.cuda_code or 0, "error")
        return f"CUDA does not start: cuInit gives {name} ({state.cuda_code})", *_why(explain(name, facts))
    asked = facts.one("cuda-driver")
    if answers and asked and asked.value.get("load_error"):
        summary = "nvidia-smi works, and a program here finds no libcuda.so.1"
        return summary, str(asked.value["load_error"]), _libcuda_hint(state)
    if state.module and not state.nodes and not state.wsl:
        return "the driver has no device files", None, "sudo nvidia-modprobe -c 0 -u"
    return None


def _libcuda_hint(state: DriverState) -> str:
    """NVIDIA's container toolkit mounts what NVIDIA_DRIVER_CAPABILITIES names (its documentation, read
    November 2026)."""
    if state.container:
        return "start the container with NVIDIA_DRIVER_CAPABILITIES=compute,utility"
    return "install the driver's compute libraries (libcuda1 or libnvidia-compute of the driver's version)"


def _why(known: Message | None) -> tuple[str | None, str | None]:
    return (known.cause, known.fix) if known else (None, None)


CHECK = Check(id="driver-loaded", probes=("cuda-driver", "nvml"), judge=_judge)
