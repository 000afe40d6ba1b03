"""A probe that hangs, dies or lies costs its own result alone, and says how it went."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from probe_programs import HERE, RETURNS_ONE, programs, run, run_faulty

from envctl.verify.runner import Interpreter

TOUCHES = "import pathlib, sys, time\nwhile True: pathlib.Path(sys.argv[1]).touch(); time.sleep(0.02)"


def cause_of(folder: Path, fault: str, *, timeout_s: float = 60) -> str:
    """Why the faulty probe has no result; those before and behind it have theirs."""
    outcomes = run_faulty(folder / "programs", fault, timeout_s=timeout_s)
    assert [(probe, each.state) for probe, each in outcomes.items()] == [
        ("before", "done"),
        ("faulty", "error"),
        ("behind", "done"),
    ]
    assert outcomes["behind"].value == {"one": 1}
    cause = outcomes["faulty"].cause
    assert cause is not None
    return cause


def gone(mark: Path) -> bool:
    """Whether the process that touches `mark` again and again does so no more."""
    mark.unlink(missing_ok=True)
    time.sleep(0.3)
    return not mark.exists()


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("os.abort()", "aborted (SIGABRT)"),
        (
            "os.kill(os.getpid(), signal.SIGKILL)",
            "killed by SIGKILL: the kernel does that when memory runs out",
        ),
        ("ctypes.string_at(0)", "killed by SIGSEGV: it used memory that is not its own"),
        ("os.kill(os.getpid(), 15)", "killed by SIGTERM"),
        ("sys.exit(3)", "exit code 3 without a result"),
        ("os._exit(0)", "exit code 0 without a result"),
        ("raise KeyboardInterrupt", "killed by SIGINT"),
    ],
)
def test_a_probe_that_dies_says_how(tmp_path: Path, fault: str, cause: str) -> None:
    assert cause_of(tmp_path, fault).splitlines()[0] == cause


def test_a_probe_that_hangs_is_stopped_at_its_deadline(tmp_path: Path) -> None:
    assert cause_of(tmp_path, "time.sleep(600)", timeout_s=3) == "did not end within 3 s and was stopped"


def test_a_probe_that_hangs_and_heeds_no_signal_is_stopped_too(tmp_path: Path) -> None:
    fault = "signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\nwhile True: pass"
    assert cause_of(tmp_path, fault, timeout_s=3) == "did not end within 3 s and was stopped"


@pytest.mark.parametrize("output", [1, 2])
def test_a_probe_that_writes_without_end_is_stopped_at_its_deadline(tmp_path: Path, output: int) -> None:
    cause = cause_of(tmp_path, f"while True: os.write({output}, b'much too much\\n' * 4096)", timeout_s=3)
    assert cause.splitlines()[:-1] == ["did not end within 3 s and was stopped", *["much too much"] * 11]


def test_the_last_lines_of_standard_error_tell_why(tmp_path: Path) -> None:
    fault = "print('for nobody')\nos.write(2, b'first\\n' * 99 + b'out of luck\\n')\nos.abort()"
    lines = cause_of(tmp_path, fault).splitlines()
    assert lines == ["aborted (SIGABRT)", *["first"] * 11, "out of luck"]


def test_what_a_probe_had_caught_of_standard_error_is_told_where_it_dies(tmp_path: Path) -> None:
    fault = "open('heard.txt', 'w').write('what the library said'); os.abort()"
    assert cause_of(tmp_path, fault).splitlines() == ["aborted (SIGABRT)", "what the library said"]


def test_without_standard_error_the_last_lines_of_standard_output_do(tmp_path: Path) -> None:
    assert cause_of(tmp_path, "os.write(1, b'bad luck')\nos.abort()") == "aborted (SIGABRT)\nbad luck"


def test_a_line_without_end_is_cut(tmp_path: Path) -> None:
    assert cause_of(tmp_path, "os.write(2, b'x' * 9999)\nos.abort()") == f"aborted (SIGABRT)\n{'x' * 300}"


def test_an_exception_is_told_with_its_type_and_where_it_was_raised(tmp_path: Path) -> None:
    kind, frame = cause_of(tmp_path, "raise RuntimeError('no luck')").split("\n", 1)
    assert kind == "RuntimeError: no luck"
    assert "faults.py" in frame


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        ("{'bytes': b''}", "TypeError: a probe may not return a bytes"),
        ("[1]", "its result lacks what one must have: "),
        ("None", "its result lacks what one must have: "),
    ],
)
def test_a_result_that_is_none_is_an_error(tmp_path: Path, value: str, cause: str) -> None:
    assert cause_of(tmp_path, f"return {value}").startswith(cause)


def test_a_result_that_is_no_json_is_shown(tmp_path: Path) -> None:
    fault = "open(sys.argv[2], 'a').write('{\"probe\": oops}\\n')\nreturn {}"
    assert cause_of(tmp_path, fault) == 'its result is no JSON: {"probe": oops}'


def test_half_a_line_of_a_process_that_died_is_no_result(tmp_path: Path) -> None:
    fault = 'open(sys.argv[2], \'a\').write(\'{"probe": "faulty", "event"\')\nos.abort()'
    assert cause_of(tmp_path, fault) == "aborted (SIGABRT)"


def test_each_fault_costs_one_probe(tmp_path: Path) -> None:
    source = f"""\
        import os, sys
        PROBES = {{
            "one": lambda params: os.abort(),
            "two": lambda params: sys.exit(3),
            "three": {RETURNS_ONE},
            "four": lambda params: os._exit(4),
        }}
        """
    folder = programs(tmp_path / "programs", faults=source)
    outcomes = run(folder, "faults", ["one", "two", "three", "four"])
    assert [(outcome.cause or "").split("\n")[0] for outcome in outcomes.values()] == [
        "aborted (SIGABRT)",
        "exit code 3 without a result",
        "",
        "exit code 4 without a result",
    ]


def test_the_probes_behind_one_that_spoiled_its_process_get_another(tmp_path: Path) -> None:
    source = f"""\
        import os
        broken = []
        def faulty(params):
            broken.append(1)
            raise RuntimeError("CUDA error: unspecified launch failure")
        def spoiled(params):
            return bool(broken)
        def behind(params):
            return {{"broken": len(broken)}}
        PROBES = {{"before": {RETURNS_ONE}, "faulty": faulty, "behind": behind}}
        """
    outcomes = run(programs(tmp_path / "programs", gpu=source), "gpu", ["before", "faulty", "behind"])
    assert [outcome.state for outcome in outcomes.values()] == ["done", "error", "done"]
    assert outcomes["behind"].value == {"broken": 0}


def test_what_a_probe_has_found_stays_whatever_comes_behind_it(tmp_path: Path) -> None:
    source = f"""\
        import os, threading, time
        def later(params):
            threading.Timer(0.2, os.abort).start()
            return {{}}
        PROBES = {{"later": later, "waits": lambda params: time.sleep(600), "last": {RETURNS_ONE}}}
        """
    folder = programs(tmp_path / "programs", faults=source)
    assert run(folder, "faults", ["later"])["later"].state == "done"
    outcomes = run(folder, "faults", ["later", "waits", "last"])
    assert [outcome.state for outcome in outcomes.values()] == ["done", "error", "done"]


@pytest.mark.parametrize(
    ("start", "cause"),
    [
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("import os; os.abort()", "at the start of faults: aborted (SIGABRT)"),
        ("import time; time.sleep(600)", "at the start of faults: did not end within 3 s and was stopped"),
        ("this is no Python", "SyntaxError: invalid syntax"),
    ],
)
def test_what_goes_wrong_at_the_start_of_a_program_is_every_probes_error(
    tmp_path: Path, start: str, cause: str
) -> None:
    folder = programs(tmp_path / "programs", faults=f"PROBES = {{}}\ndef prepare(params):\n    {start}\n")
    began = time.monotonic()
    outcomes = run(folder, "faults", ["one", "two", "three"], timeout_s=3)
    assert [outcome.probe for outcome in outcomes.values()] == ["one", "two", "three"]
    assert {outcome.state for outcome in outcomes.values()} == {"error"}
    assert all((outcome.cause or "").startswith(cause) for outcome in outcomes.values())
    assert time.monotonic() - began < 8, "it was started again"


@pytest.mark.parametrize(
    "command",
    [("/no/such/prefix/bin/python",), ("bash", "-c", 'exec "$@"', "envctl", "/no/such/prefix/bin/python")],
)
def test_an_interpreter_that_is_missing_is_named(tmp_path: Path, command: tuple[str, ...]) -> None:
    folder = programs(tmp_path / "programs", fine=f"PROBES = {{'one': {RETURNS_ONE}}}")
    interpreter = Interpreter(command=command, environ=HERE.environ)
    outcome = run(folder, "fine", ["one"], interpreter=interpreter)["one"]
    assert (outcome.state, outcome.cause) == ("error", "there is no program /no/such/prefix/bin/python")


def test_an_interpreter_for_another_machine_is_an_error(tmp_path: Path) -> None:
    folder = programs(tmp_path / "programs", fine=f"PROBES = {{'one': {RETURNS_ONE}}}")
    python = tmp_path / "python"
    python.write_bytes(b"\x7fELF and no more")
    python.chmod(0o755)
    interpreter = Interpreter(command=(str(python),), environ=HERE.environ)
    outcome = run(folder, "fine", ["one"], interpreter=interpreter)["one"]
    assert (outcome.state, outcome.cause) == ("error", f"cannot run {python}: Exec format error")


def test_a_child_does_not_outlive_its_probe(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    child = f"subprocess.Popen([sys.executable, '-c', {TOUCHES!r}, {str(mark)!r}])"
    fault = f"{child}\nwhile not os.path.exists({str(mark)!r}): time.sleep(0.01)\nos.abort()"
    cause_of(tmp_path, fault)
    assert gone(mark)


@pytest.mark.parametrize(("stop", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interruption_leaves_no_process(tmp_path: Path, stop: signal.Signals, code: int) -> None:
    marks = tmp_path / "one", tmp_path / "two"
    folder = programs(tmp_path / "programs", faults=f"""\
        import subprocess, sys
        TOUCHES = {TOUCHES!r}
        PROBES = {{"hangs": lambda params: subprocess.run([sys.executable, "-c", TOUCHES, params["mark"]])}}
        """)  # fmt: skip
    parent = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, folder, *marks], stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    while not all(mark.exists() for mark in marks) and parent.poll() is None:
        time.sleep(0.02)
    parent.send_signal(stop)
    assert parent.wait(timeout=30) == code
    assert parent.stderr is not None
    assert parent.stderr.read() == ""
    parent.stderr.close()
    assert all(gone(mark) for mark in marks)


INTERRUPTED = """
import os, signal, sys
from pathlib import Path
from probe_programs import HERE, Heard
from envctl.errors import Terminated
from envctl.verify.runner import Call, run_programs

def terminated(number, frame):
    raise Terminated(number)

signal.signal(signal.SIGTERM, terminated)
folder, *marks = sys.argv[1:]
calls = [Call(program="faults", probes=("hangs",), params={"mark": mark}) for mark in marks]
try:
    run_programs(HERE, calls, timeout_s=600, task=Heard(), folder=Path(folder))
except KeyboardInterrupt:
    sys.exit(130)
except Terminated as stopped:
    sys.exit(stopped.exit_code)
"""
