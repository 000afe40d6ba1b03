"""The files that an engine installs: their paths, commands and places."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from tiny_channel import TinyChannel


def output(*command: Path | str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def holds_the_staging_folder(prefix: Path) -> str:
    """Files and links of an environment that name a folder it was built in."""
    named = subprocess.run(
        ["grep", "-rlaE", r"\.envctl-[0-9a-f]{8}", prefix], capture_output=True, text=True, check=False
    )
    links = (f"{link} -> {link.readlink()}" for link in prefix.rglob("*") if link.is_symlink())
    return named.stdout + "\n".join(link for link in links if ".envctl-" in link)


@pytest.mark.parametrize("place", ["env", "my env", "ümgebung", "n" * 150], ids=lambda place: place[:12])
def test_a_command_finds_its_files_wherever_the_environment_is(
    envctl: Any, tmp_path: Path, spec_file: Path, place: str
) -> None:
    prefix = tmp_path / place
    assert envctl("create", "-f", spec_file, "-p", prefix).code == 0
    assert f"home = {prefix}\n" in (prefix / "etc" / "tool.conf").read_text()
    assert bytes(prefix) in (prefix / "lib" / "libtool.so").read_bytes()
    assert envctl("check", prefix, "--files").code == 0
    if " " not in place:
        assert output(prefix / "bin" / "tool") == (prefix / "etc" / "tool.conf").read_text()


@pytest.mark.parametrize("option", ["-n", "-p"])
def test_nothing_names_the_folder_it_was_built_in(
    envctl: Any, root: Path, tmp_path: Path, spec_file: Path, option: str
) -> None:
    spec_file.write_text(spec_file.read_text().replace("- tool", "- tool\n  - greet"))
    assert envctl("create", "-f", spec_file, option, "web").code == 0
    prefix = (root / "envs" / "web").resolve() if option == "-n" else tmp_path / "web"
    assert holds_the_staging_folder(prefix) == ""
    assert [path.name for path in tmp_path.iterdir() if ".envctl-" in path.name] == []


def test_a_pure_python_package_gets_its_commands_and_its_place_in_site_packages(
    envctl: Any, root: Path, spec_file: Path, differs: Any
) -> None:
    spec_file.write_text(spec_file.read_text().replace("- tool", "- greet"))
    result = envctl("create", "-f", spec_file)
    assert result.code == 0, result.err
    prefix = (root / "envs" / "web").resolve()
    (module,) = prefix.glob("lib/python3.*/site-packages/greet.py")
    assert (prefix / "bin" / "greet").read_text().startswith(f"#!{prefix}/bin/python")
    assert bool(list(module.parent.glob("__pycache__/greet.*.pyc"))) == differs.bytecode
    assert output(prefix / "bin" / "greet") == "greetings\n"


def test_a_pure_python_package_is_whole(envctl: Any, spec_file: Path) -> None:
    spec_file.write_text(spec_file.read_text().replace("- tool", "- greet"))
    assert envctl("create", "-f", spec_file).code == 0
    assert envctl("check", "web", "--files").code == 0


def test_changing_a_file_of_an_environment_changes_no_other(
    envctl: Any, root: Path, spec_file: Path, channel: TinyChannel
) -> None:
    """Files that hold the prefix are each environment's own, not links into the cache."""
    for name in ("one", "two"):
        assert envctl("create", "-f", spec_file, "-n", name).code == 0
    with (root / "envs" / "one" / "etc" / "tool.conf").open("a") as file:
        file.write("changed\n")
    assert "changed" not in (root / "envs" / "two" / "etc" / "tool.conf").read_text()
    assert envctl("check", "two", "--files").code == 0
    assert envctl("check", "one", "--files").code == 1


def test_nothing_is_written_outside_envctls_root(
    envctl: Any, root: Path, tmp_path: Path, spec_file: Path
) -> None:
    assert envctl("create", "-f", spec_file).code == 0
    home = tmp_path / "home"
    assert [str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()] == [
        ".conda/environments.txt"
    ]


def test_a_packages_link_script_does_not_run_and_is_told_of(
    envctl: Any, root: Path, spec_file: Path, channel: TinyChannel
) -> None:
    script = b'#!/bin/sh\ntouch "$PREFIX/ran"\n'
    channel.add("scripted", files={"bin/.scripted-post-link.sh": script, "share/scripted.txt": b"here\n"})
    channel.index()
    spec_file.write_text(spec_file.read_text().replace("- tool", "- scripted"))
    result = envctl("create", "-f", spec_file)
    assert result.code == 0, result.err
    assert (root / "envs" / "web" / "share" / "scripted.txt").is_file()
    assert not (root / "envs" / "web" / "ran").exists()
    assert "scripted" in next(line for line in result.err.splitlines() if line.startswith("warning:"))
