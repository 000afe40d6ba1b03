"""The whole command line for a user who has configured conda."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tiny_channel import TinyChannel


@pytest.fixture
def home(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of a user who has no ENVCTL_ROOT."""
    monkeypatch.delenv("ENVCTL_ROOT")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    home = tmp_path / "home"
    home.mkdir()
    return home


def test_environments_and_packages_are_where_condas_are(
    envctl: Any, home: Path, spec_file: Path, channel: TinyChannel
) -> None:
    (home / ".condarc").write_text("envs_dirs: [~/envs]\npkgs_dirs: [~/pkgs]\n")
    created = envctl("create", "-f", spec_file, "--json")
    assert created.json["prefix"] == str(home / "envs" / "web")
    assert (home / "envs" / "web" / "bin" / "hello").resolve() == home / "envs/.envctl/web/1/bin/hello"
    assert [entry.name for entry in (home / "pkgs").iterdir()] == ["envctl"]
    assert [entry["name"] for entry in envctl("list", "--json").json["environments"]] == ["web"]
    assert envctl("check", "web", "--files").code == 0
    assert envctl("remove", "web", "-y").code == 0
    assert not (home / "envs" / "web").exists()


def test_environments_that_conda_made_in_its_folders_are_listed_and_found(
    envctl: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = home / "envs" / "theirs"
    (theirs / "conda-meta").mkdir(parents=True)
    (theirs / "conda-meta" / "history").touch()
    monkeypatch.setenv("CONDA_ENVS_PATH", str(home / "envs"))
    listed = envctl("list", "--json").json["environments"]
    assert [entry["prefix"] for entry in listed] == [str(theirs)]
    assert envctl("export", "theirs").code == 0


def test_an_environment_of_a_folder_that_is_configured_no_more_is_listed_by_its_prefix(
    envctl: Any, home: Path, spec_file: Path
) -> None:
    (home / ".condarc").write_text("envs_dirs: [~/envs]\n")
    assert envctl("create", "-f", spec_file).code == 0
    (home / ".condarc").unlink()
    (environment,) = envctl("list", "--generations", "--json").json["environments"]
    assert (environment["name"], environment["prefix"]) == (None, str(home / "envs" / "web"))
    assert [it["number"] for it in environment["generations"]] == [1]
    assert envctl("export", environment["prefix"]).code == 0


@pytest.fixture
def closed(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that may not be looked into; for root, who may, as if."""
    folder = home / "closed"
    folder.mkdir(mode=0)
    for name in ("stat", "lstat", "scandir", "listdir") if os.geteuid() == 0 else ():
        done = getattr(os, name)

        def refused(path: Any = ".", *rest: Any, done: Any = done, **named: Any) -> Any:
            if str(path).startswith(f"{folder}/"):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            return done(path, *rest, **named)

        monkeypatch.setattr(os, name, refused)
    yield folder
    folder.chmod(0o700)


def test_folders_that_may_not_be_looked_into_are_passed_over(
    envctl: Any, home: Path, closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / ".condarc").write_text(f"envs_dirs: [~/envs, {closed}/envs]\n")
    (home / ".conda").mkdir()
    (home / ".conda" / "environments.txt").write_text(f"{closed}/env\n")
    for name, path in (("CONDA_EXE", "bin/conda"), ("CONDA_PREFIX", "env"), ("RATTLER_HOME", "rattler")):
        monkeypatch.setenv(name, f"{closed}/{path}")
    assert envctl("list", "--json").json["environments"] == []
    assert envctl("run", "web", "true").err.splitlines()[0] == "error: there is no environment 'web'"
    assert envctl("doctor", "--offline").code == 0


def test_a_name_that_conda_has_already_is_refused(
    envctl: Any, home: Path, spec_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "envs" / "web" / "conda-meta").mkdir(parents=True)
    (home / "envs" / "web" / "conda-meta" / "history").touch()
    monkeypatch.setenv("CONDA_ENVS_PATH", str(home / "envs"))
    refused = envctl("create", "-f", spec_file, "--replace")
    assert refused.code == 1
    assert refused.err.splitlines()[0] == f"error: {home}/envs/web exists and is no environment of envctl's"


def test_a_source_that_names_no_channel_gets_the_configured_ones(
    envctl: Any, home: Path, channel: TinyChannel, tmp_path: Path
) -> None:
    (home / ".condarc").write_text(f"channels: [{channel.url}]\n")
    (tmp_path / "bare.yml").write_text("name: web\ndependencies: [hello]\n")
    planned = envctl("create", "-f", tmp_path / "bare.yml", "--dry-run", "--json")
    assert planned.json["channels"] == [channel.url]
    assert planned.err == f"note: no channel is named: {channel.url} is used\n"
    lock = tmp_path / "conda-lock.yml"
    assert envctl("lock", tmp_path / "bare.yml", "-o", lock).code == 0
    assert envctl("lock", tmp_path / "bare.yml", "-o", lock, "--check").code == 0


def test_a_configuration_that_cannot_be_read_is_an_error_with_its_line(envctl: Any, home: Path) -> None:
    (home / ".condarc").write_text("channels:\n - a\nenvs_dirs: /one\n")
    result = envctl("list")
    assert result.code == 3
    assert result.err.splitlines()[0] == f"error: {home}/.condarc:3: envs_dirs is '/one', not a list"
