"""Platforms by conda's names for them: the subdirs of a channel."""

from __future__ import annotations

import platform
import sys

_SYSTEMS = {"linux": "linux", "darwin": "osx", "win32": "win"}
_MACHINES = {
    "x86_64": "64",
    "amd64": "64",
    "aarch64": "aarch64",
    "arm64": "arm64",
    "ppc64le": "ppc64le",
    "s390x": "s390x",
}
SUBDIRS = (
    *("linux-64", "linux-aarch64", "linux-ppc64le", "linux-s390x", "linux-riscv64", "linux-armv7l"),
    *("osx-64", "osx-arm64", "win-64", "win-arm64"),
)
"""The platforms that conda-forge builds for or has built for, and that can be locked."""


def current_subdir() -> str:
    """This machine's subdir, such as `linux-64` (told without loading an engine)."""
    system = _SYSTEMS.get(sys.platform, sys.platform)
    machine = platform.machine().lower()
    return f"{system}-{_MACHINES.get(machine, machine)}"
