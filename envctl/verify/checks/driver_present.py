"""Whether there is an NVIDIA driver."""

from __future__ import annotations

from envctl.model.report import CheckResult
from envctl.verify.check import Check
from envctl.verify.checks.unjudged import skip
from envctl.verify.facts import Case, DriverState, Facts


def installed(facts: Facts) -> bool:
    """Whether there is a driver, be it loaded or not."""
    if facts.machine and (facts.machine.driver or facts.machine.cuda):
        return True
    state = facts.driver
    return state is not None and bool(state.module or state.library or state.smi_exit is not None)


def _judge(case: Case) -> CheckResult:
    machine, state = case.facts.machine, case.facts.driver
    if machine and machine.driver:
        return _pass(f"driver {machine.driver}, says {machine.origin}", machine.driver)
    if installed(case.facts):
        version = (state.module or state.library) if state else None
        cuda = machine.cuda if machine else None
        summary = (
            f"driver {version}" if version else f"a driver for CUDA {cuda}" if cuda else "a driver is there"
        )
        return _pass(summary, version)
    if state is None:
        return skip("driver-present", "no driver is described" if machine else "no machine is described")
    cause, hint = _missing(state)
    if not case.gpu_wanted:
        return skip("driver-present", f"no GPU is asked for, and {cause}")
    return CheckResult(id="driver-present", status="fail", summary="no NVIDIA driver", cause=cause, hint=hint)


def _missing(state: DriverState) -> tuple[str, str]:
    """Why there is no driver, and what to do."""
    if state.wsl:
        return (
            "WSL has no NVIDIA driver of its own and sees none of Windows",
            "install the driver in Windows, none inside WSL, then wsl --shutdown",
        )
    if state.container:
        return f"this {state.container} container was given no GPU", container_hint(state.container)
    gpus = f"{state.pci_gpus} NVIDIA GPU{'' if state.pci_gpus == 1 else 's'}"
    if state.pci_gpus and state.nouveau:
        return (
            f"nouveau holds the machine's {gpus}",
            "install NVIDIA's driver, put 'blacklist nouveau' into /etc/modprobe.d/nouveau.conf, reboot",
        )
    if state.pci_gpus:
        return f"the machine has {gpus} and no NVIDIA driver", "install the NVIDIA driver of the distribution"
    return (
        "the machine has neither an NVIDIA driver nor an NVIDIA GPU",
        "run it on a machine with a GPU, or create the CPU environment",
    )


def container_hint(container: str) -> str:
    if container == "kubernetes":
        return "ask for one: resources.limits nvidia.com/gpu: 1, with NVIDIA's device plugin on the node"
    if container == "podman":
        return "podman run --device nvidia.com/gpu=all, with nvidia-container-toolkit on the host"
    if container == "docker":
        return "docker run --gpus all, with nvidia-container-toolkit on the host"
    if container in ("apptainer", "singularity"):
        return f"{container} exec --nv, with the driver on the host"
    return f"pass the GPU and the driver's libraries into the {container} container"


def _pass(summary: str, version: str | None) -> CheckResult:
    return CheckResult(id="driver-present", status="pass", summary=summary, measured={"version": version})


CHECK = Check(id="driver-present", probes=("cuda-driver", "nvml"), judge=_judge)
