"""A torch that says what a test wants, and fails at all work as a GPU would."""

from __future__ import annotations

from collections.abc import Mapping

_PACKAGE = """\
import os, signal, sys, time, warnings
{on_import}
ARCHS, GPUS, REFUSAL, WARNING, KERNELS = {archs!r}, {gpus!r}, {refusal!r}, {warning!r}, {kernels!r}


def work(name):
    raise RuntimeError(KERNELS or "the stub computes nothing")


class Module:
    def __init__(self, **has): self.__dict__.update(has)
    def __getattr__(self, name): return work(name)


class Gpu:
    total_memory, multi_processor_count = 16 << 30, 40
    def __init__(self, name, capability):
        self.name = name
        self.major, self.minor = map(int, capability.split("."))


def is_available():
    if WARNING: warnings.warn(WARNING)
    return bool(GPUS)


def init():
    if REFUSAL: raise (RuntimeError if version.cuda else AssertionError)(REFUSAL)


def zeros(*shape, device="cpu"):
    if device != "cpu":
        init()
        if KERNELS: work("zeros")


__version__ = "2.9.1"
version = Module(cuda={cuda!r}, hip=None)
__config__ = Module(show=lambda: "BLAS_INFO=mkl,")
_C = Module(_cuda_getArchFlags=lambda: ARCHS or None)
backends = Module(
    cpu=Module(get_cpu_capability=lambda: "AVX2"),
    cudnn=Module(version=lambda: 90100 if version.cuda else None),
)
cuda = Module(
    init=init, is_available=is_available, device_count=lambda: len(GPUS), set_device=lambda device: None,
    get_device_properties=lambda index: Gpu(*GPUS[index]), get_arch_list=lambda: ARCHS.split(),
    nccl=Module(version=lambda: (2, 21, 5)),
)
get_num_threads = lambda: 2


def __getattr__(name):
    if name.startswith("__"): raise AttributeError(name)
    return work(name)
"""


def stub_torch(
    *,
    cuda: str | None = "12.6",
    archs: str = "sm_70 sm_75 sm_80 sm_86 sm_90",
    gpus: Mapping[str, str] | None = None,
    refusal: str | None = None,
    warning: str | None = None,
    kernels: str | None = None,
    on_import: str = "",
) -> dict[str, str]:
    """The package's files.

    `gpus` are the compute capabilities of those it finds, by name. CUDA's start raises `refusal`, and all
    work on a GPU `kernels`; being asked whether CUDA is there warns with `warning`. `on_import` is code that
    runs first.
    """
    text = _PACKAGE.format(
        cuda=cuda,
        archs=archs if cuda else "",
        gpus=list((gpus or {}).items()),
        refusal=refusal,
        warning=warning,
        kernels=kernels,
        on_import=on_import,
    )
    return {"torch/__init__.py": text, "torch/distributed/__init__.py": ""}
