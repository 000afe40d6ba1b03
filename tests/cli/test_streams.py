"""Standard output and standard error as the shell may hand them over."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def shell(line: str, root: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a line of bash in which `envctl` is ours."""
    code = f'envctl() {{ "{sys.executable}" -m envctl "$@"; }}\n{line}'
    return subprocess.run(
        ["bash", "-c", code], capture_output=True, text=True, check=False, env={**os.environ, **environ}
    )


@pytest.mark.parametrize("verb", ["--version", "--help", "render pytorch-cpu", "templates", "list --json"])
def test_a_full_disk_behind_standard_output_is_a_failure(root: Path, verb: str) -> None:
    done = shell(f"envctl {verb} > /dev/full", root)
    assert done.returncode in (1, 4)
    assert "cannot write standard output" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("envctl render pytorch-cpu >&-", 0),
        ("envctl render no-such-template 2>&-", 2),
        ("envctl render no-such-template 2>/dev/full", 2),
        ("envctl render - <&-", 3),
        ("envctl templates <&- >&- 2>&-", 0),
    ],
)
def test_closed_streams_change_no_answer(root: Path, line: str, code: int) -> None:
    done = shell(line, root)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def test_a_reader_that_goes_away_is_no_error_message(root: Path) -> None:
    done = shell("set -o pipefail; envctl render pytorch-cpu | true", root)
    assert done.returncode in (0, 141)
    assert done.stderr == ""


def test_a_path_that_the_terminal_cannot_show_is_shown_somehow(
    envctl: Any, spec_file: Path, root: Path, tmp_path: Path
) -> None:
    assert envctl("create", "-f", spec_file, "-p", tmp_path / "ünï").code == 0
    done = shell("envctl list", root, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "\\xfcn\\xef" in done.stdout


def test_shared_options_stand_before_the_verb_or_behind_it(envctl: Any) -> None:
    assert envctl("-q", "list") == envctl("list", "-q")
    assert envctl("--no-color", "templates").out == envctl("templates", "--no-color").out
    assert envctl("templates", "--json").json["command"] == "templates"
    assert envctl("-v", "templates", "show", "pytorch-cpu").code == 0


def test_the_bare_word_shows_the_help(envctl: Any) -> None:
    assert envctl().out == envctl("--help").out
    group = envctl("channel")
    assert (group.code, group.out) == (2, "")
    assert "envctl channel --help" in group.err


def test_run_has_no_exit_code_of_its_own_below_125(envctl: Any) -> None:
    assert envctl("run").code == 125
    unknown = envctl("run", "--bogus", "web", "true")
    assert unknown.code == 125
    assert "--bogus" in unknown.err


def test_brackets_in_a_path_are_no_markup(envctl: Any, spec_file: Path, tmp_path: Path) -> None:
    assert envctl("create", "-f", spec_file, "-p", tmp_path / "[red]" / "[/x]").code == 0
    assert str(tmp_path / "[red]" / "[/x]") in envctl("list").out


def test_credentials_in_a_pip_section_are_in_no_output(envctl: Any, spec_file: Path) -> None:
    text = spec_file.read_text().replace(
        "- hello\n", "- hello\n  - pip\n  - pip:\n    - --index-url https://me:hunter2@host/simple\n    - x\n"
    )
    spec_file.write_text(text)
    for arguments in (["render", spec_file], ["create", "-f", spec_file, "--dry-run", "-v"]):
        result = envctl(*arguments)
        assert "hunter2" not in result.out + result.err
    assert "warning: credentials in URLs are left out" in envctl("render", spec_file).err


@pytest.mark.parametrize("word", ["x" * 300, "~nosuchuser/env.yml", "/dev/zero"])
def test_odd_words_are_refused_like_others(envctl: Any, word: str) -> None:
    assert envctl("render", word).code in (2, 3)


@pytest.mark.parametrize(
    "arguments", [["-n", ""], ["-p", ""], ["-c", ""], ["-c", "a\nb"], ["-p", "x" * 300], ["-p", "a$(b)"]]
)
def test_an_empty_variable_of_the_shell_is_usage(envctl: Any, spec_file: Path, arguments: list[str]) -> None:
    assert envctl("create", "-f", spec_file, *arguments).code == 2
