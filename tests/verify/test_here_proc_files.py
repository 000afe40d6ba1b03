"""The driver as files show it: a machine's /proc, /sys and /dev laid out in a folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from envctl import proc
from envctl.verify.facts import DriverState
from envctl.verify.here.proc_files import read

CLASSIC = """\
NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 01:15:15 UTC 2023
GCC version:  gcc version 11.4.0 (Ubuntu 11.4.0-1ubuntu1~22.04)
"""
OPEN = """\
NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  560.35.03  Release Build  (builder@host)  Fri Aug 16
GCC version:  gcc version 12.3.0 (Ubuntu 12.3.0-1ubuntu1~22.04)
"""
JETSON = "NVRM version: NVIDIA UNIX Open Kernel Module for aarch64  35.4.1  Release Build  (builder@host)\n"


def lay(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def gpu(
    root: Path, address: str, *, vendor: str = "0x10de", kind: str = "0x030200", driver: str = ""
) -> None:
    """A device on the PCI bus, held by a driver."""
    device = root / "sys/bus/pci/devices" / address
    lay(device, {"vendor": f"{vendor}\n", "class": f"{kind}\n"})
    if driver:
        held_by = root / "sys/bus/pci/drivers" / driver
        held_by.mkdir(parents=True, exist_ok=True)
        (device / "driver").symlink_to(held_by)


def test_a_machine_that_has_none_of_it_is_a_state_too(tmp_path: Path) -> None:
    assert read(tmp_path, {}) == DriverState()


def test_a_machine_with_a_working_driver(tmp_path: Path) -> None:
    nodes = ["nvidia-uvm", "nvidia0", "nvidia1", "nvidiactl"]
    lay(tmp_path, {"proc/driver/nvidia/version": CLASSIC, **{f"dev/{node}": "" for node in nodes}})
    lay(tmp_path, {"dev/nvidia-caps/nvidia-cap1": "", "dev/null": ""})
    gpu(tmp_path, "0000:3b:00.0", driver="nvidia")
    gpu(tmp_path, "0000:d8:00.0", driver="nvidia")
    assert read(tmp_path, {}) == DriverState(
        module="535.104.05",
        nodes=("/dev/nvidia-uvm", "/dev/nvidia0", "/dev/nvidia1", "/dev/nvidiactl"),
        pci_gpus=2,
    )


@pytest.mark.parametrize(
    ("text", "version"),
    [(CLASSIC, "535.104.05"), (OPEN, "560.35.03"), (JETSON, None), ("", None)],
    ids=["classic", "open", "jetson", "empty"],
)
def test_the_kernel_modules_version_is_read_in_each_of_its_wordings(
    tmp_path: Path, text: str, version: str | None
) -> None:
    assert read(lay(tmp_path, {"proc/driver/nvidia/version": text}), {}).module == version


def test_the_modules_version_is_in_sysfs_too(tmp_path: Path) -> None:
    assert read(lay(tmp_path, {"sys/module/nvidia/version": "550.54.15\n"}), {}).module == "550.54.15"


def test_gpus_on_the_bus_are_nvidias_display_and_3d_controllers_only(tmp_path: Path) -> None:
    gpu(tmp_path, "0000:01:00.0", kind="0x030000")
    gpu(tmp_path, "0000:01:00.1", kind="0x040300")  # the sound of the same card
    gpu(tmp_path, "0000:02:00.0", vendor="0x1002")  # AMD
    gpu(tmp_path, "0000:03:00.0", kind="0x068000")  # an NVSwitch
    gpu(tmp_path, "0000:04:00.0", kind="0x030200")
    assert read(tmp_path, {}).pci_gpus == 2


def test_a_bus_without_a_gpu_is_told_from_no_bus(tmp_path: Path) -> None:
    (tmp_path / "sys/bus/pci/devices").mkdir(parents=True)
    assert read(tmp_path, {}).pci_gpus == 0


def test_nouveau_is_told_by_the_gpu_that_it_holds(tmp_path: Path) -> None:
    gpu(tmp_path, "0000:01:00.0", driver="nouveau")
    assert read(tmp_path, {}).nouveau


def test_nouveau_that_is_loaded_counts_only_without_nvidias_module(tmp_path: Path) -> None:
    (tmp_path / "sys/module/nouveau").mkdir(parents=True)
    assert read(tmp_path, {}).nouveau
    lay(tmp_path, {"proc/driver/nvidia/version": CLASSIC})
    assert not read(tmp_path, {}).nouveau


@pytest.mark.parametrize(
    ("file", "text", "kind"),
    [
        (".dockerenv", "", "docker"),
        ("run/.containerenv", 'engine="podman"\n', "podman"),
        ("proc/1/cgroup", "12:pids:/docker/0123abc\n", "docker"),
        ("proc/1/cgroup", "1:name=systemd:/kubepods/besteffort/pod1\n", "kubernetes"),
        ("proc/1/cgroup", "0::/init.scope\n", None),
    ],
)
def test_a_container_is_told_by_the_files_that_its_engine_leaves(
    tmp_path: Path, file: str, text: str, kind: str | None
) -> None:
    assert read(lay(tmp_path, {file: text}), {}).container == kind


@pytest.mark.parametrize(
    ("variable", "value", "kind"),
    [
        ("KUBERNETES_SERVICE_HOST", "10.0.0.1", "kubernetes"),
        ("APPTAINER_CONTAINER", "torch.sif", "apptainer"),
        ("container", "lxc", "lxc"),
    ],
)
def test_a_container_is_told_by_its_variables_too(
    tmp_path: Path, variable: str, value: str, kind: str
) -> None:
    assert read(tmp_path, {variable: value}).container == kind


def test_kubernetes_is_told_before_the_engine_that_it_uses(tmp_path: Path) -> None:
    lay(tmp_path, {".dockerenv": ""})
    assert read(tmp_path, {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}).container == "kubernetes"


@pytest.mark.parametrize("version", ["Linux version 5.15.153.1-microsoft-standard-WSL2", "Linux … Microsoft"])
def test_windows_subsystem_for_linux_is_told_by_its_kernel(tmp_path: Path, version: str) -> None:
    assert read(lay(tmp_path, {"proc/version": version}), {}).wsl


def test_windows_subsystem_for_linux_is_told_by_its_gpu_device_too(tmp_path: Path) -> None:
    assert read(lay(tmp_path, {"dev/dxg": ""}), {}).wsl


def test_text_that_is_not_utf_8_is_no_matter(tmp_path: Path) -> None:
    lay(tmp_path, {"proc/version": ""})
    (tmp_path / "proc/version").write_bytes(b"Linux \xff")
    assert read(tmp_path, {}) == DriverState()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter; pytest's own are root's alone where root runs it."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_nodes_that_this_user_may_not_open_are_told(open_folder: Path) -> None:
    lay(open_folder, {"dev/nvidia0": "", "dev/nvidiactl": ""})
    (open_folder / "dev/nvidia0").chmod(0o600 if os.getuid() == 0 else 0)
    (open_folder / "dev/nvidiactl").chmod(0o666)
    code = (
        "import os, sys, pathlib; from envctl.verify.here.proc_files import read\n"
        "os.getuid() or os.setuid(65534)\n"  # root may open anything
        "print(*read(pathlib.Path(sys.argv[1]), {}).forbidden_nodes)"
    )
    done = proc.run([sys.executable, "-c", code, open_folder])
    assert (done.stdout, done.stderr) == ("/dev/nvidia0\n", "")


def test_this_machine_itself_can_be_read() -> None:
    assert isinstance(read(), DriverState)
