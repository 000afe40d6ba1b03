"""Making an interpreter's files forget where they were.

Text gets a placeholder, which an installer replaces by the environment's path. A binary looks for its
libraries relative to itself; its other mentions of the old prefix (Python's compiled-in fallback) are
overwritten with a path of the same length that leads nowhere.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from envctl.channel import elf
from envctl.channel.archive import PLACEHOLDER
from envctl.channel.interpreter import Interpreter

_NOWHERE = b"/nowhere"

_CONFIGURATION = re.compile(r"(^|/)(_sysconfigdata[^/]*\.py|config-[^/]+/.+|[^/]+\.pc|python[^/]*-config)$")
"""Files that say where the interpreter lies; others mention a shared prefix for reasons of their own."""


def relocate(data: bytes, path: str, python: Interpreter) -> bytes:
    """The content that goes to `path` (relative to the prefix) for a file of the interpreter.

    Raises ValueError where a binary has no room for the folder of its libraries.
    """
    if elf.is_elf(data):
        return _binary(data, path, python)
    if b"\0" in data or not (python.private or _CONFIGURATION.search(path)):
        return data
    for spelling in python.spellings:
        old = re.escape(spelling.encode())
        if not python.private:
            # /usr/bin/gcc stays; /usr, /usr/bin, /usr/lib/python3.11 and /usr/include/python3.11 move.
            before = rb"(?:(?<![\w./-])|(?<=-[IL]))"
            after = rb"(?=(?:/(?:bin|lib|include))?(?:[\"':\s]|$)|/(?:lib|include|bin)/python3)"
            old = before + old + after
        data = re.sub(old, PLACEHOLDER.encode(), data, flags=re.MULTILINE)
    return data


def _binary(data: bytes, path: str, python: Interpreter) -> bytes:
    found = elf.dynamic(data)
    if found.runpath is not None:
        origin = posixpath.relpath("lib", posixpath.dirname(path))
        here = "$ORIGIN" if origin == "." else f"$ORIGIN/{origin}"
        folders = (here if _own(folder, python) else folder for folder in found.runpath.split(":"))
        wanted = ":".join(dict.fromkeys(folders))
        if wanted != found.runpath:
            data = elf.with_runpath(data, wanted)
    if python.private:
        for spelling in python.spellings:
            data = data.replace(spelling.encode(), nowhere(spelling.encode()))
    return data


def _own(folder: str, python: Interpreter) -> bool:
    """Whether a folder of libraries is the interpreter's own; /usr/lib is everybody's."""
    spellings = () if python.base_prefix in (Path("/"), Path("/usr")) else python.spellings
    return any(posixpath.normpath(folder).startswith(f"{spelling}/") for spelling in spellings)


def nowhere(prefix: bytes) -> bytes:
    """A path of the same length and the same last part: `/opt/python3.11` becomes `/now/python3.11`.

    The last part stays because linkers let equal ends share their bytes: in `/home/me/versions/3.11.7` the
    end may be the text that Python takes its version from.
    """
    head = prefix.rpartition(b"/")[0]
    return (_NOWHERE * (len(head) // len(_NOWHERE) + 1))[: len(head)] + prefix[len(head) :]


def undo_debian(data: bytes, path: str) -> bytes:
    """The interpreter's file without Debian's idea of where packages go.

    Debian's Python takes `dist-packages` unless it runs in a virtual environment. That question is answered
    with yes; and `site`, of which the binary holds a frozen copy, gets the usual folder's name, which has as
    many letters. Whether that was enough, the self-test tells.
    """
    name = path.split("/", 2)[-1]
    if path.startswith("bin/") or name == "site.py":
        return data.replace(b"dist-packages", b"site-packages")
    if name in ("sysconfig.py", "sysconfig/__init__.py", "distutils/sysconfig.py"):
        question = rb"sys\.base_prefix != sys\.prefix or hasattr\(sys, [\"']real_prefix[\"']\)"
        return re.sub(question, b"True", data)
    return data
