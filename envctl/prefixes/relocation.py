"""An environment that was installed into its staging folder, made one of its final folder.

A program that knows one prefix alone (conda) writes the staging folder into files. Its records tell which
files those are, and how a path stands in them (conda/core/portability.py): in text it is replaced, in a
binary it is replaced within its string, which NULs fill up to the old length. Bytecode keeps the path that it
was compiled under: Python puts the right one in as it loads a module (importlib's `_fix_co_filename`).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

from envctl.errors import FailedError
from envctl.prefixes.records import read_object, record_files
from envctl.prefixes.shebangs import relocated_script

_SHEBANG_LIMIT = 127
"""Bytes of a first line that names a path; conda makes it `env PROGRAM` where it is longer."""
_THROUGH_ENV = re.compile(rb"#!/usr/bin/env ([^ \n]+)([^\n]*)")
_BLOCK = 1 << 13
"""How much of a file is read to tell text from binary."""


def relocate(prefix: Path, *, written_for: Path, final: Path) -> None:
    """Rewrite what an installer wrote for `written_for` into files below `prefix`, for `final`.

    The result is what it would have written for `final`, records included. Files that no record lists (of
    scripts that packages run) are rewritten where they are text, and links made to point into `final`. No
    file is changed in place: each may be a hard link into a package cache.

    Raises `FailedError` (`path-too-long`) where `final` is the longer path, `InputError` for a record that
    cannot be read, OSError as the system gives it.
    """
    old, new = os.fsencode(written_for), os.fsencode(final)
    if len(new) > len(old):
        raise FailedError(
            f"the environment cannot move from {written_for} to {final}",
            code="path-too-long",
            cause="its binaries have room for the path that they were installed under, not for a longer one",
            hint="create the environment anew at that place",
        )
    recorded: set[str] = set()
    for file in record_files(prefix):
        record = read_object(file)
        entries = (record.get("paths_data") or {}).get("paths") or ()
        recorded.update(entry["_path"] for entry in entries)
        changed = [entry for entry in entries if _relocate_recorded(prefix, entry, old, new)]
        if changed:
            _replace_file(file, json.dumps(record, ensure_ascii=False).encode())
    _relocate_unrecorded(prefix, recorded, old, new)


def _relocate_recorded(prefix: Path, entry: dict[str, Any], old: bytes, new: bytes) -> bool:
    """Rewrite a file as its record says; whether that changed it, and the record with it."""
    file = prefix / entry["_path"]
    generated = entry.get("path_type") == "unix_python_entry_point"
    if not (generated or entry.get("prefix_placeholder")) or file.is_symlink() or not file.is_file():
        return False
    content = file.read_bytes()
    if entry.get("file_mode") == "binary":
        relocated = _in_binary(content, old, new)
    else:
        script = relocated_script(content, old, new) if generated else _by_its_path(content, prefix, old, new)
        relocated = script.replace(old, new)
    if relocated == content:
        return False
    _replace_file(file, relocated)
    before, now = _figures(content), _figures(relocated)
    entry |= {
        key: now[key] for key in now if entry.get(key) == before[key]
    }  # others are of the package's file
    return True


def _figures(content: bytes) -> dict[str, Any]:
    digest = hashlib.sha256(content).hexdigest()
    return {"sha256": digest, "sha256_in_prefix": digest, "size_in_bytes": len(content)}


def _relocate_unrecorded(prefix: Path, recorded: set[str], old: bytes, new: bytes) -> None:
    for folder, folders, files in os.walk(prefix):
        for name in (*folders, *files):
            file = Path(folder, name)
            if file.is_symlink():
                target = os.fsencode(file.readlink())
                if target == old or target.startswith(old + b"/"):
                    file.unlink()
                    file.symlink_to(os.fsdecode(new + target[len(old) :]))
            elif file.is_file() and str(file.relative_to(prefix)) not in recorded and _is_text(file):
                content = file.read_bytes()
                if old in content:
                    _replace_file(file, content.replace(old, new))


def _is_text(file: Path) -> bool:
    with file.open("rb") as stream:
        return b"\0" not in stream.read(_BLOCK)


def _by_its_path(script: bytes, prefix: Path, old: bytes, new: bytes) -> bytes:
    """The script with a first line that names the program's path, where only `old` was too long for that."""
    head = _THROUGH_ENV.match(script)
    if head is None or b" " in new or not (prefix / "bin" / os.fsdecode(head[1])).exists():
        return script
    line = b"#!" + new + b"/bin/" + head[1] + head[2]
    only_old_is_too_long = len(line) <= _SHEBANG_LIMIT < len(line) - len(new) + len(old)
    return line + script[head.end() :] if only_old_is_too_long else script


def _in_binary(content: bytes, old: bytes, new: bytes) -> bytes:
    def filled(string: re.Match[bytes]) -> bytes:
        return string[0].replace(old, new).ljust(len(string[0]), b"\0")

    return re.sub(re.escape(old) + rb"[^\0]*", filled, content)


def _replace_file(file: Path, content: bytes) -> None:
    before = file.stat()
    file.unlink()
    file.write_bytes(content)
    file.chmod(before.st_mode)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
