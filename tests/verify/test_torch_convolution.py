"""Convolutions on a real torch, and whether TF32 is what was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from run_probe import run_code, value

SEED = 20231


def test_a_convolution_is_right_and_says_which_library_made_it(torch_python: Path, device: str) -> None:
    found = value(torch_python, "torch_compute", "convolution", device=device, seed=SEED)
    assert (found["ok"], found["finite"]) == (True, True)
    assert found["max_error"] < found["tolerance"]
    assert found["library"] == "cpu" if device == "cpu" else found["library"].startswith("cudnn ")


@pytest.mark.channel
def test_a_wrong_convolution_is_caught(torch_environment: Path) -> None:
    code = f"""
import torch
from probes import convolution
right = torch.nn.functional.conv2d
def wrong(images, filters, padding):
    result = right(images, filters, padding=padding)
    return result.index_fill(3, torch.tensor([31]), 0.0) if images.dtype == torch.float32 else result
torch.nn.functional.conv2d = wrong
answer = convolution.convolution({{"device": "cpu", "seed": {SEED}}})["ok"]
"""
    assert run_code(torch_environment / "bin/python", code) is False


@pytest.mark.channel
def test_a_gpu_without_cudnn_is_an_error_and_no_result(torch_environment: Path) -> None:
    code = f"""
from probes import convolution
try:
    convolution.convolution({{"device": "cuda:0", "seed": {SEED}}})
except RuntimeError as error:
    answer = str(error)
"""
    said = run_code(torch_environment / "bin/python", code)
    assert said == "cuDNN is not available: torch was built without it or cannot load it"


PRECISION = """
import torch
from probes.precision import fp32_as
matmul, cudnn = torch.backends.cuda.matmul, torch.backends.cudnn
def now():
    return [getattr(place, name) for place, name in places]
before = now()
try:
    with fp32_as("tf32"):
        inside = now()
        with fp32_as("ieee"):
            within = now()
        raise KeyError
except KeyError:
    answer = [before, inside, within, now()]
"""


@pytest.mark.channel
def test_tf32_is_set_and_put_back(torch_environment: Path) -> None:
    names = "places = [(matmul, 'fp32_precision'), (cudnn.conv, 'fp32_precision')]\n"
    code = PRECISION.replace("def now", f"{names}def now")
    before, inside, within, after = run_code(torch_environment / "bin/python", code)
    assert (inside, within, after) == (["tf32", "tf32"], ["ieee", "ieee"], before)


@pytest.mark.channel
def test_tf32_is_set_and_put_back_in_a_torch_before_2_9(torch_environment: Path) -> None:
    old = """
class matmul:
    allow_tf32 = False
    def __getattr__(self, name):
        raise AssertionError(f"Unknown attribute {name}")
class cudnn:
    allow_tf32 = True
matmul = matmul()
torch.backends.cuda.matmul, torch.backends.cudnn = matmul, cudnn
places = [(matmul, "allow_tf32"), (cudnn, "allow_tf32")]
"""
    before, inside, within, after = run_code(
        torch_environment / "bin/python", PRECISION.replace("def now", f"{old}def now")
    )
    assert (before, inside, within, after) == ([False, True], [True, True], [False, False], [False, True])
