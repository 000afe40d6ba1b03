"""Devices that work together, as ranks in forked processes: gloo on a CPU, NCCL where there are GPUs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from run_probe import run_code, run_probes, value

PARAMS = {"seed": 20231, "timeout_s": 120}


@pytest.mark.channel
def test_two_ranks_of_a_cpu_sum_exactly(torch_environment: Path) -> None:
    python = torch_environment / "bin/python"
    found = value(python, "torch_peers", "all-reduce", devices=["cpu", "cpu"], **PARAMS)
    assert (found["backend"], found["ranks"], found["exact"]) == ("gloo", 2, True)
    assert found["bus_gb_per_s_median"] > 0
    assert found["bytes"] == 4 * 2**20


@pytest.mark.channel
def test_a_rank_that_sums_wrongly_is_caught(torch_environment: Path) -> None:
    code = """
import torch.distributed as dist
from probes import all_reduce
right = dist.all_reduce
def wrong(tensor):
    right(tensor)
    if dist.get_rank() == 1:
        tensor[-1] += 1
dist.all_reduce = wrong
answer = all_reduce.all_reduce({"devices": ["cpu", "cpu"], "timeout_s": 120})["exact"]
"""
    assert run_code(torch_environment / "bin/python", code) is False


@pytest.mark.channel
def test_one_device_has_nothing_to_work_with(torch_environment: Path) -> None:
    python, probes = torch_environment / "bin/python", ["peer-access", "all-reduce"]
    events = run_probes(python, "torch_peers", probes, devices=["cuda:0"], **PARAMS)
    assert [events[probe]["reason"] for probe in probes] == ["needs two GPUs"] * 2


CHILDREN = """
import os, time
from probes import children
def work(rank):
    if rank == 0:
        time.sleep(600)
    {second}
try:
    answer = children.in_children(work, 2, timeout_s=2)
except RuntimeError as error:
    answer = str(error)
try:
    os.waitpid(-1, 0)
except ChildProcessError:
    answer = [answer, "no child is left"]
"""


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ("raise ValueError('NCCL says no')", "rank 1: ValueError: NCCL says no"),
        ("os.abort()", "rank 1 was ended by SIGABRT"),
        ("os.kill(os.getpid(), 9)", "rank 1 was ended by SIGKILL"),
        ("return 1", "not done within 2 s: rank 0"),
    ],
)
def test_a_rank_that_fails_is_told_of_and_ends_those_that_wait_for_it(second: str, said: str) -> None:
    assert run_code(sys.executable, CHILDREN.replace("{second}", second)) == [said, "no child is left"]


def test_each_rank_says_its_own(tmp_path: Path) -> None:
    work = "lambda rank: [rank, 'é' * rank]"
    code = f"from probes import children\nanswer = children.in_children({work}, 3, timeout_s=60)"
    assert run_code(sys.executable, code) == [[0, ""], [1, "é"], [2, "éé"]]


NOTHING_ARRIVES = """
import torch
from contextlib import nullcontext
from probes import peer_access
class Event:
    def __init__(self, enable_timing): pass
    def record(self): pass
    def synchronize(self): pass
    def elapsed_time(self, end): return 1.0
torch.cuda.Event, torch.cuda.device = Event, lambda device: nullcontext()
torch.cuda.can_device_access_peer = lambda target, source: True
torch.empty_like = lambda tensor, device: tensor.clone()
torch.Tensor.copy_ = lambda *_, **__: None
peer_access._WORDS = 64
answer = peer_access._pair("cpu", "cpu", 1)["mismatches"]
"""


@pytest.mark.channel
def test_a_copy_that_never_arrives_is_caught_in_memory_that_holds_the_same_words_already(
    torch_environment: Path,
) -> None:
    assert run_code(torch_environment / "bin/python", NOTHING_ARRIVES) == 64


@pytest.mark.gpu
def test_gpus_reach_each_other_and_sum_exactly() -> None:
    torch = pytest.importorskip("torch", reason="no torch beside envctl: make test-gpu")
    count = torch.cuda.device_count()
    if count < 2:
        pytest.skip(f"needs two GPUs, and there are {count} here")
    devices = [f"cuda:{index}" for index in range(count)]
    events = run_probes(
        sys.executable, "torch_peers", ["peer-access", "all-reduce"], devices=devices, **PARAMS
    )
    assert events["all-reduce"]["value"]["exact"] is True
    assert len(events["peer-access"]["value"]["pairs"]) == count * (count - 1)
    assert {pair["mismatches"] for pair in events["peer-access"]["value"]["pairs"]} == {0}
