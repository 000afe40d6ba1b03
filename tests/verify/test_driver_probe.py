"""What libcuda and NVML say inside an environment: real processes, and stub libraries compiled here."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from stub_driver import needs_compiler, stub_libcuda, stub_nvml

import envctl.verify.probes
from envctl import proc

PROBES = Path(envctl.verify.probes.__file__).parent / "__main__.py"


def probe(tmp_path: Path, name: str, libraries: Path, python: str | Path = sys.executable) -> dict[str, Any]:
    """The value of one of the driver's probes, in a process that looks for libraries in a folder first."""
    request, results = tmp_path / "request.json", tmp_path / "results.jsonl"
    request.write_text(json.dumps({"program": "driver", "probes": [name], "params": {}}))
    environ = {**os.environ, "LD_LIBRARY_PATH": str(libraries)}
    done = proc.run([python, "-I", "-B", PROBES, request, results], env=environ)
    events = [json.loads(line) for line in results.read_text().splitlines()]
    (value,) = [event["value"] for event in events if event.get("probe") == name and "value" in event]
    assert done.returncode == 0
    assert isinstance(value, dict)
    return value


@pytest.mark.skipif(shutil.which("nvidia-smi") is not None, reason="this machine has a driver")
def test_without_a_driver_the_loaders_own_words_are_kept(tmp_path: Path) -> None:
    assert probe(tmp_path, "cuda-driver", tmp_path) == {
        "libcuda": None,
        "load_error": "libcuda.so.1: cannot open shared object file: No such file or directory",
        "code": None,
        "code_name": None,
        "version": None,
        "devices": [],
    }
    assert probe(tmp_path, "nvml", tmp_path) == {
        "library": None,
        "load_error": "libnvidia-ml.so.1: cannot open shared object file: No such file or directory",
        "code": None,
        "message": None,
        "driver": None,
        "cuda": None,
        "gpus": [],
    }


@needs_compiler
def test_a_driver_that_works_tells_its_version_and_the_gpus_that_a_program_gets(tmp_path: Path) -> None:
    folder = tmp_path / "driver"
    stub_libcuda(folder, devices=2)
    assert probe(tmp_path, "cuda-driver", folder) == {
        "libcuda": str(folder / "libcuda.so.535.104.05"),
        "load_error": None,
        "code": 0,
        "code_name": "CUDA_SUCCESS",
        "version": "12.2",
        "devices": [
            {
                "name": "Tesla T4",
                "compute_capability": "7.5",
                "memory_bytes": 15 << 30,
                "uuid": "GPU-00000000-0000-0000-0000-000000000000",
            },
            {
                "name": "NVIDIA L4",
                "compute_capability": "8.9",
                "memory_bytes": 15 << 30,
                "uuid": "GPU-01010101-0101-0101-0101-010101010101",
            },
        ],
    }


@needs_compiler
@pytest.mark.parametrize(
    ("code", "name"),
    [
        (34, "CUDA_ERROR_STUB_LIBRARY"),
        (46, "CUDA_ERROR_DEVICE_UNAVAILABLE"),
        (100, "CUDA_ERROR_NO_DEVICE"),
        (802, "CUDA_ERROR_SYSTEM_NOT_READY"),
        (803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"),
        (804, "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE"),
        (999, "CUDA_ERROR_UNKNOWN"),
        (12345, None),
    ],
)
def test_a_refusal_of_cuinit_has_its_code_and_name_and_the_version_is_still_told(
    tmp_path: Path, code: int, name: str | None
) -> None:
    stub_libcuda(tmp_path, init=code, version=13000)
    found = probe(tmp_path, "cuda-driver", tmp_path)
    assert (found["code"], found["code_name"], found["version"]) == (code, name, "13.0")
    assert found["devices"] == []


@needs_compiler
def test_a_library_that_cannot_name_its_error_gets_the_name_of_the_reference(tmp_path: Path) -> None:
    stub_libcuda(tmp_path, init=100, nameless=True)
    assert probe(tmp_path, "cuda-driver", tmp_path)["code_name"] == "CUDA_ERROR_NO_DEVICE"


@needs_compiler
def test_the_file_is_the_one_that_was_loaded_whatever_its_folder_is_called(tmp_path: Path) -> None:
    compat = tmp_path / "my env é" / "cuda-compat"
    stub_libcuda(compat, init=804, driver="575.57.08")
    assert probe(tmp_path, "cuda-driver", compat)["libcuda"] == str(compat / "libcuda.so.575.57.08")


@needs_compiler
def test_a_file_that_is_no_library_is_a_load_error(tmp_path: Path) -> None:
    (tmp_path / "libcuda.so.1").write_text("")
    found = probe(tmp_path, "cuda-driver", tmp_path)
    assert "libcuda.so.1: file too short" in found["load_error"]
    assert found["code"] is None


@needs_compiler
def test_nvml_tells_the_driver_and_each_gpu_one_that_is_lost_included(tmp_path: Path) -> None:
    folder = tmp_path / "driver"
    stub_nvml(folder)
    found = probe(tmp_path, "nvml", folder)
    answering, lost = found.pop("gpus")
    assert found == {
        "library": str(folder / "libnvidia-ml.so.535.104.05"),
        "load_error": None,
        "code": 0,
        "message": None,
        "driver": "535.104.05",
        "cuda": "12.2",
    }
    assert {key: value for key, value in answering.items() if value is not None} == {
        "index": 0,
        "name": "Tesla T4",
        "compute_capability": "7.5",
        "ecc_enabled": True,
        "ecc_corrected_volatile": 0,
        "ecc_uncorrected_volatile": 10,
        "ecc_corrected_aggregate": 1,
        "ecc_uncorrected_aggregate": 11,
        "remapped": {"correctable": 1, "uncorrectable": 2, "pending": True, "failure": False},
        "power_limit_w": 70.0,
        "throttle": [],
    }
    assert lost == {"index": 1, "lost": "GPU is lost"}


@needs_compiler
def test_an_nvml_of_another_version_than_the_kernel_module_says_so(tmp_path: Path) -> None:
    stub_nvml(tmp_path, init=18, driver="535.161")
    found = probe(tmp_path, "nvml", tmp_path)
    assert (found["code"], found["message"]) == (18, "Driver/library version mismatch")
    assert found["library"] == str(tmp_path / "libnvidia-ml.so.535.161")
    assert (found["driver"], found["gpus"]) == (None, [])


@needs_compiler
def test_the_probes_run_on_python_3_8(tmp_path: Path) -> None:
    home = Path(pwd.getpwuid(os.getuid()).pw_dir)  # tests have a HOME of their own
    python = next(home.glob(".pyenv/versions/3.8*/bin/python"), None)
    if python is None:
        pytest.skip("no Python 3.8 here")
    stub_libcuda(tmp_path)
    stub_nvml(tmp_path)
    assert probe(tmp_path, "cuda-driver", tmp_path, python)["version"] == "12.2"
    assert probe(tmp_path, "nvml", tmp_path, python)["driver"] == "535.104.05"
