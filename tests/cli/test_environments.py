"""envctl list, run, activate and remove."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def web(envctl: Any, spec_file: Path, root: Path) -> Path:
    """A created environment."""
    assert envctl("create", "-f", spec_file).code == 0
    return root / "envs" / "web"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`envctl run` replaces its process, so it needs one of its own."""
    return subprocess.run(
        [sys.executable, "-m", "envctl", "run", *arguments], capture_output=True, text=True, check=False
    )


def test_the_list_shows_what_made_an_environment(envctl: Any, web: Path) -> None:
    result = envctl("list")
    assert result.code == 0
    heading, line = result.out.splitlines()
    assert heading.split() == ["environment", "from", "packages", "created", "prefix"]
    assert line.split()[0] == "web"
    assert line.split()[2] == "2"
    document = envctl("list", "--json").json
    assert [entry["name"] for entry in document["environments"]] == ["web"]
    assert document["environments"][0]["prefix"] == str(web)


def test_an_empty_list_says_how_to_begin(envctl: Any) -> None:
    result = envctl("list")
    assert (result.code, result.out) == (0, "")
    assert "envctl create" in result.err
    assert envctl("list", "--json").json["environments"] == []


def test_a_command_runs_activated(web: Path) -> None:
    done = run("web", "--", "hello")
    assert (done.returncode, done.stdout, done.stderr) == (0, "hello world from web\n", "")


def test_its_exit_code_is_ours(web: Path) -> None:
    assert run("web", "hello", "7").returncode == 7
    assert run("web", "--", "sh", "-c", "kill -9 $$").returncode == -9


def test_options_behind_the_environment_belong_to_the_command(web: Path) -> None:
    assert run("web", "sh", "-c", "echo $0 $1", "-v", "--help").stdout == "-v --help\n"


def test_our_own_failures_have_codes_of_their_own(web: Path, tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    assert run("absent", "--", "true").returncode == 125
    assert run("web").returncode == 125
    assert run("web", "--", str(tmp_path / "plain")).returncode == 126
    missing = run("web", "--", "no-such-command")
    assert missing.returncode == 127
    assert "no-such-command" in missing.stderr


def test_a_running_command_keeps_its_generation(web: Path) -> None:
    done = run("web", "--", "sh", "-c", "command -v hello")
    assert done.stdout.strip() == str(web.resolve() / "bin" / "hello")


def test_packages_activation_scripts_are_sourced(envctl: Any, spec_file: Path, root: Path) -> None:
    text = spec_file.read_text().replace("- hello\n", "- hello\n  - greeter\n")
    spec_file.write_text(text[: text.index("variables:")])
    assert envctl("create", "-f", spec_file).code == 0
    assert run("web", "hello").stdout == "hello you from web\n"
    assert run("web", "hello", "3").returncode == 3


def test_activate_prints_code_that_a_shell_evaluates(envctl: Any, web: Path) -> None:
    result = envctl("activate", "web", "--shell", "bash")
    assert (result.code, result.err) == (0, "")
    done = subprocess.run(["bash", "-c", f"{result.out}\nhello"], capture_output=True, text=True, check=True)
    assert done.stdout == "hello world from web\n"


def test_activating_what_is_not_there(envctl: Any) -> None:
    result = envctl("activate", "absent")
    assert (result.code, result.out) == (5, "")


def test_remove_takes_everything_and_tells_conda(envctl: Any, web: Path, tmp_path: Path) -> None:
    generation = web.resolve()
    result = envctl("remove", "web", "-y")
    assert (result.code, result.out, result.err) == (0, "", "removed web\n")
    assert not os.path.lexists(web)
    assert not generation.exists()
    assert (tmp_path / "home" / ".conda" / "environments.txt").read_text() == ""


def test_remove_asks_and_nobody_there_is_no_yes(
    envctl: Any, web: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = envctl("remove", "web")
    assert result.code == 2
    assert "-y" in result.err
    assert web.exists()


def test_remove_does_not_touch_a_folder_that_is_no_environment(
    envctl: Any, root: Path, tmp_path: Path
) -> None:
    (tmp_path / "precious").mkdir()
    assert envctl("remove", tmp_path / "precious", "-y").code == 5
    assert (tmp_path / "precious").is_dir()


def test_a_frozen_environment_is_not_removed(envctl: Any, web: Path) -> None:
    (web / "conda-meta" / "frozen").touch()
    result = envctl("remove", "web", "-y", "--json")
    assert (result.code, result.json["error"]["code"]) == (1, "frozen")
    assert (web / "bin" / "hello").exists()


def test_what_conda_left_of_an_environment_is_free_and_can_be_removed(
    envctl: Any, web: Path, spec_file: Path, root: Path
) -> None:
    shutil.rmtree(web.resolve())  # as `conda env remove -p` does with the path in CONDA_PREFIX
    assert envctl("list", "--json").json["environments"] == []
    assert envctl("create", "-f", spec_file).code == 0
    web.unlink()  # as it does with the link's path
    assert envctl("remove", "web", "-y").code == 0
    assert list((root / "generations").iterdir()) == []


def test_a_generation_that_conda_registered_is_no_environment_of_its_own(
    envctl: Any, web: Path, tmp_path: Path
) -> None:
    registry = tmp_path / "home" / ".conda" / "environments.txt"
    registry.write_text(registry.read_text() + f"{web.resolve()}\n")
    assert [entry["name"] for entry in envctl("list", "--json").json["environments"]] == ["web"]
    assert envctl("remove", "web", "-y").code == 0
    assert registry.read_text() == ""


def test_removing_through_a_link_takes_the_environment_and_the_link(
    envctl: Any, spec_file: Path, tmp_path: Path
) -> None:
    assert envctl("create", "-f", spec_file, "-p", tmp_path / "real").code == 0
    (tmp_path / "link").symlink_to("real")
    assert envctl("remove", tmp_path / "link", "-y").code == 0
    assert not (tmp_path / "real").exists()
    assert not os.path.lexists(tmp_path / "link")


def test_an_environment_without_a_name_is_listed_by_its_prefix(
    envctl: Any, spec_file: Path, tmp_path: Path
) -> None:
    assert envctl("create", "-f", spec_file, "-p", tmp_path / "env").code == 0
    line = envctl("list").out.splitlines()[1]
    assert line.split() == ["environment.yml", "2", line.split()[2], str(tmp_path / "env")]


def test_a_name_that_is_a_folder_too_is_told_apart(
    envctl: Any, web: Path, spec_file: Path, tmp_path: Path
) -> None:
    assert envctl("create", "-f", spec_file, "-p", tmp_path / "web").code == 0
    both = envctl("activate", "web", "--shell", "bash")
    assert f"CONDA_PREFIX={web}" in both.out
    assert "prefix:web" in both.err
    folder = envctl("activate", "prefix:web", "--shell", "bash")
    assert f"CONDA_PREFIX={tmp_path / 'web'}" in folder.out
    assert folder.err == ""
