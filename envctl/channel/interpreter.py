"""The Python interpreter that a channel is made for: found, asked about itself, and judged."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from envctl import proc
from envctl.errors import AbsentError, EnvctlError, RefusedError

PREFERRED = ("3.11", "3.12", "3.10", "3.13")
"""Tried in this order where none is named: torch comes as a small CPU wheel for 3.11 on the most indexes."""

OLDEST = (3, 9)
"""What the current pip can still resolve for."""

_QUESTIONS = """
import json, os, platform, sys, sysconfig
try:
    glibc = platform.libc_ver()[1]
except Exception:
    glibc = ""
v = sysconfig.get_config_var
real = os.path.realpath(sys.base_prefix)
try:
    import ssl
    certificates = ssl.get_default_verify_paths().openssl_cafile
except ImportError:
    certificates = ""
try:
    settings = __import__(sysconfig._get_sysconfigdata_name()).build_time_vars
except (AttributeError, ImportError):
    settings = {}
spellings = {real, sys.base_prefix, settings.get("prefix", real)}
spellings = [path for path in spellings if os.path.realpath(path) == real]
print(json.dumps({
    "executable": os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable),
    "version": platform.python_version(),
    "implementation": sys.implementation.name,
    "base_prefix": real,
    "spellings": sorted(spellings, key=len, reverse=True),
    "certificates": certificates,
    "platform": sys.platform,
    "machine": platform.machine(),
    "free_threaded": bool(v("Py_GIL_DISABLED")),
    "platlibdir": getattr(sys, "platlibdir", "lib"),
    "stdlib": sysconfig.get_path("stdlib"),
    "dynload": v("DESTSHARED") or "",
    "include": sysconfig.get_path("include"),
    "libdir": v("LIBDIR") or "",
    "debian": "deb_system" in sysconfig.get_scheme_names(),
    "markers": {
        "implementation_name": sys.implementation.name,
        "implementation_version": platform.python_version(),
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "python_full_version": platform.python_version(),
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "sys_platform": sys.platform,
    },
}))
"""

_SUBDIRS = {("linux", "x86_64"): "linux-64", ("linux", "aarch64"): "linux-aarch64"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Interpreter:
    """What an interpreter says about itself."""

    executable: Path
    """The real binary, no link and no virtual environment."""
    version: str
    implementation: str
    base_prefix: Path
    """Without symbolic links."""
    spellings: tuple[str, ...]
    """That prefix as its files may name it, longest first; links make several."""
    certificates: Path
    """Where its `ssl` module looks for CA certificates."""
    platform: str
    machine: str
    free_threaded: bool
    platlibdir: str
    stdlib: Path
    dynload: Path
    """Where the standard library's extension modules lie."""
    include: Path
    libdir: Path
    debian: bool
    """Whether Debian's changes (`dist-packages`, `/usr/local` as the default target) are in it."""
    markers: Mapping[str, str]
    """The environment for PEP 508 markers."""

    @property
    def short(self) -> str:
        """`3.11`"""
        return ".".join(self.version.split(".")[:2])

    @property
    def tag(self) -> str:
        """`py311`"""
        return "py" + self.short.replace(".", "")

    @property
    def abi(self) -> str:
        """`cp311`"""
        return "cp" + self.short.replace(".", "")

    @property
    def site_packages(self) -> str:
        """Relative to a prefix."""
        return f"lib/python{self.short}/site-packages"

    @property
    def subdir(self) -> str:
        """The channel folder of its platform."""
        return _SUBDIRS[(self.platform, self.machine)]

    @property
    def private(self) -> bool:
        """Whether its prefix holds nothing else, so that every mention of the prefix means it."""
        return self.base_prefix not in (Path("/"), Path("/usr"), Path("/usr/local"))

    @property
    def identity(self) -> list[str]:
        """What tells this interpreter from another, or from itself after an update."""
        status = self.executable.stat()
        return [self.version, str(self.base_prefix), str(status.st_size), str(status.st_mtime_ns)]


def inspect(executable: Path) -> Interpreter:
    """Ask an interpreter about itself.

    Raises `AbsentError` (`python-missing`) where it does not run.
    """
    try:
        # -I: nothing from PYTHON* variables or the current folder may answer in its place.
        answer = proc.run([executable, "-I", "-c", _QUESTIONS], timeout_s=60)
        facts: dict[str, Any] = json.loads(answer.stdout)
    except (EnvctlError, ValueError) as error:
        raise AbsentError(
            f"{executable} does not run as a Python interpreter",
            code="python-missing",
            cause=error.cause if isinstance(error, EnvctlError) else (answer.stderr.strip()[-500:] or None),
            hint="name one with --python",
        ) from error
    paths = ("executable", "base_prefix", "certificates", "stdlib", "dynload", "include", "libdir")
    facts.update({key: Path(facts[key]) for key in paths}, spellings=tuple(facts["spellings"]))
    return Interpreter(**facts)


def check(interpreter: Interpreter) -> None:
    """Raise `RefusedError` (`python-unsupported`) where a channel cannot be made for this interpreter."""
    version = tuple(int(part) for part in interpreter.short.split("."))
    if interpreter.implementation != "cpython":
        reason = f"it is {interpreter.implementation}, not CPython"
    elif version < OLDEST:
        reason = f"Python {interpreter.short} is older than {'.'.join(map(str, OLDEST))}"
    elif interpreter.free_threaded:
        reason = "it is a free-threaded build, which needs packages of its own"
    elif (interpreter.platform, interpreter.machine) not in _SUBDIRS:
        reason = f"{interpreter.platform} on {interpreter.machine} is not supported yet"
    elif interpreter.platlibdir != "lib":
        reason = f"its libraries lie under {interpreter.platlibdir}/, where conda packages do not look"
    else:
        return
    raise RefusedError(
        f"cannot make a channel from {interpreter.executable}",
        code="python-unsupported",
        cause=reason,
        hint="name a CPython from 3.9 on for Linux with --python, such as one from pyenv or uv",
    )


def find(wanted: str | os.PathLike[str] | None) -> Interpreter:
    """The interpreter to use: the one that is named (a path, or a command on PATH), or the best in reach.

    Raises `AbsentError` (`python-missing`) where there is none, `RefusedError` (`python-unsupported`) where
    the one that is named does not do.
    """
    if wanted is not None:
        chosen = inspect(Path(wanted).absolute() if os.sep in str(wanted) else Path(wanted))
        check(chosen)
        return chosen
    refusal: EnvctlError | None = None
    for candidate in _candidates():
        try:
            chosen = inspect(candidate)
            check(chosen)
        except EnvctlError as error:
            refusal = refusal or error
            continue
        return chosen
    raise refusal or AbsentError(
        "no Python interpreter found",
        code="python-missing",
        cause=f"none of python{', python'.join(PREFERRED)} is on PATH",
        hint="name one with --python",
    )


def _candidates() -> Iterator[Path]:
    """Every place to look, best version first; within a version the one that runs this program first."""
    own = Path(getattr(sys, "_base_executable", None) or sys.executable)
    folders = [Path(folder) for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if folder]
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    for version in dict.fromkeys((*PREFERRED, running)):
        if version == running:
            yield own
        for folder in folders:
            program = folder / f"python{version}"
            if os.access(program, os.X_OK):
                yield program
