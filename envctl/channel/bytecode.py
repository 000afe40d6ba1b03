"""Byte-compiling what a package brings, so that an environment's first import is not its slowest."""

from __future__ import annotations

import os
from pathlib import Path

from envctl import proc


def compile_tree(program: Path, root: Path) -> None:
    """Compile every Python file below `root`, a folder laid out like a prefix, into `__pycache__` beside it.

    Installers change times, so the compiled files are never checked against their sources; they name those
    from `/` on, which Python corrects on import. What does not compile (templates, code for another version)
    stays as it is, and so does the file that holds prefixes: an installer rewrites it.
    """
    proc.run(
        [
            *(program, "-I", "-m", "compileall", "-q", "-j", str(os.cpu_count() or 1)),
            *("--invalidation-mode", "unchecked-hash", "-x", "_sysconfigdata", "-s", root, "-p", "/", root),
        ]
    )
