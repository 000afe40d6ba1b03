"""Starting a process."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from envctl import proc
from envctl.errors import AbsentError, ExitCode, FailedError


def python(code: str, *args: str) -> list[str]:
    return [sys.executable, "-I", "-c", code, *args]


def test_a_process_is_reported_with_its_status_and_both_outputs() -> None:
    done = proc.run(python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"))
    assert (done.returncode, done.stdout, done.stderr) == (3, "out\n", "err\n")


def test_a_signal_is_a_negative_status() -> None:
    assert proc.run(python("import os; os.kill(os.getpid(), 9)")).returncode == -9


def test_much_output_on_both_sides_does_not_block() -> None:
    code = "import sys\nfor _ in range(200): sys.stderr.write('e' * 9999); sys.stdout.write('o' * 9999)"
    done = proc.run(python(code), timeout_s=60)
    assert (len(done.stdout), len(done.stderr)) == (1_999_800, 1_999_800)


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert (
        proc.run(python("import sys; sys.stdout.buffer.write(b'a\\xffb')")).stdout
        == "a\N{REPLACEMENT CHARACTER}b"
    )


def test_standard_input_is_empty() -> None:
    assert proc.run(python("import sys; print(repr(sys.stdin.read()))"), timeout_s=60).stdout == "''\n"


def test_folder_and_environment_are_the_ones_given(tmp_path: Path) -> None:
    code = "import os; print(os.getcwd(), os.environ.get('COLOUR'), os.environ.get('HOME'))"
    done = proc.run(python(code), cwd=tmp_path, env={"COLOUR": "blue"})
    assert done.stdout == f"{tmp_path} blue None\n"


def test_a_program_that_is_not_there_is_an_absent_tool() -> None:
    with pytest.raises(AbsentError) as caught:
        proc.run(["no-such-program", "--version"])
    assert caught.value.code == "tool-missing"
    assert caught.value.exit_code is ExitCode.ABSENT
    assert "no-such-program" in str(caught.value)


def test_a_file_that_cannot_be_run_is_an_absent_tool(tmp_path: Path) -> None:
    (tmp_path / "tool").write_text("text")
    with pytest.raises(AbsentError) as caught:
        proc.run([tmp_path / "tool"])
    assert (caught.value.code, caught.value.cause) == ("tool-missing", "Permission denied")


def test_after_its_time_a_process_goes_with_all_that_it_started(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    child = f"import time; time.sleep(1.5); open({str(mark)!r}, 'w')"
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
    with pytest.raises(FailedError) as caught:
        proc.run(python(code, child), timeout_s=0.3)
    assert caught.value.code == "tool-timeout"
    time.sleep(1.6)
    assert not mark.exists()


def test_an_interruption_takes_the_process_along(tmp_path: Path) -> None:
    started, mark = tmp_path / "started", tmp_path / "mark"
    child = f"import time; open({str(started)!r}, 'w'); time.sleep(1.5); open({str(mark)!r}, 'w')"
    code = "import sys; from envctl import proc; proc.run([sys.executable, '-c', sys.argv[1]])"
    parent = subprocess.Popen([sys.executable, "-c", code, child], stderr=subprocess.PIPE, text=True)
    while not started.exists() and parent.poll() is None:
        time.sleep(0.02)
    parent.send_signal(signal.SIGINT)
    assert "KeyboardInterrupt" in parent.communicate(timeout=30)[1]
    time.sleep(1.6)
    assert not mark.exists()


def test_programs_run_beside_each_other_and_answer_in_the_order_of_the_calls(tmp_path: Path) -> None:
    meet = (
        "import pathlib, sys, time\n"
        "here, there = map(pathlib.Path, sys.argv[1:])\n"
        "here.touch()\n"
        "while not there.exists(): time.sleep(0.01)\n"
        "print(here.name, sys.stdin.read())\n"
    )
    one, other = tmp_path / "one", tmp_path / "other"
    done = proc.run_together(
        [
            proc.Call(args=python(meet, str(one), str(other)), stdin="1"),
            proc.Call(args=python(meet, str(other), str(one)), stdin="2"),
        ],
        timeout_s=60,
    )
    assert [each.stdout for each in done] == ["one 1\n", "other 2\n"]


def test_one_that_writes_much_need_not_wait_for_those_before_it_to_end(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    waits = "import pathlib, sys, time\nwhile not pathlib.Path(sys.argv[1]).exists(): time.sleep(0.01)"
    writes = (
        "import pathlib, sys\n"
        "sys.stdout.write('o' * 1_000_000)\n"
        "sys.stdout.flush()\n"
        "pathlib.Path(sys.argv[1]).touch()"
    )
    done = proc.run_together(
        [proc.Call(args=python(waits, str(mark))), proc.Call(args=python(writes, str(mark)))], timeout_s=60
    )
    assert [(each.returncode, len(each.stdout)) for each in done] == [(0, 0), (0, 1_000_000)]


def test_line_ends_are_those_of_text() -> None:
    code = "import sys; sys.stdout.buffer.write(b'a\\r\\nb\\rc\\n')"
    assert proc.run(python(code)).stdout == "a\nb\nc\n"


def test_a_program_that_leaves_another_behind_is_not_waited_for(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    left = "import pathlib, sys, time\nwhile not pathlib.Path(sys.argv[1]).exists(): time.sleep(0.01)"
    code = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', *sys.argv[1:]]); print('done')"
    try:
        assert proc.run(python(code, left, str(mark)), timeout_s=60).stdout == "done\n"
    finally:
        mark.touch()


def test_where_one_cannot_be_started_the_others_go() -> None:
    started = time.monotonic()
    with pytest.raises(AbsentError):
        proc.run_together(
            [proc.Call(args=python("import time; time.sleep(600)")), proc.Call(args=["no-such-program"])]
        )
    assert time.monotonic() - started < 300
