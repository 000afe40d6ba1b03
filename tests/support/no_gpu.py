"""For tests of what is said where there is no GPU."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

needs_no_gpu = pytest.mark.skipif(
    Path("/proc/driver/nvidia").exists() or bool(shutil.which("nvidia-smi")),
    reason="this machine has an NVIDIA driver",
)
