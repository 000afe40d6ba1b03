"""verify-gpu inside real environments: what is started, what is expected, earlier figures, interruptions."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from described_machines import T4
from no_gpu import needs_no_gpu

Envctl = Callable[..., Any]
pytestmark = [pytest.mark.channel, needs_no_gpu]

DRIVER = ["cuda-driver", "nvml"]


def probes(result: Any) -> list[str]:
    return [outcome["probe"] for outcome in result.json["facts"]["probes"]]


def check(result: Any, name: str) -> dict[str, Any]:
    return next(each for each in result.json["checks"] if each["id"] == name)


@pytest.fixture(scope="module")
def python_environment(local_channel: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """python and no framework, from a template that expects more of it than it has."""
    folder = tmp_path_factory.mktemp("python")
    (folder / "expecting.yaml").write_text(
        "name: expecting\nsummary: python that is asked for more\n"
        f"channels: ['{local_channel.url}']\n"
        f"dependencies: ['python {local_channel.python_version}.*']\n"
        "verify: {imports: [json, no_such_module], gpu: true}\n"
    )
    environ = {"ENVCTL_TEMPLATES": str(folder), "ENVCTL_ROOT": str(folder / "root"), "HOME": str(folder)}
    command = [sys.executable, "-m", "envctl", "create", "expecting", "-p", folder / "env"]
    done = subprocess.run(command, env={**os.environ, **environ}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "env"


@pytest.mark.parametrize(
    ("chosen", "started"),
    [
        (["mig"], DRIVER),
        (["framework-import"], [*DRIVER, "torch-import"]),
        (["gpu-arch"], [*DRIVER, "torch-import"]),
        (["imports"], [*DRIVER, "import:torch", "import:numpy"]),
        (["cuda-available"], [*DRIVER, "torch-cuda"]),
        (["repeatable", "gpu-memory"], [*DRIVER, "torch-cuda", "memory", "repeatable"]),
        (["tensorflow-gpu", "tensorflow-matmul"], DRIVER),
    ],
)
def test_only_what_the_chosen_checks_need_is_started(
    envctl: Envctl, torch_environment: Path, chosen: list[str], started: list[str]
) -> None:
    options = [word for name in chosen for word in ("--only", name)]
    result = envctl("verify-gpu", torch_environment, *options, "--json")
    assert probes(result) == started


def test_for_a_described_machine_an_environment_tells_its_build_and_measures_nothing(
    envctl: Envctl, torch_environment: Path, tmp_path: Path
) -> None:
    (tmp_path / "t4.xml").write_text(T4["t4.xml"])
    result = envctl("verify-gpu", torch_environment, "--target", "t4.xml", "--json")
    assert result.code == 0
    assert probes(result) == ["torch-import"]
    build = result.json["facts"]["build"]
    assert (build["variant"], build["version"], build["because"]) == ("cpu", "2.13.0+cpu", "torch itself")
    assert (build["archs"], build["archs_from"]) == ([], "the build itself")
    needing = envctl("verify-gpu", torch_environment, "--target", "t4.xml", "--require-gpu", "--json")
    assert needing.code == 1
    assert [each["id"] for each in needing.json["checks"] if each["status"] == "fail"] == ["framework-build"]


def test_the_expectations_of_the_template_that_made_it_hold(envctl: Envctl, python_environment: Path) -> None:
    result = envctl("verify-gpu", python_environment, "--json")
    assert result.code == 1
    imports = check(result, "imports")
    assert (imports["status"], imports["summary"]) == ("fail", "no_such_module does not import")
    assert "ModuleNotFoundError: No module named 'no_such_module'" in imports["cause"]
    assert check(result, "gpu-present")["status"] == "fail"
    assert "measured with torch, which this environment does not have" in check(result, "cublas")["summary"]


def test_a_file_of_expectations_stands_in_for_those(
    envctl: Envctl, python_environment: Path, tmp_path: Path
) -> None:
    (tmp_path / "expect.yaml").write_text("imports: [json, email]\n")
    result = envctl("verify-gpu", python_environment, "--expect", "expect.yaml", "--json")
    assert result.code == 0
    assert check(result, "imports")["status"] == "pass"
    assert check(result, "driver-present")["status"] == "skip"


def test_figures_are_held_against_those_that_were_kept(
    envctl: Envctl, torch_environment: Path, tmp_path: Path
) -> None:
    asked = ("verify-gpu", torch_environment, "--only", "matmul-fp32", "--only", "memory-bandwidth")
    first = envctl(*asked, "--save-baseline", "baseline.json")
    assert (first.code, first.err) == (6, "")  # measured, and compared with nothing
    kept = json.loads((tmp_path / "baseline.json").read_text())
    assert kept["subject"] == f"prefix:{torch_environment}"
    assert sorted(kept["figures"]) == [
        "matmul-fp32/tflops_median/cpu",
        "memory-bandwidth/gb_per_s_median/cpu",
    ]

    def against(factor: float) -> Any:
        figures = {name: value * factor for name, value in kept["figures"].items()}
        (tmp_path / "changed.json").write_text(json.dumps({**kept, "figures": figures}))
        return envctl(*asked, "--baseline", "changed.json", "--json")

    slower = against(0.1)
    assert slower.code == 0
    assert [each["status"] for each in slower.json["checks"]] == ["pass", "pass"]
    faster = against(10)
    assert faster.code == 1
    assert [each["status"] for each in faster.json["checks"]] == ["fail", "fail"]
    speed = check(faster, "matmul-fp32")
    assert speed["summary"].startswith("slow: ")
    assert speed["measured"]["devices"]["cpu"]["against"]["tflops_median"]["ratio"] < 0.5
    assert "--save-baseline" in speed["hint"]


def test_a_deadline_that_is_too_short_is_no_verdict(envctl: Envctl, torch_environment: Path) -> None:
    result = envctl("verify-gpu", torch_environment, "--only", "framework-import", "--timeout", "0.01")
    assert result.code == 6
    assert "error  framework-import: torch-import came to no result" in result.out


@pytest.mark.parametrize(("stop", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_stopped_leaves_no_process(
    torch_environment: Path, root: Path, stop: signal.Signals, code: int
) -> None:
    command = [sys.executable, "-m", "envctl", "verify-gpu", torch_environment, "--only", "matmul-fp32"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not any("torch_compute" in _request(pid) for pid in _below(process.pid)):
        assert process.poll() is None, "it ended before it could be stopped"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    probes = _below(process.pid)
    process.send_signal(stop)
    out, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert (out, "Traceback" in err) == ("", False)
    assert not [pid for pid in probes if Path(f"/proc/{pid}").exists()]


def test_a_terminal_shows_which_probe_runs(torch_environment: Path, root: Path) -> None:
    command = [sys.executable, "-m", "envctl", "verify-gpu", torch_environment, "--only", "memory-bandwidth"]
    mine, theirs = pty.openpty()
    process = subprocess.Popen(command, stderr=theirs, stdout=subprocess.PIPE, env=_with(COLUMNS="100"))
    os.close(theirs)
    drawn = b""
    try:
        while piece := os.read(mine, 65536):
            drawn += piece
    except OSError:  # the other end was closed
        pass
    out, _ = process.communicate(timeout=60)
    os.close(mine)
    assert b"asking the driver" in drawn
    assert b"memory-bandwidth on cpu" in drawn
    assert out.startswith(b"prefix:")
    assert b"\x1b" not in out


def _with(**variables: str) -> dict[str, str]:
    return {**os.environ, **variables, "TERM": "xterm"}


def _below(process: int) -> list[int]:
    """The processes below a process, whichever of its threads started them."""
    found: list[int] = []
    for file in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):  # it has ended meanwhile
            found += map(int, file.read_text().split())
    return [*found, *(pid for child in found for pid in _below(child))]


def _request(process: int) -> str:
    """What a probe was asked, which lies in the folder that it runs in."""
    with suppress(OSError):
        return Path(f"/proc/{process}/cwd/request.json").read_text()
    return ""
