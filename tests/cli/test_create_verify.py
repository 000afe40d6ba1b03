"""`envctl create --verify`: the checks of verify-gpu on what was made a moment ago."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from no_gpu import needs_no_gpu

Envctl = Callable[..., Any]
ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs/verify-gpu.schema.json").read_text())
pytestmark = needs_no_gpu


def test_a_dry_run_makes_nothing_that_could_be_verified(envctl: Envctl, spec_file: Path, root: Path) -> None:
    result = envctl("create", "-f", spec_file, "--dry-run", "--verify", "--json")
    assert (result.code, result.json["error"]["code"]) == (2, "nothing-to-verify")
    assert "--target" in result.err
    assert not (root / "envs").exists()


def test_an_environment_without_a_framework_is_made_and_nothing_of_it_checked(
    envctl: Envctl, spec_file: Path, root: Path
) -> None:
    result = envctl("create", "-f", spec_file, "--verify")
    assert result.code == 6
    assert result.out.splitlines()[0] == "env:web: nothing was checked, 35 skipped"
    assert result.err == f"created web: 2 packages in {root}/envs/web\n"
    assert (root / "envs/web/bin/hello").is_file()
    assert envctl("verify-gpu", "web").out == result.out


def test_without_the_option_nothing_is_checked(envctl: Envctl, spec_file: Path) -> None:
    result = envctl("create", "-f", spec_file, "--no-verify", "--json")
    assert (result.code, result.json["verify"]) == (0, None)


def test_the_exit_code_is_that_of_the_checks_and_the_environment_stays(
    envctl: Envctl, channel: Any, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "needing.yaml").write_text(
        f"name: needing\nsummary: a GPU\nchannels: ['{channel.url}']\ndependencies: [hello]\n"
        "verify: {gpu: true, imports: [hello]}\n"
    )
    monkeypatch.setenv("ENVCTL_TEMPLATES", str(tmp_path))
    result = envctl("create", "needing", "--verify", "--json")
    assert (result.code, result.json["ok"]) == (6, False)  # without Python nothing can be tried
    found = {check["id"]: check["status"] for check in result.json["verify"]["checks"]}
    assert (found["gpu-present"], found["imports"]) == ("fail", "error")
    assert (root / "envs/needing/bin/hello").is_file()


@pytest.mark.channel
def test_a_torch_environment_is_made_and_measured(envctl: Envctl, local_channel: Any, root: Path) -> None:
    python = ".".join(local_channel.python_version.split(".")[:2])
    made = ["create", "pytorch-cpu", "--set", f"python={python}", "-c", local_channel.url]
    result = envctl(*made, "--override-channels", "--verify", "--json")
    assert (result.code, result.json["ok"]) == (0, True)
    assert result.json["prefix"] == f"{root}/envs/pytorch-cpu"
    report = result.json["verify"]
    Draft202012Validator(SCHEMA).validate(
        {"schema_version": 1, "command": "verify-gpu", "ok": True, **report}
    )
    passed = [check["id"] for check in report["checks"] if check["status"] == "pass"]
    assert {"framework-import", "imports", "matmul-correct", "repeatable"} <= set(passed)
    assert report["subject"] == "env:pytorch-cpu"
