"""What conda packages, or requests for them, say of a framework's build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from envctl.model.build import Framework
from envctl.verify.build.pieces import Piece
from envctl.verify.build.words import Told, of_build, version_of

_CUDA_VERSIONS = ("pytorch-cuda", "cudatoolkit", "cuda-version", "cuda-cudart", "cuda-runtime")
"""Packages whose version begins with CUDA's, the one that is closest to the build first."""
_CUDA_NEEDS = frozenset({"__cuda", "cudnn", *_CUDA_VERSIONS})


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """The names that a framework goes by in channels."""

    framework: Framework
    names: tuple[str, ...]
    """The package itself, and those that bring it; the first that is there counts."""
    companions: tuple[str, ...]
    """Packages whose build string tells, where its own does not."""
    cpu: tuple[str, ...]
    """Packages whose name alone tells."""
    cuda: tuple[str, ...]


FAMILIES = (
    Family(
        framework="torch",
        names=("pytorch", "pytorch-gpu", "pytorch-cpu"),
        companions=("libtorch", "pytorch-gpu", "pytorch-cpu", "pytorch-mutex"),
        cpu=("cpuonly", "pytorch-cpu"),
        cuda=("pytorch-gpu", "pytorch-cuda", "cudatoolkit"),
    ),
    Family(
        framework="tensorflow",
        names=("tensorflow", "tensorflow-gpu", "tensorflow-cpu", "tensorflow-mkl", "tensorflow-eigen"),
        companions=("tensorflow-base", "tensorflow-gpu-base", "_tflow_select", "tensorflow-mutex"),
        cpu=("tensorflow-cpu", "tensorflow-mkl", "tensorflow-eigen"),
        cuda=("tensorflow-gpu", "tensorflow-gpu-base", "cudatoolkit"),
    ),
)


def tell(
    family: Family,
    itself: Piece,
    conda: Mapping[str, Piece],
    platform: str,
    *,
    exact: bool,
    driver: str | None = None,
) -> Told:
    """What the build is, by the first thing that says it: the build string, a companion's build string,
    the platform, a package's name, what it depends on. `driver` is the `__cuda` that is asked for."""
    told = _variant(family, itself, conda, platform)
    if told is None:
        return Told("unknown", None, _open(itself, conda, exact=exact, driver=driver))
    if told.variant != "cuda" or told.cuda:
        return told
    for name in _CUDA_VERSIONS:
        version = version_of(conda[name].version or "") if name in conda else None
        if version:
            return Told("cuda", version, _and(told.because, f"{name} {conda[name].version}"))
    return told


def _variant(family: Family, itself: Piece, conda: Mapping[str, Piece], platform: str) -> Told | None:
    if said := of_build(itself.build):
        return Told(*said, f"its build {'pattern' if '*' in itself.build else 'string'} {itself.build}")
    for name in family.companions:
        if name in conda and (said := of_build(conda[name].build)):
            return Told(*said, f"{name} {conda[name].build}")
    if platform.startswith("osx"):
        return Told("cpu", None, "macOS, which has no CUDA")
    for name in family.cpu:
        if name in conda:
            return Told("cpu", None, _named(conda[name]))
    for name in family.cuda:
        if name in conda:
            return Told("cuda", None, _named(conda[name]))
    for name in sorted(_CUDA_NEEDS & itself.needs):
        return Told("cuda", None, f"its dependency on {name}")
    return None


def _named(piece: Piece) -> str:
    return f"{piece.name} {piece.version}" if piece.version else piece.name


def _and(one: str, other: str) -> str:
    """Both reasons; one where the second says the first and more."""
    return other if other.startswith(one) else f"{one}, {other}"


def _open(itself: Piece, conda: Mapping[str, Piece], *, exact: bool, driver: str | None) -> str:
    """Why nothing tells."""
    if itself.build or exact:
        return f"neither its build string {itself.build} nor a package beside it says"
    if driver:
        return f"it asks for no build: the solver chooses, and may take one for CUDA with __cuda {driver}"
    if "cuda-version" in conda:
        return "it asks for no build: the solver chooses; cuda-version says which CUDA, not whether any"
    return (
        "it asks for no build: the solver chooses, by the channels and the driver that it knows of (__cuda)"
    )
