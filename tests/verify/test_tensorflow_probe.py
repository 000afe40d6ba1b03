"""What a TensorFlow says about its build, its libraries and its GPUs: a stub, and a real one if there is one.

ENVCTL_TEST_TENSORFLOW names the Python of an environment with TensorFlow.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import textwrap
from pathlib import Path
from typing import Any

import pytest
from run_probe import run_probes, value

from envctl.verify.probes.cuda_libraries import needed
from envctl.verify.probes.heard import heard

REAL = os.environ.get("ENVCTL_TEST_TENSORFLOW")
STUB = """
    import os
    __version__ = "2.20.0"
    BUILD = {
        "cuda_version": "12.5.1", "cudnn_version": "9", "is_cuda_build": True,
        "cuda_compute_capabilities": ["sm_60", "compute_90"],
    }
    GPUS, SAID = [], ""
    class Gpu: name = "/physical_device:GPU:0"

    class sysconfig: get_build_info = staticmethod(lambda: BUILD)
    class test: is_built_with_cuda = staticmethod(lambda: BUILD["is_cuda_build"])
    class config:
        def list_physical_devices(kind):
            os.write(2, SAID.encode())
            return GPUS
        class experimental:
            def get_device_details(gpu): return {"device_name": "Tesla T4", "compute_capability": (7, 5)}
"""
NO_LIBRARIES = (
    "2026-11-24 08:54:26.39: I tensorflow/core/util/port.cc:153] oneDNN custom operations are on.\n"
    "You may see slightly different numerical results.\n"
    "2026-11-24 08:54:28.48: I external/xla/cudart_stub.cc:31] Could not find cuda drivers on your machine.\n"
    "2026-11-24 08:54:28.71: W tensorflow/core/gpu_device.cc:2251] Cannot dlopen some GPU libraries.\n"
    "Skipping registering GPU devices...\n"
    "E0000 00:00:1764.71     123 cuda_platform.cc:51] failed call to cuInit: UNKNOWN ERROR (303)\n"
)
TOLD = [
    "Could not find cuda drivers on your machine.",
    "Cannot dlopen some GPU libraries.",
    "Skipping registering GPU devices...",
    "failed call to cuInit: UNKNOWN ERROR (303)",
]


@pytest.fixture
def stubbed(tmp_path: Path) -> Path:
    """The Python of an environment whose tensorflow is `STUB`; `alter` changes what it says."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "env"], check=True)
    package = site_packages(tmp_path / "env/bin/python") / "tensorflow"
    package.mkdir()
    (package / "__init__.py").write_text(textwrap.dedent(STUB))
    return tmp_path / "env/bin/python"


def site_packages(python: Path) -> Path:
    return next(python.parents[1].glob("lib/python*/site-packages"))


def alter(python: Path, line: str) -> None:
    file = site_packages(python) / "tensorflow/__init__.py"
    file.write_text(f"{file.read_text()}\n{line}\n")


def libraries(python: Path) -> dict[str, Any]:
    found = value(python, "tensorflow_build", "tensorflow-libraries")["libraries"]
    return {each["name"]: each for each in found}


def test_a_build_says_what_it_is_for(stubbed: Path) -> None:
    assert value(stubbed, "tensorflow_build", "tensorflow-import") == {
        "version": "2.20.0",
        "file": str(site_packages(stubbed) / "tensorflow/__init__.py"),
        "cuda": "12.5.1",
        "cudnn": "9",
        "archs": ["sm_60", "compute_90"],
        "cuda_build": True,
    }


def test_a_cpu_build_knows_no_cuda_and_needs_no_libraries(stubbed: Path) -> None:
    alter(stubbed, "BUILD = {'is_cuda_build': False}")
    found = run_probes(stubbed, "tensorflow_build", ["tensorflow-import", "tensorflow-libraries"])
    said = found["tensorflow-import"]["value"]
    assert (said["cuda"], said["cudnn"], said["archs"], said["cuda_build"]) == (None, None, [], False)
    assert found["tensorflow-libraries"]["event"] == "unavailable"
    assert found["tensorflow-libraries"]["reason"] == "this build of tensorflow is not for CUDA"


def test_a_tensorflow_that_tells_no_build_is_asked_for_cuda_alone(stubbed: Path) -> None:
    alter(stubbed, "del sysconfig.get_build_info")
    found = value(stubbed, "tensorflow_build", "tensorflow-import")
    assert (found["cuda"], found["archs"], found["cuda_build"]) == (None, [], True)


def test_each_library_that_is_not_there_is_named_in_the_loaders_words(stubbed: Path) -> None:
    found = libraries(stubbed)
    assert list(found) == [
        *("libcudart.so.12", "libcublas.so.12", "libcublasLt.so.12", "libcufft.so.11"),
        *("libcusolver.so.11", "libcusparse.so.12", "libcudnn.so.9"),
    ]
    assert found["libcudnn.so.9"] == {
        "name": "libcudnn.so.9",
        "loaded": False,
        "error": "libcudnn.so.9: cannot open shared object file: No such file or directory",
    }


def test_nvidias_wheels_are_looked_into_and_a_damaged_file_is_told(stubbed: Path) -> None:
    extensions = Path(sysconfig.get_config_var("DESTSHARED") or "/nowhere").glob("*.so")
    some_library = next(extensions, None)
    if some_library is None:
        pytest.skip("this Python has no extension module in a file of its own")
    for folder, name in (("cuda_runtime", "libcudart.so.12"), ("cudnn", "libcudnn.so.9")):
        (site_packages(stubbed) / "nvidia" / folder / "lib").mkdir(parents=True)
        shutil.copy(some_library, site_packages(stubbed) / "nvidia" / folder / "lib" / name)
    cudnn = site_packages(stubbed) / "nvidia/cudnn/lib/libcudnn.so.9"
    cudnn.write_text("cut off")
    found = libraries(stubbed)
    assert found["libcudart.so.12"]["loaded"]
    assert found["libcudnn.so.9"] == {
        "name": "libcudnn.so.9",
        "loaded": False,
        "error": f"{cudnn}: file too short",
    }
    alter(stubbed, "__version__ = '2.13.1'")  # which did not look there yet
    assert not libraries(stubbed)["libcudart.so.12"]["loaded"]


@pytest.mark.parametrize(
    ("release", "cuda", "cudnn", "expected"),
    [
        ((2, 3, 0), (10, 1), "7", "cudart.so.10.1 cublas.so.10 cublasLt.so.10 cufft.so.10 curand.so.10 "
         "cusolver.so.10 cusparse.so.10 cudnn.so.7"),
        ((2, 4, 0), (11, 0), "8", "cudart.so.11.0 cublas.so.11 cublasLt.so.11 cufft.so.10 curand.so.10 "
         "cusolver.so.10 cusparse.so.11 cudnn.so.8"),
        ((2, 12, 1), (11, 8), "8", "cudart.so.11.0 cublas.so.11 cublasLt.so.11 cufft.so.10 curand.so.10 "
         "cusolver.so.11 cusparse.so.11 cudnn.so.8"),
        ((2, 21), (13, 0), "9", "cudart.so.13 cublas.so.13 cublasLt.so.13 cufft.so.12 "
         "cusolver.so.12 cusparse.so.12 cudnn.so.9"),
        ((2, 30), (14, 0), "9", ""),
    ],
)  # fmt: skip
def test_a_cudas_libraries_have_versions_of_their_own(
    release: tuple[int, ...], cuda: tuple[int, ...], cudnn: str, expected: str
) -> None:
    assert needed(release, cuda, cudnn) == [f"lib{name}" for name in expected.split()]


def test_the_gpus_are_named(stubbed: Path) -> None:
    alter(stubbed, "GPUS = [Gpu]")
    found = value(stubbed, "tensorflow_build", "tensorflow-gpu")
    assert found == {"devices": [{"name": "Tesla T4", "compute_capability": "7.5"}], "messages": []}
    alter(stubbed, "del config.experimental.get_device_details")
    found = value(stubbed, "tensorflow_build", "tensorflow-gpu")
    assert found["devices"] == [{"name": "/physical_device:GPU:0", "compute_capability": None}]


def test_what_it_says_while_it_finds_no_gpu_is_kept(stubbed: Path) -> None:
    alter(stubbed, f"SAID = {NO_LIBRARIES!r}")
    found = value(stubbed, "tensorflow_build", "tensorflow-gpu")
    assert found == {"devices": [], "messages": TOLD}


def test_what_was_heard_goes_on_to_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    with heard() as lines:
        os.write(2, NO_LIBRARIES.encode())
    assert lines == TOLD
    assert capfd.readouterr().err == NO_LIBRARIES


def test_what_was_said_before_an_exception_goes_on_too(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError), heard():
        os.write(2, b"first\n")
        raise RuntimeError
    os.write(2, b"then\n")
    assert capfd.readouterr().err.splitlines() == ["first", "then"]


def test_a_gpu_that_it_does_not_find_cannot_multiply(stubbed: Path) -> None:
    event = run_probes(stubbed, "tensorflow_build", ["tensorflow-matmul"], device="cuda:1")[
        "tensorflow-matmul"
    ]
    assert (event["event"], event["reason"]) == (
        "unavailable",
        "tensorflow finds 0 GPUs, so there is no cuda:1",
    )


@pytest.mark.skipif(not REAL, reason="ENVCTL_TEST_TENSORFLOW names no Python with TensorFlow")
def test_a_real_tensorflow_multiplies_right() -> None:
    found = value(str(REAL), "tensorflow_build", "tensorflow-matmul", device="cpu", seed=1)
    assert (found["device"], found["size"], found["finite"], found["ok"]) == ("cpu", 1024, True, True)
    assert 0 < found["max_error"] < found["tolerance"]
    assert found["tflops_median"] > 0
    assert found["measured_s"] > 0


@pytest.mark.skipif(not REAL, reason="ENVCTL_TEST_TENSORFLOW names no Python with TensorFlow")
def test_a_real_tensorflow_answers_every_probe() -> None:
    probes = ["tensorflow-import", "tensorflow-libraries", "tensorflow-gpu", "tensorflow-matmul"]
    found = run_probes(str(REAL), "tensorflow_build", probes)
    assert {name: event["event"] for name, event in found.items() if event["event"] != "done"} in (
        {},
        {"tensorflow-libraries": "unavailable"},
    )
