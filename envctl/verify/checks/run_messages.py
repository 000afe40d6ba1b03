"""Messages of a GPU at work."""

from __future__ import annotations

from envctl.verify.checks.message import Message

RUN_MESSAGES: tuple[Message, ...] = (
    Message(
        id="device-busy",
        pattern=r"CUDA-capable device\(s\) is/are busy|CUDA-capable devices are busy or unavailable"
        r"|CUDA_ERROR_DEVICE_UNAVAILABLE|cudaErrorDevicesUnavailable",
        cause="another process has the GPU for itself (compute mode Exclusive Process), or it hangs (46)",
        fix="nvidia-smi shows the processes; sudo nvidia-smi -c 0 lets several share it",
        source="CUDA driver API, error 46; pytorch #2704",
    ),
    Message(
        id="out-of-memory",
        pattern=r"CUDA out of memory|CUDA_ERROR_OUT_OF_MEMORY|cudaErrorMemoryAllocation"
        r"|CUBLAS_STATUS_ALLOC_FAILED",
        cause="the GPU's memory is in use (2)",
        fix="nvidia-smi shows the processes that hold it; end them or take another GPU "
        "(CUDA_VISIBLE_DEVICES=1)",
        source="CUDA driver API, error 2",
    ),
    Message(
        id="ecc-error",
        pattern=r"uncorrectable ECC error|CUDA_ERROR_ECC_UNCORRECTABLE|cudaErrorECCUncorrectable",
        cause="the GPU read memory that it could not correct (214)",
        fix="sudo nvidia-smi --gpu-reset, or reboot; a GPU where it comes again must be replaced",
        source="CUDA driver API, error 214; NVIDIA GPU memory error management",
    ),
    Message(
        id="illegal-access",
        pattern=r"an illegal memory access was encountered|CUDA_ERROR_ILLEGAL_ADDRESS"
        r"|cudaErrorIllegalAddress",
        cause="a kernel touched memory that is not its own (700): a bug in a kernel, or a broken GPU",
        fix="run it with CUDA_LAUNCH_BLOCKING=1 to see which kernel; look for Xid in sudo dmesg",
        source="CUDA driver API, error 700",
    ),
    Message(
        id="launch-failure",
        pattern=r"unspecified launch failure|CUDA_ERROR_LAUNCH_FAILED|cudaErrorLaunchFailure",
        cause="a kernel failed (719): a bug in a kernel, or a broken GPU",
        fix="run it with CUDA_LAUNCH_BLOCKING=1 to see which kernel; look for Xid in sudo dmesg",
        source="CUDA driver API, error 719",
    ),
    Message(
        id="device-assert",
        pattern=r"device-side assert triggered|CUDA_ERROR_ASSERT|cudaErrorAssert",
        cause="a kernel's own check failed (710), mostly an index out of range",
        fix="run it with CUDA_LAUNCH_BLOCKING=1, or on the CPU, to see the line",
        source="CUDA driver API, error 710",
    ),
)
