"""ELF files, the interpreter's own and a small one written here."""

from __future__ import annotations

import struct

import pytest

from envctl.channel import elf
from envctl.channel.interpreter import Interpreter


def small_elf(strings: bytes, entries: list[tuple[int, int]]) -> bytes:
    """One loaded segment at address 0x1000 that holds a dynamic section and its strings."""
    dynamic = b"".join(struct.pack("<QQ", *entry) for entry in [*entries, (5, 0x1000 + 0x200), (0, 0)])
    head = b"\x7fELF\x02\x01".ljust(0x20, b"\0") + struct.pack("<Q14xHH", 0x40, 56, 2)
    load = struct.pack("<IIQQQQQQ", 1, 4, 0, 0x1000, 0, 0x400, 0x400, 0x1000)
    table = struct.pack("<IIQQQQQQ", 2, 4, 0x100, 0x1100, 0, len(dynamic), len(dynamic), 8)
    body = head.ljust(0x40, b"\0") + load + table
    return (body.ljust(0x100, b"\0") + dynamic).ljust(0x200, b"\0") + strings.ljust(0x200, b"\0")


STRINGS = b"\0libm.so.6\0/opt/py/lib:/opt/other\0GLIBC_2.17\0GLIBC_2.4\0"


def test_needed_libraries_and_folders_are_read() -> None:
    found = elf.dynamic(small_elf(STRINGS, [(1, 1), (29, 11)]))
    assert (found.needed, found.runpath) == (("libm.so.6",), "/opt/py/lib:/opt/other")


def test_the_newer_kind_of_path_counts_as_it_does_for_the_linker() -> None:
    assert elf.dynamic(small_elf(STRINGS, [(15, 1), (29, 11)])).runpath == "/opt/py/lib:/opt/other"
    assert elf.dynamic(small_elf(STRINGS, [(15, 11)])).runpath == "/opt/py/lib:/opt/other"


def test_a_shorter_runpath_takes_the_place_of_the_old_one() -> None:
    data = small_elf(STRINGS, [(1, 1), (29, 11)])
    changed = elf.with_runpath(data, "$ORIGIN/../lib")
    assert elf.dynamic(changed).runpath == "$ORIGIN/../lib"
    assert elf.dynamic(changed).needed == ("libm.so.6",)
    assert len(changed) == len(data)


def test_a_longer_runpath_has_no_room() -> None:
    with pytest.raises(ValueError, match="no room for"):
        elf.with_runpath(small_elf(STRINGS, [(29, 11)]), "/a/path/that/is/longer/than/the/old/one")


def test_the_newest_c_library_symbol_is_what_a_file_needs() -> None:
    assert elf.glibc_needed(small_elf(STRINGS, [])) == 17
    assert elf.glibc_needed(b"nothing") == 0


def test_the_interpreter_itself_can_be_read(python: Interpreter) -> None:
    data = python.executable.read_bytes()
    assert elf.is_elf(data)
    assert "libc.so.6" in elf.dynamic(data).needed
    assert elf.glibc_needed(data) > 0


def test_text_is_no_elf_file() -> None:
    assert not elf.is_elf(b"#!/bin/sh\n")
