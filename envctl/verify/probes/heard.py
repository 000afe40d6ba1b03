"""What a library written in C++ prints to standard error while something is done."""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, List

_LOGGED = re.compile(r"(?:\S+ \S+ )?(?P<level>[IWEF])(?:\d{4} \S+ +\d+)? \S+\] (?P<text>.*)")
"""`2026-11-24 08:54:28.71: E path/file.cc:51] text`, and `E0000 00:00:1764.5 123 file.cc:51] text`."""
_OF_A_GPU = re.compile(r"cuda|cudnn|gpu|dlopen|dso", re.IGNORECASE)
_MOST = 20
HEARD = "heard.txt"
"""In the working folder: what a process that dies meanwhile had printed."""


@contextmanager
def heard() -> Iterator[List[str]]:
    """The lines that matter, filled in at the end; all of them go on to standard error."""
    lines: List[str] = []
    sys.stderr.flush()
    original = os.dup(2)
    file = Path(HEARD)
    with file.open("w+b") as caught:
        os.dup2(caught.fileno(), 2)
        try:
            yield lines
        finally:
            sys.stderr.flush()
            os.dup2(original, 2)
            os.close(original)
            caught.seek(0)
            text = caught.read().decode("utf-8", "replace")
            sys.stderr.write(text)
            lines += _that_matter(text)
            file.unlink()


def _that_matter(text: str) -> List[str]:
    """Warnings and errors, and what is told of GPUs, with the lines that go on with them."""
    found: List[str] = []
    kept = False
    for line in text.splitlines():
        logged = _LOGGED.match(line)
        if logged:
            kept = logged["level"] != "I" or bool(_OF_A_GPU.search(logged["text"]))
        if kept:
            found.append(logged["text"] if logged else line)
    return found[:_MOST]
