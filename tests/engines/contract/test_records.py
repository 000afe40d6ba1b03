"""What an installation leaves in `conda-meta/` says the same whichever engine made it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from prefix_state import records
from tiny_channel import TinyChannel

from envctl import __version__
from envctl.subdirs import current_subdir


@pytest.fixture
def prefix(envctl: Any, root: Path, spec_file: Path) -> Path:
    """A created environment."""
    result = envctl("create", "-f", spec_file)
    assert result.code == 0, result.err
    return (root / "envs" / "web").resolve()


def test_the_history_has_one_run_of_envctls_with_what_was_asked_for(
    prefix: Path, channel: TinyChannel
) -> None:
    head, *lines = (prefix / "conda-meta" / "history").read_text().splitlines()
    assert re.fullmatch(r"==> \d{4}-\d\d-\d\d \d\d:\d\d:\d\d <==", head)
    assert lines == [
        "# cmd: envctl create",
        f"# envctl version: {__version__}",
        f"+{channel.url}/{current_subdir()}::tool-1.0-0",
        f"+{channel.url}/noarch::hello-2.0-0",
        f"+{channel.url}/noarch::lib-2.0-0",
        "# update specs: ['hello', 'tool']",
    ]


def test_the_provenance_says_what_made_it_from_what(prefix: Path, channel: TinyChannel, engine: str) -> None:
    provenance = json.loads((prefix / "conda-meta" / "envctl" / "provenance.json").read_text())
    assert provenance["engine"].split()[0] == engine
    assert provenance["channels"] == [channel.url]
    assert "- hello" in provenance["spec"]
    assert any(package.startswith("__glibc=") for package in provenance["virtual_packages"])


def test_only_what_was_asked_for_has_its_request_in_its_record(prefix: Path) -> None:
    installed = records(prefix)
    assert {name: record.get("requested_spec") or None for name, record in installed.items()} == {
        "hello": "hello",
        "lib": None,
        "tool": "tool",
    }
    assert {name: record.get("requested_specs") or [] for name, record in installed.items()} == {
        "hello": ["hello"],
        "lib": [],
        "tool": ["tool"],
    }


def test_a_record_says_what_the_channel_says_of_the_package(prefix: Path, channel: TinyChannel) -> None:
    repodata = json.loads((channel.directory / "noarch" / "repodata.json").read_text())
    said = repodata["packages"]["hello-2.0-0.tar.bz2"]
    record = records(prefix)["hello"]
    fields = ("name", "version", "build", "build_number", "depends", "constrains", "license", "md5")
    for field in (*fields, "sha256", "size", "subdir", "timestamp"):
        assert record[field] == said[field], field
    assert record["url"] == f"{channel.url}/noarch/hello-2.0-0.tar.bz2"
    assert record["channel"].rstrip("/").removesuffix("/noarch") == channel.url  # conda writes the subdir too


def test_what_was_solved_for_is_written_down_as_a_lock(
    envctl: Any, prefix: Path, channel: TinyChannel
) -> None:
    exported = envctl("export", "web", "--format", "explicit")
    assert exported.code == 0, exported.err
    lines = [line.partition("#")[0] for line in exported.out.splitlines() if line.startswith("file:")]
    assert sorted(lines) == [
        f"{channel.url}/{current_subdir()}/tool-1.0-0.tar.bz2",
        f"{channel.url}/noarch/hello-2.0-0.tar.bz2",
        f"{channel.url}/noarch/lib-2.0-0.tar.bz2",
    ]


def test_the_variables_are_where_conda_keeps_them(envctl: Any, root: Path, spec_file: Path) -> None:
    spec_file.write_text(spec_file.read_text() + "variables:\n  GREETED: world\n")
    assert envctl("create", "-f", spec_file).code == 0
    prefix = root / "envs" / "web"
    assert json.loads((prefix / "conda-meta" / "state").read_text())["env_vars"] == {"GREETED": "world"}


@pytest.mark.usefixtures("prefix")
def test_condas_list_of_environments_has_it_and_nothing_else(tmp_path: Path, root: Path) -> None:
    listed = (tmp_path / "home" / ".conda" / "environments.txt").read_text()
    assert listed == f"{root}/envs/web\n"


def test_others_than_its_owner_may_read_the_records(prefix: Path) -> None:
    modes = {file.name: file.stat().st_mode & 0o044 for file in (prefix / "conda-meta").glob("*.json")}
    assert set(modes.values()) == {0o044}, modes
