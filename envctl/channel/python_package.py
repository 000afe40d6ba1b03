"""The interpreter as the conda package `python`, and `python_abi` beside it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from envctl.channel import elf
from envctl.channel.archive import PackageWriter
from envctl.channel.bytecode import compile_tree
from envctl.channel.interpreter import Interpreter
from envctl.channel.self_test import refused, self_test
from envctl.channel.staging import stage


def describe(python: Interpreter, key: str, timestamp_ms: int) -> dict[str, Any]:
    """The package's `index.json` but for the C library, which packing tells; its build string holds `key`."""
    return {
        "name": "python",
        "version": python.version,
        "build": f"h{key[:7]}_0_cpython",
        "build_number": 0,
        "depends": [],
        "constrains": [f"python_abi {python.short}.* *_{python.abi}"],
        "license": "PSF-2.0",
        "subdir": python.subdir,
        "arch": python.machine,
        "platform": python.platform,
        "timestamp": timestamp_ms,
        "python_site_packages_path": python.site_packages,
    }


def build(python: Interpreter, index: dict[str, Any], folder: Path) -> Path:
    """Pack the interpreter into `folder`, byte-compiled and tested; returns the package's path.

    Raises `RefusedError` (`python-not-relocatable`) where it does not work once moved.
    """
    staged = folder / "python"
    try:
        stage(python, staged)
        compile_tree(staged / f"bin/python{python.short}", staged)
        self_test(python, staged)
        glibc = max(elf.glibc_needed(path.read_bytes()) for path in _files(staged) if _is_elf(path))
    except ValueError as error:
        raise refused(python, str(error)) from error
    described = {**index, "depends": [f"__glibc >=2.{glibc},<3.0.a0"]}
    stem = f"python-{index['version']}-{index['build']}"
    with PackageWriter(folder, stem, mtime_s=index["timestamp"] // 1000) as package:
        links = []
        for path in _files(staged):
            relative = path.relative_to(staged).as_posix()
            if path.is_symlink():
                links.append((relative, str(path.readlink())))
                continue
            package.add_bytes(relative, path.read_bytes(), executable=os.access(path, os.X_OK))
        for relative, target in sorted(links, key=lambda link: link[1] in dict(links)):
            package.add_link(relative, target)
        package.finish(index=described, about={"summary": "The Python interpreter", "license": "PSF-2.0"})
    return package.path


def describe_abi(python: Interpreter, timestamp_ms: int) -> dict[str, Any]:
    """The `index.json` of `python_abi`, the empty package that compiled packages name their Python by."""
    return {
        "name": "python_abi",
        "version": python.short,
        "build": f"0_{python.abi}",
        "build_number": 0,
        "depends": [],
        "constrains": [f"python {python.short}.*"],
        "subdir": "noarch",
        "noarch": "generic",
        "license": "BSD-3-Clause",
        "timestamp": timestamp_ms,
    }


def build_abi(index: dict[str, Any], folder: Path) -> Path:
    """Write `python_abi` into `folder`; returns its path."""
    stem = f"python_abi-{index['version']}-{index['build']}"
    with PackageWriter(folder, stem, mtime_s=index["timestamp"] // 1000) as package:
        package.finish(index=index, about={"summary": f"Compiled for Python {index['version']}"})
    return package.path


def _files(root: Path) -> list[Path]:
    """Every file and link below a folder, in a stable order."""
    return sorted(path for path in root.rglob("*") if path.is_symlink() or path.is_file())


def _is_elf(path: Path) -> bool:
    with path.open("rb") as stream:
        return not path.is_symlink() and elf.is_elf(stream.read(6))
