"""`direct_url.json` without credentials.

PEP 610 wants them left out of it; uv leaves out `user:password@`, but not a token in the path or the query.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from envctl.credentials import scrub_all
from envctl.prefixes.site_packages import site_packages
from envctl.prefixes.wheel_record import update_records


def scrub_origins(prefix: Path) -> None:
    """Take the credentials out of what the installed distributions say of where they came from."""
    changed = []
    folders = site_packages(prefix)
    for file in (file for folder in folders for file in folder.glob("*.dist-info/direct_url.json")):
        with suppress(ValueError):  # whoever reads it says so
            origin = json.loads(file.read_bytes())
            clean = scrub_all(origin)
            if clean != origin:
                file.unlink()  # it may be a hard link into the installer's cache
                file.write_text(json.dumps(clean), encoding="utf-8")
                changed.append(file)
    update_records(prefix, changed)
