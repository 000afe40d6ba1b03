"""What a platform answers to the markers of pip requirements (PEP 508)."""

from __future__ import annotations

from envctl.model.lock import PlatformLock

_SYSTEMS = {
    "linux": ("linux", "Linux", "posix"),
    "osx": ("darwin", "Darwin", "posix"),
    "win": ("win32", "Windows", "nt"),
}
_MACHINES = {"64": "x86_64", "32": "i686"}


def marker_environment(part: PlatformLock) -> dict[str, str]:
    """The marker variables of a platform with the Python that it has."""
    system, _, machine = part.platform.partition("-")
    sys_platform, platform_system, os_name = _SYSTEMS.get(system, (system, system.title(), "posix"))
    python = (
        next((entry.package.version for entry in part.packages if entry.package.name == "python"), None)
        or "3"
    )
    short = ".".join(python.split(".")[:2])
    architecture = {"win": {"64": "AMD64", "arm64": "ARM64"}}.get(system, _MACHINES).get(machine, machine)
    return {
        "python_version": short,
        "python_full_version": python,
        "implementation_version": python,
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "sys_platform": sys_platform,
        "platform_system": platform_system,
        "os_name": os_name,
        "platform_machine": architecture,
        "platform_release": "",
        "platform_version": "",
        "extra": "",
    }
