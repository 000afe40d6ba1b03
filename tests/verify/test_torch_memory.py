"""Memory that keeps what is written or does not, and how fast it is, on a real torch."""

from __future__ import annotations

from pathlib import Path

import pytest
from run_probe import run_code, run_probes, value

SEED = 20231


def test_memory_keeps_what_is_written(torch_python: Path, device: str) -> None:
    found = value(torch_python, "torch_compute", "memory", device=device, seed=SEED)
    assert found["mismatches"] == 0
    assert 0 < found["free_bytes"] <= found["total_bytes"]
    assert 0 < found["bytes"] <= (64 * 2**20 if device == "cpu" else 2**30)


@pytest.mark.channel
def test_a_bit_that_flips_is_counted_wherever_it_is_read_back(torch_environment: Path) -> None:
    code = f"""
import torch
from probes import memory
def flipped(tensor):
    copy = tensor.clone()
    copy[123] ^= 1 << 20
    return copy
torch.Tensor.cpu = flipped
answer = memory.kept({{"device": "cpu", "seed": {SEED}}})
"""
    found = run_code(torch_environment / "bin/python", code)
    assert found["mismatches"] == found["bytes"] / 2**22  # one word of each block of 4 MiB


@pytest.mark.channel
def test_addresses_that_lead_to_the_same_place_are_found(torch_environment: Path) -> None:
    code = f"""
import torch
from probes import memory
real = torch.empty
torch.empty = lambda blocks, words, **how: real(1, words, **how).expand(blocks, words)
answer = memory.kept({{"device": "cpu", "seed": {SEED}}})
"""
    found = run_code(torch_environment / "bin/python", code)
    assert found["mismatches"] == found["bytes"] / 4 - 2**20  # all but the block that was written last


def test_the_bandwidth_of_memory_comes_with_how_it_was_measured(torch_python: Path, device: str) -> None:
    params = {"device": device, "seconds": 0.1, "seed": SEED}
    found = value(torch_python, "torch_compute", "memory-bandwidth", **params)
    assert 0 < found["gb_per_s_p10"] <= found["gb_per_s_median"] <= found["gb_per_s_p90"]
    assert found["repeats"] >= 20
    assert found["bytes"] == 256 * 2**20 if device == "cpu" else found["bytes"] <= 2**30
    assert found["flushed_bytes"] == (0 if device == "cpu" else 256 * 2**20)


def test_copies_between_host_and_device_take_a_device(torch_python: Path, device: str) -> None:
    params = {"device": device, "seconds": 0.1, "seed": SEED}
    events = run_probes(torch_python, "torch_compute", ["host-device-bandwidth"], **params)
    event = events["host-device-bandwidth"]
    if device == "cpu":
        assert event["reason"] == "a CPU has no memory apart from the host's"
    else:
        assert event["value"]["pinned"] is True
        assert event["value"]["to_device_gb_per_s_median"] > 0
        assert event["value"]["from_device_gb_per_s_median"] > 0
