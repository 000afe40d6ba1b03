"""A torch whose import dies, hangs or babbles costs what needs it, and no more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from verdict import UNMEASURED, Verdict

from envctl.verify.suite import CHECKS

Diagnose = Callable[..., Verdict]
A100 = {"NVIDIA A100-SXM4-80GB": "8.0"}
NOTHING = {"framework-import": "error", "cuda-available": "error"}


@pytest.mark.parametrize(
    ("on_import", "cause"),
    [
        ("import ctypes; ctypes.string_at(0)", "killed by SIGSEGV: it used memory that is not its own"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "killed by SIGKILL: the kernel does that when memory runs"),
        ("os.abort()", "aborted (SIGABRT)"),
        ("print('\\x00 garbage', flush=True); os._exit(0)", "exit code 0 without a result\n\x00 garbage"),
        ("print('no such ISA', file=sys.stderr); sys.exit(3)", "exit code 3 without a result\nno such ISA"),
        ("open(sys.argv[2], 'a').write('garbage\\n')", "its result is no JSON: garbage"),
    ],
    ids=["segfault", "kill", "abort", "garbage", "exit", "garbled result"],
)
def test_an_import_that_comes_to_no_end_of_its_own_is_an_error_beside_all_other_checks(
    diagnose: Diagnose, on_import: str, cause: str
) -> None:
    found = diagnose(torch={"on_import": on_import})
    assert (found.code, found.blamed) == (6, NOTHING)
    assert cause in found.told("framework-import")
    assert cause in found.told("cuda-available")
    statuses = {check["id"]: check["status"] for check in found.json["checks"]}
    assert list(statuses) == [check.id for check in CHECKS]
    told = ("driver-present", "driver-loaded", "gpu-present", "framework-build", "driver-cuda")
    assert {statuses[name] for name in told} == {"pass"}
    assert found.check("matmul-fp32")["summary"] == "not measured: torch-import came to no result"


def test_an_import_that_hangs_is_stopped_at_the_deadline(diagnose: Diagnose) -> None:
    found = diagnose("--timeout", "2", torch={"on_import": "time.sleep(600)"})
    assert (found.code, found.blamed) == (6, NOTHING)
    assert "did not end within 2 s and was stopped" in found.told("framework-import")


def test_what_torch_prints_while_it_is_imported_changes_nothing(diagnose: Diagnose) -> None:
    babble = 'print(\'{"probe": "torch-import", "event": "end"}\' * 9999); os.close(1)'
    found = diagnose(torch={"on_import": babble, "gpus": A100})
    assert found.blamed == UNMEASURED
    assert found.check("framework-import")["status"] == "pass"


def test_one_that_dies_as_it_looks_for_gpus_is_still_a_torch_that_imports(diagnose: Diagnose) -> None:
    dies = {"on_import": "warnings.warn = lambda *_: os.abort()", "warning": "looking for GPUs"}
    found = diagnose(torch={**dies, "gpus": A100})
    assert (found.code, found.blamed) == (6, {"cuda-available": "error"})
    assert "aborted (SIGABRT)" in found.told("cuda-available")
    assert found.check("framework-import")["status"] == "pass"
    assert found.check("gpu-arch")["summary"] == "NVIDIA A100-SXM4-80GB (8.0): runs sm_80"
    assert found.check("matmul-fp32")["summary"] == "not measured: torch-cuda came to no result"
