"""A distribution's RECORD, kept true where one of its files is changed after the installation.

The format is that of the specification "Recording installed projects": path, hash and size, as CSV.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from envctl.prefixes.site_packages import site_packages


def update_records(prefix: Path, changed: Iterable[Path]) -> None:
    """Bring the hashes and sizes of the changed files below `prefix` in line, whichever RECORD has them."""
    files = list(changed)
    for folder in site_packages(prefix) if files else ():
        named = {os.path.relpath(file, folder): file for file in files}
        for record in folder.glob("*.dist-info/RECORD"):
            _update(record, named)


def _update(record: Path, named: Mapping[str, Path]) -> None:
    rows = list(csv.reader(io.StringIO(record.read_text(encoding="utf-8"))))
    stale = [row for row in rows if row and row[0] in named]
    for row in stale:
        data = named[row[0]].read_bytes()
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        row[1:] = [f"sha256={digest}", str(len(data))]
    if stale:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        record.unlink()  # it may be a hard link into the installer's cache
        record.write_text(text.getvalue(), encoding="utf-8")
