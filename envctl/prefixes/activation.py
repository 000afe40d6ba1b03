"""What activating an environment changes.

The variables are conda's (conda/activate.py): the environment's `bin` first on PATH, CONDA_PREFIX,
CONDA_SHLVL, CONDA_DEFAULT_ENV, CONDA_PROMPT_MODIFIER, the packages' variables
(`etc/conda/env_vars.d/*.json`), the environment's own (`conda-meta/state`), then the packages' scripts
(`etc/conda/activate.d`). Names are in upper case, as conda sets them by default. What a variable held
before is kept under conda's name for it, so that `conda deactivate` brings it back. The code is our own
because rattler's activator leaves a `$(…)` in a variable's value to be run by the shell.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from envctl.errors import AbsentError
from envctl.prefixes.shells import Shell, find_shell

_UNSET = "***unset***"  # conda's mark for a variable that `conda env config vars unset` took away
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED = frozenset(
    {"PATH", "CONDA_PREFIX", "CONDA_SHLVL", "CONDA_DEFAULT_ENV", "CONDA_PROMPT_MODIFIER", "PS1"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Activation:
    """What to set and what to source, in this order."""

    deactivate_scripts: tuple[Path, ...] = ()
    """Of the environment that was active before."""
    unset: tuple[str, ...] = ()
    variables: Mapping[str, str]
    scripts: tuple[Path, ...] = ()
    prompt: str = ""
    """What an interactive shell shows before its own prompt."""

    def code(self, shell: Shell) -> str:
        """The code that a shell evaluates to activate the environment."""
        lines = [
            *map(shell.run, self.deactivate_scripts),
            *map(shell.drop, self.unset),
            *([shell.prompt.format(value=shell.quote(self.prompt))] if self.prompt and shell.prompt else []),
            *(shell.set(name, value) for name, value in self.variables.items()),
            *map(shell.run, self.scripts),
        ]
        return "\n".join(lines) + "\n"


def activation(prefix: Path, *, label: str, environ: Mapping[str, str], shell: Shell) -> Activation:
    """What activating `prefix`, called `label`, means in the environment `environ`."""
    shlvl = environ.get("CONDA_SHLVL", "")
    level = int(shlvl) if shlvl.isascii() and shlvl.isdecimal() else 0
    active = environ.get("CONDA_PREFIX") if level else None
    again = active == str(prefix)
    bins = [str(folder) for folder in path_folders(prefix)]
    stale = {str(folder) for folder in path_folders(Path(active))} if active else set()
    given = environ.get("PATH") or os.defpath
    path = [part for part in given.split(os.pathsep) if part not in stale.union(bins)]
    own = own_variables(prefix)
    before = (
        {} if again else {f"__CONDA_SHLVL_{level}_{name}": environ[name] for name in own if name in environ}
    )
    variables = {
        **own,
        **before,
        "PATH": os.pathsep.join([*bins, *path]),
        "CONDA_PREFIX": str(prefix),
        "CONDA_SHLVL": str(level if again else level + 1),
        "CONDA_DEFAULT_ENV": label,
        "CONDA_PROMPT_MODIFIER": f"({label}) ",
    }
    if active and not again:
        variables[f"CONDA_PREFIX_{level}"] = active
    return Activation(
        deactivate_scripts=_scripts(Path(active), "deactivate.d", shell)[::-1] if active else (),
        unset=tuple(name for name in ("PYTHONHOME",) if name in environ),
        variables=variables,
        scripts=_scripts(prefix, "activate.d", shell),
        prompt=f"({label}) ",
    )


def activated(
    prefix: Path, *, label: str, environ: Mapping[str, str]
) -> tuple[tuple[str, ...], dict[str, str]]:
    """How to run a command in the activated environment: what to put in front of it, and its variables.

    In front is nothing, or a shell that runs the environment's scripts and then becomes the command. Raises
    `AbsentError` (`tool-missing`) where there are scripts and no shell.
    """
    shell = find_shell("bash")
    change = activation(prefix, label=label, environ=environ, shell=shell)
    variables = {name: value for name, value in environ.items() if name not in change.unset}
    variables |= change.variables
    if not change.scripts and not change.deactivate_scripts:
        return (), variables
    code = Activation(
        deactivate_scripts=change.deactivate_scripts, variables=change.variables, scripts=change.scripts
    ).code(shell)
    return (_posix_shell(environ), "-c", code + 'exec "$@"', "envctl"), variables


def _posix_shell(environ: Mapping[str, str]) -> str:
    path = environ.get("PATH")
    found = shutil.which("bash", path=path) or shutil.which("sh", path=path)
    if found is None:
        raise AbsentError(
            "the environment has activation scripts, and there is no shell to run them",
            code="tool-missing",
            hint=f"install bash; sought on PATH={path or ''}",
        )
    return found


def path_folders(prefix: Path) -> tuple[Path, ...]:
    """The folders that an active environment puts first on PATH."""
    if os.name == "nt":
        library = prefix / "Library"
        return (
            prefix,
            library / "mingw-w64" / "bin",
            library / "usr" / "bin",
            library / "bin",
            prefix / "Scripts",
            prefix / "bin",
        )
    return (prefix / "bin",)


def own_variables(prefix: Path) -> dict[str, str]:
    """The variables that the environment's packages and its own state set."""
    variables: dict[str, Any] = {}
    for file in sorted((prefix / "etc" / "conda" / "env_vars.d").glob("*.json")):
        variables |= _json_object(file)
    state = _json_object(prefix / "conda-meta" / "state").get("env_vars")
    variables |= state if isinstance(state, dict) else {}
    return {
        name.upper(): str(value)
        for name, value in variables.items()
        if value != _UNSET and not problem_with(name)
    }


def problem_with(name: str) -> str | None:
    """Why an environment cannot have a variable of that name; None where it can."""
    if not _NAME.fullmatch(name):
        return "a shell takes letters, digits and '_', no digit first"
    if name.upper() in _RESERVED:
        return "activation sets it itself"
    return None


def _scripts(prefix: Path, folder: str, shell: Shell) -> tuple[Path, ...]:
    return tuple(sorted((prefix / "etc" / "conda" / folder).glob(f"*.{shell.suffix}")))


def _json_object(file: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        value = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(value, dict):
            return value
    return {}
