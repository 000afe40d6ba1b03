"""Running programs of probes inside an environment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from probe_programs import HERE, RETURNS_ONE, Heard, programs, run

from envctl.prefixes.activation import activated
from envctl.verify.facts import Outcome
from envctl.verify.runner import PROBES, Call, Interpreter, run_programs

PYENV = Path.home() / ".pyenv" / "versions"


def python_of(minor: int) -> str:
    """A Python 3.`minor` of this machine."""
    candidates = [*PYENV.glob(f"3.{minor}.*/bin/python"), shutil.which(f"python3.{minor}")]
    for python in filter(None, candidates):
        if subprocess.run([python, "-c", "pass"], capture_output=True, check=False).returncode == 0:
            return str(python)
    pytest.skip(f"no Python 3.{minor} here")


def test_a_probe_has_an_outcome_with_what_it_found(tmp_path: Path) -> None:
    folder = programs(
        tmp_path / "programs", sums='PROBES = {"sum": lambda params: {"sum": sum(params["of"])}}'
    )
    outcome = run(folder, "sums", ["sum"], {"of": [1, 2]}, device="cuda:0")["sum"]
    assert outcome == Outcome(
        probe="sum", device="cuda:0", state="done", value={"sum": 3}, wall_s=outcome.wall_s
    )
    assert 0 < outcome.wall_s < 10


def test_a_probe_without_an_object_is_unavailable_and_says_why(tmp_path: Path) -> None:
    source = """\
        from . import harness
        def fp8(params):
            raise harness.Unavailable("fp8 needs compute capability 8.9")
        PROBES = {"fp8": fp8}
        """
    outcome = run(programs(tmp_path / "programs", matmul=source), "matmul", ["fp8"])["fp8"]
    assert (outcome.state, outcome.cause) == ("unavailable", "fp8 needs compute capability 8.9")


def test_a_program_without_an_object_makes_all_its_probes_unavailable(tmp_path: Path) -> None:
    source = """\
        from . import harness
        PROBES = {}
        def prepare(params):
            raise harness.Unavailable("needs two GPUs")
        """
    outcomes = run(programs(tmp_path / "programs", peers=source), "peers", ["one", "two"])
    assert [(outcome.state, outcome.cause) for outcome in outcomes.values()] == [
        ("unavailable", "needs two GPUs")
    ] * 2


def test_probes_of_a_program_share_its_preparation(tmp_path: Path) -> None:
    source = """\
        import os
        PROBES = {name: lambda params: {"process": os.getpid(), "made": MADE} for name in ("one", "two")}
        MADE = []
        def prepare(params):
            MADE.append("import")
        """
    one, two = run(programs(tmp_path / "programs", shared=source), "shared", ["one", "two"]).values()
    assert one.value == two.value
    assert one.value["made"] == ["import"]


def test_programs_run_beside_each_other_and_answer_in_the_order_of_the_calls(tmp_path: Path) -> None:
    source = """\
        import pathlib, time
        def meet(params):
            pathlib.Path(params["here"]).touch()
            while not pathlib.Path(params["there"]).exists():
                time.sleep(0.01)
            return {}
        PROBES = {"meet": meet}
        """
    folder = programs(tmp_path / "programs", meeting=source)
    one, other = str(tmp_path / "one"), str(tmp_path / "other")
    calls = [
        Call(program="meeting", probes=("meet",), params={"here": one, "there": other}, device="cuda:0"),
        Call(program="meeting", probes=("meet",), params={"here": other, "there": one}, device="cuda:1"),
    ]
    outcomes = run_programs(HERE, calls, timeout_s=60, task=Heard(), folder=folder)
    assert [(each.device, each.state) for each in outcomes] == [("cuda:0", "done"), ("cuda:1", "done")]


def test_without_a_call_there_is_no_outcome() -> None:
    assert run_programs(HERE, [], timeout_s=60, task=Heard()) == ()


def test_what_a_probe_prints_is_no_result_and_does_no_harm(tmp_path: Path) -> None:
    source = """\
        import os, sys
        def prints(params):
            print('{"probe": "prints", "event": "done", "value": {"one": 2}, "wall_s": 0.0}', flush=True)
            os.close(1), os.close(2)
            return {"one": 1}
        PROBES = {"prints": prints}
        """
    assert run(programs(tmp_path / "programs", loud=source), "loud", ["prints"])["prints"].value == {"one": 1}


def test_each_probe_has_the_whole_time(tmp_path: Path) -> None:
    source = "import time\nPROBES = {name: lambda params: time.sleep(1.2) or {} for name in 'abc'}"
    outcomes = run(programs(tmp_path / "programs", slow=source), "slow", ["a", "b", "c"], timeout_s=3)
    assert {outcome.state for outcome in outcomes.values()} == {"done"}


def test_progress_is_told_probe_by_probe(tmp_path: Path) -> None:
    source = "import time\nPROBES = {name: lambda params: time.sleep(0.3) or {} for name in ('one', 'two')}"
    heard = Heard()
    folder = programs(tmp_path / "programs", slow=source)
    run(folder, "slow", ["one", "two"], device="cpu", task=heard)
    assert heard.calls == [(0, 2, "slow on cpu"), (0, 2, "one on cpu"), (1, 2, "two on cpu")]


def test_the_interpreter_is_isolated_and_leaves_nothing_behind(tmp_path: Path) -> None:
    source = """\
        import os, sys, tempfile
        def looks(params):
            return {"isolated": sys.flags.isolated, "path": sys.path, "input": sys.stdin.read(),
                    "folders": [os.getcwd(), tempfile.mkdtemp()]}
        PROBES = {"looks": looks}
        """
    folder = programs(tmp_path / "programs", here=source)
    before = sorted(folder.iterdir())
    interpreter = Interpreter(command=HERE.command, environ={**HERE.environ, "PYTHONPATH": str(tmp_path)})
    found = run(folder, "here", ["looks"], interpreter=interpreter)["looks"].value
    assert (found["isolated"], found["input"]) == (1, "")
    assert not [part for part in found["path"] if part in ("", str(tmp_path), str(folder))]
    assert not any(Path(name).exists() for name in found["folders"])
    assert sorted(folder.iterdir()) == before


def test_a_prefix_with_blanks_and_other_letters_is_activated_scripts_included(tmp_path: Path) -> None:
    prefix = tmp_path / "mein 'Präfix' 環境"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", prefix], check=True)
    scripts = prefix / "etc" / "conda" / "activate.d"
    scripts.mkdir(parents=True)
    (scripts / "mode.sh").write_text("echo loud\nexport MODE='né à Köln'\n", encoding="utf-8")
    source = """\
        import os, sys
        PROBES = {"where": lambda params: {"prefix": sys.prefix, "active": os.environ["CONDA_PREFIX"],
                                           "mode": os.environ["MODE"]}}
        """
    folder = programs(tmp_path / "mes programmes é", where=source)
    command, environ = activated(prefix, label="web", environ=os.environ)
    interpreter = Interpreter(command=(*command, str(prefix / "bin" / "python")), environ=environ)
    outcome = run(folder, "where", ["where"], interpreter=interpreter)["where"]
    assert outcome.value == {"prefix": str(prefix), "active": str(prefix), "mode": "né à Köln"}


@pytest.mark.parametrize("minor", range(8, 14))
def test_every_python_from_3_8_on_runs_probes(tmp_path: Path, minor: int) -> None:
    source = f"""\
        import os, sys
        PROBES = {{"version": lambda params: {{"version": sys.version_info[:2]}},
                  "dies": lambda params: os.abort(), "behind": {RETURNS_ONE}}}
        """
    interpreter = Interpreter(command=(python_of(minor),), environ=HERE.environ)
    folder = programs(tmp_path / "programs", versions=source)
    outcomes = run(folder, "versions", ["version", "dies", "behind"], interpreter=interpreter)
    assert outcomes["version"].value == {"version": [3, minor]}
    assert [outcome.state for outcome in outcomes.values()] == ["done", "error", "done"]


def test_every_module_of_the_probes_can_be_imported_by_python_3_8() -> None:
    names = [file.stem for file in PROBES.glob("[!_]*.py")]
    code = "import importlib, sys\nsys.path.append(sys.argv[1])\n"
    code += "for name in sys.argv[2:]: importlib.import_module('probes.' + name)"
    subprocess.run([python_of(8), "-I", "-B", "-c", code, PROBES.parent, *names], check=True)


CLOSED = """
import json, sys
from pathlib import Path
from probe_programs import HERE, run
from envctl.verify.runner import PROBES
outcomes = run(PROBES, "imports", ["import:json"], {"modules": ["json"]})
Path(sys.argv[1]).write_text(outcomes["import:json"].state)
"""


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_standard_streams_of_ours_change_nothing(tmp_path: Path, closed: str) -> None:
    state = tmp_path / "state"
    subprocess.run(
        ["bash", "-c", f'exec "$@" {closed}', "bash", sys.executable, "-c", CLOSED, state],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, check=True,
    )  # fmt: skip
    assert state.read_text() == "done"


def test_modules_that_must_import_are_tried_one_by_one() -> None:
    names = ["json", "no_such_module", "xml.dom"]
    outcomes = run(PROBES, "imports", [f"import:{name}" for name in names], {"modules": names})
    assert [outcome.state for outcome in outcomes.values()] == ["done", "error", "done"]
    assert outcomes["import:json"].value == {"version": json.__version__, "file": json.__file__}
    assert (outcomes["import:no_such_module"].cause or "").startswith(
        "ModuleNotFoundError: No module named 'no_such_module'"
    )
