"""activate and run: an environment's variables and scripts, for a shell or for one command."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NoReturn

from envctl.errors import UsageError
from envctl.prefixes.activation import activated, activation
from envctl.prefixes.finding import find_place
from envctl.prefixes.place import Place
from envctl.prefixes.root import Root
from envctl.prefixes.shells import detect_shell, find_shell
from envctl.progress import Reporter


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
    prefix = place.prefix.resolve() if place.name else place.prefix
    wrapper, environ = activated(prefix, label=_label(place), environ=os.environ)
    proc.become([*wrapper, *command], env=environ)


def _label(place: Place) -> str:
    """What stands in the prompt: the name, else the prefix, as conda has it."""
    return place.name or str(place.prefix)
