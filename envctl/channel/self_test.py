"""A packed interpreter, run from its new place: does it live there alone?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from envctl import proc
from envctl.channel.interpreter import Interpreter
from envctl.errors import RefusedError

_SELF_TEST = """
import importlib, json, sys, sysconfig
from pathlib import Path
missing = []
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except ImportError as error:
        missing.append(f"{name} ({error})")
maps = Path("/proc/self/maps")
lines = maps.read_text().splitlines() if maps.exists() else []
print(json.dumps({
    "version": sys.version, "prefix": sys.prefix, "purelib": sysconfig.get_path("purelib"),
    "scripts": sysconfig.get_path("scripts"),
    "path": sys.path, "missing": missing,
    "mapped": sorted({"/" + line.split(" /", 1)[1] for line in lines if " /" in line}),
}))
"""

_PROMISED = (
    "ssl",
    "sqlite3",
    "ctypes",
    "zlib",
    "bz2",
    "lzma",
    "hashlib",
    "venv",
    "decimal",
    "multiprocessing",
)
"""Modules that stand on libraries: those that the interpreter has where it is, it must have elsewhere too."""


def self_test(python: Interpreter, root: Path) -> None:
    """Run the moved interpreter and see that it lives in its new place alone.

    Raises `RefusedError` (`python-not-relocatable`).
    """
    home = str(root.resolve())
    base = f"{python.base_prefix}/"

    def ask(program: Path) -> dict[str, Any]:
        answer = proc.run(
            [program, "-I", "-B", "-c", _SELF_TEST, *_PROMISED], env={"LC_ALL": "C.UTF-8"}, timeout_s=120
        )
        if answer.returncode != 0:
            raise refused(python, answer.stderr.strip()[-500:])
        facts: dict[str, Any] = json.loads(answer.stdout)
        return facts

    moved = ask(Path(home, f"bin/python{python.short}"))
    unmoved = ask(python.executable)
    lost = set(moved["missing"]) - set(unmoved["missing"])
    purelib = f"{home}/{python.site_packages}"
    strangers = [
        path
        for path in moved["mapped"]
        if not path.startswith(f"{home}/")
        and ((python.private and path.startswith(base)) or Path(path).name.startswith("libpython"))
    ]
    problems = [
        (moved["version"] != unmoved["version"], f"it calls itself {moved['version']}"),
        (moved["prefix"] != home, f"its prefix is {moved['prefix']}"),
        (moved["purelib"] != purelib, f"it installs into {moved['purelib']}"),
        (moved["scripts"] != f"{home}/bin", f"it puts commands into {moved['scripts']}"),
        (purelib not in moved["path"], "it does not look into its site-packages"),
        (bool(lost), f"modules are lost: {', '.join(sorted(lost))}"),
        (bool(strangers), f"it still loads {', '.join(strangers)}"),
    ]
    for failed, reason in problems:
        if failed:
            raise refused(python, f"moved elsewhere, {reason}")


def refused(python: Interpreter, cause: str) -> RefusedError:
    return RefusedError(
        f"cannot pack {python.executable}",
        code="python-not-relocatable",
        cause=cause,
        hint="name another interpreter with --python, such as one from pyenv or uv",
    )
