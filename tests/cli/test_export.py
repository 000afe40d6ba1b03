"""envctl export: an installed environment as a file that makes it again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tiny_channel import TinyChannel
from tiny_wheel import make_wheel


@pytest.fixture
def second(tmp_path: Path) -> TinyChannel:
    """A channel of lower priority, with a package that the first lacks and one that it has too."""
    second = TinyChannel(tmp_path / "second")
    second.add("extra", "3.0")
    second.add("lib", "9.0")
    return second.index()


@pytest.fixture
def environment(envctl: Any, spec_file: Path, channel: TinyChannel, second: TinyChannel) -> str:
    """An environment of three packages from two channels; two were asked for."""
    text = spec_file.read_text()
    text = text.replace(f"  - {channel.url}\n", f"  - {channel.url}\n  - {second.url}\n")
    spec_file.write_text(text.replace("  - hello\n", "  - hello >=1\n  - extra\n"))
    assert envctl("create", "-f", spec_file).code == 0
    return "web"


def test_every_package_is_pinned_in_the_order_of_the_channels(
    envctl: Any, environment: str, channel: TinyChannel, second: TinyChannel
) -> None:
    result = envctl("export", environment)
    assert (result.code, result.err) == (0, "")
    assert result.out == (
        f"name: web\nchannels:\n  - {channel.url}\n  - {second.url}\n"
        "dependencies:\n  - extra=3.0=0\n  - hello=2.0=0\n  - lib=1.0=0\n"
        "variables:\n  GREETED: world\n"
    )


def test_builds_may_be_left_out(envctl: Any, environment: str) -> None:
    assert "  - hello=2.0\n" in envctl("export", environment, "--no-builds").out


def test_the_history_is_what_was_asked_for_with_its_versions(envctl: Any, environment: str) -> None:
    out = envctl("export", environment, "--from-history").out
    assert "dependencies:\n  - extra\n  - hello >=1\nvariables:" in out


def test_no_path_of_the_environment_is_in_it(envctl: Any, environment: str, root: Path) -> None:
    for form in ("environment-yaml", "environment-json"):
        out = envctl("export", environment, "--format", form).out
        assert str(root) not in out
        assert "prefix" not in out


@pytest.mark.parametrize("form", ["environment-yaml", "environment-json", "conda-lock-v1"])
def test_what_is_exported_makes_an_environment_whose_export_is_the_same_bytes(
    envctl: Any, environment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    file = tmp_path / "exported.yml"
    assert envctl("export", environment, "--format", form, "-o", file).code == 0
    monkeypatch.setenv("ENVCTL_ROOT", str(tmp_path / "elsewhere"))
    assert envctl("create", "-f", file).code == 0
    assert envctl("export", environment, "--format", form).out == file.read_text()


def test_a_lock_of_an_environment_installs_exactly_it(envctl: Any, environment: str, tmp_path: Path) -> None:
    for form, file in {"conda-lock-v1": "a.yml", "explicit": "b.txt"}.items():
        assert envctl("export", environment, "--format", form, "--lossy", "-o", file).code == 0
        assert envctl("create", "-f", file, "-n", f"copy-{form}").code == 0
        result = envctl("diff", "env:web", f"env:copy-{form}", "--format", "json")
        assert result.json["added"] == result.json["removed"] == result.json["changed"] == []


def test_what_a_format_cannot_carry_is_refused_by_name(envctl: Any, environment: str) -> None:
    result = envctl("export", environment, "--format", "requirements", "--json")
    assert (result.code, result.json["error"]["code"]) == (1, "lossy")
    assert result.json["error"]["cause"].splitlines() == [
        "3 conda packages: extra, lib, hello",
        "1 variable: GREETED",
    ]


def test_with_lossy_it_is_written_and_what_was_lost_is_listed(envctl: Any, environment: str) -> None:
    result = envctl("export", environment, "--format", "pixi-lock", "--lossy")
    assert result.code == 0
    assert result.err == "warning: left out: 1 variable: GREETED\n"
    assert result.out.startswith(("#", "version: 7"))


def test_a_specification_is_converted_and_no_lock_without_a_solve(envctl: Any, spec_file: Path) -> None:
    document = json.loads(envctl("export", spec_file, "--format", "environment-json").out)
    assert document["dependencies"] == ["hello"]
    result = envctl("export", spec_file, "--format", "explicit")
    assert result.code == 2
    assert "envctl lock" in result.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["absent"], 5, "no environment, file or template"),
        (["x" * 300], 5, "no environment, file or template"),
        (["env:absent"], 5, "no environment"),
        (["web", "--format", "yaml"], 2, "environment-yaml"),
        (["web", "--platform", "win-64"], 2, "not for win-64"),
        (["web", "-o", "/proc/envctl/x"], 4, "cannot write"),
        (["web", "--from-history", "--format", "explicit"], 2, "explicit holds exact packages"),
        (["web", "--no-builds", "--format", "conda-lock-v1"], 2, "--no-builds is for specifications"),
        (["environment.yml", "--from-history"], 2, "take --from-history away"),
        (["environment.yml", "--no-builds"], 2, "take --no-builds away"),
        (["web", "--environment", "cuda"], 2, "no environment can be chosen of web"),
    ],
)
def test_what_cannot_be_exported_is_said_with_its_exit_code(
    envctl: Any, environment: str, arguments: list[str], code: int, words: str
) -> None:
    result = envctl("export", *arguments)
    assert result.code == code
    assert words in result.err
    assert result.out == ""


@pytest.mark.channel
def test_pip_packages_come_back_with_their_index_options_and_versions(
    envctl: Any, root: Path, tmp_path: Path, local_channel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_wheel(tmp_path / "wheels", "greet", "1.0", requires=["helper"])
    make_wheel(tmp_path / "wheels", "helper", "2.0")
    file = tmp_path / "with-pip.yml"
    file.write_text(
        f"name: web\nchannels: ['{local_channel.url}']\ndependencies:\n  - python\n  - pip\n  - pip:\n"
        f"      - --no-index\n      - --find-links {(tmp_path / 'wheels').as_uri()}\n      - greet >=1\n"
    )
    assert envctl("create", "-f", file).code == 0
    first = envctl("export", "web").out
    assert first.endswith(
        f"  - pip:\n      - --no-index\n      - --find-links {(tmp_path / 'wheels').as_uri()}\n"
        "      - greet==1.0\n      - helper==2.0\n"
    )
    history = envctl("export", "web", "--from-history").out
    assert history.endswith("      - greet >=1\n")
    (tmp_path / "again.yml").write_text(first)
    monkeypatch.setenv("ENVCTL_ROOT", str(tmp_path / "elsewhere"))
    assert envctl("create", "-f", tmp_path / "again.yml").code == 0
    assert envctl("export", "web").out == first
