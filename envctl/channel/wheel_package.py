"""A wheel as a conda package."""

from __future__ import annotations

import base64
import csv
import io
import posixpath
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from envctl.channel.archive import PLACEHOLDER, PackageWriter
from envctl.channel.bytecode import compile_tree
from envctl.channel.interpreter import Interpreter
from envctl.channel.requires import depends_on_machine, python_spec
from envctl.channel.specifiers import conda_version
from envctl.channel.torch_cpu import variant
from envctl.channel.wheel import Wheel
from envctl.python_names import conda_name

_SCRIPT = """\
#!{prefix}/bin/python
import sys

from {module} import {first}

if __name__ == "__main__":
    sys.exit({function}())
"""

_DROPPED = frozenset({"RECORD", "RECORD.jws", "RECORD.p7s", "INSTALLER", "REQUESTED", "direct_url.json"})
"""What an installer writes, or what signs what an installer rewrites."""


def describe(wheel: Wheel, python: Interpreter, depends: Sequence[str]) -> dict[str, Any]:
    """The package's `index.json`: its identity and dependencies, from what the wheel says."""
    tied = [f"python {python.short}.*"]
    local = variant(wheel, python)
    if not wheel.pure:
        tied.append(f"python_abi {python.short}.* *_{python.abi}")
        if wheel.glibc is not None:
            tied.append(f"__glibc >=2.{wheel.glibc},<3.0.a0")
    elif not (local or depends_on_machine(wheel.requires) or _has_headers(wheel)):
        tied = [python_spec(wheel.requires_python)]
    build = f"{local}_{python.tag}_0" if local else f"{python.tag}_0"
    if tied[0] != f"python {python.short}.*":
        build = "py_0"
    with zipfile.ZipFile(wheel.path) as archive:
        newest = max((member.date_time for member in archive.infolist()), default=(1980, 1, 1, 0, 0, 0))
    index: dict[str, Any] = {
        "name": conda_name(wheel.name),
        "version": conda_version(str(wheel.version)),
        "build": build,
        "build_number": 0,
        "depends": sorted({*depends, *tied}),
        "constrains": [],
        "license": wheel.license,
        "subdir": "noarch" if wheel.pure else python.subdir,
        "timestamp": _milliseconds(newest),
        "purls": [f"pkg:pypi/{wheel.name}@{wheel.version}"],
    }
    if wheel.pure:
        return {**index, "noarch": "python", "arch": None, "platform": None}
    return {**index, "arch": python.machine, "platform": python.platform}


def build(wheel: Wheel, python: Interpreter, index: dict[str, Any], folder: Path) -> Path:
    """Write the package into `folder`; returns its path.

    A pure wheel becomes `noarch: python`, whose commands an installer makes; any other goes where the
    interpreter looks, with its commands as files.
    """
    stem = f"{index['name']}-{index['version']}-{index['build']}"
    site = "site-packages" if wheel.pure else python.site_packages
    scripts = "python-scripts" if wheel.pure else "bin"
    record: list[tuple[str, str, str]] = []
    with (
        zipfile.ZipFile(wheel.path) as archive,
        PackageWriter(folder, stem, mtime_s=index["timestamp"] // 1000) as package,
    ):
        for member in archive.infolist():
            if member.is_dir() or _dropped(wheel, member.filename):
                continue
            path, is_script = _place(wheel, member.filename, site, scripts, python)
            executable = is_script or bool(member.external_attr >> 16 & 0o111)
            if is_script:
                data = _with_shebang(archive.read(member))
                package.add_bytes(path, data, executable=True)
                record.append((_below(path, site, scripts), "", ""))
                continue
            with archive.open(member) as stream:
                digest = package.add(path, stream, member.file_size, executable=executable)
            record.append((_below(path, site, scripts), _record_hash(digest), str(member.file_size)))
        if not wheel.pure:
            for path, pyc in _compiled(archive, wheel, python, folder):
                package.add_bytes(path, pyc)
                record.append((_below(path, site, scripts), "", ""))
            for name, target in wheel.entry_points:
                module, _, function = target.partition(":")
                text = _SCRIPT.format(
                    prefix=PLACEHOLDER, module=module, first=function.split(".")[0], function=function
                )
                package.add_bytes(f"bin/{name}", text.encode(), executable=True)
        record += [(f"../../../bin/{name}", "", "") for name, _target in wheel.entry_points]
        digest = package.add_bytes(f"{site}/{wheel.dist_info}/INSTALLER", b"conda\n")
        record.append((f"{wheel.dist_info}/INSTALLER", _record_hash(digest), "6"))
        record.append((f"{wheel.dist_info}/RECORD", "", ""))
        package.add_bytes(f"{site}/{wheel.dist_info}/RECORD", _record_text(record))
        points = [f"{name} = {target}" for name, target in wheel.entry_points] if wheel.pure else None
        about = {"summary": wheel.summary, "home": wheel.home, "license": wheel.license}
        package.finish(index=index, about=about, entry_points=points)
    return package.path


def _compiled(
    archive: zipfile.ZipFile, wheel: Wheel, python: Interpreter, folder: Path
) -> Iterator[tuple[str, bytes]]:
    """The byte code of the wheel's modules; installers compile for `noarch: python` alone."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        root = Path(name)
        for member in archive.namelist():
            path, _is_script = _place(wheel, member, python.site_packages, "bin", python)
            if path.endswith(".py") and path.startswith(python.site_packages):
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_bytes(archive.read(member))
        compile_tree(python.executable, root)
        for compiled in sorted(root.rglob("*.pyc")):
            yield compiled.relative_to(root).as_posix(), compiled.read_bytes()


def _place(wheel: Wheel, member: str, site: str, scripts: str, python: Interpreter) -> tuple[str, bool]:
    """Where a member goes below the prefix, and whether it is a script (PEP 427's `.data` folders)."""
    data = wheel.dist_info.removesuffix(".dist-info") + ".data/"
    if not member.startswith(data):
        return f"{site}/{member}", False
    kind, _, rest = member.removeprefix(data).partition("/")
    roots = {
        "purelib": f"{site}/",
        "platlib": f"{site}/",
        "scripts": f"{scripts}/",
        "headers": f"include/python{python.short}/{wheel.name}/",
        "data": "",
    }
    return roots.get(kind, f"{site}/{data}{kind}/") + rest, kind == "scripts"


def _dropped(wheel: Wheel, member: str) -> bool:
    folder, _, name = member.partition("/")
    return folder == wheel.dist_info and name in _DROPPED


def _has_headers(wheel: Wheel) -> bool:
    """Headers go under the name of one Python version."""
    data = wheel.dist_info.removesuffix(".dist-info") + ".data/headers/"
    with zipfile.ZipFile(wheel.path) as archive:
        return any(name.startswith(data) for name in archive.namelist())


def _with_shebang(script: bytes) -> bytes:
    """A wheel's scripts begin with `#!python`; an installer puts the interpreter there."""
    first, _, rest = script.partition(b"\n")
    if first.startswith((b"#!python", b"#!/usr/bin/env python", b"#!/usr/bin/python")):
        return f"#!{PLACEHOLDER}/bin/python\n".encode() + rest
    return script


def _below(path: str, site: str, scripts: str) -> str:
    """The path as RECORD has it: relative to site-packages, where the file will be once installed."""
    if path.startswith(f"{site}/"):
        return path.removeprefix(f"{site}/")
    if path.startswith(f"{scripts}/"):
        path = posixpath.join("bin", path.removeprefix(f"{scripts}/"))
    return f"../../../{path}"


def _record_hash(digest: str) -> str:
    return "sha256=" + base64.urlsafe_b64encode(bytes.fromhex(digest)).rstrip(b"=").decode()


def _record_text(rows: Sequence[tuple[str, str, str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(sorted(rows))
    return text.getvalue().encode()


def _milliseconds(date_time: Sequence[int]) -> int:
    year, month, day, hour, minute, second = date_time[:6]
    moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=timezone.utc)
    return int(moment.timestamp()) * 1000
