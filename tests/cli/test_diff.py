"""envctl diff: any source against any source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tiny_channel import TinyChannel

from envctl.subdirs import current_subdir


@pytest.fixture
def lock(envctl: Any, spec_file: Path) -> Path:
    """The lock of `hello` 2.0 and `lib`, for this machine."""
    file = spec_file.parent / "conda-lock.yml"
    assert envctl("lock", spec_file, "-o", file).code == 0
    return file


@pytest.fixture
def environment(envctl: Any, spec_file: Path) -> str:
    """The environment of `hello` 1.0 alone."""
    older = spec_file.parent / "older.yml"
    older.write_text(spec_file.read_text().replace("- hello", "- hello =1"))
    assert envctl("create", "-f", older).code == 0
    return "web"


def test_a_lock_against_an_environment_is_packages_against_packages(
    envctl: Any, lock: Path, environment: str
) -> None:
    result = envctl("diff", environment, lock, "--format", "text")
    assert result.code == 0
    assert [line.split("\t")[:6] for line in result.out.splitlines()] == [
        ["changed", current_subdir(), "conda", "hello", "1.0", "2.0"],
        ["added", current_subdir(), "conda", "lib", "-", "1.0"],
    ]


def test_a_specification_against_packages_is_what_is_not_satisfied(
    envctl: Any, spec_file: Path, environment: str
) -> None:
    newer = spec_file.parent / "newer.yml"
    newer.write_text(spec_file.read_text().replace("- hello", "- hello >=2\n  - lib"))
    for words in ((newer, environment), (environment, newer)):
        document = envctl("diff", *words, "--json").json
        assert [(one["name"], one["spec"]) for one in document["unsatisfied"]] == [
            ("hello", "hello >=2"),
            ("lib", "lib"),
        ]
        assert document["unsatisfied"][0]["found"]["version"] == "1.0"


def test_two_specifications_are_compared_as_such(envctl: Any, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("channels: [conda-forge]\ndependencies: [python=3.9, numpy >=1.20]\n")
    (tmp_path / "b.yml").write_text("channels: [conda-forge]\ndependencies: [python 3.9.*, numpy >=1.22]\n")
    result = envctl("diff", "a.yml", "b.yml", "--json")
    assert [change["name"] for change in result.json["changed"]] == ["numpy"]
    assert result.json["changed"][0]["kinds"] == ["spec"]


def test_a_template_is_a_source_and_so_is_standard_input(
    envctl: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rendered.yml").write_text(envctl("render", "pytorch-cpu").out)
    with (tmp_path / "rendered.yml").open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        result = envctl("diff", "pytorch-cpu", "-", "--exit-code")
    assert result.code == 0, result.out


def test_a_file_whose_content_changed_under_its_url_comes_first(
    envctl: Any, lock: Path, spec_file: Path
) -> None:
    digest = next(line.split()[1] for line in lock.read_text().splitlines() if "sha256:" in line)
    changed = lock.with_name("changed.yml")
    changed.write_text(lock.read_text().replace(digest, digest[::-1]))
    result = envctl("diff", lock, changed, "--exit-code")
    assert result.code == 1
    assert "replaced" in result.out.splitlines()[0]
    document = envctl("diff", lock, changed, "--json").json
    assert document["changed"][0]["kinds"] == ["hash"]


def test_no_difference_is_said_in_a_table_and_nothing_in_lines(envctl: Any, lock: Path) -> None:
    assert envctl("diff", lock, lock, "--format", "text").out == ""
    result = envctl("diff", lock, lock, "--exit-code")
    assert result.code == 0
    assert result.out.startswith("no difference")


def test_one_run_writes_every_form_that_ci_wants(
    envctl: Any, lock: Path, tmp_path: Path, environment: str
) -> None:
    result = envctl("diff", environment, lock, "-o", "pr.md", "-o", "diff.json", "-o", "diff.txt")
    assert result.code == 0
    assert result.out.splitlines()[0].startswith("1 added")
    assert json.loads((tmp_path / "diff.json").read_text())["command"] == "diff"
    assert "| " in (tmp_path / "pr.md").read_text()
    assert (tmp_path / "diff.txt").read_text().count("\n") == 2


def test_platforms_that_one_lock_has_alone_are_told_as_such(
    envctl: Any, spec_file: Path, channel: TinyChannel
) -> None:
    assert (
        envctl("lock", spec_file, "--platform", "linux-64", "--platform", "win-64", "-o", "two.yml").code == 0
    )
    platforms = ("--platform", "linux-64", "--platform", "win-64", "--platform", "osx-arm64")
    assert envctl("lock", spec_file, *platforms, "-o", "three.yml").code == 0
    result = envctl("diff", "two.yml", "three.yml", "--exit-code")
    assert result.code == 1
    assert any("osx-arm64" in line and "2 packages" in line for line in result.out.splitlines()), result.out
    assert envctl("diff", "two.yml", "three.yml", "--platform", "win-64", "--exit-code").code == 0


def test_an_environment_of_a_file_with_several_is_picked(envctl: Any, tmp_path: Path) -> None:
    entry = "https://c.example/noarch/a-{}-0.conda"
    environments = "".join(
        f"  {name}:\n    channels: []\n    packages:\n      linux-64: [conda: {entry.format(version)}]\n"
        for name, version in (("default", "1"), ("cuda", "2"))
    )
    packages = "".join(f"- conda: {entry.format(version)}\n" for version in ("1", "2"))
    (tmp_path / "pixi.lock").write_text(f"version: 6\nenvironments:\n{environments}packages:\n{packages}")
    (tmp_path / "a.txt").write_text(f"# platform: linux-64\n@EXPLICIT\n{entry.format(2)}\n")
    result = envctl("diff", "pixi.lock", "a.txt", "--exit-code")
    assert result.code == 1
    assert "pixi.lock holds 2 environments: default is used" in result.err
    assert envctl("diff", "pixi.lock", "a.txt", "--environment", "cuda", "--exit-code").code == 0
    result = envctl("diff", "pixi.lock", "a.txt", "--environment", "rocm")
    assert (result.code, "default, cuda" in result.err) == (2, True)
    result = envctl("diff", "a.txt", "a.txt", "--environment", "cuda")
    assert (result.code, "no environment can be chosen of a.txt" in result.err) == (2, True)


def test_standard_input_is_read_once_where_the_other_side_has_environments(
    envctl: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = "https://c.example/noarch/a-1-0.conda"
    (tmp_path / "pixi.lock").write_text(
        "version: 6\nenvironments:\n  cuda:\n    channels: []\n"
        f"    packages:\n      linux-64: [conda: {archive}]\npackages:\n- conda: {archive}\n"
    )
    (tmp_path / "a.txt").write_text(f"# platform: linux-64\n@EXPLICIT\n{archive}\n")
    with (tmp_path / "a.txt").open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        result = envctl("diff", "-", "pixi.lock", "--environment", "cuda", "--exit-code")
    assert (result.code, result.err) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["absent", "conda-lock.yml"], 5, "no file, environment or template"),
        (["absent.yml", "conda-lock.yml"], 3, "absent.yml"),
        (["conda-lock.yml", "conda-lock.yml", "--platform", "win-64"], 2, "not for win-64"),
        (["conda-lock.yml", "conda-lock.yml", "--format", "html"], 2, "table, text, markdown, json"),
        (["conda-lock.yml", "conda-lock.yml", "-o", "x.html"], 2, ".md"),
        (["-", "-"], 2, "standard input"),
        (
            ["conda-lock.yml", "environment.yml", "--environment", "x"],
            2,
            "conda-lock.yml and environment.yml",
        ),
    ],
)
def test_what_cannot_be_compared_is_said_with_its_exit_code(
    envctl: Any, lock: Path, arguments: list[str], code: int, words: str
) -> None:
    result = envctl("diff", *arguments)
    assert result.code == code
    assert words in result.err
    assert result.out == ""


def test_a_lock_for_more_platforms_than_the_other_is_compared_on_the_common_one_and_that_is_said(
    envctl: Any, spec_file: Path
) -> None:
    assert envctl("lock", spec_file, "--platform", "linux-64", "-o", "one.yml").code == 0
    both = ("--platform", "linux-64", "--platform", "win-64")
    assert envctl("lock", spec_file, *both, "-o", "two.yml").code == 0
    result = envctl("diff", "one.yml", "two.yml")
    assert result.code == 0
    assert "compared on linux-64 alone: file:two.yml is for win-64 too" in result.out
