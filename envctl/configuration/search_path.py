"""Where conda looks for its configuration files, and in which order.

The source of the order and the names: conda/base/constants.py (`SEARCH_PATH`) and
conda/common/configuration.py (`_expand_search_path`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from envctl.credentials import fill_in, variables
from envctl.fsys import expand

_FOLDERS = (
    *("/etc/conda", "/var/lib/conda", "$CONDA_ROOT", "$XDG_CONFIG_HOME/conda"),
    *("~/.config/conda", "~/.conda"),
)
_FILES = (".condarc", "condarc", "condarc.d")
SEARCH_PATH = (
    *(f"{folder}/{file}" for folder in _FOLDERS for file in _FILES),
    "~/.condarc",
    *(f"$CONDA_PREFIX/{file}" for file in _FILES),
    "$CONDARC",
)
"""Files and folders of files, the weakest first."""
_NAMES = (".condarc", "condarc")
_SUFFIXES = (".yml", ".yaml")
_HOME = re.compile(r"~(?=/|$)")


def condarc_files(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """The files that conda would read, the weakest first; a file of any other name is none, as for conda."""
    root = base_prefix(environ)
    known = {**environ, "CONDA_ROOT": str(root)} if root else environ
    found: dict[Path, None] = {}
    for template in SEARCH_PATH:
        if all(known.get(name) for name in variables(template)):
            found.update(dict.fromkeys(_files(path_of(template, known))))
    return tuple(found)


def base_prefix(environ: Mapping[str, str]) -> Path | None:
    """The installation of conda or mamba that the user has: `CONDA_ROOT` where a conda set it, the one that
    `CONDA_EXE` or the `conda` on PATH belongs to, or mamba's; None without any."""
    if environ.get("CONDA_ROOT"):
        return Path(environ["CONDA_ROOT"])
    executable = environ.get("CONDA_EXE")
    if not executable:
        from shutil import which

        executable = which("conda", path=environ.get("PATH", ""))
    if executable:
        prefix = Path(os.path.realpath(executable)).parent.parent
        if os.path.isdir(prefix / "conda-meta"):  # noqa: PTH112  (is_dir() raises where nobody may look)
            return prefix
    mamba = environ.get("MAMBA_ROOT_PREFIX")
    return Path(mamba) if mamba else None


def path_of(text: str, environ: Mapping[str, str]) -> Path:
    """The absolute path that a setting means, with `~` and variables replaced; unset ones stay."""
    filled = fill_in(text, environ)
    home = environ.get("HOME")
    if home:
        filled = _HOME.sub(lambda _: home, filled, count=1) if filled.startswith("~") else filled
    return Path(os.path.abspath(expand(filled)))  # noqa: PTH100  (resolve() would follow the links)


def _files(path: Path) -> Iterator[Path]:
    if os.path.isfile(path):  # noqa: PTH113  (is_file() raises below a folder that may not be looked into)
        if path.name in _NAMES or path.suffix in _SUFFIXES:
            yield path
    elif os.path.isdir(path):  # noqa: PTH112
        try:
            entries = sorted(path.iterdir())
        except OSError:  # it may not be looked into, and conda passes it over too
            return
        yield from (entry for entry in entries if entry.suffix in _SUFFIXES and entry.is_file())
