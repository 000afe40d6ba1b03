"""What the harness writes down while it runs a program's probes."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from probe_programs import RETURNS_ONE, programs

from envctl.verify.probes import imports
from envctl.verify.probes.harness import strict


def written(folder: Path, source: str, *probes: str) -> list[dict[str, Any]]:
    """The lines of a program's results, without how long each probe took."""
    main = programs(folder / "programs", program=source) / "__main__.py"
    request, results = folder / "request.json", folder / "results.jsonl"
    request.write_text(json.dumps({"program": "program", "probes": probes, "params": {"file": str(results)}}))
    subprocess.run([sys.executable, "-I", "-B", main, request, results], check=True)
    lines = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    return [{name: value for name, value in line.items() if name != "wall_s"} for line in lines]


PREPARED = [
    {"probe": "prepare", "event": "begin"},
    {"probe": "prepare", "event": "done", "value": {}},
]


def test_each_probe_begins_and_ends_and_so_does_the_program(tmp_path: Path) -> None:
    assert written(tmp_path, f"PROBES = {{'a': {RETURNS_ONE}, 'b': {RETURNS_ONE}}}", "b", "a") == [
        *PREPARED,
        {"probe": "b", "event": "begin"},
        {"probe": "b", "event": "done", "value": {"one": 1}},
        {"probe": "a", "event": "begin"},
        {"probe": "a", "event": "done", "value": {"one": 1}},
        {"event": "end"},
    ]


def test_a_result_is_in_the_file_before_the_next_probe_begins(tmp_path: Path) -> None:
    source = (
        "PROBES = {name: lambda params: {'lines': len(open(params['file']).readlines())} for name in 'ab'}"
    )
    values = [line["value"] for line in written(tmp_path, source, "a", "b") if line["event"] == "done"]
    assert values == [{}, {"lines": 3}, {"lines": 5}]


def test_an_exception_is_told_with_the_programs_own_frames(tmp_path: Path) -> None:
    source = "def inner():\n    raise ValueError('no luck')\nPROBES = {'fails': lambda params: inner()}\n"
    raised = written(tmp_path, source, "fails")[-2]
    assert (raised["event"], raised["type"], raised["message"]) == ("raised", "ValueError", "no luck")
    assert [line.rpartition(" in ")[2] for line in raised["traceback"].splitlines() if " in " in line] == [
        "<lambda>",
        "inner",
    ]


def test_where_the_preparation_fails_no_probe_is_run(tmp_path: Path) -> None:
    source = f"import no_such_module\nPROBES = {{'one': {RETURNS_ONE}}}"
    begin, raised, end = written(tmp_path, source, "one")
    assert (begin["probe"], raised["probe"], raised["type"], end) == (
        "prepare",
        "prepare",
        "ModuleNotFoundError",
        {"event": "end"},
    )


def test_behind_a_failed_probe_a_program_may_say_that_its_process_is_spoiled(
    tmp_path: Path,
) -> None:
    source = f"""
def fails(params):
    raise RuntimeError("CUDA error: an illegal memory access was encountered")
def spoiled(params):
    return True
PROBES = {{"sound": {RETURNS_ONE}, "fails": fails, "behind": {RETURNS_ONE}}}
"""
    lines = written(tmp_path, source, "sound", "fails", "behind")
    assert [(line.get("probe"), line["event"]) for line in lines[2:]] == [
        ("sound", "begin"),
        ("sound", "done"),
        ("fails", "begin"),
        ("fails", "raised"),
    ]


def test_programs_of_one_folder_share_modules(tmp_path: Path) -> None:
    source = "from . import harness\nPROBES = {'name': lambda params: {'name': harness.__name__}}"
    assert written(tmp_path, source, "name")[3]["value"] == {"name": "envctl_probes.harness"}


def test_a_probe_that_closes_every_file_has_its_result(tmp_path: Path) -> None:
    source = "import os\nPROBES = {'closes': lambda params: os.closerange(0, 99) or {}}"
    assert written(tmp_path, source, "closes")[-2] == {"probe": "closes", "event": "done", "value": {}}


def test_letters_that_no_file_can_hold_are_replaced(tmp_path: Path) -> None:
    assert written(tmp_path, "PROBES = {'odd': lambda params: {'é': '\\udce9'}}", "odd")[-2]["value"] == {
        "é": "?"
    }


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_finite_number_is_null(number: float) -> None:
    assert strict({"found": [number, (1.5, number)]}) == {"found": [None, [1.5, None]]}


def test_what_is_no_json_raises() -> None:
    with pytest.raises(TypeError, match="a probe may not return a set"):
        strict({"found": {1}})


def test_a_module_without_a_version_has_its_distributions() -> None:
    imports.prepare({"modules": ["pytest_timeout"]})
    assert imports.PROBES["import:pytest_timeout"]({})["version"] == version("pytest-timeout")
