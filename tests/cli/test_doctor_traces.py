"""envctl doctor: what runs and other tools have left."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from envctl.engines.conda_scratch import scratch_folder

Check = Callable[[str], dict[str, Any]]


@pytest.fixture
def check(envctl: Any, spec_file: Path) -> Check:
    """One check, after an environment `web` was made; no channel is asked."""
    assert envctl("create", "-f", spec_file).code == 0

    def look(name: str) -> dict[str, Any]:
        result = envctl("doctor", "--offline", "--json")
        assert result.code == 0, result.err
        (found,) = [each for each in result.json["checks"] if each["id"] == name]
        return dict(found)

    return look


def test_what_a_killed_run_left_is_taken_away(check: Check, root: Path) -> None:
    left = root / "generations" / "web" / ".2.envctl-1a2b3c4d"
    (left / "bin").mkdir(parents=True)
    (left / "bin" / "half").write_bytes(b"x" * 1000)
    leftovers = check("leftovers")
    assert (leftovers["status"], leftovers["measured"]["removed"]) == ("pass", [str(left)])
    assert not left.exists()
    assert check("leftovers")["summary"] == "no run was cut off"


def test_what_a_run_is_at_work_on_stays(check: Check, root: Path) -> None:
    from envctl.prefixes.locking import locked
    from envctl.prefixes.place import as_named
    from envctl.prefixes.root import Root

    at_work = root / "generations" / "web" / ".2.envctl-1a2b3c4d"
    at_work.mkdir(parents=True)
    folders = Root(data=root, cache=root / "cache")
    with locked(folders, as_named(folders, root / "envs" / "web")):
        leftovers = check("leftovers")
    assert (leftovers["status"], leftovers["summary"]) == ("pass", "a run is at work on web")
    assert at_work.exists()


def test_what_a_killed_call_of_conda_left_is_taken_away_and_what_one_works_with_stays(
    check: Check, root: Path
) -> None:
    with scratch_folder(root / "cache") as at_work:
        left = at_work.parent / "tmp1a2b3c4d"
        left.mkdir()
        (left / "explicit.txt").write_text("https://me:secret@host/channel/noarch/a-1-0.conda\n")
        for folder in (left, at_work):
            os.utime(folder, (0, 0))
        leftovers = check("leftovers")
        assert at_work.exists()
    assert leftovers["summary"] == "what killed runs left of calls of conda was removed, 0.0 MB"
    assert leftovers["measured"]["removed"] == [str(left)]
    assert not left.exists()
    assert check("leftovers")["summary"] == "no run was cut off"


def test_packages_of_the_cache_that_are_not_whole_are_told(check: Check, root: Path) -> None:
    packages = root / "cache" / "pkgs"
    assert check("cache")["measured"]["broken"] == []
    (packages / "hello-2.0-0" / "bin" / "hello").unlink()
    (packages / "lib-1.0-0" / "info" / "paths.json").write_text("{")
    cache = check("cache")
    assert cache["status"] == "warn"
    assert cache["cause"].splitlines() == [
        "hello-2.0-0: without its bin/hello",
        "lib-1.0-0: its list of files cannot be read",
    ]


def test_a_package_in_which_a_download_was_cut_off_is_taken_away(check: Check, root: Path) -> None:
    packages = root / "cache" / "pkgs"
    (packages / ".torch-2.0-0Ab12Cd").mkdir()
    (packages / "torch-2.0-0.lock").touch()
    assert check("cache")["measured"]["packages"] == 2
    assert not (packages / ".torch-2.0-0Ab12Cd").exists()


def test_lines_of_condas_list_that_lead_nowhere_are_counted(check: Check, tmp_path: Path) -> None:
    with (tmp_path / "home" / ".conda" / "environments.txt").open("a") as stream:
        stream.write("/gone/env\n")
    registry = check("registry")
    assert (registry["status"], registry["measured"]["gone"]) == ("pass", ["/gone/env"])
    assert registry["summary"] == "conda's list has 2 environments, 1 of them gone"


def test_names_that_stand_for_no_environment_are_told(check: Check, root: Path) -> None:
    shutil.rmtree(root / "generations" / "web")
    (root / "envs" / "empty").mkdir()
    environments = check("environments")
    assert environments["status"] == "warn"
    assert environments["summary"] == "2 of 2 names stand for no environment: empty, web"
    assert json.dumps(environments["measured"]["broken"]["web"]).endswith('which is gone"')
    assert environments["hint"] == (
        "`envctl rollback NAME` goes to what is left of web, `envctl remove NAME` takes that away;"
        " by hand goes what is not envctl's: empty"
    )


def test_generations_of_a_folder_that_is_gone_are_told_and_can_be_gone_to(
    check: Check, envctl: Any, spec_file: Path, root: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "far" / "env"
    assert envctl("create", "-f", spec_file, "-p", folder).code == 0
    spec_file.write_text(spec_file.read_text().replace("- hello", "- hello=1.0"))
    assert envctl("update", folder, spec_file).code == 0
    assert check("environments")["status"] == "pass"
    shutil.rmtree(folder)
    environments = check("environments")
    assert environments["status"] == "warn"
    assert environments["summary"] == f"1 below {root}/envs; gone but for older generations: {folder}"
    assert environments["hint"] == (
        f"`envctl rollback NAME` goes to what is left of {folder}, `envctl remove NAME` takes that away"
    )
    assert envctl("rollback", folder).code == 0
    assert envctl("check", folder, "--files").code == 0
    shutil.rmtree(folder)
    assert envctl("remove", folder, "-y").code == 5
