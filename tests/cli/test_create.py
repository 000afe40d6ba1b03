"""envctl create: exit codes, both streams, and what stands there afterwards."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from tiny_channel import TinyChannel


def test_an_environment_is_made_from_a_file(envctl: Any, spec_file: Path, root: Path) -> None:
    result = envctl("create", "-f", spec_file)
    assert result.code == 0
    assert result.out == ""
    assert result.err.splitlines() == [
        f"created web: 2 packages in {root}/envs/web",
        "next: envctl run web -- COMMAND",
    ]
    assert (root / "envs" / "web" / "bin" / "hello").is_file()


def test_conda_is_told_of_it(envctl: Any, spec_file: Path, root: Path, tmp_path: Path) -> None:
    envctl("create", "-f", spec_file)
    assert (tmp_path / "home" / ".conda" / "environments.txt").read_text() == f"{root}/envs/web\n"


def test_a_prefix_is_a_plain_folder(envctl: Any, spec_file: Path, tmp_path: Path) -> None:
    assert envctl("create", "-f", spec_file, "-p", tmp_path / "env").code == 0
    assert (tmp_path / "env").is_dir()
    assert not (tmp_path / "env").is_symlink()


def test_the_json_document_says_everything(
    envctl: Any, spec_file: Path, root: Path, channel: TinyChannel
) -> None:
    result = envctl("create", "-f", spec_file, "--json")
    document = result.json
    assert (document["schema_version"], document["command"], document["ok"]) == (1, "create", True)
    assert document["prefix"] == f"{root}/envs/web"
    assert [(package["name"], package["requested"]) for package in document["packages"]] == [
        ("hello", True),
        ("lib", False),
    ]
    assert document["channels"] == [channel.url]


def test_a_dry_run_shows_what_it_would_cost_and_makes_nothing(
    envctl: Any, spec_file: Path, root: Path
) -> None:
    result = envctl("create", "-f", spec_file, "--dry-run")
    assert result.code == 0
    assert result.out.splitlines()[0] == f"would install 2 packages into {root}/envs/web"
    assert "to download" in result.out.splitlines()[1]
    assert not (root / "envs").exists()
    sizes = envctl("create", "-f", spec_file, "--dry-run", "--json").json["sizes"]
    assert sizes["download_bytes"] > 0
    assert sizes["disk_bytes"] == 69 + len("lib 1.0\n")
    assert sizes["unknown_packages"] == 0


def test_a_dry_run_shows_its_plan_for_a_place_that_is_taken(envctl: Any, spec_file: Path) -> None:
    envctl("create", "-f", spec_file)
    result = envctl("create", "-f", spec_file, "--dry-run")
    assert result.code == 0
    assert result.err == "warning: the environment web exists already\n"


def test_an_environment_that_exists_is_refused_and_untouched(
    envctl: Any, spec_file: Path, root: Path
) -> None:
    envctl("create", "-f", spec_file)
    (root / "envs" / "web" / "mine").touch()
    result = envctl("create", "-f", spec_file)
    assert result.code == 1
    assert result.err.splitlines()[0] == "error: the environment web exists already"
    assert "--replace" in result.err
    assert (root / "envs" / "web" / "mine").exists()


def test_replace_builds_it_anew(envctl: Any, spec_file: Path, root: Path) -> None:
    envctl("create", "-f", spec_file)
    (root / "envs" / "web" / "mine").touch()
    assert envctl("create", "-f", spec_file, "--replace").code == 0
    assert not (root / "envs" / "web" / "mine").exists()


def test_replace_keeps_the_old_one_when_the_new_one_fails(envctl: Any, spec_file: Path, root: Path) -> None:
    envctl("create", "-f", spec_file)
    assert envctl("create", "-f", spec_file, "--replace", "-c", "file:///nowhere").code == 5
    assert (root / "envs" / "web" / "bin" / "hello").is_file()


def test_an_error_is_a_document_too(envctl: Any, spec_file: Path) -> None:
    envctl("create", "-f", spec_file)
    result = envctl("create", "-f", spec_file, "--json")
    assert result.code == 1
    assert result.json["ok"] is False
    assert result.json["error"]["code"] == "environment-exists"
    assert result.json["error"]["hint"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["create"], 2, "give one source"),
        (["create", "a", "-f", "b"], 2, "give one source"),
        (["create", "pytorch-cpo"], 2, "pytorch-cpu"),
        (["create", "-f", "absent.yml"], 3, "absent.yml"),
        (["create", "-f", "environment.yml", "--set", "python=3.9"], 2, "only templates"),
        (["create", "-f", "environment.yml", "-n", "a/b"], 2, "cannot be an environment's name"),
        (["create", "-f", "environment.yml", "-n", "a", "-p", "b"], 2, "not both"),
        (["create", "-f", "environment.yml", "--override-channels"], 2, "-c CHANNEL"),
        (["create", "-f", "environment.yml", "-c", "file:///nowhere"], 5, "a channel cannot be reached"),
        (["create", "-f", "environment.yml", "--cuda", "x"], 2, "no CUDA version"),
        (["create", "-f", "environment.yml", "-p", "environment.yml"], 1, "exists and is no environment"),
        (["create", "-f", "environment.yml", "-p", "environment.yml/env"], 4, "cannot write"),
        (["create", "-f", "environment.yml", "--frobnicate"], 2, "--frobnicate"),
        (["create", "-f", "environment.yml", "--dry"], 2, "--dry"),
    ],
)
def test_what_cannot_be_done_is_said_with_its_exit_code(
    envctl: Any, spec_file: Path, arguments: list[str], code: int, words: str
) -> None:
    result = envctl(*arguments)
    assert result.code == code
    assert words in result.err
    assert "Traceback" not in result.err
    assert result.out == ""


def test_nothing_is_left_where_a_prefix_cannot_be_written(
    envctl: Any, spec_file: Path, tmp_path: Path
) -> None:
    before = sorted(path.name for path in tmp_path.iterdir())
    result = envctl("create", "-f", spec_file, "-p", "/proc/envctl-test/env")
    assert result.code == 4
    assert "cannot write /proc/envctl-test/env" in result.err
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "root") == before


def test_a_bad_match_spec_is_told_with_its_file(envctl: Any, spec_file: Path) -> None:
    spec_file.write_text(spec_file.read_text().replace("- hello", "- hello >=>1"))
    result = envctl("create", "-f", spec_file)
    assert result.code == 3
    assert "environment.yml" in result.err
    assert "hello >=>1" in result.err


def test_standard_input_is_a_source(
    envctl: Any, spec_file: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with spec_file.open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        assert envctl("create", "-", "-n", "piped").code == 0
    assert (root / "envs" / "piped").is_dir()


def test_credentials_of_a_channel_are_nowhere(envctl: Any, spec_file: Path, root: Path) -> None:
    text = spec_file.read_text().replace(
        "channels:\n", "channels:\n  - http://me:hunter2@127.0.0.1:9/t/tk-999/x\n"
    )
    spec_file.write_text(text)
    for result in (envctl("create", "-f", spec_file, "-v"), envctl("create", "-f", spec_file, "--json")):
        assert result.code == 5
        assert "hunter2" not in result.out + result.err
        assert "tk-999" not in result.out + result.err


def test_offline_needs_what_the_caches_hold(envctl: Any, spec_file: Path) -> None:
    assert envctl("create", "-f", spec_file).code == 0
    assert envctl("create", "-f", spec_file, "--offline", "-n", "again").code == 0


@pytest.mark.parametrize("name", ["PATH", "BAD-NAME", "CONDA_PREFIX", "1ST"])
def test_a_variable_that_no_activation_can_set_is_refused(envctl: Any, spec_file: Path, name: str) -> None:
    spec_file.write_text(spec_file.read_text().replace("GREETED", f'"{name}"'))
    result = envctl("create", "-f", spec_file, "--json")
    assert (result.code, result.json["error"]["code"]) == (3, "bad-variable")


def test_a_name_in_lower_case_is_told(envctl: Any, spec_file: Path) -> None:
    spec_file.write_text(spec_file.read_text().replace("GREETED", "greeted"))
    result = envctl("create", "-f", spec_file)
    assert result.code == 0
    assert "warning: the variable greeted is set as GREETED" in result.err


@pytest.mark.parametrize("form", ["{url}", "{path}", "{url}#{md5}", "{url}#sha256:{sha256}"])
def test_an_archive_is_asked_for_by_its_url_or_path(
    envctl: Any, spec_file: Path, root: Path, channel: TinyChannel, form: str
) -> None:
    archive = channel.directory / "noarch" / "lib-1.0-0.tar.bz2"
    hashes = {name: hashlib.new(name, archive.read_bytes()).hexdigest() for name in ("md5", "sha256")}
    text = form.format(url=archive.as_uri(), path=archive, **hashes)
    spec_file.write_text(spec_file.read_text().replace("- hello", f"- '{text}'"))
    result = envctl("create", "-f", spec_file)
    assert result.code == 0, result.err
    assert (root / "envs" / "web" / "share" / "lib.txt").is_file()
    for lock in ("explicit", "conda-lock-v1", "pixi-lock"):
        result = envctl("lock", spec_file, "--format", lock, "--lossy")
        assert result.code == 0, result.err
        assert archive.as_uri() in result.out


def test_an_archive_that_is_not_what_its_hash_says_is_not_installed(
    envctl: Any, spec_file: Path, root: Path, channel: TinyChannel
) -> None:
    archive = channel.directory / "noarch" / "lib-1.0-0.tar.bz2"
    spec_file.write_text(spec_file.read_text().replace("- hello", f"- {archive.as_uri()}#{'0' * 32}"))
    result = envctl("create", "-f", spec_file, "--json")
    assert (result.code, result.json["error"]["code"]) == (4, "hash-mismatch")
    assert not (root / "envs" / "web").exists()
