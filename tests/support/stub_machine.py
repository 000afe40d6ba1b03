"""A machine with an NVIDIA driver as programs find it: nvidia-smi, the driver's libraries, and files.

The library files are compiled; without a compiler, what they would say stands in for the program that asks
them, and all the rest is run.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from said_driver import said_instead
from stub_driver import stub_libcuda, stub_nvml
from stub_nvidia_smi import stub_nvidia_smi

from envctl.verify import gather
from envctl.verify.here import proc_files

NODES = ("nvidia0", "nvidiactl", "nvidia-uvm")
_GPU = """\
	<gpu id="00000000:0{number}:00.0">
		<product_name>{name}</product_name>
		<uuid>GPU-0000000{number}</uuid>
		<ecc_mode><current_ecc>Enabled</current_ecc></ecc_mode>
		<fb_memory_usage><total>81920 MiB</total></fb_memory_usage>
{more}	</gpu>
"""


def smi_xml(driver: str, cuda: str, *gpus: str, more: str = "") -> str:
    """What `nvidia-smi -q -x` says of these GPUs; `more` are further elements of each."""
    each = "".join(_GPU.format(number=number, name=name, more=more) for number, name in enumerate(gpus))
    return (
        f"<nvidia_smi_log>\n\t<driver_version>{driver}</driver_version>\n"
        f"\t<cuda_version>{cuda}</cuda_version>\n\t<attached_gpus>{len(gpus)}</attached_gpus>\n"
        f"{each}</nvidia_smi_log>\n"
    )


@dataclass(frozen=True, kw_only=True)
class StubMachine:
    """One machine; the defaults are those of a healthy A100 with the driver of CUDA 12.6."""

    driver: str = "560.35.05"
    cuda: str = "12.6"
    gpus: tuple[tuple[str, str], ...] = (("NVIDIA A100-SXM4-80GB", "8.0"),)
    """Name and compute capability of each."""
    more: str = ""
    """Further XML of each GPU."""
    xml: str | None = None
    """All that nvidia-smi says, in the place of what the other fields come to."""
    smi_exit: int = 0
    smi_message: str = ""
    nvml_init: int = 0
    cuda_init: int = 0
    library: str | None = None
    """The version of the driver's libraries, where it is not that of the module."""
    libraries_in: str = "driver"
    """The folder that the libraries are found in."""
    module: bool = True
    nodes: Sequence[str] = NODES

    def install(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have this process, and the programs that it starts, find themselves on that machine."""
        names = [name for name, _ in self.gpus]
        capabilities = [f"GPU-0000000{number}, {cc}" for number, (_, cc) in enumerate(self.gpus)]
        smi = stub_nvidia_smi(
            folder / "bin",
            xml=self.xml or smi_xml(self.driver, self.cuda, *names, more=self.more),
            query="\n".join(["uuid, compute_cap", *capabilities]),
            exit=self.smi_exit,
            message=self.smi_message,
        )
        monkeypatch.setenv("PATH", f"{smi}{os.pathsep}{os.environ['PATH']}")
        library = self.library or self.driver
        libraries = folder / self.libraries_in
        if shutil.which("cc"):
            major, minor = map(int, self.cuda.split("."))
            stub_libcuda(libraries, init=self.cuda_init, version=1000 * major + 10 * minor, driver=library)
            stub_nvml(libraries, init=self.nvml_init, driver=library)
            monkeypatch.setenv("LD_LIBRARY_PATH", str(libraries))
        else:
            codes = {"cuda_init": self.cuda_init, "nvml_init": self.nvml_init}
            said = said_instead(gather.run_programs, libraries, **codes, cuda=self.cuda, driver=library)
            monkeypatch.setattr("envctl.verify.gather.run_programs", said)
        self._files(folder / "system")
        monkeypatch.setattr("envctl.verify.gather.read_files", lambda: proc_files.read(folder / "system", {}))

    def _files(self, system: Path) -> None:
        if self.module:
            text = (
                f"NVRM version: NVIDIA UNIX x86_64 Kernel Module  {self.driver}  Mon Nov 16 10:00:00 2026\n"
            )
            _write(system / "proc/driver/nvidia/version", text)
        for node in self.nodes:
            _write(system / "dev" / node, "")
        for number, _ in enumerate(self.gpus):
            device = system / "sys/bus/pci/devices" / f"0000:0{number}:00.0"
            _write(device / "vendor", "0x10de\n")
            _write(device / "class", "0x030200\n")


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
