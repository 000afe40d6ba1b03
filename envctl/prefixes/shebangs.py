"""Scripts that a Python installer wrote for the staging folder, made to start from the final one.

uv and pip write the interpreter's path into the first line of each console script and that script's
hash into the distribution's RECORD; both name the staging folder until they are rewritten.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from envctl.prefixes.wheel_record import update_records

_SHEBANG_LIMIT = 127
"""Bytes of a `#!` line that Linux before 5.1 reads (BINPRM_BUF_SIZE 128), line end included."""


_HEAD = re.compile(
    rb"#!/bin/sh\n'''exec' [\"']?(?P<through_sh>[^\n\"']+?)[\"']? \"\$0\" \"\$@\"(?:\n' '''| #''')\n"
    rb"|#![ \t]*(?P<direct>[^\n]+)\n"
)


def relocate_scripts(prefix: Path, *, written_for: Path, final: Path) -> tuple[Path, ...]:
    """Rewrite the scripts below `prefix` whose first lines start the interpreter in `written_for`.

    Returns the scripts changed, relative to the prefix. Their RECORD lines are brought in line.
    """
    changed = []
    for script in _scripts(prefix):
        content = script.read_bytes()
        relocated = relocated_script(content, bytes(written_for), bytes(final))
        if relocated != content:
            mode = script.stat().st_mode
            script.unlink()  # it may be a hard link into the installer's cache
            script.write_bytes(relocated)
            script.chmod(mode)
            changed.append(script.relative_to(prefix))
    update_records(prefix, [prefix / script for script in changed])
    return tuple(changed)


def interpreters(prefix: Path) -> dict[Path, Path]:
    """The program that each script of an environment is started with, by the script's path."""
    found = {}
    for script in _scripts(prefix):
        head = _HEAD.match(script.read_bytes())
        if head is not None and (program := _program(head)):
            found[script] = Path(os.fsdecode(program))
    return found


def _scripts(prefix: Path) -> Iterator[Path]:
    for script in sorted((prefix / "bin").glob("*")):
        if not script.is_symlink() and script.is_file():
            with script.open("rb") as stream:
                if stream.read(2) == b"#!":
                    yield script


def shebang(interpreter: bytes, arguments: bytes = b"") -> bytes:
    """The first lines that start `interpreter`, through `/bin/sh` where the path is too long or has blanks.

    The long form is the one that distlib and pip write.
    """
    behind = b" " + arguments if arguments else b""
    direct = b"#!" + interpreter + behind + b"\n"
    if len(direct) <= _SHEBANG_LIMIT and b" " not in interpreter:
        return direct
    return b"#!/bin/sh\n'''exec' \"" + interpreter + b'"' + behind + b" \"$0\" \"$@\"\n' '''\n"


def relocated_script(content: bytes, old: bytes, new: bytes) -> bytes:
    """The script with first lines that start its interpreter below `new`, if they started it below `old`."""
    head = _HEAD.match(content)
    if head is None:
        return content
    program, arguments = _program(head), (head["direct"] or b"").partition(b" ")[2]
    if not program.startswith(old + b"/"):
        return content
    return shebang(new + program[len(old) :], arguments.strip()) + content[head.end() :]


def _program(head: re.Match[bytes]) -> bytes:
    program: bytes = head["through_sh"] or head["direct"].partition(b" ")[0]  # empty in a line of blanks
    return program
