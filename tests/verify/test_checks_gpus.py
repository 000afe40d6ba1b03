"""Whether the GPUs are there, as many as expected, answer, and are joined."""

from __future__ import annotations

import pytest
from judged import A100, RTX_5090, T4, described, done, judge, machine

from envctl.model.machine import Gpu, Machine
from envctl.model.template import Expectations
from envctl.verify.checks.gpus import visible
from envctl.verify.facts import Facts

EIGHT = machine(*[A100] * 8)


def expecting(count: int) -> Expectations:
    return Expectations(count=count, gpu=True)


@pytest.mark.parametrize(
    ("listed", "count"),
    [
        (None, 8),
        ("", 0),
        ("-1", 0),
        ("NoDevFiles", 0),
        ("0", 1),
        ("0,1, 3", 3),
        ("0,9,1", 1),
        ("1,1,2", 1),
        ("8", 0),
        ("GPU-8932f937-d72c-4106-c12f-20bd9faed9f6,2", 2),
        ("MIG-GPU-8932f937-d72c-4106-c12f-20bd9faed9f6/1/0", 1),
        ("²", 0),
    ],
)
def test_cuda_reads_the_list_of_visible_devices_up_to_the_first_that_is_not_there(
    listed: str | None, count: int
) -> None:
    assert visible(listed, 8) == count


@pytest.mark.parametrize(
    ("listed", "count"),
    [("GPU-a1,GPU-b2", 2), ("GPU-b", 1), ("GPU-c3,GPU-a1", 0), ("GPU-a1,GPU-c3", 1), ("MIG-c3", 1)],
)
def test_a_uuid_that_no_gpu_has_is_not_there_either(listed: str, count: int) -> None:
    assert visible(listed, 2, ["GPU-a1", "GPU-b2"]) == count
    assert visible(listed, 2, ["GPU-a1", None]) == len(listed.split(","))  # whatever the other one has


class TestPresent:
    def test_gpus_are_counted_by_name(self) -> None:
        result = judge("gpu-present", Facts(machine=machine(A100, A100, T4)), gpu_wanted=True)
        assert (result.status, result.summary) == ("pass", f"2 {A100}, 1 {T4}")

    def test_a_machine_that_gives_only_a_count(self) -> None:
        result = judge("gpu-present", Facts(machine=machine(count=4)), live=False)
        assert (result.status, result.summary) == ("pass", "4 GPUs")

    @pytest.mark.parametrize("found", [None, machine()], ids=["no-machine", "no-gpu"])
    def test_a_gpu_that_is_asked_for_and_not_there(self, found: Machine | None) -> None:
        result = judge("gpu-present", Facts(machine=found), gpu_wanted=True)
        assert (result.status, result.summary) == ("fail", "a GPU is asked for: there is none")
        assert "lspci" in (result.hint or "")

    def test_where_none_is_asked_for_none_is_needed(self) -> None:
        assert judge("gpu-present", Facts()).status == "skip"

    def test_what_is_not_described_is_no_answer_for_who_asks_for_a_gpu(self) -> None:
        assert judge("gpu-present", Facts(), gpu_wanted=True, live=False).summary == "no machine is described"
        driver_only = judge("gpu-present", Facts(machine=machine()), gpu_wanted=True, live=False)
        assert (driver_only.status, driver_only.summary) == ("error", "no GPU is described")
        assert judge("gpu-present", Facts(machine=machine()), live=False).status == "skip"

    def test_a_description_may_say_that_there_is_none(self) -> None:
        result = judge("gpu-present", Facts(machine=machine(count=0)), gpu_wanted=True, live=False)
        assert (result.status, result.summary) == ("fail", "a GPU is asked for: there is none")

    @pytest.mark.parametrize("listed", ["", "-1", "3", "GPU-b"])
    def test_a_gpu_that_a_variable_hides(self, listed: str) -> None:
        gpu = Gpu(index=0, name=A100, uuid="GPU-a")
        facts = Facts(machine=machine(gpus=(gpu,)), visible_devices=listed)
        result = judge("gpu-present", facts, gpu_wanted=True)
        assert result.status == "fail"
        assert result.summary == f"a GPU is asked for: CUDA_VISIBLE_DEVICES={listed} hides the GPU"
        assert "unset CUDA_VISIBLE_DEVICES" in (result.hint or "")
        assert judge("gpu-present", facts).status == "skip"

    def test_a_gpu_that_is_lost_is_not_there(self) -> None:
        result = judge("gpu-present", described(lost="GPU is lost"), gpu_wanted=True)
        assert (result.status, result.cause) == ("fail", "those that the driver has are lost")


class TestCount:
    def test_as_many_as_expected(self) -> None:
        result = judge("gpu-count", Facts(machine=EIGHT), expectations=expecting(8))
        assert (result.status, result.summary) == ("pass", "8 GPUs, as expected")

    def test_too_few(self) -> None:
        result = judge("gpu-count", Facts(machine=machine(A100)), expectations=expecting(8))
        assert (result.status, result.summary) == ("fail", "1 GPU can be used, 8 expected")

    def test_too_many_is_a_warning(self) -> None:
        result = judge("gpu-count", Facts(machine=EIGHT), expectations=expecting(4))
        assert (result.status, result.summary) == ("warn", "8 GPUs can be used, 4 expected")

    def test_a_lost_gpu_does_not_count(self) -> None:
        gpus = (*EIGHT.gpus[:7], Gpu(index=7, lost="GPU is lost"))
        result = judge("gpu-count", Facts(machine=machine(gpus=gpus, count=8)), expectations=expecting(8))
        assert (result.status, result.summary) == ("fail", "7 GPUs can be used, 8 expected")
        assert result.cause == "1 more does not answer"
        assert "Xid" in (result.hint or "")

    def test_the_scheduler_s_list_counts(self) -> None:
        facts = Facts(machine=EIGHT, visible_devices="0,1")
        result = judge("gpu-count", facts, expectations=expecting(8))
        assert (result.status, result.summary) == ("fail", "2 GPUs can be used, 8 expected")
        assert result.cause == "the driver has 8; CUDA_VISIBLE_DEVICES=0,1"
        assert result.hint == "unset CUDA_VISIBLE_DEVICES, or expect no more than it leaves"
        assert judge("gpu-count", facts, expectations=expecting(2)).status == "pass"

    def test_what_torch_sees_decides(self) -> None:
        facts = Facts(machine=EIGHT, outcomes=(done("torch-cuda", device_count=7),))
        result = judge("gpu-count", facts, expectations=expecting(8))
        assert (result.status, result.summary) == ("fail", "7 GPUs can be used, 8 expected")
        assert result.measured == {"expected": 8, "driver": 8, "visible_devices": None, "framework": 7}

    def test_torch_that_sees_none_is_for_another_check(self) -> None:
        facts = Facts(machine=EIGHT, outcomes=(done("torch-cuda", device_count=0),))
        assert judge("gpu-count", facts, expectations=expecting(8)).status == "pass"

    def test_torch_that_sees_fewer_than_the_driver_is_a_warning_even_if_no_count_is_expected(self) -> None:
        seven = (done("torch-cuda", device_count=7),)
        result = judge("gpu-count", Facts(machine=EIGHT, outcomes=seven))
        assert (result.status, result.summary) == ("warn", "torch sees 7 GPUs of 8")
        listed = Facts(machine=EIGHT, outcomes=seven, visible_devices="0,1,2,3,4,5,6")
        assert judge("gpu-count", listed).status == "skip"

    def test_cuda_shows_one_mig_instance_whatever_there_is(self) -> None:
        cut = machine(gpus=(Gpu(index=0, mig=True), Gpu(index=1, mig=True)))
        facts = Facts(machine=cut, outcomes=(done("torch-cuda", device_count=1),))
        assert judge("gpu-count", facts).status == "skip"

    def test_no_count_is_expected(self) -> None:
        result = judge("gpu-count", Facts(machine=EIGHT))
        assert (result.status, result.summary) == ("skip", "no count is expected, and 8 GPUs can be used")

    def test_a_report_that_counts_more_than_it_describes(self) -> None:
        result = judge(
            "gpu-count", Facts(machine=machine(A100, count=8)), expectations=expecting(8), live=False
        )
        assert (result.status, result.summary) == ("warn", "8 GPUs by count, and 1 described")

    def test_without_a_description_there_is_no_answer(self) -> None:
        assert judge("gpu-count", Facts(), expectations=expecting(8), live=False).status == "error"
        assert judge("gpu-count", Facts(), live=False).status == "skip"


class TestReachable:
    def test_one_that_is_attached_and_not_described_is_worth_a_look(self) -> None:
        result = judge("gpu-reachable", Facts(machine=machine(A100, count=8)), live=False)
        assert (result.status, result.summary) == ("warn", "8 GPUs are attached, and 1 described")

    def test_all_answer(self) -> None:
        assert judge("gpu-reachable", Facts(machine=EIGHT)).summary == "all 8 GPUs answer"
        assert judge("gpu-reachable", described()).summary == "the GPU answers"

    def test_one_is_lost(self) -> None:
        gpus = (*EIGHT.gpus[:3], Gpu(index=3, lost="GPU is lost"))
        result = judge("gpu-reachable", Facts(machine=machine(gpus=gpus)), live=False)
        assert (result.status, result.summary) == ("fail", "GPU 3: GPU is lost")
        assert "--gpu-reset -i 3;" in (result.hint or "")

    @pytest.mark.parametrize(
        ("action", "status", "hint"),
        [
            ("Reset", "fail", "sudo nvidia-smi --gpu-reset -i 0"),
            ("Reboot", "fail", "reboot;"),
            ("Drain P2P", "warn", "when its work is done"),
            ("Drain and Reset", "warn", "when its work is done: sudo nvidia-smi --gpu-reset"),
        ],
    )
    def test_the_driver_asks_for_something(self, action: str, status: str, hint: str) -> None:
        result = judge("gpu-reachable", described(recovery_action=action))
        assert (result.status, result.summary) == (status, f"GPU 0: {action}")
        assert hint in (result.hint or "")

    @pytest.mark.parametrize("facts", [Facts(), Facts(machine=machine())])
    def test_no_gpu(self, facts: Facts) -> None:
        assert judge("gpu-reachable", facts).status == "skip"


class TestFabric:
    def test_completed(self) -> None:
        assert judge("fabric", described(fabric="Completed")).status == "pass"

    @pytest.mark.parametrize("state", ["In Progress", "Not Started"])
    def test_not_completed(self, state: str) -> None:
        result = judge("fabric", described(fabric=state))
        assert result.status == "fail"
        assert result.summary == f"the NVLink fabric is not set up: GPU 0: {state}"
        assert "nvidia-fabricmanager" in (result.hint or "")

    @pytest.mark.parametrize("state", [None, "N/A", "Not Supported"])
    def test_gpus_outside_of_a_fabric(self, state: str | None) -> None:
        assert judge("fabric", described(name=RTX_5090, fabric=state)).status == "skip"
