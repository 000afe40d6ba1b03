"""conda-lock.yml files from public repositories: read, given back, and unchanged as data."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from envctl.errors import InputError
from envctl.formats.conda_lock_v1.read import loads
from envctl.formats.conda_lock_v1.write import dumps

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "environments" / "conda-lock"
FILES = sorted(FOLDER.glob("*")) if FOLDER.is_dir() else []
OTHER_VERSIONS = {"prefix-dev__pixi__examples__rerun_example__pixi.lock": "3"}
"""An early pixi wrote its own continuation of the format."""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_real_file_is_given_back_as_it_was(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    if file.name in OTHER_VERSIONS:
        with pytest.raises(InputError, match=f"of version {OTHER_VERSIONS[file.name]}"):
            loads(text, file=file.name)
        return
    lock = loads(text, file=file.name)
    written = dumps(lock)
    assert written.lost == ()
    assert yaml.load(written.text, yaml.CSafeLoader) == yaml.load(text, yaml.CSafeLoader)
    assert loads(written.text, file="written.yml") == lock


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_that_breaks_off_is_refused_or_read_without_a_traceback(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    for part in range(1, 4):
        try:
            loads(text[: len(text) * part // 40], file=file.name)
        except InputError as error:
            assert error.message.startswith(file.name)
