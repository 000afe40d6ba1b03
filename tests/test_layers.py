"""Imports point down, and heavy modules stay where they belong."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "envctl"
BELOW = {
    "cli": {"ops", "output", "sources", "prefixes.root"},
    "ops": {
        *("sources", "engines", "configuration", "prefixes", "verify", "diffing", "versions"),
        *("channel", "templating", "formats", "ops"),
    },
    "output": {"ops", "output"},
    "sources": {"sources", "templating", "formats", "prefixes"},
    "diffing": {"diffing", "formats", "versions"},
    "verify": {"verify", "formats", "versions"},
    "versions": set(),
    "engines": {
        *("engines", "formats", "versions"),
        *("prefixes.root", "prefixes.site_packages", "prefixes.relocation", "prefixes.at_work"),
    },
    "templating": {"templating", "formats"},
    "formats": {"formats", "versions"},
    "prefixes": {"prefixes", "configuration"},
    "configuration": {"configuration"},
    "channel": {"channel"},
    "model": {"model"},
}
FOUNDATION = {
    "errors",
    "model",
    "progress",
    "fsys",
    "proc",
    "credentials",
    "yamlfile",
    "subdirs",
    "virtual_packages",
    "python_names",
    "install_order",
    "__version__",
}
ONLY_IN = {
    "typer": ("cli/",),
    "rich": ("cli/", "output/"),
    "click": (),
    "rattler": ("engines/rattler", "prefixes/", "channel/", "versions.py"),
    "subprocess": ("proc.py",),
    "yaml": ("yamlfile.py", "formats/"),
    "jinja2": ("templating/",),
    "requests": (),
    "torch": ("verify/probes/",),
    "tensorflow": ("verify/probes/",),
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imports(file: Path) -> Iterator[tuple[str, bool]]:
    """Each module that a file imports, and whether that happens when the file itself is imported."""
    tree = ast.parse(file.read_text())
    lazy = {
        id(node)
        for scope in ast.walk(tree)
        if isinstance(scope, ast.FunctionDef | ast.If)
        for node in ast.walk(scope)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((name.name, id(node) not in lazy) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                yield f"{node.module}.{name.name}", id(node) not in lazy


@pytest.mark.parametrize("file", modules(), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_point_down(file: Path) -> None:
    relative = file.relative_to(PACKAGE)
    room = relative.parts[0].removesuffix(".py")
    if room in {"__init__", "__main__"}:
        return
    allowed = BELOW.get(room, set()) | FOUNDATION | ({"cli"} if room == "cli" else set())
    for name, at_import in imports(file):
        parts = name.split(".")
        if parts[0] == "envctl" and len(parts) > 1:
            inner = ".".join(parts[1:])
            typing_only = room == "output" and parts[1] == "engines" and not at_import
            assert typing_only or any(inner == place or inner.startswith(f"{place}.") for place in allowed), (
                f"{relative} may not import {name}"
            )
        elif parts[0] in ONLY_IN:
            homes = ONLY_IN[parts[0]]
            assert any(str(relative).startswith(home) for home in homes), f"{relative} may not import {name}"


PROBES = PACKAGE / "verify" / "probes"


@pytest.mark.parametrize("file", sorted(PROBES.glob("*.py")), ids=lambda file: file.name)
def test_probes_import_nothing_but_each_other_and_what_an_environment_has(file: Path) -> None:
    allowed = sys.stdlib_module_names | {"torch", "tensorflow", "numpy"}
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            assert node.level == 1, f"{file.name} reaches out of its folder"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = (
                [each.name for each in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            )
            foreign = {name.partition(".")[0] for name in names} - allowed
            assert not foreign, f"{file.name} may not import {foreign}"


NEWER_THAN_3_8 = {
    "tomllib",
    "zoneinfo",
    "graphlib",
    "removeprefix",
    "removesuffix",
    "pidfd_open",
    "waitstatus_to_exitcode",
    "packages_distributions",
    "stdlib_module_names",
    "pairwise",
    "bit_count",
    "is_relative_to",
    "TypeAlias",
    "ParamSpec",
    "Annotated",
}
"""Modules, functions and methods of the standard library that Python 3.8 lacks."""


@pytest.mark.parametrize("file", sorted(PROBES.glob("*.py")), ids=lambda file: file.name)
def test_probes_are_written_in_python_3_8(file: Path) -> None:
    tree = ast.parse(file.read_text(), feature_version=(3, 8))
    named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    named |= {part for name, _ in imports(file) for part in name.split(".")}
    assert not named & NEWER_THAN_3_8


LOADED = """
import sys
sys.argv = ["envctl", *sys.argv[1:]]
from envctl.__main__ import main
try:
    main()
except SystemExit:
    pass
sys.stderr.write(" ".join(sorted(sys.modules)))
"""


def loaded_by(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


def test_the_version_is_answered_before_the_command_line_is_imported() -> None:
    assert {"typer", "yaml", "rattler", "rich", "importlib.metadata"} & loaded_by("--version") == set()


def test_rendering_loads_neither_an_engine_nor_a_framework() -> None:
    modules = loaded_by("render", "pytorch-cpu")
    assert "jinja2" in modules
    assert {"rattler", "torch", "rich", "asyncio", "pydantic"} & modules == set()
