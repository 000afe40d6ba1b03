"""What there is of GPUs: a healthy one, one that is lost, one cut into instances, one that is hidden."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from stub_machine import StubMachine
from verdict import UNMEASURED, Verdict

from envctl.model.template import Expectations
from envctl.verify.checks.after import CHECKS as MEASURED

Diagnose = Callable[..., Verdict]
CAPTURES = Path(__file__).parents[2].parent / "shared" / "data" / "nvidia-smi" / "xml"
A100 = ("NVIDIA A100-SXM4-80GB", "8.0")
HEALTHY = {"gpus": dict([A100])}
T4 = {"Tesla T4": "7.5"}
MIG = """\
<mig_mode><current_mig>Enabled</current_mig></mig_mode>
<mig_devices><mig_device>
<gpu_instance_id>1</gpu_instance_id><compute_instance_id>0</compute_instance_id>
<fb_memory_usage><total>40192 MiB</total></fb_memory_usage>
</mig_device></mig_devices>
"""
LOST = (
    "Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost.  Reboot the system to recover "
    "this GPU"
)


def test_a_healthy_machine_is_blamed_for_nothing(diagnose: Diagnose) -> None:
    unmeasured = [word for check in MEASURED for word in ("--skip", check.id)]
    found = diagnose(*unmeasured, torch=HEALTHY, verify=Expectations(gpu=True, cuda="12.6", count=1))
    assert (found.code, found.blamed) == (0, {})
    passed = [check["id"] for check in found.json["checks"] if check["status"] == "pass"]
    assert passed == [
        *("driver-present", "driver-loaded", "gpu-present", "gpu-count", "gpu-reachable"),
        *("framework-import", "framework-build", "driver-cuda", "gpu-arch", "cuda-available"),
    ]


def test_a_torch_that_fails_at_all_work_makes_its_measurements_errors_and_no_verdicts(
    diagnose: Diagnose,
) -> None:
    found = diagnose(torch=HEALTHY)
    assert (found.code, found.blamed) == (6, UNMEASURED)
    assert "RuntimeError: the stub computes nothing" in found.told("matmul-correct")


def test_a_gpu_that_is_lost_is_told_by_nvml_where_nvidia_smi_fails(diagnose: Diagnose) -> None:
    machine = StubMachine(
        driver="535.104.05", cuda="12.2", smi_exit=15, smi_message=LOST, gpus=(("Tesla T4", "7.5"),) * 2
    )
    found = diagnose(
        machine=machine, torch={"cuda": "12.1", "gpus": T4}, verify=Expectations(gpu=True, count=2)
    )
    assert found.code == 1
    memory = {"ecc": "fail", "remapped-rows": "warn"}  # the stub's other GPU counts errors
    assert found.blamed == {"gpu-count": "fail", "gpu-reachable": "fail", **memory, **UNMEASURED}
    assert found.check("gpu-reachable")["summary"] == "GPU 1: GPU is lost"
    assert "Xid" in found.told("gpu-reachable")
    assert "reboot" in found.told("gpu-reachable")
    assert "1 GPU can be used, 2 expected" in found.told("gpu-count")
    assert "1 more does not answer" in found.told("gpu-count")


@pytest.mark.skipif(not CAPTURES.is_dir(), reason="no captures of nvidia-smi here")
def test_a_gpu_that_is_lost_is_told_by_nvidia_smis_report(diagnose: Diagnose) -> None:
    machine = StubMachine(
        driver="580.65.06",
        cuda="13.0",
        gpus=(("NVIDIA GB200", "10.0"),) * 2,
        xml=(CAPTURES / "mock-gb200-lost.xml").read_text(),
    )
    torch = {"cuda": "13.0", "archs": "sm_90 sm_100", "gpus": {"NVIDIA GB200": "10.0"}}
    found = diagnose(machine=machine, torch=torch)
    memory = {"ecc": "fail", "remapped-rows": "fail"}  # of the GPU that is left
    assert (found.code, found.blamed) == (1, {"gpu-reachable": "fail", **memory, **UNMEASURED})
    assert found.check("gpu-reachable")["summary"] == "GPU 1: GPU is lost"
    assert found.check("gpu-present")["summary"] == "1 NVIDIA GB200"


def test_a_gpu_that_is_cut_into_instances_is_no_fault(diagnose: Diagnose) -> None:
    torch = {"gpus": {"NVIDIA A100-SXM4-80GB MIG 3g.40gb": "8.0"}}
    found = diagnose(machine=StubMachine(gpus=(A100, A100), more=MIG), torch=torch)
    assert (found.code, found.blamed) == (6, UNMEASURED)
    assert found.check("mig")["summary"].startswith("2 of 2 GPUs have MIG on: 2 x ")


def test_gpus_that_a_variable_hides_are_there_and_the_variable_is_named(
    diagnose: Diagnose, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    found = diagnose(machine=StubMachine(cuda_init=100), torch={"refusal": "No CUDA GPUs are available"})
    assert (found.code, found.blamed) == (1, {"gpu-present": "fail", "cuda-available": "fail"})
    assert found.check("gpu-present")["summary"] == (
        "a GPU is asked for: CUDA_VISIBLE_DEVICES= hides the GPU"
    )
    for check in found.blamed:
        assert "unset CUDA_VISIBLE_DEVICES" in found.told(check)


def test_a_library_that_the_caller_preloads_is_left_out_and_told(
    diagnose: Diagnose, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LD_PRELOAD", "/nowhere/libjemalloc.so")
    aborts = "if os.environ.get('LD_PRELOAD'): os.abort()"
    found = diagnose(torch={**HEALTHY, "on_import": aborts})
    assert (found.code, found.blamed) == (6, {"variables": "warn", **UNMEASURED})
    variables = found.check("variables")
    assert variables["summary"] == "judged without LD_PRELOAD, which your own programs get"
    assert variables["cause"].startswith("LD_PRELOAD=/nowhere/libjemalloc.so: ")
    assert variables["hint"] == "unset LD_PRELOAD"
