"""The messages that drivers and frameworks print are recognised, with their cause and their fix.

The texts are as they were printed: the paths and the names around them come from the threads that each entry
of the catalogue names.
"""

from __future__ import annotations

import re

import pytest
from judged import LOADED, machine

from envctl.verify.checks.messages import MESSAGES, explain
from envctl.verify.facts import DriverState, Facts

TOO_OLD = (
    "The NVIDIA driver on your system is too old (found version 11040). Please update your GPU driver by "
    "downloading and installing a new version. Alternatively, install a PyTorch version that has been "
    "compiled with your version of the CUDA driver."
)
UNKNOWN_999 = (
    "CUDA unknown error - this may be due to an incorrectly set up environment, e.g. changing env variable "
    "CUDA_VISIBLE_DEVICES after program start. Setting the available devices to be zero."
)
UNEXPECTED = (
    "Unexpected error from cudaGetDeviceCount(). Did you run some cuda functions before calling "
    "NumCudaDevices() that might have already set an error? "
)
NOT_STARTED = "CUDA driver initialization failed, you might not have a CUDA gpu."
PRINTED = [
    # the driver is not there, or too old
    (f"RuntimeError: {TOO_OLD}", "driver-too-old", "newer driver"),
    (
        "The NVIDIA driver on your system is too old (found version 9000).\nPlease update",
        "driver-too-old",
        "older CUDA",
    ),
    (
        "RuntimeError: cuda runtime error (35) : CUDA driver version is insufficient for CUDA runtime "
        "version at THC/THCGeneral.cpp:70",
        "driver-too-old",
        "cuda-compat",
    ),
    (
        "RuntimeError: Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU and "
        "installed a driver",
        "driver-missing",
        "--gpus all",
    ),
    (
        "I tensorflow/tsl/cuda/cudart_stub.cc:28] Could not find cuda drivers on your "
        "machine, GPU will not be used.",
        "driver-missing",
        "CPU environment",
    ),
    # the build does not fit the GPU or the driver
    (
        "RuntimeError: CUDA error: no kernel image is available for execution on the device\n"
        "CUDA kernel errors might be asynchronously reported at some other API call",
        "no-kernel-image",
        "arch list",
    ),
    (
        "UserWarning: \nNVIDIA GeForce RTX 5090 with CUDA capability sm_120 is not compatible with the "
        "current PyTorch installation.\nThe current PyTorch install supports CUDA capabilities sm_50 sm_60",
        "no-kernel-image",
        "newer CUDA",
    ),
    (
        "ERROR: CUDA error: the provided PTX was compiled with an unsupported toolchain., line 148",
        "ptx-too-new",
        "upgrade the driver",
    ),
    (
        'DriverError(CUDA_ERROR_UNSUPPORTED_PTX_VERSION, "the provided PTX was compiled with an unsupported '
        'toolchain.")',
        "ptx-too-new",
        "machine code",
    ),
    ("AssertionError: Torch not compiled with CUDA enabled", "cpu-build", "CONDA_OVERRIDE_CUDA"),
    # CUDA does not start
    (f"RuntimeError: {UNKNOWN_999}", "unknown-error", "nvidia-modprobe -u"),
    (f"RuntimeError: {UNEXPECTED}Error 999: unknown error", "unknown-error", "reboot"),
    (f"{UNEXPECTED}Error 802: system not yet initialized", "fabric-not-ready", "nvidia-fabricmanager"),
    (
        "RuntimeError: cuda runtime error (802) : system not yet initialized at THC/THCGeneral.cpp:50",
        "fabric-not-ready",
        "Fabric State: Completed",
    ),
    (
        "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 570.124",
        "library-mismatch",
        "reboot",
    ),
    (
        "nvidia-container-cli: initialization error: nvml error: driver/library version mismatch: unknown",
        "library-mismatch",
        "rmmod",
    ),
    (
        f"{UNEXPECTED}Error 803: system has unsupported display driver / cuda driver combination",
        "library-mismatch",
        "modprobe nvidia",
    ),
    (
        "kernel version 384.130.0 does not match DSO version 375.66.0 -- cannot find working devices in this "
        "configuration",
        "library-mismatch",
        "reboot",
    ),
    (
        f"{UNEXPECTED}Error 804: forward compatibility was attempted on non supported HW",
        "compat-unsupported",
        "cuda-compat",
    ),
    (
        "cudaErrorCompatNotSupportedOnDevice: forward compatibility was attempted on non supported HW",
        "compat-unsupported",
        "remove it",
    ),
    (
        "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the "
        "latest NVIDIA driver is installed and running.",
        "driver-not-loaded",
        "modprobe nvidia",
    ),
    (
        "kernel driver does not appear to be running on this host (node1): "
        "/proc/driver/nvidia/version does not exist",
        "driver-not-loaded",
        "dkms",
    ),
    (NOT_STARTED, "initialization-failed", "uvm_disable_hmm=1"),
    (f"{UNEXPECTED}Error 3: initialization error", "initialization-failed", "nvidia_uvm"),
    # there is no GPU for this process
    ("RuntimeError: No CUDA GPUs are available", "no-device", "CUDA_VISIBLE_DEVICES"),
    (
        "failed call to cuInit: CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected",
        "no-device",
        "--gres",
    ),
    (f"{UNEXPECTED}Error 101: invalid device ordinal", "invalid-device", "nvidia-smi -L"),
    (
        "Unable to determine the device handle for GPU0000:01:00.0: GPU is lost.  Reboot the system",
        "gpu-lost",
        "reboot",
    ),
    # libraries
    (
        "ImportError: /env/lib/python3.10/site-packages/torch/lib/libtorch_cpu.so: undefined symbol: "
        "iJIT_NotifyEvent",
        "mkl-jit-symbol",
        "mkl <2024.1",
    ),
    (
        "W tensorflow/core/common_runtime/gpu/gpu_device.cc:2256] Cannot dlopen some GPU libraries. Please "
        "make sure the missing libraries mentioned above are installed properly.",
        "tensorflow-libraries",
        "tensorflow[and-cuda]",
    ),
    (
        "ImportError: /env/lib/python3.11/site-packages/torch/lib/../../nvidia/cusparse/lib/"
        "libcusparse.so.12: undefined symbol: __nvJitLinkComplete_12_4, version libnvJitLink.so.12",
        "nvjitlink-mismatch",
        "LD_LIBRARY_PATH",
    ),
    (
        "ImportError: libcudnn.so.9: cannot open shared object file: No such file or directory",
        "cuda-library-missing",
        "cudnn",
    ),
    (
        "Could not load library libcudnn_cnn_infer.so.8. Error: libcuda.so: cannot open shared object file",
        "cuda-library-missing",
        "what the message names",
    ),
    (
        "ImportError: /lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.30' not found (required by "
        "/env/lib/python3.10/site-packages/torch/lib/libtorch_python.so)",
        "libstdcxx-too-old",
        "libstdcxx-ng",
    ),
    ("/lib/x86_64-linux-gnu/libm.so.6: version `GLIBC_2.29' not found", "glibc-too-old", "newer system"),
    ("AttributeError: _ARRAY_API not found", "numpy-abi", "numpy <2"),
    (
        "A module that was compiled using NumPy 1.x cannot be run in\nNumPy 2.1.2 as it may crash.",
        "numpy-abi",
        "newer build",
    ),
    # a GPU at work
    ("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.", "out-of-memory", "processes"),
    (
        "RuntimeError: cuda runtime error (46) : all CUDA-capable devices are busy or unavailable",
        "device-busy",
        "nvidia-smi -c 0",
    ),
    ("RuntimeError: CUDA error: uncorrectable ECC error encountered", "ecc-error", "replaced"),
    ("RuntimeError: CUDA error: an illegal memory access was encountered", "illegal-access", "Xid"),
    ("RuntimeError: CUDA error: unspecified launch failure", "launch-failure", "CUDA_LAUNCH_BLOCKING=1"),
    ("RuntimeError: CUDA error: device-side assert triggered", "device-assert", "on the CPU"),
]


@pytest.mark.parametrize(
    ("printed", "identity", "fix"), PRINTED, ids=[f"{i}-{p[1]}" for i, p in enumerate(PRINTED)]
)
def test_what_is_printed_has_a_cause_and_a_fix(printed: str, identity: str, fix: str) -> None:
    known = explain(printed, Facts())
    assert known is not None
    assert known.id == identity
    assert fix in known.fix


def test_every_entry_of_the_catalogue_is_shown_here_or_needs_facts() -> None:
    shown = {identity for _, identity, _ in PRINTED}
    assert {message.id for message in MESSAGES if message.when is None} == shown


def test_ids_are_each_other_s_unlike_and_kebab_case() -> None:
    ids = [message.id for message in MESSAGES]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", identity) for identity in ids)


@pytest.mark.parametrize("text", [None, "", "RuntimeError: something else", "Error 9990: of nobody"])
def test_other_texts_are_not_explained(text: str | None) -> None:
    assert explain(text, Facts()) is None


def test_a_message_that_a_terminal_wrapped_is_recognised() -> None:
    assert explain("no kernel image is\n   available for execution", Facts()) is not None


def facts(**driver: object) -> Facts:
    return Facts(driver=DriverState(**{"smi_exit": 0, "nodes": ("/dev/nvidia0",), **driver}))  # type: ignore[arg-type]


UVM = ("/dev/nvidia0", "/dev/nvidia-uvm")


def test_999_without_the_node_of_nvidia_uvm_is_that_module_not_loaded() -> None:
    known = explain(UNKNOWN_999, facts())
    assert known is not None
    assert known.id == "uvm-missing"
    assert "nvidia-modprobe -u" in known.fix


@pytest.mark.parametrize("text", [UNKNOWN_999, NOT_STARTED, "CUDA_ERROR_NOT_INITIALIZED"])
def test_cuda_that_does_not_start_where_nvidia_smi_works_is_hmm(text: str) -> None:
    known = explain(text, facts(nodes=UVM, module="570.158.01"))
    assert known is not None
    assert known.id == "hmm"
    assert "uvm_disable_hmm=1" in known.fix
    assert "KASLR" in known.cause


def test_the_driver_s_version_may_come_from_the_machine() -> None:
    state = facts(nodes=UVM).driver
    assert explain(NOT_STARTED, Facts(machine=machine(driver="575.57.08"), driver=state)).id == "hmm"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "driver",
    [
        {"nodes": UVM, "module": "525.60.13"},
        {"nodes": UVM, "module": "570.158.01", "smi_exit": 9},
        {"nodes": UVM, "module": None},
        {"nodes": UVM, "module": "?"},
    ],
    ids=["driver-before-hmm", "nvidia-smi-fails", "version-unknown", "version-odd"],
)
def test_hmm_is_not_suspected_of_a_driver_that_has_none_or_does_not_work(driver: dict[str, object]) -> None:
    assert explain(UNKNOWN_999, facts(**driver)).id == "unknown-error"  # type: ignore[union-attr]


def test_a_driver_that_works_says_nothing_of_a_text_that_needs_no_facts() -> None:
    assert explain("Torch not compiled with CUDA enabled", Facts(driver=LOADED)).id == "cpu-build"  # type: ignore[union-attr]


def test_a_library_that_is_not_cuda_s_is_not_taken_for_it() -> None:
    missing = "ImportError: libcurl.so.4: cannot open shared object file: No such file or directory"
    assert explain(missing, Facts()) is None
    assert explain(missing.replace("curl", "curand"), Facts()).id == "cuda-library-missing"  # type: ignore[union-attr]
