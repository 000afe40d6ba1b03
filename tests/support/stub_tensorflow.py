"""A TensorFlow for CUDA 12.5 that finds no GPU and says why on standard error."""

from __future__ import annotations

_PACKAGE = """\
import os
__version__ = "2.20.0"
BUILD = {{
    "cuda_version": "12.5.1", "cudnn_version": "9", "is_cuda_build": True,
    "cuda_compute_capabilities": ["sm_60", "sm_70", "sm_80", "sm_89", "compute_90"],
}}
class sysconfig: get_build_info = staticmethod(lambda: BUILD)
class test: is_built_with_cuda = staticmethod(lambda: True)
class config:
    class experimental: pass
    def list_physical_devices(kind):
        os.write(2, {said!r}.encode())
        return []
"""


def stub_tensorflow(*, said: str) -> dict[str, str]:
    """The package's files; `said` is what it prints while it looks for GPUs."""
    return {"tensorflow/__init__.py": _PACKAGE.format(said=said)}
