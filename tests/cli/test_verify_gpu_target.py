"""verify-gpu for a machine that is only described, and for environments that were never installed."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gpu_subjects
import pytest
from described_machines import T4, described

Envctl = Callable[..., Any]
DATA = Path(__file__).resolve().parents[3] / "shared/data"
SAMPLES = DATA / "nvidia-smi"
SUBJECTS = {**gpu_subjects.UNINSTALLED, "prefix": gpu_subjects.prefix}


@pytest.fixture(autouse=True)
def _templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Templates of these tests lie beside their files."""
    monkeypatch.setenv("ENVCTL_TEMPLATES", str(tmp_path))


@pytest.fixture
def t4(tmp_path: Path) -> Path:
    return written(tmp_path, "t4.yaml", T4["t4.yaml"])


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text)
    return folder / name


def statuses(result: Any, *ids: str) -> dict[str, str]:
    found = {check["id"]: check["status"] for check in result.json["checks"]}
    return {name: found[name] for name in ids}


def check(result: Any, name: str) -> dict[str, Any]:
    return next(each for each in result.json["checks"] if each["id"] == name)


@pytest.mark.parametrize("form", T4)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_form_of_environment_is_judged_for_every_form_of_description(
    envctl: Envctl, tmp_path: Path, subject: str, form: str
) -> None:
    machine = written(tmp_path, form, T4[form])
    word = SUBJECTS[subject](tmp_path, "12.4")
    result = envctl("verify-gpu", word, "--target", machine, "--json")
    assert (result.code, result.err) == (0, "")
    facts = result.json["facts"]
    assert (facts["build"]["framework"], facts["build"]["version"]) == ("torch", "2.9.1")
    assert facts["build"]["cuda"] == "12.4"
    assert facts["build"]["exact"] is (subject not in ("template", "environment file"))
    assert (facts["machine"]["driver"], facts["machine"]["origin"]) == ("535.104.05", f"file:{machine}")
    assert [gpu["name"] for gpu in facts["machine"]["gpus"]] == ["Tesla T4"]
    # 535 is of CUDA 12.2: it runs what was made with 12.4, but is older
    assert check(result, "driver-cuda")["measured"]["verdict"] == "minor"
    assert statuses(result, "driver-present", "gpu-present", "framework-build", "driver-cuda") == {
        "driver-present": "pass",
        "gpu-present": "pass",
        "framework-build": "pass",
        "driver-cuda": "pass",
    }


def test_a_compatibility_package_that_a_file_asks_for_counts(
    envctl: Envctl, t4: Path, tmp_path: Path
) -> None:
    file = written(
        tmp_path, "env.yml", "dependencies: ['pytorch=2.13=cuda130*', cuda-compat=13.0]\nchannels: [forge]\n"
    )
    result = envctl("verify-gpu", file, "--target", t4, "--json")
    assert (result.code, check(result, "driver-cuda")["measured"]["verdict"]) == (0, "forward-compat")


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_driver_that_is_too_old_is_a_no_before_anything_is_installed(
    envctl: Envctl, t4: Path, tmp_path: Path, subject: str
) -> None:
    result = envctl("verify-gpu", SUBJECTS[subject](tmp_path, "13.0"), "--target", t4)
    assert result.code == 1
    assert "1 of 35 checks failed" in result.out.splitlines()[0]
    assert (
        "fail  driver-cuda: CUDA 13.0 needs driver 580.65.06 or newer, and this is 535.104.05" in result.out
    )


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_cpu_build_passes_where_nobody_asks_for_a_gpu_and_fails_where_one_is_required(
    envctl: Envctl, t4: Path, tmp_path: Path, subject: str
) -> None:
    word = SUBJECTS[subject](tmp_path, "cpu")
    assert envctl("verify-gpu", word, "--target", t4).code == 0
    required = envctl("verify-gpu", word, "--target", t4, "--require-gpu", "--json")
    assert required.code == 1
    assert check(required, "framework-build")["summary"] == (
        "torch 2.9.1 is a CPU build, and one for CUDA is asked for"
    )


def test_an_environment_is_judged_by_its_name_as_by_its_folder(
    envctl: Envctl, root: Path, t4: Path, tmp_path: Path
) -> None:
    made = gpu_subjects.prefix(tmp_path, "13.0")
    (root / "envs").mkdir(parents=True)
    (root / "envs/web").symlink_to(made)
    named = envctl("verify-gpu", "web", "--target", t4, "--json")
    assert named.code == 1
    assert named.json["subject"] == "env:web"
    assert (
        envctl("verify-gpu", f"prefix:{made}", "--target", t4, "--json").json["checks"]
        == (named.json["checks"])
    )


def test_a_template_without_a_verify_section_asks_for_no_cpu_build(
    envctl: Envctl, t4: Path, tmp_path: Path
) -> None:
    word = gpu_subjects.template(tmp_path, "12.4")
    result = envctl("verify-gpu", word, "--target", t4, "--json")
    assert result.json["summary"]["warn"] == 0


@pytest.mark.parametrize("subject", gpu_subjects.FILES)
def test_an_environment_may_come_from_standard_input(
    envctl: Envctl, t4: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, subject: str
) -> None:
    text = Path(gpu_subjects.FILES[subject](tmp_path, "13.0")).read_text()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    result = envctl("verify-gpu", "-", "--target", t4, "--json")
    assert result.code == 1
    assert result.json["facts"]["build"]["cuda"] == "13.0"


@pytest.mark.parametrize("form", T4)
def test_a_machine_may_come_from_standard_input(
    envctl: Envctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(T4[form].encode())))
    result = envctl("verify-gpu", gpu_subjects.pixi_lock(tmp_path, "12.4"), "--target", "-", "--json")
    assert result.code == 0
    assert result.json["facts"]["machine"]["driver"] == "535.104.05"


@pytest.mark.parametrize("words", [["-", "--target", "-"], ["x", "--target", "-", "--expect", "-"]])
def test_two_things_cannot_come_from_standard_input(envctl: Envctl, words: list[str]) -> None:
    result = envctl("verify-gpu", *words)
    assert result.code == 2
    assert "standard input can be only one of the files" in result.err


def test_of_a_lock_with_several_platforms_the_machines_own_is_judged(envctl: Envctl, tmp_path: Path) -> None:
    word = gpu_subjects.conda_lock(tmp_path, "12.4", others=(("win-64", "12.9"), ("osx-arm64", "cpu")))
    linux = written(tmp_path, "linux.yaml", described("535.104.05", "Tesla T4"))
    windows = written(tmp_path, "windows.yaml", described("537.13", "Tesla T4", more="os: windows\n"))
    on_linux = envctl("verify-gpu", word, "--target", linux, "--json")
    on_windows = envctl("verify-gpu", word, "--target", windows, "--json")
    assert (on_linux.code, on_linux.json["facts"]["build"]["cuda"]) == (0, "12.4")
    assert (on_windows.code, on_windows.json["facts"]["build"]["cuda"]) == (0, "12.9")
    # 537.13 on Windows is what 535.104.05 is on Linux: of CUDA 12.2
    assert check(on_windows, "driver-cuda")["measured"]["verdict"] == "minor"


def test_a_lock_without_the_machines_platform_is_a_bad_input(envctl: Envctl, tmp_path: Path) -> None:
    windows = written(tmp_path, "windows.yaml", described("537.13", "Tesla T4", more="os: windows\n"))
    result = envctl("verify-gpu", gpu_subjects.conda_lock(tmp_path, "12.4"), "--target", windows)
    assert result.code == 3
    assert "win-64" in result.err
    assert "conda-lock.yml" in result.err


def test_a_lock_for_another_processor_is_judged_where_only_that_one_fits(
    envctl: Envctl, tmp_path: Path
) -> None:
    word = gpu_subjects.conda_lock(tmp_path, "12.9", others=(("osx-arm64", "cpu"),))
    text = Path(word).read_text().replace("linux-64", "linux-aarch64")
    arm = written(tmp_path, "conda-lock.yml", text)
    machine = written(tmp_path, "gh200.yaml", described("580.65.06", "NVIDIA GH200 480GB"))
    result = envctl("verify-gpu", arm, "--target", machine, "--json")
    assert (result.code, result.json["facts"]["build"]["cuda"]) == (0, "12.9")


def test_the_expectations_of_a_template_hold_for_the_described_machine_too(
    envctl: Envctl, tmp_path: Path
) -> None:
    word = gpu_subjects.template(tmp_path, "12.4", verify="{cuda: '12.4', gpu: true, count: 8}")
    eight = written(tmp_path, "eight.yaml", described("535.104.05", "Tesla T4", more="count: 8\n"))
    one = written(tmp_path, "one.yaml", described("535.104.05", "Tesla T4"))
    assert envctl("verify-gpu", word, "--target", eight).code == 0
    few = envctl("verify-gpu", word, "--target", one, "--json")
    assert few.code == 1
    assert check(few, "gpu-count")["summary"] == "1 GPU can be used, 8 expected"


@pytest.mark.parametrize("word", ["--require-gpu", "the template"])
def test_a_described_machine_without_gpus_lacks_what_is_needed(
    envctl: Envctl, tmp_path: Path, word: str
) -> None:
    empty = written(tmp_path, "empty.yaml", "driver: 535.104.05\ncount: 0\n")
    source = gpu_subjects.template(tmp_path, "12.4", verify="{gpu: true}")
    if word == "--require-gpu":
        source = gpu_subjects.pixi_lock(tmp_path, "12.4")
        assert envctl("verify-gpu", source, "--target", empty).code == 0
        result = envctl("verify-gpu", source, "--target", empty, "--require-gpu")
    else:
        result = envctl("verify-gpu", source, "--target", empty)
    assert result.code == 5
    assert "what is needed is not here" in result.out.splitlines()[0]
    assert "pass  driver-cuda" in result.out


def test_a_described_machine_is_not_mixed_with_the_variables_of_this_one(
    envctl: Envctl, t4: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    monkeypatch.setenv("LD_PRELOAD", "/nowhere/libx.so")
    result = envctl("verify-gpu", gpu_subjects.pixi_lock(tmp_path, "12.4"), "--target", t4, "--json")
    assert result.code == 0
    facts = result.json["facts"]
    assert (facts["visible_devices"], facts["removed_variables"], facts["driver"]) == (None, [], None)


@pytest.mark.skipif(not SAMPLES.exists(), reason="no captures of real machines beside the checkout")
def test_captures_of_real_machines_are_judged(envctl: Envctl, tmp_path: Path) -> None:
    word = gpu_subjects.conda_lock(tmp_path, "12.9", others=(("win-64", "12.9"),))
    captures = [*(SAMPLES / "xml").iterdir(), *(SAMPLES / "captures").glob("*.q.txt")]
    captures += [*(SAMPLES / "captures").glob("*.table*.txt"), *(SAMPLES / "captures").glob("*.csv")]
    assert len(captures) > 30
    for capture in captures:
        result = envctl("verify-gpu", word, "--target", capture, "--json")
        assert result.code in (0, 1), capture.name
        ids = [each["id"] for each in result.json["checks"] if each["status"] in ("pass", "warn", "fail")]
        assert "gpu-present" in ids, capture.name


@pytest.mark.skipif(
    not (DATA / "environments").exists(), reason="no files of real projects beside the checkout"
)
@pytest.mark.parametrize("folder", ["env", "conda-lock", "pixi-lock", "explicit"])
def test_files_of_real_projects_are_judged_as_far_as_they_say_something(
    envctl: Envctl, t4: Path, folder: str
) -> None:
    builds: list[dict[str, Any]] = []
    for file in sorted((DATA / "environments" / folder).iterdir()):
        result = envctl("verify-gpu", f"file:{file}", "--target", t4, "--json")
        assert result.code in (0, 1, 3), file.name
        if result.code == 3:
            assert f"{file.parent}/" in result.err  # it, or the requirements beside it
            continue
        facts = result.json["facts"]
        found = [build for build in (facts["build"], facts["second_build"]) if build]
        builds += found
        judged = {each["id"] for each in result.json["checks"] if each["status"] != "skip"}
        known = [build for build in found if build["variant"] != "unknown"]
        assert ("framework-build" in judged) is bool(known), file.name
        assert ("driver-cuda" in judged) is any(build["cuda"] for build in known), file.name
    assert any(build["framework"] == "torch" for build in builds)
