"""Every verb works on an environment whichever engine made it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from prefix_state import packages
from tiny_channel import TinyChannel


@pytest.fixture
def web(envctl: Any, root: Path, spec_file: Path) -> Path:
    """A created environment."""
    result = envctl("create", "-f", spec_file)
    assert result.code == 0, result.err
    return root / "envs" / "web"


def test_check_finds_nothing(envctl: Any, web: Path) -> None:
    result = envctl("check", "web", "--files")
    assert result.code == 0, result.out


def test_check_finds_nothing_against_its_source(envctl: Any, web: Path, spec_file: Path) -> None:
    assert envctl("check", "web", "--against", spec_file).code == 0


def test_check_finds_a_changed_file(envctl: Any, web: Path) -> None:
    file = web / "share" / "lib.txt"
    file.unlink()
    file.write_text("lib 3.0\n")
    result = envctl("check", "web", "--files")
    assert result.code == 1
    assert "share/lib.txt" in result.out


def test_list_shows_it(envctl: Any, web: Path) -> None:
    (entry,) = envctl("list", "--json").json["environments"]
    assert (entry["name"], entry["prefix"]) == ("web", str(web))


def test_run_activates_it(web: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "envctl",
        "run",
        "web",
        "--",
        "sh",
        "-c",
        "hello; echo $CONDA_DEFAULT_ENV",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "hello 2\nweb\n"), done.stderr


def test_export_gives_an_environment_file_that_makes_it_again(
    envctl: Any, web: Path, tmp_path: Path, channel: TinyChannel
) -> None:
    exported = envctl("export", "web", "-o", tmp_path / "again.yml")
    assert exported.code == 0, exported.err
    assert f"  - {channel.url}\n" in (tmp_path / "again.yml").read_text()
    assert envctl("create", "-f", tmp_path / "again.yml", "-n", "again").code == 0
    assert packages(web.parent / "again") == packages(web)


def test_export_knows_what_was_asked_for(envctl: Any, web: Path) -> None:
    result = envctl("export", "web", "--from-history")
    assert result.code == 0
    assert [line.strip("- ") for line in result.out.splitlines() if line.startswith("  - ")][-2:] == [
        "hello",
        "tool",
    ]


def test_diff_to_a_new_solve_of_its_source_is_empty(envctl: Any, web: Path, spec_file: Path) -> None:
    assert envctl("lock", spec_file, "-o", "conda-lock.yml").code == 0
    assert envctl("diff", "file:conda-lock.yml", "env:web", "--exit-code").code == 0


def test_remove_takes_it_away(envctl: Any, web: Path, root: Path) -> None:
    assert envctl("remove", "web", "-y").code == 0
    assert not web.exists()
    assert envctl("list", "--json").json["environments"] == []
    assert not any((root / "generations").glob("*/*"))
