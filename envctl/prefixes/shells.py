"""How each shell sets a variable and sources a script, with its own quoting."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from envctl.errors import UsageError


@dataclass(frozen=True, kw_only=True, slots=True)
class Shell:
    """One shell's language, as far as activation needs it."""

    suffix: str
    """Of the scripts that packages ship for it."""
    quote: Callable[[str], str]
    export: str
    unset: str
    source: str
    prompt: str = ""
    """Puts `{value}` before the prompt, in place of what an environment active before had put there."""

    def set(self, name: str, value: str) -> str:
        """The line that exports a variable."""
        return self.export.format(name=name, value=self.quote(value))

    def drop(self, name: str) -> str:
        """The line that removes a variable."""
        return self.unset.format(name=name)

    def run(self, script: Path) -> str:
        """The line that runs a script in the shell itself."""
        return self.source.format(path=self.quote(str(script)))


def _fish(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _powershell(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


_POSIX = Shell(
    suffix="sh",
    quote=shlex.quote,
    export="export {name}={value}",
    unset="unset {name}",
    source=". {path}",
    prompt='[ -z "${{PS1+x}}" ] || PS1={value}"${{PS1#"${{CONDA_PROMPT_MODIFIER-}}"}}"',
)
SHELLS: Mapping[str, Shell] = {
    "bash": _POSIX,
    "zsh": _POSIX,
    "sh": _POSIX,
    "fish": Shell(
        suffix="fish",
        quote=_fish,
        export="set -gx {name} {value}",
        unset="set -e {name}",
        source="source {path}",
    ),
    "powershell": Shell(
        suffix="ps1",
        quote=_powershell,
        export="$Env:{name} = {value}",
        unset="Remove-Item Env:{name}",
        source=". {path}",
    ),
}


def find_shell(name: str) -> Shell:
    """The shell of that name. Raises `UsageError` (`unknown-shell`) with the names there are."""
    try:
        return SHELLS[name]
    except KeyError:
        raise UsageError(
            f"unknown shell {name!r}", code="unknown-shell", hint=f"one of: {', '.join(SHELLS)}"
        ) from None


def detect_shell(environ: Mapping[str, str]) -> str:
    """The user's shell by SHELL; `bash` where that says nothing known."""
    name = Path(environ.get("SHELL", "")).name
    return name if name in SHELLS else "bash"
