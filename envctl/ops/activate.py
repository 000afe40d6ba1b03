"""activate and run: an environment's variables and scripts, for a shell or for one command."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from envctl.errors import AbsentError, UsageError
from envctl.prefixes.activation import Activation, activation
from envctl.prefixes.place import Place, find_place
from envctl.prefixes.root import Root
from envctl.prefixes.shells import detect_shell, find_shell
from envctl.progress import Reporter

_EXEC = 'exec "$@"'


def activate(root: Root, word: str, *, shell: str | None, reporter: Reporter) -> str:
    """The code that activates the environment when the shell evaluates it.

    `shell` None takes the user's own. Raises `AbsentError` (`no-environment`), `UsageError`.
    """
    language = find_shell(shell or detect_shell(os.environ))
    place = find_place(root, word, os.environ, reporter)
    return activation(place.prefix, label=_label(place), environ=os.environ, shell=language).code(language)


def run(root: Root, word: str, command: Sequence[str], reporter: Reporter) -> NoReturn:
    """Become the command, run in the activated environment; its exit code and signals are then its own.

    A named environment is activated by its generation's own path: a process keeps the files that it
    started with when the environment is replaced. Raises `AbsentError`, `UsageError`.
    """
    from envctl import proc

    if not command:
        raise UsageError("no command to run", code="no-command", hint="envctl run ENV -- COMMAND ARGUMENTS")
    place = find_place(root, word, os.environ, reporter)
    shell = find_shell("bash")
    change = activation(place.prefix.resolve() if place.name else place.prefix,
                        label=_label(place), environ=os.environ, shell=shell)  # fmt: skip
    environ = {name: value for name, value in os.environ.items() if name not in change.unset}
    environ |= change.variables
    if change.scripts or change.deactivate_scripts:
        program = _posix_shell()
        code = Activation(
            deactivate_scripts=change.deactivate_scripts, variables=change.variables, scripts=change.scripts
        ).code(shell)
        proc.become([program, "-c", code + _EXEC, "envctl", *command], env=environ)
    proc.become(list(command), env=environ)


def _label(place: Place) -> str:
    """What stands in the prompt: the name, else the prefix, as conda has it."""
    return place.name or str(place.prefix)


def _posix_shell() -> str:
    found = shutil.which("bash") or shutil.which("sh")
    if found is None:
        raise AbsentError(
            "the environment has activation scripts, and there is no shell to run them",
            code="tool-missing",
            hint=f"install bash; sought on PATH={os.environ.get('PATH', '')}",
        )
    return str(Path(found))
