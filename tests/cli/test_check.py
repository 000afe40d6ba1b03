"""envctl check: what an environment has become since it was made."""

from __future__ import annotations

import json
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from tiny_channel import TinyChannel

from envctl.subdirs import current_subdir


@pytest.fixture
def prefix(envctl: Any, spec_file: Path, root: Path) -> Path:
    """A fresh environment `web` of `hello` and `lib`."""
    assert envctl("create", "-f", spec_file).code == 0
    return root / "envs" / "web"


def statuses(document: dict[str, Any]) -> dict[str, str]:
    return {check["id"]: check["status"] for check in document["checks"]}


def test_a_fresh_environment_passes(envctl: Any, prefix: Path) -> None:
    result = envctl("check", "web", "--files")
    assert result.code == 0
    assert result.out.splitlines()[0].rstrip() == "env:web: all 8 checks passed"


def test_a_package_that_is_gone_and_one_that_came_are_told(envctl: Any, prefix: Path) -> None:
    records = prefix / "conda-meta"
    lib = json.loads((records / "lib-1.0-0.json").read_text())
    (records / "lib-1.0-0.json").unlink()
    url = lib["url"].replace("lib-1.0", "other-2.0")
    (records / "other-2.0-0.json").write_text(
        json.dumps({**lib, "name": "other", "version": "2.0", "url": url})
    )
    result = envctl("check", "web", "--json")
    assert result.code == 1
    assert result.json["ok"] is False
    assert statuses(result.json) == {
        "records": "pass",
        "needs": "fail",
        "replaced": "pass",
        "missing": "fail",
        "added": "fail",
        "changed": "pass",
        "settings": "pass",
    }
    causes = {check["id"]: check["cause"] for check in result.json["checks"]}
    assert (causes["missing"], causes["added"]) == ("lib 1.0=0", "other 2.0=0")
    assert causes["needs"] == "hello 2.0 needs lib >=1: there is none"


def test_a_changed_variable_is_told(envctl: Any, prefix: Path) -> None:
    (prefix / "conda-meta" / "state").write_text('{"version": 1, "env_vars": {"GREETED": "moon"}}')
    result = envctl("check", "web")
    assert result.code == 1
    assert "variables.GREETED: world -> moon" in result.out


def test_missing_and_modified_files_are_told(envctl: Any, prefix: Path) -> None:
    (prefix / "bin" / "hello").unlink()
    modified = prefix / "share" / "lib.txt"
    modified.unlink()  # it may be a hard link into the cache
    modified.write_text("altered\n")
    result = envctl("check", "web", "--files", "--json")
    assert result.code == 1
    (files,) = [check for check in result.json["checks"] if check["id"] == "files"]
    assert [(one["path"], one["package"], one["problem"]) for one in files["measured"]["damages"]] == [
        ("bin/hello", "hello", "missing"),
        ("share/lib.txt", "lib", "modified"),
    ]


@pytest.mark.parametrize(("request_", "code"), [("hello", 0), ("hello >=3", 1), ("lib", 1)])
def test_a_specification_is_checked_both_ways(
    envctl: Any, prefix: Path, spec_file: Path, request_: str, code: int
) -> None:
    file = spec_file.with_name("asked.yml")
    file.write_text(spec_file.read_text().replace("- hello", f"- {request_}"))
    result = envctl("check", "web", "--against", file)
    assert result.code == code, result.out


def test_a_lock_is_checked_by_packages(envctl: Any, prefix: Path, spec_file: Path) -> None:
    platforms = ("--platform", current_subdir(), "--platform", "win-64")
    assert envctl("lock", spec_file, *platforms, "-o", "conda-lock.yml").code == 0
    assert envctl("check", "web", "--against", "conda-lock.yml").code == 0
    older = spec_file.with_name("older.yml")
    older.write_text(spec_file.read_text().replace("- hello", "- hello =1"))
    assert envctl("lock", older, *platforms, "-o", "conda-lock.yml").code == 0
    result = envctl("check", "web", "--against", "conda-lock.yml")
    assert result.code == 1
    assert "hello 1.0=0 -> 2.0=0 (upgrade)" in result.out
    assert "lib 1.0=0" in result.out


@pytest.mark.parametrize("form", ["explicit", "pixi-lock", "conda-lock-v1"])
def test_a_lock_that_cannot_say_variables_holds_none_against_the_environment(
    envctl: Any, prefix: Path, spec_file: Path, form: str
) -> None:
    assert envctl("lock", spec_file, "--format", form, "--lossy", "-o", "web.lock").code == 0
    assert envctl("check", "web", "--against", "web.lock").code == 0
    (prefix / "conda-meta" / "state").write_text('{"version": 1, "env_vars": {"GREETED": "moon"}}')
    result = envctl("check", "web", "--against", "web.lock")
    assert result.code == (1 if form == "conda-lock-v1" else 0)


def test_one_run_gives_ci_its_table_and_its_files(envctl: Any, prefix: Path, tmp_path: Path) -> None:
    (prefix / "bin" / "hello").unlink()
    result = envctl("check", "web", "--files", "-o", "junit.xml", "-o", "check.json", "-o", "summary.md")
    assert result.code == 1
    suite = ET.parse(tmp_path / "junit.xml").getroot()  # noqa: S314  (our own file)
    assert len(suite.findall(".//failure")) == 1
    assert json.loads((tmp_path / "check.json").read_text())["summary"]["fail"] == 1
    summary = (tmp_path / "summary.md").read_text()
    assert summary.startswith("**env:web: 1 of 8 checks failed**\n")
    assert "| **fail** | `files` | files of 1 package: 1 missing<br>missing bin/hello (hello) |" in summary


def test_an_environment_of_another_tool_has_nothing_to_be_compared_with(envctl: Any, prefix: Path) -> None:
    shutil.rmtree(prefix / "conda-meta" / "envctl")
    result = envctl("check", "web", "--json")
    assert (result.code, result.json["error"]["code"]) == (5, "nothing-recorded")
    assert "--against" in result.json["error"]["hint"]
    result = envctl("check", "web", "--files", "--json")
    assert result.code == 0
    assert list(statuses(result.json)) == ["records", "needs", "replaced", "files"]


def test_two_records_of_one_package_are_damage(envctl: Any, prefix: Path) -> None:
    records = prefix / "conda-meta"
    lib = json.loads((records / "lib-1.0-0.json").read_text())
    older = {**lib, "version": "0.9", "url": lib["url"].replace("lib-1.0", "lib-0.9")}
    (records / "lib-0.9-0.json").write_text(json.dumps(older))
    result = envctl("check", "web", "--json")
    assert result.code == 1
    (check,) = [check for check in result.json["checks"] if check["id"] == "records"]
    assert (check["status"], check["cause"]) == ("fail", "lib: 0.9=0, 1.0=0")
    assert envctl("export", "web", "--lossy").code == 0


def test_a_broken_record_is_told_with_its_file(envctl: Any, prefix: Path) -> None:
    (prefix / "conda-meta" / "lib-1.0-0.json").write_text("{")
    result = envctl("check", "web")
    assert result.code == 3
    assert "lib-1.0-0.json" in result.err


@pytest.mark.parametrize("more", [(), ("--files",)])
def test_a_damaged_record_of_the_installation_is_told_with_its_file(
    envctl: Any, prefix: Path, more: tuple[str, ...]
) -> None:
    record = prefix / "conda-meta" / "envctl" / "lock.json"
    record.write_text(record.read_text()[:-20])
    result = envctl("check", "web", *more, "--json")
    assert (result.code, result.json["error"]["code"]) == (3, "bad-record")
    assert envctl("list").code == 0
    assert envctl("create", prefix.parent.parent.parent / "environment.yml", "--replace").code == 0
    assert envctl("check", "web", *more).code == 0


def test_an_environment_of_a_lock_is_chosen_only_where_there_is_a_lock(envctl: Any, prefix: Path) -> None:
    result = envctl("check", "web", "--environment", "cuda", "--json")
    assert (result.code, result.json["error"]["code"]) == (2, "no-environments")


def test_an_absent_environment_is_absent(envctl: Any, root: Path) -> None:
    assert envctl("check", "absent").code == 5


def test_the_template_that_it_was_made_from_counts_with_the_values_that_it_was_made_with(
    envctl: Any, root: Path, channel: TinyChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    templates = root.parent / "templates"
    templates.mkdir()
    (templates / "greeting.yaml").write_text(
        "name: greeting\nsummary: Says hello\nparams:\n  version: {default: '2', allowed: ['1', '2']}\n"
        f"channels: ['{channel.url}']\ndependencies:\n  - hello ${{{{ version }}}}.*\n"
    )
    assert envctl("create", "greeting", "--set", "version=1", "-n", "old").code == 0
    assert envctl("check", "old", "--against", "greeting").code == 0
    assert envctl("create", "greeting", "-n", "new").code == 0
    (templates / "greeting.yaml").write_text(
        (templates / "greeting.yaml").read_text().replace("hello", "lib")
    )
    result = envctl("check", "new", "--against", "greeting")
    assert result.code == 1
    assert "lib 2.*: lib 1.0=0" in result.out


@pytest.mark.parametrize(("value", "status"), [("world", "pass"), ("moon", "fail")])
def test_a_specification_is_checked_by_its_variables_too(
    envctl: Any, prefix: Path, spec_file: Path, value: str, status: str
) -> None:
    file = spec_file.with_name("asked.yml")
    file.write_text(spec_file.read_text().replace("world", value))
    result = envctl("check", "web", "--against", file, "--json")
    assert statuses(result.json)["settings"] == status
    assert result.code == (0 if status == "pass" else 1)


def test_another_channel_of_a_specification_is_a_warning_for_it_may_be_a_mirror(
    envctl: Any, prefix: Path, spec_file: Path
) -> None:
    file = spec_file.with_name("asked.yml")
    file.write_text(spec_file.read_text().replace("channels:", "channels:\n  - https://other.example/c"))
    result = envctl("check", "web", "--against", file, "--json")
    assert (result.code, statuses(result.json)["settings"]) == (0, "warn")


@pytest.mark.channel
def test_what_pip_takes_from_conda_is_told(
    envctl: Any, root: Path, local_channel: Any, tmp_path: Path
) -> None:
    file = tmp_path / "flask.yml"
    file.write_text(f"name: web\nchannels: ['{local_channel.url}']\ndependencies: [python, pip, flask]\n")
    assert envctl("create", "-f", file).code == 0
    pip = root / "envs" / "web" / "bin" / "pip"
    subprocess.run([pip, "uninstall", "-q", "-y", "click"], check=True, capture_output=True)
    result = envctl("check", "web", "--json")
    assert result.code == 1
    (replaced,) = [check for check in result.json["checks"] if check["id"] == "replaced"]
    assert replaced["measured"] == {"packages": ["click"]}
