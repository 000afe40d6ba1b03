"""conda packages that pip took away."""

from __future__ import annotations

from pathlib import Path

from forged_prefix import Conda, forge

from envctl.prefixes.records import read_records
from envctl.prefixes.replaced import replaced_packages

METADATA = "lib/python3.11/site-packages/click-8.1.dist-info/METADATA"


def test_a_package_whose_metadata_is_gone_was_taken_away(tmp_path: Path) -> None:
    files = {METADATA: "Name: click\n", "lib/python3.11/site-packages/click/__init__.py": ""}
    forge(tmp_path, conda=[Conda(name="click", version="8.1", files=files), Conda(name="zlib")])
    assert replaced_packages(tmp_path, read_records(tmp_path)) == ()
    (tmp_path / METADATA).unlink()
    assert replaced_packages(tmp_path, read_records(tmp_path)) == ("click",)
