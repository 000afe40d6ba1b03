"""The frameworks in an environment, by its packages or by what it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from envctl.model.build import Framework, FrameworkBuild
from envctl.model.environment import EnvironmentSpec
from envctl.model.lock import PlatformLock
from envctl.verify.build import conda_told, pip_told
from envctl.verify.build.pieces import Piece, Pieces, installed, requested
from envctl.verify.build.words import Told
from envctl.verify.tables.frameworks import framework_cuda, known_archs

_CUDNN_IN_BUILD = re.compile(r"cudnn(\d+(?:\.\d+)*)")
_PIP_NAMES: Mapping[Framework, tuple[str, ...]] = {
    "torch": pip_told.TORCH,
    "tensorflow": pip_told.TENSORFLOW,
}


def from_packages(part: PlatformLock) -> tuple[FrameworkBuild, ...]:
    """The builds among the packages of a lock or a prefix, torch first.

    Where conda and pip both have a framework, pip's counts: it was installed over conda's.
    """
    return tuple(_builds(installed(part), part.platform, exact=True))


def from_spec(
    spec: EnvironmentSpec, *, virtual_packages: Mapping[str, str], platform: str = "linux-64"
) -> tuple[FrameworkBuild, ...]:
    """The builds that a specification asks for on a platform (a subdir), torch first.

    `virtual_packages` are those that a template needs, such as `{"__cuda": ">=12.4"}`. What the
    specification leaves to the solver stays unknown, and `because` says so.
    """
    driver = virtual_packages.get("__cuda")
    return tuple(_builds(requested(spec, platform), platform, exact=False, driver=driver))


def _builds(
    pieces: Pieces, platform: str, *, exact: bool, driver: str | None = None
) -> Iterator[FrameworkBuild]:
    conda = {name: piece for (manager, name), piece in pieces.items() if manager == "conda"}
    pip = {name: piece for (manager, name), piece in pieces.items() if manager == "pip"}
    for family in conda_told.FAMILIES:
        framework = family.framework
        below = _first(conda, family.names)
        itself = _first(pip, _PIP_NAMES[framework])
        if itself is None and below is not None:
            told = conda_told.tell(family, below, conda, platform, exact=exact, driver=driver)
            yield _build(framework, below, told, conda, platform, exact=exact)
        elif itself is not None:
            if framework == "torch":
                told = pip_told.tell_torch(itself, pip, platform, exact=exact)
            else:
                told = pip_told.tell_tensorflow(itself, platform)
            if below is not None:
                told = told._replace(because=f"{told.because}; pip installs it over {below.words}")
            yield _build(framework, itself, told, pip, platform, exact=exact)


def _build(
    framework: Framework,
    itself: Piece,
    told: Told,
    beside: Mapping[str, Piece],
    platform: str,
    *,
    exact: bool,
) -> FrameworkBuild:
    gpu = told.variant == "cuda"
    archs, source = None, None
    if told.cuda and itself.version:
        archs, source = known_archs(
            framework=framework,
            version=itself.version,
            cuda=told.cuda,
            manager=itself.manager,
            channel=itself.source,
            platform=platform,
        ) or (None, None)
    return FrameworkBuild(
        framework=framework,
        version=itself.version,
        variant=told.variant,
        cuda=told.cuda,
        cudnn=_cudnn(framework, itself, beside) if gpu else None,
        nccl=_version(beside, "nccl") if gpu else None,
        archs=archs,
        archs_from=source,
        package=itself.words,
        because=told.because,
        exact=exact,
    )


def _cudnn(framework: Framework, itself: Piece, beside: Mapping[str, Piece]) -> str | None:
    if found := _CUDNN_IN_BUILD.search(itself.build):
        return found[1]
    if version := _version(beside, "cudnn"):
        return version
    wheel = framework == "tensorflow" and itself.manager == "pip"  # torch's requires cuDNN's own wheel
    published = framework_cuda(framework, itself.version or "") if wheel else None
    return published.cudnn if published else None


def _version(beside: Mapping[str, Piece], library: str) -> str | None:
    """Of conda's package or NVIDIA's wheel (`nvidia-cudnn-cu12`) of a library."""
    wheel = re.compile(rf"{library}|nvidia-{library}(?:-cu\d+)?")
    return next((piece.version for name, piece in beside.items() if wheel.fullmatch(name)), None)


def _first(pieces: Mapping[str, Piece], names: tuple[str, ...]) -> Piece | None:
    return next((pieces[name] for name in names if name in pieces), None)
