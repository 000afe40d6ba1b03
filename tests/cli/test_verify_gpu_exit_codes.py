"""What verify-gpu answers a script: its exit codes, and what is chosen and expected by options."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gpu_subjects
import pytest
from described_machines import T4, described
from no_gpu import needs_no_gpu

from envctl.verify.suite import CHECKS

Envctl = Callable[..., Any]


@pytest.fixture
def t4(tmp_path: Path) -> Path:
    return written(tmp_path, "t4.yaml", T4["t4.yaml"])


@pytest.fixture
def lock(tmp_path: Path) -> str:
    """torch for CUDA 12.4, as a lock."""
    return gpu_subjects.pixi_lock(tmp_path, "12.4")


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text)
    return folder / name


def check(result: Any, name: str) -> dict[str, Any]:
    return next(each for each in result.json["checks"] if each["id"] == name)


@needs_no_gpu
def test_an_environment_that_asks_for_no_gpu_passes_without_one(envctl: Envctl) -> None:
    result = envctl("verify-gpu", "pytorch-cpu")
    assert (result.code, result.err) == (0, "")
    assert "pass  framework-build: torch is a CPU build" in result.out


@needs_no_gpu
@pytest.mark.parametrize("words", [["pytorch-gpu-cu126"], ["LOCK", "--require-gpu"]])
def test_a_gpu_that_is_needed_and_absent_is_five_with_the_checks_that_could_be_made(
    envctl: Envctl, lock: str, words: list[str]
) -> None:
    result = envctl("verify-gpu", *(word.replace("LOCK", lock) for word in words))
    assert result.code == 5
    assert "failed: what is needed is not here" in result.out.splitlines()[0]
    assert "fail  driver-present: no NVIDIA driver" in result.out
    assert "pass  framework-build" in result.out


@needs_no_gpu
def test_a_gpu_that_is_required_is_asked_for_whatever_else_is(envctl: Envctl, lock: str) -> None:
    result = envctl("verify-gpu", lock, "--require-gpu", "--only", "framework-build", "--json")
    assert result.code == 5
    assert [check["id"] for check in result.json["checks"]] == ["gpu-present", "framework-build"]


@needs_no_gpu
def test_a_failure_counts_more_than_a_gpu_that_is_absent(envctl: Envctl, tmp_path: Path) -> None:
    result = envctl("verify-gpu", gpu_subjects.pixi_lock(tmp_path, "cpu"), "--require-gpu", "--json")
    assert result.code == 1
    assert check(result, "framework-build")["status"] == "fail"
    assert check(result, "driver-present")["status"] == "fail"


@needs_no_gpu
def test_a_check_that_could_not_be_made_is_six_and_no_failure(envctl: Envctl, tmp_path: Path) -> None:
    prefix = gpu_subjects.prefix(tmp_path, "12.4")  # without a python
    result = envctl("verify-gpu", prefix, "--json")
    assert (result.code, result.json["ok"]) == (6, False)
    assert check(result, "framework-import")["status"] == "error"
    assert check(result, "framework-import")["cause"] == f"there is no program {prefix}/bin/python"
    assert check(result, "framework-build")["status"] == "pass"
    assert result.json["summary"]["fail"] == 0


@needs_no_gpu
def test_a_failure_counts_more_than_a_check_that_could_not_be_made(envctl: Envctl, tmp_path: Path) -> None:
    prefix = gpu_subjects.prefix(tmp_path, "cpu")
    wanted = written(tmp_path, "wanted.yaml", "cuda: 12.4\n")
    assert envctl("verify-gpu", prefix, "--expect", wanted).code == 1


@needs_no_gpu
def test_a_check_that_could_not_be_made_counts_more_than_a_gpu_that_is_absent(
    envctl: Envctl, tmp_path: Path
) -> None:
    assert envctl("verify-gpu", gpu_subjects.prefix(tmp_path, "12.4"), "--require-gpu").code == 6


def test_nothing_checked_is_no_success(envctl: Envctl, lock: str, t4: Path, tmp_path: Path) -> None:
    result = envctl("verify-gpu", lock, "--target", t4, "--only", "mig")
    assert result.code == 6
    assert "nothing was checked, 1 skipped" in result.out.splitlines()[0]
    empty = written(tmp_path, "environment.yml", "dependencies: [zlib]\n")
    none = envctl("verify-gpu", empty, "--target", t4, "--only", "framework-build", "--only", "gpu-arch")
    assert none.code == 6
    assert "neither torch nor tensorflow is in this environment" in none.out


def test_strictly_a_warning_is_a_failure(envctl: Envctl, tmp_path: Path) -> None:
    lock = gpu_subjects.pixi_lock(tmp_path, "12.4")
    machine = written(tmp_path, "new.yaml", described("570.124.06", "NVIDIA GeForce RTX 5090"))
    warned = envctl("verify-gpu", lock, "--target", machine, "--json")
    assert (warned.code, check(warned, "gpu-arch")["status"]) == (0, "warn")
    strict = envctl("verify-gpu", lock, "--target", machine, "--strict", "--json")
    assert (strict.code, check(strict, "gpu-arch")["status"]) == (1, "fail")
    assert (warned.json["ok"], strict.json["ok"]) == (True, False)


def test_only_what_is_chosen_is_in_the_report_in_reading_order(envctl: Envctl, lock: str, t4: Path) -> None:
    chosen = ["--only", "driver-cuda", "--only", "driver-present", "--only", "driver-cuda"]
    result = envctl("verify-gpu", lock, "--target", t4, *chosen, "--json")
    assert [each["id"] for each in result.json["checks"]] == ["driver-present", "driver-cuda"]


def test_what_is_left_out_is_not_in_the_report(envctl: Envctl, t4: Path, tmp_path: Path) -> None:
    lock = gpu_subjects.pixi_lock(tmp_path, "13.0")
    result = envctl("verify-gpu", lock, "--target", t4, "--skip", "driver-cuda", "--json")
    assert result.code == 0  # what would have failed was not asked
    ids = [each["id"] for each in result.json["checks"]]
    assert ids == [each.id for each in CHECKS if each.id != "driver-cuda"]


@pytest.mark.parametrize("option", ["--only", "--skip"])
def test_an_unknown_check_is_answered_with_all_there_are(envctl: Envctl, lock: str, option: str) -> None:
    result = envctl("verify-gpu", lock, option, "gpu-heat", "--json")
    assert (result.code, result.json["error"]["code"]) == (2, "unknown-check")
    assert result.json["error"]["hint"] == f"one of: {', '.join(each.id for each in CHECKS)}"


def test_leaving_everything_out_is_usage(envctl: Envctl, lock: str) -> None:
    result = envctl("verify-gpu", lock, "--only", "mig", "--skip", "mig")
    assert result.code == 2
    assert "no check is left" in result.err


@pytest.mark.parametrize("timeout", ["0", "-1", "nan"])
def test_a_deadline_lies_ahead(envctl: Envctl, lock: str, timeout: str) -> None:
    result = envctl("verify-gpu", lock, "--timeout", timeout)
    assert (result.code, result.out) == (2, "")
    assert "--timeout must be more than 0 seconds" in result.err


@pytest.mark.parametrize("timeout", ["", "soon"])
def test_a_deadline_is_a_number(envctl: Envctl, lock: str, timeout: str) -> None:
    assert envctl("verify-gpu", lock, "--timeout", timeout).code == 2


@pytest.mark.parametrize("option", ["--target", "--expect", "--baseline"])
@pytest.mark.parametrize(
    "content", [None, "folder", "", "garbage", b"\x00\xff\xfe", b"\x00" * 17_000_000, "[]"]
)
def test_a_file_that_says_nothing_is_a_bad_input_with_its_name(
    envctl: Envctl, lock: str, tmp_path: Path, option: str, content: Any
) -> None:
    file = tmp_path / "given.file"
    if content == "folder":
        file.mkdir()
    elif content is not None:
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    result = envctl("verify-gpu", lock, option, file, "--json")
    assert (result.code, result.json["ok"]) == (3, False)
    assert str(file) in result.err.splitlines()[0]
    assert "Traceback" not in result.err


def test_a_source_that_is_nowhere_is_absent(envctl: Envctl, t4: Path) -> None:
    assert envctl("verify-gpu", "no-such-thing", "--target", t4).code == 5
    assert envctl("verify-gpu", "env:no-such-thing", "--target", t4).code == 5
    assert envctl("verify-gpu", "./missing.lock", "--target", t4).code == 3  # a path, whatever it was


@pytest.mark.parametrize("text", ["gpus: 3\n", "expect: {cuda: 12}\n", "cuda: 12.4\ncuda: 12.6\n"])
def test_expectations_that_make_no_sense_are_told_with_their_line(
    envctl: Envctl, lock: str, tmp_path: Path, text: str
) -> None:
    file = written(tmp_path, "expect.yaml", text)
    result = envctl("verify-gpu", lock, "--expect", file)
    assert result.code == 3
    assert f"{file}:" in result.err


def test_a_file_of_expectations_stands_in_for_what_the_template_says(
    envctl: Envctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENVCTL_TEMPLATES", str(tmp_path))
    word = gpu_subjects.template(tmp_path, "12.4", verify="{cuda: '12.4', gpu: true, count: 2}")
    machine = written(tmp_path, "two.yaml", described("550.54.15", "Tesla T4", more="count: 2\n"))
    asked = ("verify-gpu", word, "--target", machine, "--json")
    assert envctl(*asked).code == 0
    other = written(tmp_path, "expect.yaml", "verify:\n  cuda: 12.6\n  count: 4\n")
    result = envctl(*asked, "--expect", other)
    assert result.code == 1
    failed = {each["id"]: each["summary"] for each in result.json["checks"] if each["status"] == "fail"}
    assert failed == {
        "framework-build": "torch 2.9.1 is built for CUDA 12.4, and 12.6 is expected",
        "gpu-count": "2 GPUs can be used, 4 expected",
    }


def test_a_count_below_what_is_there_is_a_warning(envctl: Envctl, lock: str, tmp_path: Path) -> None:
    machine = written(tmp_path, "two.yaml", described("550.54.15", "Tesla T4", more="count: 2\n"))
    expect = written(tmp_path, "expect.yaml", "count: 1\n")
    result = envctl("verify-gpu", lock, "--target", machine, "--expect", expect, "--json")
    assert (result.code, check(result, "gpu-count")["status"]) == (0, "warn")


@needs_no_gpu
def test_nothing_measured_leaves_the_baseline_as_it_was(envctl: Envctl, lock: str, tmp_path: Path) -> None:
    file = written(tmp_path, "baseline.json", json.dumps({"mine": 1}))
    result = envctl("verify-gpu", lock, "--save-baseline", file)
    assert result.err == f"warning: nothing was measured: {file} is not written\n"
    assert json.loads(file.read_text()) == {"mine": 1}
    new = tmp_path / "new.json"
    assert envctl("verify-gpu", lock, "--save-baseline", new).code == result.code
    assert not new.exists()
