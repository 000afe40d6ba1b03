"""What people put into an environment comes along when it is updated."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_channel import TinyChannel
from tiny_wheel import make_wheel

PATH_MAX = 4095
"""Linux's limit in bytes, without the NUL."""
Ask = Callable[..., Path]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Write an environment file that asks for these."""
    channel = TinyChannel(tmp_path / "channel")
    channel.add("lib", "1.0")
    channel.add("lib", "2.0", files={"share/lib.txt": b"lib 2.0\n", "data/taken.txt": b"the package's\n"})
    channel.index()

    def write(*specs: str, variables: str = "{}") -> Path:
        file = tmp_path / "asked.yml"
        file.write_text(
            f"name: web\nchannels: ['{channel.url}']\n"
            f"dependencies: [{', '.join(specs)}]\nvariables: {variables}\n"
        )
        return file

    return write


@pytest.fixture
def web(envctl: Any, ask: Ask, root: Path) -> Path:
    assert envctl("create", "-f", ask("lib=1", variables="{SOURCE: set}")).code == 0
    return root / "envs" / "web"


def put(prefix: Path, *paths: str) -> None:
    for path in paths:
        (prefix / path).parent.mkdir(parents=True, exist_ok=True)
        (prefix / path).write_text(f"mine: {path}\n")


def set_variables(prefix: Path, **variables: str) -> None:
    """As `conda env config vars set` does."""
    file = prefix / "conda-meta" / "state"
    state = json.loads(file.read_text()) if file.exists() else {"version": 1, "env_vars": {}}
    state["env_vars"] |= variables
    file.write_text(json.dumps(state))


def variables_of(prefix: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((prefix / "conda-meta" / "state").read_text())["env_vars"]
    return found


def test_files_that_no_package_owns_come_along_and_are_named(envctl: Any, web: Path, ask: Ask) -> None:
    put(web, "conda-meta/pinned", "data/model.bin", "etc/conda/activate.d/mine.sh", "note.txt")
    result = envctl("update", "web", ask("lib=2"))
    assert result.code == 0
    assert result.err.splitlines()[0] == (
        "note: 4 files that no package owns came along:"
        " conda-meta/pinned, data/model.bin, etc/conda/activate.d/mine.sh, …"
    )
    assert web.readlink().name == "2"
    assert (web / "data" / "model.bin").read_text() == "mine: data/model.bin\n"
    assert (web / "conda-meta" / "pinned").exists()
    assert envctl("check", "web", "--files").code == 0


def test_they_are_still_there_when_the_generation_they_were_put_into_is_gone(
    envctl: Any, web: Path, ask: Ask
) -> None:
    put(web, "data/model.bin")
    for version in ("2", "1", "2"):
        assert envctl("update", "web", ask(f"lib={version}"), "--keep", "0").code == 0
    assert [entry.name for entry in web.resolve().parent.iterdir()] == ["4"]
    assert (web / "data" / "model.bin").read_text() == "mine: data/model.bin\n"


def test_a_prefix_folder_keeps_them_too(envctl: Any, ask: Ask, tmp_path: Path) -> None:
    prefix = tmp_path / "env"
    assert envctl("create", "-f", ask("lib=1"), "-p", prefix).code == 0
    put(prefix, "data/model.bin")
    (prefix / "latest").symlink_to(prefix / "data" / "model.bin")
    assert envctl("update", prefix, ask("lib=2"), "--keep", "0").code == 0
    assert (prefix / "latest").read_text() == "mine: data/model.bin\n"


def test_a_dry_run_tells_what_would_come_along(envctl: Any, web: Path, ask: Ask) -> None:
    put(web, "data/model.bin")
    set_variables(web, MINE="1")
    result = envctl("update", "web", ask("lib=2"), "--dry-run", "--json")
    assert result.json["carried_over"] == ["data/model.bin"]
    assert result.err.splitlines() == [
        "note: 1 file that no package owns would come along: data/model.bin",
        "note: what was set by hand would come along: MINE",
    ]


def test_the_document_lists_all_of_them(envctl: Any, web: Path, ask: Ask) -> None:
    names = [f"data/{number}" for number in range(1, 6)]
    put(web, *names)
    assert envctl("update", "web", ask("lib=2"), "--json").json["carried_over"] == names


def test_a_name_that_no_document_takes_is_told_with_escapes(envctl: Any, web: Path, ask: Ask) -> None:
    (web / os.fsdecode(b"\xff\x1b")).write_text("mine")
    result = envctl("update", "web", ask("lib=2"), "--json")
    assert result.json["carried_over"] == ["\\udcff\\x1b"]
    assert "that no package owns came along: \\udcff\\x1b\n" in result.err
    assert (web / os.fsdecode(b"\xff\x1b")).read_text() == "mine"


def test_where_a_package_has_come_to_their_place_a_warning_names_them(
    envctl: Any, web: Path, ask: Ask
) -> None:
    put(web, "data/taken.txt")
    result = envctl("update", "web", ask("lib=2"), "--json")
    assert result.json["carried_over"] == []
    assert (
        "warning: 1 file that no package owns did not come along, for what is new there: data/taken.txt"
        in (result.err)
    )
    assert (web / "data" / "taken.txt").read_text() == "the package's\n"
    assert (web.resolve().parent / "1" / "data" / "taken.txt").read_text() == "mine: data/taken.txt\n"


def test_an_update_that_cannot_take_one_along_changes_nothing(envctl: Any, web: Path, ask: Ask) -> None:
    deep = web.resolve()
    while PATH_MAX - len(str(deep)) > 250:
        deep /= "d" * 200
        deep.mkdir()
    # too long by the few signs that the folder has more in which it is built
    (deep / ("f" * (PATH_MAX - len(str(deep)) - 1))).touch()
    result = envctl("update", "web", ask("lib=2"), "--json")
    assert (result.code, result.json["error"]["code"]) == (4, "not-carried-over")
    assert "File name too long" in result.json["error"]["cause"]
    assert [entry.name for entry in web.resolve().parent.iterdir()] == ["1"]
    assert envctl("check", "web", "--files").code == 0


def test_variables_set_by_hand_come_along_and_those_of_the_source_before_do_not(
    envctl: Any, web: Path, ask: Ask
) -> None:
    set_variables(web, MINE="1", OTHER="2")
    result = envctl("update", "web", ask("lib=2", variables="{OTHER: 'theirs'}"))
    assert result.code == 0
    assert "note: what was set by hand came along: MINE\n" in result.err
    assert variables_of(web) == {"MINE": "1", "OTHER": "theirs"}
    assert envctl("update", "web", ask("lib=1")).code == 0
    assert variables_of(web) == {"MINE": "1"}


def test_a_variable_set_by_hand_is_no_reason_to_build_anew(envctl: Any, web: Path, ask: Ask) -> None:
    set_variables(web, MINE="1")
    result = envctl("update", "web", ask("lib=1", variables="{SOURCE: set}"))
    assert "nothing was changed" in result.err
    assert web.readlink().name == "1"


def test_a_variable_that_holds_a_credential_is_known_as_the_sources(
    envctl: Any, ask: Ask, root: Path
) -> None:
    secret = "{INDEX: 'https://user:secret@host.example/simple'}"
    assert envctl("create", "-f", ask("lib=1", variables=secret)).code == 0
    assert envctl("update", "web", ask("lib=2", variables="{A: b}")).code == 0
    assert variables_of(root / "envs" / "web") == {"A": "b"}


def test_of_an_environment_that_conda_made_all_variables_stay(envctl: Any, web: Path, ask: Ask) -> None:
    (web / "conda-meta" / "envctl" / "lock.json").unlink()
    assert envctl("update", "web", ask("lib=2")).code == 0
    assert variables_of(web) == {"SOURCE": "set"}


def test_to_build_it_anew_and_to_go_back_bring_nothing_along(envctl: Any, web: Path, ask: Ask) -> None:
    assert envctl("update", "web", ask("lib=2")).code == 0
    put(web, "data/model.bin")
    assert envctl("rollback", "web").code == 0
    assert not (web / "data").exists()
    put(web, "data/model.bin")
    assert envctl("create", "-f", ask("lib=1"), "--replace").code == 0
    assert not (web / "data").exists()


@pytest.mark.channel
def test_a_package_that_pip_installed_by_hand_stays_behind_with_its_files(
    envctl: Any, local_channel: Any, root: Path, tmp_path: Path
) -> None:
    asked = tmp_path / "asked.yml"
    text = f"name: web\nchannels: ['{local_channel.url}']\ndependencies: [python, pip"
    asked.write_text(f"{text}]\n")
    assert envctl("create", "-f", asked).code == 0
    web = root / "envs" / "web"
    wheel = make_wheel(
        tmp_path, "greet", files={"greet.py": "", "greet_data/x": ""}, commands={"greet": "greet:x"}
    )
    pip = [web / "bin" / "python", "-m", "pip", "install", "--no-index", "--quiet", wheel]
    subprocess.run(pip, check=True)
    asked.write_text(f"{text}, psutil]\n")
    result = envctl("update", "web", asked, "--json")
    assert result.json["carried_over"] == []
    assert "warning: was added since and is asked for by nothing: greet" in result.err
    assert not (web / "bin" / "greet").exists()
