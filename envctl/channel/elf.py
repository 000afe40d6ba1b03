"""ELF files: which libraries they need, where they look for them, which C library they were linked against.

Offsets and tags are those of the System V ABI, 64 bit little endian (x86-64 and aarch64).
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

_PT_LOAD, _PT_DYNAMIC = 1, 2
_DT_NEEDED, _DT_STRTAB, _DT_RPATH, _DT_RUNPATH = 1, 5, 15, 29
_GLIBC = re.compile(rb"GLIBC_2\.(\d+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Dynamic:
    """What the dynamic linker reads from a file."""

    needed: tuple[str, ...]
    runpath: str | None = None
    """Folders, separated by colons."""
    runpath_offset: int = 0
    """Where that string begins in the file."""


def is_elf(data: bytes) -> bool:
    """Whether the data is a 64 bit little endian ELF file."""
    return data[:6] == b"\x7fELF\x02\x01"


def dynamic(data: bytes) -> Dynamic:
    """Read the dynamic section; empty for a file without one."""
    table, entry_size, count = struct.unpack_from("<Q14xHH", data, 0x20)
    loads: list[tuple[int, int, int]] = []
    entries: list[tuple[int, int]] = []
    for index in range(count):
        kind, _flags, offset, address, _physical, size = struct.unpack_from(
            "<IIQQQQ", data, table + index * entry_size
        )
        if kind == _PT_LOAD:
            loads.append((address, offset, size))
        elif kind == _PT_DYNAMIC:
            entries = list(struct.iter_unpack("<QQ", data[offset : offset + size // 16 * 16]))
    strings = next((value for tag, value in entries if tag == _DT_STRTAB), None)
    if strings is None:
        return Dynamic(needed=())
    base = next(
        strings - address + offset for address, offset, size in loads if address <= strings < address + size
    )

    def text(start: int) -> str:
        return data[base + start : data.index(b"\0", base + start)].decode("utf-8", "surrogateescape")

    # DT_RUNPATH makes the linker ignore DT_RPATH.
    path = next((value for tag, value in entries if tag == _DT_RUNPATH), None)
    path = path if path is not None else next((value for tag, value in entries if tag == _DT_RPATH), None)
    return Dynamic(
        needed=tuple(text(value) for tag, value in entries if tag == _DT_NEEDED),
        runpath=None if path is None else text(path),
        runpath_offset=0 if path is None else base + path,
    )


def glibc_needed(data: bytes) -> int:
    """The highest minor version of the C library (2.x) whose symbols the file uses; 0 where it uses none."""
    return max((int(minor) for minor in _GLIBC.findall(data)), default=0)


def with_runpath(data: bytes, new: str) -> bytes:
    """The same file with another runpath in the room of the old one.

    Raises ValueError where the new one is longer.
    """
    found = dynamic(data)
    old = (found.runpath or "").encode("utf-8", "surrogateescape")
    value = new.encode()
    if len(value) > len(old):
        raise ValueError(f"no room for {new} in the place of {found.runpath}")
    start = found.runpath_offset
    return data[:start] + value.ljust(len(old), b"\0") + data[start + len(old) :]
