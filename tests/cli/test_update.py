"""update: a new generation beside the old one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_channel import TinyChannel

Ask = Callable[..., Path]


@pytest.fixture
def channel(tmp_path: Path) -> TinyChannel:
    channel = TinyChannel(tmp_path / "channel")
    channel.add("lib", "1.0")
    channel.add("lib", "2.0")
    channel.add("app", "1.0", depends=["lib"], files={"bin/app": b"#!/bin/sh\necho app\n"})
    channel.add("tool", "1.0")
    return channel.index()


@pytest.fixture
def ask(channel: TinyChannel, tmp_path: Path) -> Ask:
    """Write an environment file that asks for these."""

    def write(*specs: str, name: str = "asked.yml") -> Path:
        file = tmp_path / name
        file.write_text(f"name: web\nchannels: ['{channel.url}']\ndependencies: [{', '.join(specs)}]\n")
        return file

    return write


@pytest.fixture
def web(envctl: Any, ask: Ask, root: Path) -> Path:
    assert envctl("create", "-f", ask("app", "lib=1")).code == 0
    return root / "envs" / "web"


def packages(prefix: Path) -> list[str]:
    return sorted(file.stem for file in (prefix / "conda-meta").glob("*.json"))


def test_an_environment_becomes_what_the_source_asks_for(envctl: Any, web: Path, ask: Ask) -> None:
    result = envctl("update", "web", ask("app", "lib=2", "tool"))
    assert (result.code, result.out) == (0, "")
    assert result.err == (
        "updated web: 1 added, 1 changed (1 upgrade); 1 the same\n"
        "generation 2; back to 1: envctl rollback web\n"
    )
    assert packages(web) == ["app-1.0-0", "lib-2.0-0", "tool-1.0-0"]
    assert envctl("check", "web", "--files").code == 0


def test_what_is_installed_and_still_fits_stays(envctl: Any, web: Path, ask: Ask) -> None:
    assert envctl("update", "web", ask("app", "lib", "tool")).code == 0
    assert packages(web) == ["app-1.0-0", "lib-1.0-0", "tool-1.0-0"]


def test_what_nothing_asks_for_any_more_goes(envctl: Any, web: Path, ask: Ask) -> None:
    assert envctl("update", "web", ask("lib=1")).code == 0
    assert packages(web) == ["lib-1.0-0"]


def test_without_a_difference_nothing_is_built(envctl: Any, web: Path, ask: Ask) -> None:
    result = envctl("update", "web", ask("app", "lib"))
    assert result.code == 0
    assert "nothing was changed" in result.err
    assert web.readlink().name == "1"


def test_a_dry_run_shows_what_would_change_and_changes_nothing(envctl: Any, web: Path, ask: Ask) -> None:
    result = envctl("update", "web", ask("app", "lib=2"), "--dry-run")
    assert result.code == 0
    assert result.out.splitlines()[0] == "1 changed (1 upgrade); 1 the same"
    assert packages(web) == ["app-1.0-0", "lib-1.0-0"]
    assert web.readlink().name == "1"


def test_the_document_has_what_diff_has(envctl: Any, web: Path, ask: Ask) -> None:
    document = envctl("update", "web", ask("app", "lib=2"), "--json").json
    assert (document["command"], document["ok"], document["dry_run"]) == ("update", True, False)
    assert (document["generation"], document["generation_before"]) == (2, 1)
    assert [(it["name"], it["kinds"]) for it in document["diff"]["changed"]] == [("lib", ["upgrade"])]


def test_a_lock_is_installed_as_it_is(envctl: Any, web: Path, ask: Ask, tmp_path: Path) -> None:
    lock = tmp_path / "conda-lock.yml"
    assert envctl("lock", ask("app", "lib=2", name="to-lock.yml"), "-o", lock).code == 0
    assert envctl("update", "web", lock).code == 0
    assert packages(web) == ["app-1.0-0", "lib-2.0-0"]


def test_an_update_that_fails_leaves_everything_as_it_was(envctl: Any, web: Path, ask: Ask) -> None:
    before = web.readlink()
    assert envctl("update", "web", ask("app", "lib=9")).code == 4
    assert web.readlink() == before
    assert [entry.name for entry in web.resolve().parent.iterdir()] == ["1"]


def test_a_package_added_by_hand_is_told_and_stays_in_the_generation_before(
    envctl: Any, web: Path, ask: Ask
) -> None:
    record = json.loads((web / "conda-meta" / "lib-1.0-0.json").read_text()) | {"name": "stray"}
    (web / "conda-meta" / "stray-1.0-0.json").write_text(json.dumps(record))
    result = envctl("update", "web", ask("app", "lib"))
    assert "warning: was added since and is asked for by nothing: stray" in result.err
    assert "stray-1.0-0" not in packages(web)
    assert "stray-1.0-0" in packages(web.resolve().parent / "1")


def test_a_prefix_folder_is_updated_and_what_it_was_is_kept_beside_it(
    envctl: Any, ask: Ask, tmp_path: Path
) -> None:
    prefix = tmp_path / "env"
    assert envctl("create", "-f", ask("app", "lib=1"), "-p", prefix).code == 0
    assert envctl("update", prefix, ask("lib=2")).code == 0
    assert packages(prefix) == ["lib-2.0-0"]
    assert packages(tmp_path / ".env.envctl" / "1") == ["app-1.0-0", "lib-1.0-0"]
    assert envctl("rollback", prefix).code == 0
    assert packages(prefix) == ["app-1.0-0", "lib-1.0-0"]
    assert (prefix / "bin" / "app").exists()
    assert envctl("remove", prefix, "-y").code == 0
    assert not [entry for entry in tmp_path.iterdir() if "env.envctl" in entry.name or entry.name == "env"]


def test_through_a_link_the_environment_is_updated_that_it_leads_to(
    envctl: Any, ask: Ask, tmp_path: Path
) -> None:
    real, link = tmp_path / "real" / "env", tmp_path / "link"
    assert envctl("create", "-f", ask("lib=1"), "-p", real).code == 0
    link.symlink_to("real/env")
    assert envctl("update", link, ask("lib=2")).code == 0
    assert link.is_symlink()
    assert packages(real) == ["lib-2.0-0"]
    assert envctl("rollback", link).code == 0
    assert packages(real) == ["lib-1.0-0"]
    assert envctl("remove", link, "-y").code == 0
    assert list(real.parent.iterdir()) == []


@pytest.mark.parametrize("keep", [0, 1])
def test_only_so_many_generations_stay(envctl: Any, web: Path, ask: Ask, keep: int) -> None:
    for version in ("2", "1", "2"):
        assert envctl("update", "web", ask(f"lib={version}"), "--keep", str(keep)).code == 0
    there = sorted(entry.name for entry in web.resolve().parent.iterdir())
    assert there == ["3", "4"][1 - keep :]


@pytest.mark.parametrize("keep", [0, 1])
def test_without_a_difference_only_so_many_stay_all_the_same(
    envctl: Any, web: Path, ask: Ask, keep: int
) -> None:
    for index in range(2):
        assert envctl("update", "web", ask("app", f"lib={2 - index}")).code == 0
    assert envctl("update", "web", ask("app", "lib=1"), "--keep", str(keep), "--dry-run").code == 0
    assert len(list(web.resolve().parent.iterdir())) == 3
    assert envctl("update", "web", ask("app", "lib=1"), "--keep", str(keep)).code == 0
    assert len(list(web.resolve().parent.iterdir())) == keep + 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what processes run from")
def test_what_runs_in_a_folder_that_is_updated_is_told(envctl: Any, ask: Ask, tmp_path: Path) -> None:
    folder = tmp_path / "env"
    assert envctl("create", "-f", ask("app", "lib=1"), "-p", folder).code == 0
    with subprocess.Popen(["cat"], cwd=folder, stdin=subprocess.PIPE) as process:
        result = envctl("update", folder, ask("app", "lib=2"))
        process.kill()
    assert result.err.splitlines()[0] == (
        f"warning: a process runs in {folder}, and may find files of both until started anew"
    )


def test_a_frozen_environment_is_refused(envctl: Any, web: Path, ask: Ask) -> None:
    (web / "conda-meta" / "frozen").touch()
    result = envctl("update", "web", ask("lib=2"), "--json")
    assert (result.code, result.json["error"]["code"]) == (1, "frozen")
    assert packages(web) == ["app-1.0-0", "lib-1.0-0"]


def test_what_is_not_there_cannot_be_updated(envctl: Any, ask: Ask) -> None:
    result = envctl("update", "absent", ask("lib"), "--json")
    assert (result.code, result.json["error"]["code"]) == (5, "no-environment")


def test_condas_log_and_the_provenance_say_what_was_done(envctl: Any, web: Path, ask: Ask) -> None:
    assert envctl("update", "web", ask("lib=2", name="second.yml")).code == 0
    assert "# cmd: envctl update" in (web / "conda-meta" / "history").read_text()
    provenance = json.loads((web / "conda-meta" / "envctl" / "provenance.json").read_text())
    assert provenance["source"].endswith("second.yml")
    assert provenance["engine"].startswith("rattler ")
