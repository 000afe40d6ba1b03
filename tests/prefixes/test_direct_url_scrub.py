"""direct_url.json without credentials, and the RECORD that lists it."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from forged_prefix import Conda, Pip, forge

from envctl.prefixes.direct_url_scrub import scrub_origins

SITE_PACKAGES = Path("lib", "python3.11", "site-packages")


def installed(prefix: Path, text: str) -> Path:
    """The direct_url.json of a distribution, as its RECORD says it."""
    entry = prefix / SITE_PACKAGES / "tool-1.0.dist-info"
    entry.mkdir(parents=True)
    file = entry / "direct_url.json"
    file.write_text(text)
    (entry / "RECORD").write_text(
        f'"odd, name.py",sha256=0,1\n{recorded(file)}\ntool-1.0.dist-info/RECORD,,\n'
    )
    return file


def recorded(file: Path) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(file.read_bytes()).digest()).rstrip(b"=").decode()
    return f"tool-1.0.dist-info/direct_url.json,sha256={digest},{file.stat().st_size}"


@pytest.mark.parametrize(
    ("said", "clean"),
    [
        (
            {"url": "https://host/t/tk-1234/tool.whl", "archive_info": {}},
            {"url": "https://host/tool.whl", "archive_info": {}},
        ),
        (
            {"url": "https://host/tool.whl?sig=abc", "archive_info": {"hash": "sha256=00"}},
            {"url": "https://host/tool.whl?sig=***", "archive_info": {"hash": "sha256=00"}},
        ),
        (
            {"url": "https://me:secret@host/r.git", "vcs_info": {"vcs": "git", "commit_id": "0a"}},
            {"url": "https://host/r.git", "vcs_info": {"vcs": "git", "commit_id": "0a"}},
        ),
    ],
)
def test_credentials_are_taken_out_and_the_record_follows(
    tmp_path: Path, said: dict[str, Any], clean: dict[str, Any]
) -> None:
    file = installed(tmp_path, json.dumps(said))
    scrub_origins(tmp_path)
    assert json.loads(file.read_text()) == clean
    assert (file.parent / "RECORD").read_text() == (
        f'"odd, name.py",sha256=0,1\n{recorded(file)}\ntool-1.0.dist-info/RECORD,,\n'
    )


@pytest.mark.parametrize("text", ['{"url":"https://host/tool.whl","archive_info":{}}', "no JSON", "[]"])
def test_what_has_no_credential_stays_byte_for_byte(tmp_path: Path, text: str) -> None:
    file = installed(tmp_path, text)
    before = (file.parent / "RECORD").read_text()
    scrub_origins(tmp_path)
    assert (file.read_text(), (file.parent / "RECORD").read_text()) == (text, before)


def test_files_that_the_installer_linked_from_its_cache_stay_as_they_are_there(tmp_path: Path) -> None:
    file = installed(tmp_path, '{"url": "https://host/t/tk-1234/tool.whl"}')
    cache = tmp_path / "cache"
    cache.mkdir()
    for linked in (file, file.parent / "RECORD"):
        os.link(linked, cache / linked.name)
    before = {entry.name: entry.read_bytes() for entry in cache.iterdir()}
    scrub_origins(tmp_path)
    assert {entry.name: entry.read_bytes() for entry in cache.iterdir()} == before


def test_the_distributions_are_sought_where_pythons_record_has_them(tmp_path: Path) -> None:
    python = Conda(name="python", version="3.13.1", fields={"python_site_packages_path": "opt/py"})
    secret = Pip(name="tool", direct_url={"url": "https://me:secret@host/tool.whl", "archive_info": {}})
    forge(tmp_path, conda=[python], pip=[secret], site_packages="opt/py")
    scrub_origins(tmp_path)
    file = tmp_path / "opt" / "py" / "tool-1.0.dist-info" / "direct_url.json"
    assert json.loads(file.read_text())["url"] == "https://host/tool.whl"
    digest = base64.urlsafe_b64encode(hashlib.sha256(file.read_bytes()).digest()).rstrip(b"=").decode()
    assert f"tool-1.0.dist-info/direct_url.json,sha256={digest}" in file.with_name("RECORD").read_text()
