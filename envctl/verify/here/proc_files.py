"""The NVIDIA driver as the system's files show it: they answer where nvidia-smi and NVML do not."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from envctl.verify.facts import DriverState

_NVIDIA = "0x10de"
"""NVIDIA's vendor id on the PCI bus (the PCI ID Repository)."""
_GPU_CLASSES = ("0x0300", "0x0302")
"""VGA-compatible and 3D controllers (PCI Code and ID Assignment Specification, base class 03h)."""
_VERSION = re.compile(r"\b\d{3}\.\d+(?:\.\d+)?\b")
"""Of a driver: 535.104.05. A Jetson's, such as 35.4.1, is its Linux' and tells nothing."""
_BY_VARIABLE = {
    "KUBERNETES_SERVICE_HOST": "kubernetes",
    "APPTAINER_CONTAINER": "apptainer",
    "SINGULARITY_CONTAINER": "singularity",
}
_BY_FILE = {".dockerenv": "docker", "run/.containerenv": "podman"}
_BY_CGROUP = {"kubepods": "kubernetes", "docker": "docker", "libpod": "podman", "containerd": "containerd"}


def read(root: Path = Path("/"), environ: Mapping[str, str] = os.environ) -> DriverState:
    """The part of a driver's state that files show; nothing is opened that wakes a GPU."""
    module = _module(root)
    nodes = [node for node in _listed(root / "dev", "nvidia*") if not node.is_dir()]
    gpus = _gpus(root)
    return DriverState(
        module=module,
        nodes=tuple(_inside(root, node) for node in nodes),
        forbidden_nodes=tuple(
            _inside(root, node) for node in nodes if not os.access(node, os.R_OK | os.W_OK)
        ),
        pci_gpus=None if gpus is None else len(gpus),
        nouveau=any((gpu / "driver").resolve().name == "nouveau" for gpu in gpus or ())
        or (module is None and _exists(root / "sys/module/nouveau")),
        container=_container(root, environ),
        wsl=_exists(root / "dev/dxg") or "microsoft" in _text(root / "proc/version").lower(),
    )


def _module(root: Path) -> str | None:
    """Version of the loaded kernel module: `… x86_64 Kernel Module  535.104.05  Sat Aug 19 …`
    or `… Open Kernel Module for x86_64  560.35.03  Release Build  …`."""
    # A container may be shown sysfs only.
    for file in ("proc/driver/nvidia/version", "sys/module/nvidia/version"):
        if found := _VERSION.search(_text(root / file)):
            return found[0]
    return None


def _gpus(root: Path) -> list[Path] | None:
    """NVIDIA's GPUs on the PCI bus; None where no bus is shown."""
    bus = root / "sys/bus/pci/devices"
    if not _exists(bus):
        return None
    return [
        device
        for device in _listed(bus, "*")
        if _text(device / "vendor").strip() == _NVIDIA and _text(device / "class").startswith(_GPU_CLASSES)
    ]


def _container(root: Path, environ: Mapping[str, str]) -> str | None:
    """What kind of container this process is in."""
    for variable, kind in _BY_VARIABLE.items():
        if environ.get(variable):
            return kind
    for file, kind in _BY_FILE.items():
        if _exists(root / file):
            return kind
    control_groups = _text(root / "proc/1/cgroup")
    by_cgroup = next((kind for word, kind in _BY_CGROUP.items() if word in control_groups), None)
    # LXC, systemd-nspawn and podman name themselves.
    return by_cgroup or environ.get("container") or None


def _listed(folder: Path, pattern: str) -> list[Path]:
    try:
        return sorted(folder.glob(pattern))
    except OSError:  # a sandbox may forbid even a look
        return []


def _exists(path: Path) -> bool:
    return os.access(path, os.F_OK)  # Path.exists raises where a folder is closed to this user


def _inside(root: Path, path: Path) -> str:
    return f"/{path.relative_to(root)}"


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
