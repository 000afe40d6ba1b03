"""Messages of a driver that is not there, does not start, or does not fit."""

from __future__ import annotations

from envctl.verify.checks.message import Message
from envctl.verify.facts import Facts


def _uvm_missing(facts: Facts) -> bool:
    return facts.driver is not None and bool(facts.driver.nodes) and not _has_uvm(facts)


def _has_uvm(facts: Facts) -> bool:
    return facts.driver is not None and "/dev/nvidia-uvm" in facts.driver.nodes


def _not_loaded(facts: Facts) -> bool:
    """nvidia-smi and NVML say that there is no kernel module to talk to (both by 9)."""
    return facts.driver is not None and 9 in (facts.driver.smi_exit, facts.driver.nvml_code)


def _hmm_likely(facts: Facts) -> bool:
    """nvidia-smi works, CUDA does not start, and the driver is one that has HMM (from 535 on)."""
    if facts.driver is None or facts.driver.smi_exit != 0 or not _has_uvm(facts):
        return False
    version = facts.driver.module or (facts.machine.driver if facts.machine else None) or ""
    branch = version.partition(".")[0]
    return branch.isdecimal() and int(branch) >= 535


_UNKNOWN = r"CUDA unknown error|CUDA_ERROR_UNKNOWN|cudaErrorUnknown|Error 999\b|CUDA error: unknown error"
_NOT_STARTED = (
    r"CUDA driver initialization failed|CUDA_ERROR_NOT_INITIALIZED|cudaErrorInitializationError"
    r"|Error 3: initialization error"
)
_NO_DEVICE = (
    r"no CUDA-capable device is detected|No CUDA GPUs are available|CUDA_ERROR_NO_DEVICE"
    r"|cudaErrorNoDevice|Error 100\b"
)
_LOAD = (
    "sudo modprobe nvidia; where that fails, the module was not built for this kernel (sudo dkms "
    "autoinstall) or Secure Boot refuses it (see sudo dmesg)"
)
_RELOAD_UVM = "sudo rmmod nvidia_uvm && sudo modprobe nvidia_uvm"

DRIVER_MESSAGES: tuple[Message, ...] = (
    Message(
        id="driver-missing",
        pattern=r"Found no NVIDIA driver|Could not find cuda drivers on your machine"
        r"|libcuda\.so\.1: cannot open shared object",
        cause="no NVIDIA driver can be loaded here",
        fix="run it on a machine with an NVIDIA driver, give the container its GPUs "
        "(docker run --gpus all), or create the CPU environment",
        source="torch/csrc/cuda/Module.cpp; TensorFlow cudart_stub.cc",
    ),
    Message(
        id="driver-too-old",
        pattern=r"CUDA driver version is insufficient|NVIDIA driver on your system is too old"
        r"|CUDA_ERROR_INSUFFICIENT_DRIVER|cudaErrorInsufficientDriver|Error 35\b|error \(35\)",
        cause="the driver is older than this CUDA version needs (35)",
        fix="install a newer driver, create an environment for an older CUDA (envctl create "
        "pytorch-gpu-cu118), or on a data-center GPU install cuda-compat",
        source="CUDA release notes, table of driver versions; Fooocus #1313, colabtools #1685",
    ),
    Message(
        id="no-kernel-image",
        pattern=r"no kernel image is available|CUDA_ERROR_NO_BINARY_FOR_GPU|cudaErrorNoKernelImageForDevice"
        r"|is not compatible with the current PyTorch installation",
        cause="the build has no code for this GPU's compute capability (209)",
        fix="take a build whose arch list has this GPU: a newer CUDA for a new GPU, an older one "
        "for Pascal and Volta",
        source="pytorch #31285, #149845, #167244",
    ),
    Message(
        id="ptx-too-new",
        pattern=r"PTX was compiled with an unsupported toolchain|CUDA_ERROR_UNSUPPORTED_PTX_VERSION"
        r"|cudaErrorUnsupportedPtxVersion",
        cause="the build's PTX is newer than the compiler inside the driver (222)",
        fix="upgrade the driver to the one of the build's CUDA toolkit, or take a build with machine code "
        "for this GPU",
        source="CUDA compatibility, limits of minor version compatibility; candle #1846, cuda_memtest #31",
    ),
    Message(
        id="uvm-missing",
        pattern=_UNKNOWN,
        when=_uvm_missing,
        cause="CUDA does not start since nvidia_uvm is not loaded: there is no /dev/nvidia-uvm (999)",
        fix="sudo nvidia-modprobe -u (or sudo modprobe nvidia_uvm); in a container also pass /dev/nvidia-uvm",
        source="pytorch #49327, #65461; gpu-burn #60",
    ),
    Message(
        id="hmm",
        pattern=rf"{_UNKNOWN}|{_NOT_STARTED}",
        when=_hmm_likely,
        cause="nvidia-smi works and CUDA does not start: nvidia_uvm is stale after a suspend, or its "
        "heterogeneous memory management (HMM) fails, as on some kernels with KASLR",
        fix=f"{_RELOAD_UVM}; if that does not help, put 'options nvidia_uvm uvm_disable_hmm=1' into "
        "/etc/modprobe.d/uvm.conf and reboot",
        source="CUDA 13.2 release notes, known issues; open-gpu-kernel-modules #797, #901",
    ),
    Message(
        id="unknown-error",
        pattern=_UNKNOWN,
        cause="CUDA does not start (999): mostly nvidia_uvm is not loaded, or it is stale after a suspend",
        fix=f"sudo nvidia-modprobe -u; else reload it: {_RELOAD_UVM}; else reboot",
        source="pytorch #49327, #65461; gpu-burn #60",
    ),
    Message(
        id="initialization-failed",
        pattern=_NOT_STARTED,
        cause="CUDA does not start (3)",
        fix=f"see whether nvidia-smi works; if so: {_RELOAD_UVM}, or options nvidia_uvm uvm_disable_hmm=1; "
        "else reboot",
        source="open-gpu-kernel-modules #797, #901",
    ),
    Message(
        id="fabric-not-ready",
        pattern=r"system not yet initialized|CUDA_ERROR_SYSTEM_NOT_READY|cudaErrorSystemNotReady|Error 802\b",
        cause="the NVLink fabric is not set up (802): the fabric manager is not running, or is of "
        "another version than the driver",
        fix="sudo systemctl enable --now nvidia-fabricmanager, in the driver's very version; wait until "
        "nvidia-smi -q says Fabric State: Completed",
        source="pytorch #35710, jax #34113, huggingface_hub #4134",
    ),
    Message(
        id="library-mismatch",
        pattern=r"driver/library version mismatch|unsupported display driver ?/ ?cuda driver combination"
        r"|CUDA_ERROR_SYSTEM_DRIVER_MISMATCH|cudaErrorSystemDriverMismatch|Error 803\b"
        r"|kernel version \S+ does not match DSO version",
        cause="the driver was upgraded and the old kernel module is still loaded (NVML 18, CUDA 803)",
        fix="reboot; or, with nothing using the GPU, "
        "sudo rmmod nvidia_drm nvidia_modeset nvidia_uvm nvidia && sudo modprobe nvidia",
        source="nvidia-container-toolkit #171, #394",
    ),
    Message(
        id="compat-unsupported",
        pattern=r"forward compatibility was attempted on non supported HW|Error 804\b"
        r"|CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE|cudaErrorCompatNotSupportedOnDevice",
        cause="the libcuda of a forward-compatibility package is loaded, which GPUs that are not made for "
        "data centers refuse (804)",
        fix="remove it: cuda-compat from the environment, /usr/local/cuda/compat from LD_LIBRARY_PATH; "
        "then a newer driver or an older CUDA; if there is none, the driver was upgraded: reboot",
        source="CUDA compatibility, forward compatibility; faster-whisper #653",
    ),
    Message(
        id="driver-not-loaded",
        pattern=r"couldn.?t communicate with the NVIDIA driver|kernel driver does not appear to be running"
        r"|NVML: Driver Not Loaded",
        cause="the driver is installed, its kernel module is not loaded",
        fix=_LOAD,
        source="nvidia-smi manual, exit code 9; nvidia-docker #988",
    ),
    Message(
        id="gpu-lost",
        pattern=r"GPU is lost|has fallen off the bus|Unable to determine the device handle",
        cause="the driver lost a GPU: it fell off the bus, from heat, power or a bad contact (Xid 79)",
        fix="reboot; where it comes again, look at power and seating, and replace the GPU",
        source="NVIDIA Xid catalogue, 79; nvidia-smi manual, exit code 15",
    ),
    Message(
        id="no-device-not-loaded",
        pattern=_NO_DEVICE,
        when=_not_loaded,
        cause="the driver's kernel module is not loaded, so that it offers no GPU (100)",
        fix=_LOAD,
        source="CUDA driver API, error 100; nvidia-smi manual, exit code 9",
    ),
    Message(
        id="no-device",
        pattern=_NO_DEVICE,
        cause="the driver offers this process no GPU (100): CUDA_VISIBLE_DEVICES names none that is there, "
        "or the container or the job was given none",
        fix="unset CUDA_VISIBLE_DEVICES, or give the container (--gpus all) or the job (--gres=gpu:1) a GPU",
        source="CUDA driver API, error 100",
    ),
    Message(
        id="invalid-device",
        pattern=r"invalid device ordinal|CUDA_ERROR_INVALID_DEVICE|cudaErrorInvalidDevice|Error 101\b",
        cause="a GPU was asked for that is not there (101); a GPU that was lost shows so too",
        fix="compare with nvidia-smi -L and CUDA_VISIBLE_DEVICES",
        source="CUDA driver API, error 101; pytorch #104152",
    ),
)
