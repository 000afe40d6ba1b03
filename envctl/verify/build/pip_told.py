"""What pip packages, or requests for them, say of a framework's build."""

from __future__ import annotations

import re
from collections.abc import Mapping

from packaging.version import InvalidVersion, Version

from envctl.model.build import Framework, Variant
from envctl.verify.build.pieces import Piece
from envctl.verify.build.words import Told, of_tag, version_of
from envctl.verify.tables.frameworks import framework_cuda

TORCH = ("torch",)
_TENSORFLOW_CPU = (
    "tensorflow-cpu",
    "tensorflow-intel",
    "tensorflow-macos",
    "tensorflow-cpu-aws",
    "intel-tensorflow",
)
TENSORFLOW = ("tensorflow", "tensorflow-gpu", "tf-nightly", *_TENSORFLOW_CPU)
_RUNTIME = re.compile(r"nvidia-cuda-runtime(?:-cu\d+)?|cuda-toolkit")
"""NVIDIA's wheels whose version is CUDA's; those of CUDA 13 have no `-cu13` (the requirements of torch)."""
_LIBRARY = re.compile(r"nvidia-(?:cublas|cudnn|nccl)(?:-cu\d+)?")
_SOURCE = re.compile(
    r"/(?:whl/(?:[\w.-]+/)*?|torch-[^/\s]*?(?:\+|%2B))(?P<tag>cu\d+|cpu|rocm[\d.]*)(?![\w+])"
)
_NEEDS_WHEELS = Version("1.13")
"""From here on PyPI's Linux wheels of torch require NVIDIA's wheels; before, they held the libraries."""
_UNSAID = "neither its version nor a package beside it says"


def tell_torch(torch: Piece, pip: Mapping[str, Piece], platform: str, *, exact: bool) -> Told:
    """By the local version, the index, the CUDA wheels beside it, and what PyPI has."""
    local = (torch.version or "").partition("+")[2]
    if said := of_tag(local):
        return Told(*said, f"its version {torch.version}")
    if local:
        return Told("unknown", None, f"its version {torch.version} names no CUDA")
    source = torch.source or ""
    if said := _of_source(source):
        return Told(*said, f"its source {source}")
    if "git+" in source:
        return Told("unknown", None, f"it is built from {source}")
    if platform.startswith("osx"):
        return Told("cpu", None, "macOS, which has no CUDA")
    if beside := _beside(pip):
        return beside
    if platform.startswith("win"):
        return Told("cpu", None, "PyPI's Windows wheels, which are CPU builds")
    version = _version(torch)
    if exact and (version is None or version >= _NEEDS_WHEELS):
        return Told("unknown", None, _UNSAID)
    return _of_pypi("torch", torch) if platform == "linux-64" else Told("unknown", None, _UNSAID)


def tell_tensorflow(tensorflow: Piece, platform: str) -> Told:
    """By the name and the platform; CUDA as the release has it."""
    if tensorflow.name in _TENSORFLOW_CPU:
        return Told("cpu", None, f"its name {tensorflow.name}")
    if platform.startswith("osx"):
        return Told("cpu", None, "macOS, which has no CUDA")
    if not _holds_cuda(tensorflow, platform):
        return Told("cpu", None, f"PyPI's wheels for {platform}, which are CPU builds")
    return _of_pypi("tensorflow", tensorflow)


def _holds_cuda(tensorflow: Piece, platform: str) -> bool:
    """One package serves GPU and CPU since 1.15, but for 2.0; on Windows from 2.1 to 2.10 (TensorFlow's
    install pages and release notes, read November 2026)."""
    if tensorflow.name == "tensorflow-gpu":
        return True
    version = _version(tensorflow)
    if platform.startswith("win"):
        return version is not None and Version("2.1") <= version < Version("2.11")
    old = version is not None and (version < Version("1.15") or version.release[:2] == (2, 0))
    return platform == "linux-64" and not old


def _of_pypi(framework: Framework, piece: Piece) -> Told:
    published = framework_cuda(framework, piece.version or "")
    if published is None or published.pypi is None:
        return Told(
            "cuda", None, "PyPI's wheels, which are CUDA builds; for which CUDA depends on the version"
        )
    return Told("cuda", published.pypi, f"PyPI's wheel of this version ({published.source})")


def _beside(pip: Mapping[str, Piece]) -> Told | None:
    for name, piece in pip.items():
        if _RUNTIME.fullmatch(name) and piece.version and (cuda := version_of(piece.version)):
            return Told("cuda", cuda, f"{name} {piece.version}")
    for name, piece in pip.items():
        if _LIBRARY.fullmatch(name):
            return Told("cuda", None, f"{name} {piece.version or ''}".strip())
    return None


def _of_source(source: str) -> tuple[Variant, str | None] | None:
    """Of PyTorch's index `…/whl/cu118`, or of an archive `…/torch-2.1.0%2Bcu118-…`."""
    found = _SOURCE.search(source)
    return of_tag(found["tag"]) if found else None


def _version(piece: Piece) -> Version | None:
    try:
        return Version(piece.version or "")
    except InvalidVersion:
        return None
