"""Which of an interpreter's files an environment needs, laid out as a prefix has them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from envctl.channel import elf
from envctl.channel.archive import PLACEHOLDER
from envctl.channel.interpreter import Interpreter
from envctl.channel.relocation import relocate, undo_debian

_LEFT_OUT = frozenset(
    {
        "__pycache__",
        "site-packages",
        "dist-packages",
        "test",
        "tests",
        "idlelib",
        "turtledemo",
        "EXTERNALLY-MANAGED",
    }
)
_LEFT_OUT_FILES = re.compile(
    r"\.(a|o|pyc)$|^(_test\w+|_ctypes_test|xxlimited\w*|xxsubtype|libpython[^/]*)\.([^/]+\.)?so$"
)
_DEBIAN_HOOKS = frozenset({"sitecustomize.py", "_distutils_system_mod.py"})
_DATA = ("lib/tcl[0-9]*", "lib/tk[0-9]*", "share/terminfo")
"""What extension modules read at run time, in interpreters that bring their own libraries."""


def stage(python: Interpreter, root: Path) -> None:
    """Lay out the interpreter below `root` as an environment has it.

    Raises ValueError where a binary cannot be made to find its libraries there.
    """
    library = f"lib/python{python.short}"
    for source, path in _members(python, library):
        data = relocate(source.read_bytes(), path, python)
        if python.debian:
            data = undo_debian(data, path)
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        target.chmod(0o755 if os.access(source, os.X_OK) else 0o644)
    readme = root / python.site_packages / "README.txt"
    readme.parent.mkdir(parents=True)
    readme.write_text("Third-party packages go here; the folder must exist for Python to look into it.\n")
    name = f"python{python.short}"
    pydoc = root / f"bin/pydoc{python.short}"
    pydoc.write_text(f"#!{PLACEHOLDER}/bin/{name}\nimport pydoc\n\npydoc.cli()\n")
    pydoc.chmod(0o755)
    links = {"bin/python": name, "bin/python3": name, "bin/pydoc3": pydoc.name, "bin/pydoc": pydoc.name}
    if (root / f"bin/{name}-config").exists():
        links["bin/python3-config"] = f"{name}-config"
    for shared in sorted((root / "lib").glob("libpython3.*.so.*")):
        links[f"lib/{shared.name.split('.so')[0]}.so"] = shared.name
    for link, leads_to in links.items():
        if not (root / link).exists():
            (root / link).symlink_to(leads_to)


def _members(python: Interpreter, library: str) -> Iterator[tuple[Path, str]]:
    """Every file to take, with its place below the prefix."""
    binary = f"bin/python{python.short}"
    yield python.executable, binary
    binaries = [python.executable]
    for source in _tree(python.stdlib):
        inside = source.relative_to(python.stdlib).as_posix()
        if not (python.debian and inside in _DEBIAN_HOOKS):
            yield source, f"{library}/{inside}"
        if source.suffix == ".so":
            binaries.append(source)
    if not python.dynload.is_relative_to(python.stdlib):
        for source in _tree(python.dynload):
            yield source, f"{library}/lib-dynload/{source.name}"
            binaries.append(source)
    for source in _libraries(python, binaries):
        yield source, f"lib/{source.name}"
    for source in _tree(python.include):
        yield source, f"include/python{python.short}/{source.relative_to(python.include).as_posix()}"
    for source in sorted((python.libdir / "pkgconfig").glob(f"python-{python.short}*.pc")):
        yield source, f"lib/pkgconfig/{source.name}"
    config = python.executable.parent / f"python{python.short}-config"
    if config.is_file():
        yield config, f"bin/{config.name}"
    tops = [top for pattern in _DATA for top in python.base_prefix.glob(pattern)] if python.private else []
    for source in (source for top in tops for source in _tree(top)):
        yield source, source.relative_to(python.base_prefix).as_posix()


def _tree(top: Path) -> Iterator[Path]:
    """The files below a folder, links followed, without what an environment has no use for."""
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if name not in _LEFT_OUT)
        for name in sorted(names):
            path = Path(folder, name)
            if name not in _LEFT_OUT and not _LEFT_OUT_FILES.search(name) and path.is_file():
                yield path


def _libraries(python: Interpreter, binaries: list[Path]) -> list[Path]:
    """The shared libraries that these files load from the interpreter's own prefix, each once, and theirs."""
    found: dict[str, Path] = {}
    pending = list(binaries)
    while pending:
        binary = pending.pop()
        data = binary.read_bytes()
        if not elf.is_elf(data):
            continue
        dynamic = elf.dynamic(data)
        folders = [
            Path(os.path.normpath(folder.replace("$ORIGIN", str(binary.parent))))
            for folder in (dynamic.runpath or "").split(":")
            if folder
        ]
        for name in dynamic.needed:
            if name in found or not (python.private or name.startswith("libpython")):
                continue
            for folder in (*folders, python.libdir, python.base_prefix / "lib"):
                library = folder / name
                if library.is_file() and folder.resolve().is_relative_to(python.base_prefix):
                    found[name] = library
                    pending.append(library)
                    break
    return [found[name] for name in sorted(found)]
