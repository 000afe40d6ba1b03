"""What a machine of a platform is taken to offer where none is asked: virtual packages (CEP 30).

A lock must come out the same wherever it is made, so it takes these and not the machine it is made on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from envctl.errors import UsageError

_LINUX = {"__unix": "0", "__linux": "4.18", "__glibc": "2.28"}
"""Red Hat Enterprise Linux 8, the oldest that the CUDA 12 and 13 toolkits support (NVIDIA's installation
guides, 2026) and what pixi assumes since 0.68: kernel 4.18, glibc 2.28."""
_OSX = {"__unix": "0", "__osx": "13.0"}
"""The oldest macOS that Apple still mends (2026); pixi's default too."""
_WIN = {"__win": "10.0"}
_SYSTEMS = {"linux": _LINUX, "osx": _OSX, "win": _WIN}
_ARCHSPEC = {"64": "x86_64", "32": "x86", "arm64": "m1", "win-arm64": "aarch64"}
"""The least processor of each platform; elsewhere its own name (`aarch64`)."""
_OVERRIDES = {
    "CONDA_OVERRIDE_GLIBC": "__glibc",
    "CONDA_OVERRIDE_LINUX": "__linux",
    "CONDA_OVERRIDE_OSX": "__osx",
    "CONDA_OVERRIDE_WIN": "__win",
}
_VERSION = re.compile(r"\d+(?:\.\d+)*")
_PROCESSOR = re.compile(r"[A-Za-z0-9_.+]+")
"""What a build string may hold (CEP 26), for the processor stands in one."""
_CUDA = re.compile(r"\d+(\.\d+){0,2}")
_BOUND = re.compile(r"(?:>=|==|=|~=)?\s*(\d+(?:\.\d+)*)")


def virtual_packages_of(
    subdir: str, *, cuda: str | None, environ: Mapping[str, str], required_cuda: str | None = None
) -> tuple[str, ...]:
    """The virtual packages of a platform as `NAME=VERSION=BUILD`, sorted.

    `cuda` is the CUDA version that its driver supports, `none` for no driver; None takes
    CONDA_OVERRIDE_CUDA, else the least version that `required_cuda` (such as `>=12.4`) allows, else none.
    The other CONDA_OVERRIDE_* count too; an empty one takes the package away. macOS has no CUDA.
    Raises `UsageError` (`bad-cuda`, `bad-override`).
    """
    system, _, machine = subdir.partition("-")
    found = dict(_SYSTEMS.get(system, {}))
    for variable, name in _OVERRIDES.items():
        if name in found and variable in environ:
            found[name] = _version(variable, environ[variable]) if environ[variable] else ""
    driver = cuda_version(cuda, environ=environ, required=required_cuda)
    if driver and system != "osx":
        found["__cuda"] = driver
    texts = [f"{name}={version}=0" for name, version in found.items() if version]
    archspec = environ.get(
        "CONDA_OVERRIDE_ARCHSPEC", _ARCHSPEC.get(subdir) or _ARCHSPEC.get(machine, machine)
    )
    if archspec:
        texts.append(f"__archspec=1={_processor(archspec)}")
    return tuple(sorted(texts))


def cuda_version(cuda: str | None, *, environ: Mapping[str, str], required: str | None = None) -> str | None:
    """The CUDA version to solve for, None for no driver. Raises `UsageError` (`bad-cuda`)."""
    given = cuda or environ.get("CONDA_OVERRIDE_CUDA")
    if given is None and required is not None:
        bound = _BOUND.match(required.strip())
        return bound[1] if bound else None
    if given in (None, "", "none"):
        return None
    return checked_cuda(str(given))


def checked_cuda(text: str) -> str:
    """The text if it is a CUDA version; raises `UsageError` (`bad-cuda`)."""
    if not _CUDA.fullmatch(text):
        raise UsageError(
            f"{text!r} is no CUDA version",
            code="bad-cuda",
            hint="such as --cuda 12.4 or CONDA_OVERRIDE_CUDA=12.4; --cuda none for no driver",
        )
    return text


def _version(variable: str, text: str) -> str:
    if not _VERSION.fullmatch(text):
        raise UsageError(
            f"{variable}={text} is no version", code="bad-override", hint="such as CONDA_OVERRIDE_GLIBC=2.28"
        )
    return text


def _processor(text: str) -> str:
    if not _PROCESSOR.fullmatch(text):
        raise UsageError(
            f"CONDA_OVERRIDE_ARCHSPEC={text} is no processor",
            code="bad-override",
            hint="such as CONDA_OVERRIDE_ARCHSPEC=x86_64_v3",
        )
    return text
