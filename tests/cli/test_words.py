"""What a word of the command line names: a template, a file, an environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def three(envctl: Any, spec_file: Path, root: Path, tmp_path: Path) -> str:
    """A word that is a template, a file and an environment at once: the file asks for `lib` alone."""
    (tmp_path / "templates").mkdir()
    channel = spec_file.read_text().splitlines()[2].strip("- ")
    (tmp_path / "templates" / "web.yaml").write_text(
        f"name: web\nsummary: A template\nchannels: ['{channel}']\ndependencies: [greeter]\n"
    )
    assert envctl("create", "-f", spec_file).code == 0
    (tmp_path / "web").write_text(spec_file.read_text().replace("- hello", "- lib"))
    return "web"


def test_lock_takes_the_template_and_says_so(envctl: Any, three: str) -> None:
    result = envctl("lock", three)
    assert "name: greeter" in result.out
    assert (
        "note: web is a template, a file and an environment: the template is used; "
        "file:web takes the file, env:web takes the environment" in result.err
    )


def test_diff_takes_the_file_before_the_environment(envctl: Any, three: str) -> None:
    result = envctl("diff", three, "env:web", "--json")
    assert [extra["name"] for extra in result.json["extra"]] == ["hello"]
    assert "web is a file, an environment and a template: the file is used" in result.err


def test_export_takes_the_environment(envctl: Any, three: str) -> None:
    result = envctl("export", three)
    assert "hello=2.0=0" in result.out
    assert "the environment is used" in result.err


@pytest.mark.parametrize(
    ("word", "package"), [("template:web", "greeter"), ("file:web", "lib"), ("env:web", "hello")]
)
def test_a_scheme_decides(envctl: Any, three: str, word: str, package: str) -> None:
    result = envctl("lock", word)
    assert result.code == 0, result.err
    assert f"name: {package}" in result.out
    assert "note:" not in result.err


def test_a_folder_is_an_environment_if_it_is_one(envctl: Any, spec_file: Path, tmp_path: Path) -> None:
    assert envctl("create", "-f", spec_file, "-p", tmp_path / "folder").code == 0
    for word in ("./folder", tmp_path / "folder", "prefix:folder"):
        result = envctl("diff", word, spec_file, "--exit-code")
        assert result.code == 0, result.err


def test_a_lock_takes_no_values_of_a_template(envctl: Any, spec_file: Path) -> None:
    assert envctl("lock", spec_file, "-o", "conda-lock.yml").code == 0
    result = envctl("create", "conda-lock.yml", "-n", "x", "--set", "python=3.11", "--json")
    assert (result.code, result.json["error"]["code"]) == (2, "not-a-template")


def test_what_is_a_lock_cannot_be_rendered(envctl: Any, spec_file: Path) -> None:
    assert envctl("lock", spec_file, "-o", "conda-lock.yml").code == 0
    result = envctl("render", "conda-lock.yml")
    assert result.code == 3
    assert "envctl export" in result.err
