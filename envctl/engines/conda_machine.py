"""What conda takes a machine to offer: virtual packages (CEP 30), and how it is told of another machine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from envctl.errors import UsageError
from envctl.virtual_packages import checked_cuda

_OVERRIDES = {
    "__cuda": "CONDA_OVERRIDE_CUDA",
    "__cuda_arch": "CONDA_OVERRIDE_CUDA_ARCH",
    "__glibc": "CONDA_OVERRIDE_GLIBC",
    "__linux": "CONDA_OVERRIDE_LINUX",
    "__osx": "CONDA_OVERRIDE_OSX",
    "__win": "CONDA_OVERRIDE_WIN",
}
"""By the virtual package that it sets. Not every conda knows each: what it made of them, it says."""
_ARCHSPEC = "CONDA_OVERRIDE_ARCHSPEC"
_CONDA = "__conda"
"""Of conda itself; nothing that the machine offers."""
_GIVEN = re.compile(r"[\w.+-]*")


def overrides_for(cuda: str | None, environ: Mapping[str, str]) -> dict[str, str]:
    """The variable that says which driver this machine is taken to have; empty where that is its own.

    `cuda` and what is raised are as in `SolveRequest` and `Engine.machine`.
    """
    given = cuda if cuda is not None else environ.get("CONDA_OVERRIDE_CUDA")
    if not given:
        return {}
    return {"CONDA_OVERRIDE_CUDA": "" if given == "none" else checked_cuda(given)}


def overrides_of(virtual_packages: Iterable[str]) -> dict[str, str]:
    """The variables that describe another machine, from `NAME=VERSION=BUILD`; what it lacks is taken away.

    Raises `UsageError` (`bad-override`).
    """
    described = {name: (version, build) for name, version, build in map(_parts, virtual_packages)}
    variables = {variable: described.get(name, ("", ""))[0] for name, variable in _OVERRIDES.items()} | {
        _ARCHSPEC: described.get("__archspec", ("", ""))[1]
    }
    for variable, text in variables.items():
        if not _GIVEN.fullmatch(text):
            raise UsageError(f"{variable} cannot be {text!r}", code="bad-override")
    return variables


def virtual_packages(info: Mapping[str, Any]) -> tuple[str, ...]:
    """What `conda info --json` says of the machine, as `NAME=VERSION=BUILD`."""
    listed = info.get("virtual_pkgs") or ()
    return tuple("=".join(map(str, entry)) for entry in listed if entry and entry[0] != _CONDA)


def _parts(text: str) -> tuple[str, str, str]:
    name, _, rest = text.partition("=")
    version, _, build = rest.partition("=")
    return name, version, build
