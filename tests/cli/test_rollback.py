"""rollback, the list of generations, and what is never taken away from under a process."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tiny_channel import TinyChannel


@pytest.fixture
def web(envctl: Any, root: Path, tmp_path: Path) -> Path:
    """An environment of two generations, with a program that waits."""
    channel = TinyChannel(tmp_path / "channel")
    waits = Path(shutil.which("cat") or "/bin/cat").resolve().read_bytes()
    for version in ("1.0", "2.0"):
        channel.add("waiting", version, files={"bin/waits": waits})
    channel.index()
    for verb, version in ((("create",), "1.0"), (("update", "web"), "2.0")):
        file = tmp_path / f"{version}.yml"
        file.write_text(f"name: web\nchannels: ['{channel.url}']\ndependencies: [waiting={version}]\n")
        assert envctl(*verb, file).code == 0
    return root / "envs" / "web"


def version(prefix: Path) -> str:
    (record,) = (prefix / "conda-meta").glob("*.json")
    return record.stem.split("-")[1]


@pytest.fixture
def waiting(web: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that was started from the first generation."""
    command = [web.resolve().parent / "1" / "bin" / "waits"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"there\n")
        process.stdin.flush()
        process.stdout.readline()
        yield process
        process.stdin.close()


def test_it_goes_to_the_generation_before(envctl: Any, web: Path) -> None:
    result = envctl("rollback", "web")
    assert (result.code, result.out, result.err) == (0, "", "web is generation 1, it was 2\n")
    assert version(web) == "1.0"
    assert envctl("check", "web", "--files").code == 0


def test_it_goes_forward_again_by_number(envctl: Any, web: Path) -> None:
    assert envctl("rollback", "web").code == 0
    document = envctl("rollback", "web", "--to", "2", "--json").json
    assert (document["generation"], document["generation_before"]) == (2, 1)
    assert version(web) == "2.0"


def test_to_the_current_one_nothing_changes(envctl: Any, web: Path) -> None:
    result = envctl("rollback", "web", "--to", "2")
    assert (result.code, result.err) == (0, "web is generation 2 already\n")


@pytest.mark.parametrize("to", ["7", "0", "-1"])
def test_a_generation_that_is_not_there_is_told_with_those_that_are(envctl: Any, web: Path, to: str) -> None:
    result = envctl("rollback", "web", "--to", to, "--json")
    assert (result.code, result.json["error"]["code"]) == (5, "no-generation")
    assert result.json["error"]["cause"] == "there is 1, 2 (current)"


def test_before_the_first_there_is_none(envctl: Any, web: Path) -> None:
    assert envctl("rollback", "web").code == 0
    assert envctl("rollback", "web").code == 5
    assert version(web) == "1.0"


def test_an_update_after_a_rollback_gets_a_new_number(envctl: Any, web: Path, tmp_path: Path) -> None:
    assert envctl("rollback", "web").code == 0
    assert envctl("update", "web", tmp_path / "2.0.yml", "--json").json["generation"] == 3


def test_where_the_current_one_was_removed_by_hand_it_goes_to_the_newest_that_is_there(
    envctl: Any, web: Path
) -> None:
    shutil.rmtree(web.resolve())
    result = envctl("rollback", "web")
    assert (result.code, result.err) == (0, "web is generation 1\n")
    assert version(web) == "1.0"


def test_a_generation_can_be_looked_at_by_its_path_and_not_changed(envctl: Any, web: Path) -> None:
    first = web.resolve().parent / "1"
    (change,) = envctl("diff", first, "web", "--json").json["changed"]
    assert change["kinds"] == ["upgrade"]
    result = envctl("remove", first, "-y", "--json")
    assert (result.code, result.json["error"]["code"]) == (1, "old-generation")
    assert version(web) == "2.0"
    assert version(first) == "1.0"


def test_the_list_shows_them(envctl: Any, web: Path) -> None:
    lines = [line.split() for line in envctl("list", "--generations").out.splitlines()]
    assert [line[:4] for line in lines[1:]] == [
        ["web", "1", "1.0.yml", "1"],
        ["web", "2", "current", "2.0.yml"],
    ]
    (environment,) = envctl("list", "--generations", "--json").json["environments"]
    assert [(it["number"], it["current"]) for it in environment["generations"]] == [(1, False), (2, True)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what processes run from")
def test_a_generation_in_which_something_runs_is_not_pruned(
    envctl: Any, web: Path, tmp_path: Path, waiting: subprocess.Popen[bytes]
) -> None:
    assert envctl("update", "web", tmp_path / "1.0.yml", "--keep", "0").code == 0
    assert sorted(entry.name for entry in web.resolve().parent.iterdir()) == ["1", "3"]
    (environment,) = envctl("list", "--generations", "--json").json["environments"]
    assert [it["running_processes"] for it in environment["generations"]] == [1, 0]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what processes run from")
def test_an_environment_in_which_something_runs_is_not_removed(
    envctl: Any, web: Path, waiting: subprocess.Popen[bytes]
) -> None:
    result = envctl("remove", "web", "-y", "--json")
    assert (result.code, result.json["error"]["code"]) == (5, "environment-in-use")
    assert result.json["error"]["cause"] == f"waits ({waiting.pid})"
    assert version(web) == "2.0"
