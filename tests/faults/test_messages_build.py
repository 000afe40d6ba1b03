"""A framework that is the wrong build, or lacks a library: a CPU build, MKL 2024.1, TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from forged_prefix import Conda
from stub_torch import stub_torch
from throwaway import throwaway
from verdict import Verdict, verify_gpu

from envctl.model.template import Expectations

Diagnose = Callable[..., Verdict]
CPU_BUILD = {"cuda": None, "refusal": "Torch not compiled with CUDA enabled"}
NO_SYMBOL = (
    "/opt/env/lib/python3.11/site-packages/torch/lib/libtorch_cpu.so: undefined symbol: iJIT_NotifyEvent"
)
UNNAMED = (
    "2026-11-24 08:54:28.71: W tensorflow/core/gpu_device.cc:2251] Cannot dlopen some GPU libraries. Please "
    "make sure the missing libraries mentioned above are installed properly if you would like to use GPU.\n"
    "Skipping registering GPU devices...\n"
)
NAMED = (
    "2026-11-24 08:54:28.70: W tensorflow/dso_loader.cc:64] Could not load dynamic library 'libcudnn.so.9'; "
    "dlerror: libcudnn.so.9: cannot open shared object file: No such file or directory\n"
)
TENSORFLOW_LIBRARIES = (
    "libcudart.so.12, libcublas.so.12, libcublasLt.so.12, libcufft.so.11, libcusolver.so.11, "
    "libcusparse.so.12, libcudnn.so.9"
)


@pytest.mark.parametrize("expected", ["12.6", None])
def test_a_cpu_build_where_a_gpu_is_expected_is_told_with_the_package_that_it_is(
    diagnose: Diagnose, expected: str | None
) -> None:
    found = diagnose(torch=CPU_BUILD, verify=Expectations(gpu=True, cuda=expected))
    assert (found.code, found.blamed) == (1, {"framework-build": "fail", "cuda-available": "fail"})
    build = found.check("framework-build")
    asked = f"CUDA {expected}" if expected else "CUDA"
    assert build["summary"] == f"torch 2.9.1 is a CPU build, and one for {asked} is asked for"
    assert build["cause"].startswith("pytorch 2.9.1 cpu_mkl_py311_h0_100 from conda-forge (conda)")
    for check in found.blamed:
        assert "CONDA_OVERRIDE_CUDA=12.6" in found.told(check)
        assert "pytorch=*=*cuda*" in found.told(check)
    assert "Torch not compiled with CUDA enabled" in found.told("cuda-available")
    assert "a solver takes one where it finds no driver (__cuda)" in found.told("cuda-available")


@pytest.mark.parametrize("option", ["--require-gpu", None])
def test_a_cpu_build_is_at_fault_only_where_somebody_asks_for_a_gpu(
    diagnose: Diagnose, option: str | None
) -> None:
    checks = [word for name in ("framework-build", "cuda-available") for word in ("--only", name)]
    found = diagnose(*checks, *filter(None, [option]), torch=CPU_BUILD, verify=None)
    if option:
        assert (found.code, found.blamed) == (1, {"framework-build": "fail", "cuda-available": "fail"})
    else:
        assert (found.code, found.blamed) == (0, {})


def test_a_torch_that_takes_a_symbol_from_an_older_mkl_asks_for_that(diagnose: Diagnose) -> None:
    mkl = Conda(name="mkl", version="2024.1.0", build="h657521f_691")
    found = diagnose(torch={"on_import": f"raise ImportError({NO_SYMBOL!r})"}, packages=[mkl])
    assert (found.code, found.blamed) == (1, {"framework-import": "fail", "cuda-available": "error"})
    imported = found.check("framework-import")
    assert "torch does not import: MKL 2024.1 and newer have no iJIT_NotifyEvent" in imported["summary"]
    assert f"ImportError: {NO_SYMBOL}" in imported["cause"]
    for check in found.blamed:
        assert found.check(check)["hint"] == "mkl <2024.1 among the dependencies"
    assert found.json["facts"]["packages"]["mkl"] == "2024.1.0 h657521f_691"
    assert "torch sees no GPU" not in found.told("gpu-memory")


def test_a_module_that_the_template_names_is_explained_as_well(
    envctl: Callable[..., object], tmp_path: Path
) -> None:
    """Where no GPU and no framework is asked for, and torch is brought by another package."""
    stub = stub_torch(on_import=f"raise ImportError({NO_SYMBOL!r})")
    prefix = throwaway(tmp_path / "env", modules=stub, verify=Expectations(imports=("torch", "json")))
    found = verify_gpu(envctl, prefix, "--only", "imports")
    assert (found.code, found.blamed) == (1, {"imports": "fail"})
    assert found.check("imports")["summary"] == "torch does not import"
    assert found.check("imports")["hint"] == "mkl <2024.1 among the dependencies"


@pytest.mark.parametrize("said", [UNNAMED, NAMED + UNNAMED])
def test_the_libraries_that_tensorflow_cannot_open_are_named_whether_it_names_them_or_not(
    diagnose: Diagnose, said: str
) -> None:
    found = diagnose("--skip", "tensorflow-matmul", tensorflow=said)
    assert (found.code, found.blamed) == (1, {"tensorflow-libraries": "fail", "tensorflow-gpu": "fail"})
    libraries = found.check("tensorflow-libraries")
    assert libraries["summary"] == f"cannot be loaded: {TENSORFLOW_LIBRARIES}"
    assert "libcudnn.so.9: libcudnn.so.9: cannot open shared object file: No such file" in libraries["cause"]
    assert "tensorflow[and-cuda]" in libraries["hint"]
    gpu = found.check("tensorflow-gpu")
    assert "TensorFlow cannot load a CUDA library" in gpu["summary"]
    assert "Cannot dlopen some GPU libraries" in gpu["cause"]
    assert "see tensorflow-libraries, which names each" in gpu["hint"]
