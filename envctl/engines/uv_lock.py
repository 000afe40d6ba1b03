"""A pip section resolved by uv for one platform: exact packages with URLs and hashes, nothing installed.

What conda installs is given to uv as a package of that name and version that needs nothing. So uv takes no
second copy of it, and picks versions of the others that go together with it.
"""

from __future__ import annotations

import os
import re
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.version import InvalidVersion, Version

from envctl.engines.uv import UvRun, reason, uv
from envctl.errors import FailedError, RefusedError
from envctl.formats.pylock import loads
from envctl.formats.requirement_line import unquoted
from envctl.model.packages import PipPackage
from envctl.proc import Completed

_GLIBC = (17, 28, *range(31, 41))
"""The minor versions of glibc 2 that uv has a platform for."""
_MACHINES = {"64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}
_LONGEST_LIST = 8
_OUTPUT = "pylock.toml"


@dataclass(frozen=True, kw_only=True, slots=True)
class PipRequest:
    """A pip section, and the conda packages that it comes on top of."""

    lines: Sequence[str]
    platform: str
    virtual_packages: Sequence[str]
    """Of the platform, as `NAME=VERSION=BUILD`: the glibc and macOS versions that wheels may need."""
    python_version: str
    """Of the conda package, `3.11.9`."""
    provided: Mapping[str, str]
    """What conda installs: versions by distribution, normalised."""
    directory: Path | None = None
    """Where relative paths in the lines start from."""
    keep: Sequence[PipPackage] = ()
    """Packages to prefer in these versions, where the lines allow them."""
    offline: bool = False


def resolve(requests: Sequence[PipRequest]) -> tuple[tuple[PipPackage, ...], ...]:
    """The packages that each request's lines need and conda does not install, sorted by name; those from a
    folder or a local archive by their absolute paths.

    The requests are resolved beside each other: uv waits for the index most of the time. Raises
    `FailedError` (`pip-unsatisfiable`, `pip-failed`), `RefusedError` (`pip-platform`).
    """
    with TemporaryDirectory(prefix="envctl-") as folder:
        home = Path(folder).resolve()  # uv goes by the real path
        scratches = [Path(home, str(number)) for number in range(len(requests))]
        runs = [_run(request, scratch) for request, scratch in zip(requests, scratches, strict=True)]
        return tuple(
            _packages(request, scratch, done)
            for request, scratch, done in zip(requests, scratches, uv(*runs), strict=True)
        )


def _run(request: PipRequest, scratch: Path) -> UvRun:
    """How uv is called for a request, with what it reads in the new folder `scratch`."""
    scratch.mkdir()
    target = uv_platform(request.platform, request.virtual_packages)
    arguments = ["pip", "compile", "-", "--format", "pylock.toml", "--no-header", "--no-annotate"]
    arguments += ["--python-platform", target, "--python-version", request.python_version]
    arguments += ["--python", sys.executable, "--no-python-downloads"]
    constraints, excluded = _stand_ins(request.provided, scratch)
    (scratch / "constraints.txt").write_text("\n".join(constraints), encoding="utf-8")
    arguments += ["--constraints", str(scratch / "constraints.txt")]
    arguments += section_options(request.lines)
    if excluded:
        (scratch / "excluded.txt").write_text("\n".join(excluded), encoding="utf-8")
        arguments += ["--excludes", str(scratch / "excluded.txt")]
    if request.keep:  # uv prefers what its output file holds
        (scratch / _OUTPUT).write_text(_preferences(request.keep), encoding="utf-8")
    arguments += ["--output-file", str(scratch / _OUTPUT), "--quiet"]
    return UvRun(
        arguments=arguments,
        stdin=section_text(request.lines),
        cwd=request.directory,
        offline=request.offline,
        environ=_deployment_target(request.virtual_packages),
    )


def section_text(lines: Sequence[str]) -> str:
    """A pip section as uv reads it."""
    return "".join(f"{unquoted(line)}\n" for line in lines)


def section_options(lines: Sequence[str]) -> list[str]:
    """What uv takes on its command line alone."""
    return ["--prerelease", "allow"] if any("--pre" in line.split() for line in lines) else []


def _packages(request: PipRequest, scratch: Path, done: Completed) -> tuple[PipPackage, ...]:
    if done.returncode != 0:
        raise _failure(done.stderr, request)
    found = loads((scratch / _OUTPUT).read_text(encoding="utf-8"), file="uv's pylock.toml")
    absolute = (_with_absolute_path(package, scratch) for package in found)
    own = (package for package in absolute if not (package.url or "").startswith(f"{scratch}{os.sep}"))
    return tuple(sorted(own, key=lambda package: package.name))


def _with_absolute_path(package: PipPackage, folder: Path) -> PipPackage:
    """A path in a pylock.toml starts from the file's folder."""
    if package.url is None or "://" in package.url:
        return package
    return replace(package, url=os.path.normpath(folder / package.url))


def uv_platform(subdir: str, virtual_packages: Sequence[str]) -> str:
    """uv's name of a platform. Raises `RefusedError` (`pip-platform`) for one that it does not know."""
    system, _, machine = subdir.partition("-")
    processor = _MACHINES.get(machine)
    if processor and system == "linux":
        glibc = _version(virtual_packages, "__glibc") or (2, 17)
        minor = max((minor for minor in _GLIBC if (2, minor) <= glibc[:2]), default=17)
        return f"{processor}-manylinux_2_{minor}"
    if processor and system == "osx":
        return f"{processor}-apple-darwin"
    if processor and system == "win":
        return f"{processor}-pc-windows-msvc"
    raise RefusedError(
        f"pip packages cannot be locked for {subdir}",
        code="pip-platform",
        cause="uv resolves for Linux, macOS and Windows on x86-64 and ARM64",
        hint="leave the platform out, or take the packages from conda",
    )


def _deployment_target(virtual_packages: Sequence[str]) -> dict[str, str]:
    """The macOS version that wheels may need, where uv looks for it."""
    version = _version(virtual_packages, "__osx")
    return {"MACOSX_DEPLOYMENT_TARGET": ".".join(map(str, version))} if version else {}


def _version(virtual_packages: Sequence[str], name: str) -> tuple[int, ...] | None:
    found = next((text.split("=")[1] for text in virtual_packages if text.startswith(f"{name}=")), None)
    return tuple(int(part) for part in found.split(".") if part.isdecimal()) if found else None


def _stand_ins(provided: Mapping[str, str], folder: Path) -> tuple[list[str], list[str]]:
    """Constraints that put an empty package of conda's version in the place of each distribution, and the
    names of those whose version pip has no spelling for: they are left out of the resolution."""
    constraints, excluded = [], []
    for name, text in sorted(provided.items()):
        try:
            version = Version(text)
        except InvalidVersion:
            excluded.append(name)
            continue
        stem = f"{name.replace('-', '_')}-{version}"
        wheel = folder / f"{stem}-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
            archive.writestr(f"{stem}.dist-info/METADATA", metadata)
            archive.writestr(f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
            archive.writestr(f"{stem}.dist-info/RECORD", "")
        constraints.append(f"{name} @ {wheel.as_uri()}")
    return constraints, excluded


def _preferences(packages: Sequence[PipPackage]) -> str:
    import tomli_w

    entries = [{"name": package.name, "version": package.version} for package in packages if package.version]
    return tomli_w.dumps({"lock-version": "1.0", "created-by": "envctl", "packages": entries})


def _failure(text: str, request: PipRequest) -> FailedError:
    if "No solution found" not in text:
        return FailedError(
            f"the pip section cannot be resolved for {request.platform}",
            code="pip-failed",
            cause=reason(text),
            hint="check the names and the index; nothing was written",
        )
    meant = [name for name in request.provided if re.search(rf"\b{re.escape(name)}\b", text)]
    conda = [f"conda installs {name} {request.provided[name]}" for name in meant[:_LONGEST_LIST]]
    return FailedError(
        f"the pip section has no solution for {request.platform}",
        code="pip-unsatisfiable",
        cause="\n".join([reason(text), *conda]),
        hint="ask conda for another version, or relax the pip section"
        if conda
        else "relax the pip section, or add the index that has the package",
    )
