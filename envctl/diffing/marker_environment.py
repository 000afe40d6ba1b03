"""What a platform answers to the markers of pip requirements (PEP 508), and which lines hold there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from packaging.markers import Marker

from envctl.diffing.requirement_lines import is_option, pip_line
from envctl.formats.requirement_line import RequirementLine
from envctl.formats.requirements import Constraints
from envctl.model.environment import Dependency, EnvironmentSpec
from envctl.model.lock import PlatformLock

_SYSTEMS = {
    "linux": ("linux", "Linux", "posix"),
    "osx": ("darwin", "Darwin", "posix"),
    "win": ("win32", "Windows", "nt"),
}
_MACHINES = {"64": "x86_64", "32": "i686"}
_WINDOWS_MACHINES = {"64": "AMD64", "32": "x86", "arm64": "ARM64"}


def marker_environment(part: PlatformLock) -> dict[str, str]:
    """The marker variables of a platform with the Python that it has; none of Python where it has none."""
    system, _, machine = part.platform.partition("-")
    sys_platform, platform_system, os_name = _SYSTEMS.get(system, (system, system.title(), "posix"))
    machines = _WINDOWS_MACHINES if system == "win" else _MACHINES
    found = {
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "sys_platform": sys_platform,
        "platform_system": platform_system,
        "os_name": os_name,
        "platform_machine": machines.get(machine, machine),
        "platform_release": "",
        "platform_version": "",
        "extra": "",
    }
    python = next((package.version for package in part.conda if package.name == "python"), None)
    if python:
        found |= {
            "python_version": ".".join(python.split(".")[:2]),
            "python_full_version": python,
            "implementation_version": python,
        }
    return found


def lines_on(spec: EnvironmentSpec, part: PlatformLock) -> Iterator[tuple[str, RequirementLine]]:
    """The lines of a pip section that ask for a package on the platform, as written and as read: options ask
    for none, and a line whose marker does not hold neither."""
    environment = marker_environment(part) if spec.pip else {}
    for dependency in spec.pip or ():
        line = pip_line(dependency.text)
        if not is_option(line) and _holds(line.marker, environment):
            yield dependency.text, line


def constraints_on(spec: EnvironmentSpec, part: PlatformLock) -> Iterator[tuple[str, RequirementLine]]:
    """The lines, as `lines_on` has them, of the files of constraints that a pip section names."""
    files = (line for line in spec.pip or () if isinstance(line, Constraints))
    lines = tuple(Dependency(text=text) for file in files for text in file.lines)
    yield from lines_on(replace(spec, pip=lines), part)


def _holds(marker: str | None, environment: dict[str, str]) -> bool:
    """Whether a marker holds; one that cannot be judged does."""
    try:
        return marker is None or Marker(marker).evaluate(environment)
    except ValueError:
        return True
