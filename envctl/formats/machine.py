"""A file that describes a machine to the model of it: captured output of nvidia-smi, or the short YAML."""

from __future__ import annotations

import re
from dataclasses import replace

from envctl.errors import InputError
from envctl.formats import machine_yaml
from envctl.formats.nvidia_smi import read as nvidia_smi
from envctl.model.machine import Machine

_HINT = "capture it (nvidia-smi -q -x > machine.xml), or write driver: 535.104.05, gpus: [Tesla T4]"
_COLOUR = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
"""An escape sequence of a terminal (ECMA-48, 5.4), which `script` and logs keep."""
_KEY = re.compile(r"^(?:[\"']?\w+[\"']? *:(?:\s|$)|[ \t]*\{)", re.MULTILINE)


def read_machine(text: str, *, file: str) -> Machine:
    """The machine that a text describes; `file` is its name for messages and for the machine's origin.

    Raises `InputError` with the reason, and the line where there is one, for what describes none.
    """
    text = _COLOUR.sub("", text.removeprefix("\ufeff"))
    if nvidia_smi.form_of(text):
        machine = nvidia_smi.read(text, file=file)
    elif _KEY.search(text):
        try:
            machine = machine_yaml.loads(text, file=file)
        except InputError as error:  # `nvidia-smi: command not found` looks like YAML too
            if error.code == "yaml-syntax":
                error.hint = _HINT
            raise
    else:
        raise InputError(
            "describes no machine",
            code="not-a-machine",
            file=file,
            cause="this is neither output of nvidia-smi nor a mapping in YAML",
            hint=_HINT,
        )
    return replace(machine, origin=f"file:{file}")
