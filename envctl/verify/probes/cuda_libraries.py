"""The CUDA libraries that a build of TensorFlow opens by name, and whether they can be opened.

TensorFlow uses no GPU where one of them is missing, and says no name ("Cannot dlopen some GPU libraries").
Which they are: `dso_loader` of TensorFlow 2.3 to 2.20. Their versions: the names of the files in NVIDIA's
toolkits, CUDA 10.1 to 13.0. Read November 2026.
"""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any, Dict, List, Tuple

Version = Tuple[int, ...]

_VERSIONS: Dict[int, Dict[str, str]] = {
    10: {"cudart": "10.1", "cublas": "10", "cublasLt": "10", "cufft": "10", "curand": "10"},
    11: {"cudart": "11.0", "cublas": "11", "cublasLt": "11", "cufft": "10", "curand": "10"},
    12: {"cudart": "12", "cublas": "12", "cublasLt": "12", "cufft": "11", "curand": "10"},
    13: {"cudart": "13", "cublas": "13", "cublasLt": "13", "cufft": "12", "curand": "10"},
}
_VERSIONS[10].update(cusolver="10", cusparse="10")
_VERSIONS[11].update(cusolver="11", cusparse="11")
_VERSIONS[12].update(cusolver="11", cusparse="12")
_VERSIONS[13].update(cusolver="12", cusparse="12")
_CURAND_UNTIL: Version = (2, 13)
_WHEELS_SINCE: Version = (2, 14)
"""From here on TensorFlow looks into NVIDIA's wheels, which `tensorflow[and-cuda]` brings."""


def needed(release: Version, cuda: Version, cudnn: str) -> List[str]:
    """The names for a TensorFlow release, its CUDA version and cuDNN's major version; none where the
    versions of that CUDA's libraries are not known."""
    versions = dict(_VERSIONS.get(cuda[0], {}))
    if not versions:
        return []
    versions["cudart"] = ".".join(map(str, cuda[:2])) if cuda[0] == 10 else versions["cudart"]
    versions["cusolver"] = "10" if cuda[:2] == (11, 0) else versions["cusolver"]
    if release[:2] > _CURAND_UNTIL:
        del versions["curand"]
    if cudnn:
        versions["cudnn"] = cudnn
    return [f"lib{name}.so.{version}" for name, version in versions.items()]


def opened(names: List[str], release: Version, site_packages: Path) -> List[Dict[str, Any]]:
    """What became of opening each: `{"name", "loaded", "error"}`, the error in the loader's words."""
    wheels = site_packages / "nvidia" if release[:2] >= _WHEELS_SINCE else None
    return [_open(name, wheels) for name in names]


def _open(name: str, wheels: Any) -> Dict[str, Any]:
    paths = sorted(wheels.glob(f"*/lib/{name}")) if wheels else []
    error = ""
    for path in (*map(str, paths), name):
        try:
            ctypes.CDLL(path)
        except OSError as refused:
            error = error or str(refused)
        else:
            return {"name": name, "loaded": True, "error": None}
    return {"name": name, "loaded": False, "error": error}
