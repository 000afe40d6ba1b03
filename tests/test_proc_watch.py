"""Watching a process that may hang, crash or write without end."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from envctl import proc
from envctl.errors import AbsentError


def watch(code: str, *args: str, timeout_s: float = 60) -> proc.Watched:
    until = time.monotonic() + timeout_s
    return proc.watch(proc.Call(args=[sys.executable, "-I", "-c", code, *args]), ends_at=lambda: until)


def gone(mark: Path) -> bool:
    """Whether the process that touches `mark` again and again does so no more."""
    mark.unlink(missing_ok=True)
    time.sleep(0.3)
    return not mark.exists()


TOUCHES = "import pathlib, sys, time\nwhile True: pathlib.Path(sys.argv[1]).touch(); time.sleep(0.02)"


def test_a_process_is_reported_with_its_status_and_the_end_of_both_outputs() -> None:
    done = watch("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")
    assert done == proc.Watched(returncode=3, stopped=False, stdout="out\n", stderr="err\n")


def test_a_signal_is_a_negative_status() -> None:
    assert watch("import os; os.abort()").returncode == -signal.SIGABRT


def test_output_without_end_is_read_and_forgotten_until_the_process_is_stopped() -> None:
    code = "import os\nwhile True: os.write(1, b'o' * 65536); os.write(2, b'e' * 65536)"
    done = watch(code, timeout_s=0.5)
    assert (done.returncode, done.stopped) == (-signal.SIGKILL, True)
    assert (done.stdout, done.stderr) == ("o" * 16_384, "e" * 16_384)


def test_the_end_of_much_output_is_what_is_kept() -> None:
    done = watch("print('o' * 1_000_000 + 'last')")
    assert (done.stdout[-5:], len(done.stdout)) == ("last\n", 16_384)


def test_a_process_that_closes_its_outputs_is_still_waited_for() -> None:
    done = watch("import os, time; os.close(1); os.close(2); time.sleep(0.3); os._exit(4)")
    assert (done.returncode, done.stopped) == (4, False)


def test_the_moment_of_the_end_may_move() -> None:
    asked: list[float] = []

    def ends_at() -> float:
        asked.append(time.monotonic())
        return asked[0] + (0.1 if len(asked) < 2 else 60)

    call = proc.Call(args=[sys.executable, "-I", "-c", "import time; time.sleep(0.5)"])
    assert proc.watch(call, ends_at=ends_at).returncode == 0


def test_what_a_process_leaves_behind_goes_with_it(tmp_path: Path) -> None:
    code = (
        "import pathlib, subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, '-c', *sys.argv[1:]])\n"
        "while not pathlib.Path(sys.argv[2]).exists(): time.sleep(0.01)"
    )
    assert watch(code, TOUCHES, str(tmp_path / "mark")).returncode == 0
    assert gone(tmp_path / "mark")


def test_what_leaves_the_group_and_holds_the_output_is_not_waited_for(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys\n"
        "subprocess.Popen([sys.executable, '-c', *sys.argv[1:]], start_new_session=True)"
    )
    left = "import pathlib, sys, time\nwhile not pathlib.Path(sys.argv[1]).exists(): time.sleep(0.01)"
    started = time.monotonic()
    try:
        assert watch(code, left, str(tmp_path / "mark")).returncode == 0
    finally:
        (tmp_path / "mark").touch()
    assert time.monotonic() - started < 30


def test_an_interruption_takes_the_process_along(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    code = (
        "import sys; from envctl import proc\n"
        "proc.watch(proc.Call(args=[sys.executable, '-c', *sys.argv[1:]]), ends_at=lambda: float('inf'))"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, TOUCHES, str(mark)], stderr=subprocess.PIPE, text=True
    )
    while not mark.exists() and parent.poll() is None:
        time.sleep(0.02)
    parent.send_signal(signal.SIGINT)
    assert "KeyboardInterrupt" in parent.communicate(timeout=30)[1]
    assert gone(mark)


def test_a_program_that_is_not_there_is_an_absent_tool() -> None:
    with pytest.raises(AbsentError) as caught:
        proc.watch(proc.Call(args=["no-such-program"]), ends_at=time.monotonic)
    assert caught.value.code == "tool-missing"
