"""An environment that exists is never touched, whatever an engine would do to it.

conda's `create` deletes what stands at its prefix, the user's files included.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from prefix_state import files


@pytest.fixture
def prefix(envctl: Any, tmp_path: Path, spec_file: Path) -> Path:
    """An environment, with a file of the user's own."""
    assert envctl("create", "-f", spec_file, "-p", tmp_path / "env").code == 0
    (tmp_path / "env" / "mine.txt").write_text("not in any package")
    return tmp_path / "env"


def test_creating_it_again_is_refused(envctl: Any, prefix: Path, spec_file: Path) -> None:
    before = files(prefix)
    result = envctl("create", "-f", spec_file, "-p", prefix, "--json")
    assert (result.code, result.json["error"]["code"]) == (1, "environment-exists")
    assert files(prefix) == before


def test_a_dry_run_over_it_only_says_so(envctl: Any, prefix: Path, spec_file: Path) -> None:
    before = files(prefix)
    result = envctl("create", "-f", spec_file, "-p", prefix, "--dry-run")
    assert (result.code, "exists already" in result.err) == (0, True)
    assert files(prefix) == before


def test_a_folder_that_is_no_environment_is_not_replaced_even_where_that_is_asked_for(
    envctl: Any, tmp_path: Path, spec_file: Path
) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "mine.txt").write_text("dear")
    assert envctl("create", "-f", spec_file, "-p", tmp_path / "photos", "--replace").code == 1
    assert files(tmp_path / "photos") == {"mine.txt": (b"dear", False)}


@pytest.mark.parametrize("package", ["lonely", "hell"])
def test_it_stays_where_the_one_to_replace_it_cannot_be_made(
    envctl: Any, prefix: Path, spec_file: Path, package: str
) -> None:
    before = files(prefix)
    spec_file.write_text(spec_file.read_text().replace("- tool", f"- {package}"))
    assert envctl("create", "-f", spec_file, "-p", prefix, "--replace").code == 4
    assert files(prefix) == before


def test_replacing_it_builds_it_anew_without_the_users_files(
    envctl: Any, prefix: Path, spec_file: Path
) -> None:
    assert envctl("create", "-f", spec_file, "-p", prefix, "--replace").code == 0
    assert not (prefix / "mine.txt").exists()
    assert envctl("check", prefix, "--files").code == 0


def test_a_frozen_one_is_not_replaced(envctl: Any, prefix: Path, spec_file: Path) -> None:
    (prefix / "conda-meta" / "frozen").touch()
    before = files(prefix)
    result = envctl("create", "-f", spec_file, "-p", prefix, "--replace", "--json")
    assert (result.code, result.json["error"]["code"]) == (1, "frozen")
    assert files(prefix) == before
