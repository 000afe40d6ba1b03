"""The documents of verify-gpu: JSON by its schema, JUnit, Markdown, text, and what is in none of them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import gpu_subjects
import pytest
from described_machines import T4, described
from forged_prefix import Conda, forge
from jsonschema import Draft202012Validator

Envctl = Callable[..., Any]
ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT.parent / "shared/data/nvidia-smi"
SCHEMA = json.loads((ROOT / "docs/verify-gpu.schema.json").read_text())
VALID = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
FORMS = ["table", "json", "junit", "markdown"]


@pytest.fixture
def judged(tmp_path: Path) -> tuple[str, ...]:
    """A command line whose report has every status but error: two failures and a warning."""
    (tmp_path / "new.yaml").write_text(described("570.124.06", "NVIDIA GeForce RTX 5090", more="count: 2\n"))
    (tmp_path / "expect.yaml").write_text("cuda: 12.6\ncount: 4\n")
    lock = gpu_subjects.pixi_lock(tmp_path, "12.4")
    return ("verify-gpu", lock, "--target", "new.yaml", "--expect", "expect.yaml")


def read_xml(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text.encode())  # noqa: S314 - envctl wrote it


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("subject", {**gpu_subjects.UNINSTALLED, "prefix": gpu_subjects.prefix})
@pytest.mark.parametrize("machine", [*T4, "here"])
def test_json_is_what_the_schema_says(
    envctl: Envctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, subject: str, machine: str
) -> None:
    monkeypatch.setenv("ENVCTL_TEMPLATES", str(tmp_path))
    word = {**gpu_subjects.UNINSTALLED, "prefix": gpu_subjects.prefix}[subject](tmp_path, "12.4")
    (tmp_path / machine).write_text(T4.get(machine, ""))
    target = [] if machine == "here" else ["--target", machine]
    result = envctl("verify-gpu", word, *target, "--json")
    VALID.validate(result.json)
    assert result.json["ok"] is (result.code == 0)


@pytest.mark.skipif(not SAMPLES.exists(), reason="no captures of real machines beside the checkout")
def test_json_for_captures_of_real_machines_is_what_the_schema_says(envctl: Envctl, tmp_path: Path) -> None:
    word = gpu_subjects.conda_lock(tmp_path, "12.9", others=(("win-64", "12.9"),))
    for capture in (SAMPLES / "xml").iterdir():
        VALID.validate(envctl("verify-gpu", word, "--target", capture, "--json").json)


@pytest.mark.channel
def test_json_of_a_whole_run_in_an_environment_is_what_the_schema_says(
    envctl: Envctl, torch_environment: Path
) -> None:
    result = envctl("verify-gpu", torch_environment, "--json")
    VALID.validate(result.json)
    assert result.err == ""


@pytest.mark.parametrize(
    "words",
    [
        ["pytorch-cpu", "--only", "nonsense"],
        ["no-such-thing"],
        ["pytorch-cpu", "--target", "missing.xml"],
        ["pytorch-cpu", "--timeout", "0"],
        ["pytorch-cpu", "--github"],
        ["pytorch-cpu", "-o", "x.pdf"],
        [],
    ],
)
def test_an_error_is_a_document_of_the_schema_too(
    envctl: Envctl, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    result = envctl("verify-gpu", *words, "--json")
    VALID.validate(result.json)
    assert (result.code in (2, 3, 5), result.json["ok"]) == (True, False)
    assert result.err.startswith("error: ")


def test_junit_counts_what_the_json_lists(envctl: Envctl, judged: tuple[str, ...]) -> None:
    document = envctl(*judged, "--json").json
    result = envctl(*judged, "--format", "junit")
    suite = read_xml(result.out).find("testsuite")
    assert suite is not None
    summary = document["summary"]
    assert {name: int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": len(document["checks"]),
        "failures": summary["fail"],
        "errors": summary["error"],
        "skipped": summary["skip"],
    }
    assert (summary["fail"], summary["warn"]) == (2, 1)
    assert [case.attrib["name"] for case in suite.iter("testcase")] == [
        each["id"] for each in document["checks"]
    ]
    failed = [case.attrib["name"] for case in suite.iter("testcase") if case.find("failure") is not None]
    assert failed == [each["id"] for each in document["checks"] if each["status"] == "fail"]


def test_markdown_begins_with_the_verdict_and_what_to_do(envctl: Envctl, judged: tuple[str, ...]) -> None:
    lines = envctl(*judged, "--format", "markdown").out.splitlines()
    assert "checks failed" in lines[0]
    assert "| status | check | found | what to do |" in lines
    assert any(line.startswith("| **fail** | `framework-build` | torch 2.9.1 is built for") for line in lines)
    assert any(line.startswith("| **warn** | `gpu-arch` |") for line in lines)


def test_one_run_writes_every_form_and_shows_the_table(
    envctl: Envctl, judged: tuple[str, ...], tmp_path: Path
) -> None:
    names = ["r.json", "r.xml", "r.md", "r.txt"]
    result = envctl(*judged, *(word for name in names for word in ("-o", name)))
    assert (result.code, result.err) == (1, "")
    VALID.validate(json.loads((tmp_path / "r.json").read_text()))
    assert read_xml((tmp_path / "r.xml").read_text()).tag == "testsuites"
    assert (tmp_path / "r.md").read_text() == envctl(*judged, "--format", "markdown").out
    assert (tmp_path / "r.txt").read_text() == result.out
    assert result.out.startswith(f"file:{judged[1]}: ")


def test_the_table_of_a_lock_for_a_machine(envctl: Envctl, judged: tuple[str, ...]) -> None:
    verdict, build, machine, *rows = envctl(*judged).out.splitlines()
    assert verdict == f"file:{judged[1]}: 2 of 35 checks failed, 1 with a warning, 28 skipped"
    assert build == "torch 2.9.1 for CUDA 12.4"
    assert machine == "2 x NVIDIA GeForce RTX 5090, driver 570.124.06 (by file:new.yaml)"
    assert [row.split(":")[0] for row in rows if row.startswith(("fail", "warn", "pass"))] == [
        "fail  gpu-count",
        "fail  framework-build",
        "warn  gpu-arch",
        "pass  driver-present",
        "pass  gpu-present",
        "pass  gpu-reachable",
        "pass  driver-cuda",
    ]


def test_the_table_fits_a_narrow_terminal_and_one_screen(
    envctl: Envctl, judged: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = envctl(*judged).out.splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) <= 50


@pytest.mark.parametrize("form", FORMS)
def test_github_gets_markdown_behind_what_stands_there(
    envctl: Envctl, judged: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("# earlier step\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    result = envctl(*judged, "--github", "--format", form)
    assert result.code == 1
    assert result.out == envctl(*judged, "--format", form).out or form == "json"
    assert summary.read_text() == "# earlier step\n" + envctl(*judged, "--format", "markdown").out


def test_github_without_its_variable_is_usage_before_anything_runs(
    envctl: Envctl, judged: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "")
    result = envctl(*judged, "--github")
    assert (result.code, result.out) == (2, "")
    assert "GITHUB_STEP_SUMMARY is not set" in result.err


@pytest.mark.parametrize(("words", "code"), [(["-o", "no/such/r.json"], 4), (["-o", "r.pdf"], 2)])
def test_a_file_that_cannot_be_written_is_told_by_its_name(
    envctl: Envctl, judged: tuple[str, ...], words: list[str], code: int
) -> None:
    (Path.cwd() / "no").write_text("a file")
    result = envctl(*judged, *words)
    assert result.code == code
    assert words[1] in result.err


@pytest.mark.parametrize("form", FORMS)
def test_a_pipe_gets_the_document_alone(root: Path, judged: tuple[str, ...], form: str) -> None:
    command = [sys.executable, "-m", "envctl", *judged, "--format", form]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("form", FORMS)
def test_no_credential_of_a_variable_or_a_channel_is_in_a_document(
    envctl: Envctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    channel = "https://me:hunter2@conda.example/t/hunter2/conda-forge"
    torch = Conda(name="pytorch", version="2.9.1", build=gpu_subjects.build_string("12.4"), channel=channel)
    prefix = forge(tmp_path / "env", conda=[torch])
    monkeypatch.setenv("LD_PRELOAD", "https://me:hunter2@host/lib.so")
    monkeypatch.setenv("PYTHONPATH", "https://me:hunter2@host/t/hunter2/lib")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/lib:https://me:hunter2@host/lib")
    monkeypatch.setenv("PYTHONUSERBASE", "https://host/x?token=hunter2")
    (tmp_path / "expect.yaml").write_text("cuda: 12.6\n")
    result = envctl("verify-gpu", prefix, "--expect", "expect.yaml", "--format", form, "-o", "r.txt")
    assert result.code == 1
    assert "hunter2" not in result.out + result.err + (tmp_path / "r.txt").read_text()
    assert "PYTHONPATH" in result.out  # it is told all the same
    assert "framework-build" in result.out
