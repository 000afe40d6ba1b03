"""What a torch says about its build and about the GPUs it finds: a real CPU build, and a stub."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from run_probe import run_probes, value

STUB = """
    __version__ = "2.6.0+cu126"
    def get_num_threads(): return 4

    class version: cuda, hip = "12.6", None
    class _C: _cuda_getArchFlags = staticmethod(lambda: "sm_80 sm_90 compute_90")
    class __config__: show = staticmethod(lambda: "settings: BLAS_INFO=open, USE_NCCL=1")
    class backends:
        class cudnn: version = staticmethod(lambda: 90501)
        class cpu: get_cpu_capability = staticmethod(lambda: "AVX2")
    class cuda:
        class nccl: version = staticmethod(lambda: (2, 21, 5))
        is_available = staticmethod(lambda: False)
    def zeros(*_, device): raise RuntimeError("CUDA driver initialization failed,\\nyou may not have a GPU.")
"""


@pytest.fixture
def stubbed(tmp_path: Path) -> Path:
    """The Python of an environment whose torch is `STUB`: change its file to change what it says."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "env"], check=True)
    site_packages = next((tmp_path / "env").glob("lib/python*/site-packages"))
    (site_packages / "torch.py").write_text(textwrap.dedent(STUB))
    return tmp_path / "env/bin/python"


def alter(stubbed: Path, line: str) -> None:
    """Add a line to the stub."""
    (torch,) = stubbed.parents[1].glob("lib/python*/site-packages/torch.py")
    torch.write_text(f"{torch.read_text()}\n{line}\n")


def build(python: Path) -> dict[str, Any]:
    return value(python, "torch_build", "torch-import")


@pytest.mark.channel
def test_a_cpu_build_says_that_it_knows_no_cuda(torch_environment: Path) -> None:
    found = build(torch_environment / "bin/python")
    assert found["version"].startswith("2.13.0")
    assert found["file"].startswith(str(torch_environment))
    assert (found["cuda"], found["hip"], found["cudnn"], found["nccl"]) == (None, None, None, None)
    assert (found["archs"], found["threads"] >= 1, found["blas"]) == ([], True, "mkl")


@pytest.mark.channel
def test_a_cpu_build_says_why_it_has_no_gpu_in_torchs_own_words(torch_environment: Path) -> None:
    assert value(torch_environment / "bin/python", "torch_build", "torch-cuda") == {
        "available": False,
        "device_count": 0,
        "error_type": "AssertionError",
        "message": "Torch not compiled with CUDA enabled",
        "warnings": [],
        "devices": [],
    }


def test_a_cuda_build_says_what_it_is_built_for_without_a_gpu(stubbed: Path) -> None:
    found = build(stubbed)
    assert (found["cuda"], found["cudnn"], found["nccl"]) == ("12.6", "9.5.1", "2.21.5")
    assert found["archs"] == ["sm_80", "sm_90", "compute_90"]
    assert (found["threads"], found["cpu_capability"], found["blas"]) == (4, "AVX2", "open")


def test_older_versions_of_cudnn_count_otherwise(stubbed: Path) -> None:
    alter(stubbed, "backends.cudnn.version = lambda: 8907")
    assert build(stubbed)["cudnn"] == "8.9.7"


def test_a_cudnn_that_torch_refuses_leaves_the_rest_known(stubbed: Path) -> None:
    alter(stubbed, "def refuse(): raise RuntimeError('cuDNN version incompatibility')")
    alter(stubbed, "backends.cudnn.version = refuse")
    found = build(stubbed)
    assert (found["cudnn"], found["cuda"]) == (None, "12.6")


def test_a_torch_of_another_time_leaves_out_what_it_does_not_have(stubbed: Path) -> None:
    alter(stubbed, "del backends.cpu, version.hip, cuda.nccl")
    found = build(stubbed)
    assert (found["cpu_capability"], found["hip"], found["nccl"]) == (None, None, None)


def test_the_whole_message_and_the_warnings_of_a_failing_start_are_kept(stubbed: Path) -> None:
    alter(stubbed, "import warnings")
    alter(stubbed, "cuda.is_available = lambda: bool(warnings.warn('driver is too old'))")
    found = value(stubbed, "torch_build", "torch-cuda")
    assert (found["error_type"], found["warnings"]) == ("RuntimeError", ["driver is too old"])
    assert found["message"] == "CUDA driver initialization failed,\nyou may not have a GPU."


def test_a_gpu_without_a_kernel_for_it_is_available_and_has_a_message(stubbed: Path) -> None:
    alter(stubbed, "class T4: name, major, minor, total_memory = 'T4', 7, 5, 2**34")
    alter(stubbed, "T4.multi_processor_count = 40")
    alter(stubbed, "cuda.is_available, cuda.device_count = lambda: True, lambda: 1")
    alter(stubbed, "cuda.get_device_properties = lambda index: T4")
    alter(stubbed, "def zeros(*_, device): raise RuntimeError('no kernel image is available')")
    found = value(stubbed, "torch_build", "torch-cuda")
    assert (found["available"], found["message"]) == (True, "no kernel image is available")
    (gpu,) = found["devices"]
    assert (gpu["name"], gpu["compute_capability"], gpu["memory_bytes"]) == ("T4", "7.5", 2**34)


def test_a_torch_that_cannot_be_imported_fails_before_any_probe(stubbed: Path) -> None:
    alter(stubbed, "raise ImportError('undefined symbol: iJIT_NotifyEvent')")
    events = run_probes(stubbed, "torch_build", ["torch-import", "torch-cuda"])
    assert list(events) == ["prepare"]
    assert (events["prepare"]["type"], events["prepare"]["message"]) == (
        "ImportError",
        "undefined symbol: iJIT_NotifyEvent",
    )
