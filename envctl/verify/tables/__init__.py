"""Published figures, as data with their sources: drivers and CUDA, GPUs, builds of frameworks, thresholds."""

from envctl.verify.tables.frameworks import FrameworkCuda, framework_cuda, known_archs
from envctl.verify.tables.gpus import PRECISIONS, GpuModel, Precision, find_gpu
from envctl.verify.tables.thresholds import Figure, Threshold, threshold

__all__ = [
    "PRECISIONS",
    "Figure",
    "FrameworkCuda",
    "GpuModel",
    "Precision",
    "Threshold",
    "find_gpu",
    "framework_cuda",
    "known_archs",
    "threshold",
]
