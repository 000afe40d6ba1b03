"""A real CUDA build of torch on a machine without a driver.

ENVCTL_TEST_CUDA_PREFIX names an environment that has one: a folder with bin/python and conda-meta/history.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from no_gpu import needs_no_gpu
from verdict import verify_gpu

PREFIX = os.environ.get("ENVCTL_TEST_CUDA_PREFIX")
pytestmark = [
    needs_no_gpu,
    pytest.mark.skipif(not PREFIX, reason="ENVCTL_TEST_CUDA_PREFIX names no CUDA build of torch"),
]


def test_where_a_gpu_is_required_exactly_its_absence_is_told(envctl: Callable[..., Any]) -> None:
    found = verify_gpu(envctl, Path(PREFIX or ""), "--require-gpu")
    assert found.code == 5
    assert found.blamed == {"driver-present": "fail", "gpu-present": "fail", "cuda-available": "fail"}
    assert found.check("framework-import")["status"] == "pass"
    assert found.check("framework-build")["status"] == "pass"
    assert "is built for CUDA" in found.told("framework-build")
    available = found.check("cuda-available")
    assert available["summary"] == "CUDA build of torch, no driver here"
    assert "Found no NVIDIA driver on your system" in available["cause"]
    build = found.json["facts"]["build"]
    assert (build["variant"], build["archs_from"]) == ("cuda", "the build itself")
    assert build["archs"]


def test_where_none_is_asked_for_that_is_no_fault(envctl: Callable[..., Any]) -> None:
    before = ("driver-present", "gpu-present", "framework-import", "framework-build", "cuda-available")
    only = [word for name in before for word in ("--only", name)]
    found = verify_gpu(envctl, Path(PREFIX or ""), *only)
    assert (found.code, found.blamed) == (0, {})
    assert "CUDA build of torch, no driver here; no GPU is asked for" in found.told("cuda-available")
