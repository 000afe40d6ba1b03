"""This machine, put together from all that can be asked: nvidia-smi first, then NVML, libcuda and files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from envctl.model.machine import Gpu, Machine
from envctl.verify.facts import DriverState, Outcome
from envctl.verify.here.nvidia_smi import SmiAnswer
from envctl.verify.here.nvml import capability, of_nvml

_LIBRARY_VERSION = re.compile(r"\.so\.(\d{3}\.\d+(?:\.\d+)?)(?: \(deleted\))?$")
"""Of the file `libcuda.so.535.104.05`; `(deleted)` is one that an upgrade replaced while it was in use."""


def machine_here(
    smi: SmiAnswer, nvml: Outcome | None, cuda: Outcome | None, files: DriverState
) -> tuple[Machine | None, DriverState]:
    """The machine and the state of its driver.

    `nvml` and `cuda` are what the probes of these names came to, `files` what the system's files show. The
    machine is None where there is neither a driver nor a GPU.
    """
    by_nvml = nvml.value if nvml else {}
    by_cuda = cuda.value if cuda else {}
    state = replace(
        files,
        smi_exit=smi.exit,
        smi_failure=smi.failure,
        smi_message=smi.message,
        library=_library(by_nvml, by_cuda),
        nvml_code=by_nvml.get("code"),
        cuda_code=by_cuda.get("code"),
        libcuda=by_cuda.get("libcuda"),
    )
    machine = smi.machine or of_nvml(by_nvml) or _of_cuda(by_cuda, state) or _of_files(state)
    if machine is None:
        return None, state
    devices = by_cuda.get("devices") or ()
    return replace(
        machine,
        system="linux",
        driver=machine.driver or by_nvml.get("driver") or state.module,
        cuda=machine.cuda or by_nvml.get("cuda"),
        gpus=tuple(_completed(gpu, devices) for gpu in machine.gpus),
    ), state


def _library(by_nvml: Mapping[str, Any], by_cuda: Mapping[str, Any]) -> str | None:
    """The version of the driver's libraries; a forward-compatibility package's libcuda is none of them."""
    libcuda = by_cuda.get("libcuda") or ""
    for file in (by_nvml.get("library") or "", "" if "compat" in libcuda else libcuda):
        if found := _LIBRARY_VERSION.search(file):
            return found[1]
    return None


def _of_cuda(value: Mapping[str, Any], state: DriverState) -> Machine | None:
    """Where there is libcuda alone, as on a Jetson or in a container of few libraries."""
    if value.get("code") != 0:
        return None
    gpus = tuple(
        Gpu(
            index=index,
            name=device["name"],
            uuid=device["uuid"],
            compute_capability=capability(device),
            memory_mib=device["memory_bytes"] and device["memory_bytes"] >> 20,
        )
        for index, device in enumerate(value["devices"])
    )
    return Machine(driver=state.library, cuda=value["version"], system="linux", gpus=gpus, origin="libcuda")


def _of_files(state: DriverState) -> Machine | None:
    """A driver or GPUs that nothing can be asked about."""
    if not state.module and not state.pci_gpus:
        return None
    return Machine(driver=state.module, system="linux", count=state.pci_gpus, origin="the system's files")


def _completed(gpu: Gpu, devices: Sequence[Mapping[str, Any]]) -> Gpu:
    """A GPU with the compute capability that libcuda says, where nothing else did."""
    if gpu.compute_capability:
        return gpu
    same = [device for device in devices if gpu.uuid and device["uuid"] == gpu.uuid] or [
        device for device in devices if gpu.name and device["name"] == gpu.name
    ]
    return replace(gpu, compute_capability=capability(same[0])) if same else gpu
