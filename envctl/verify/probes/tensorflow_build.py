"""What this TensorFlow was built for, and whether it can use a GPU."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Dict, Tuple

from .cuda_libraries import needed, opened
from .harness import Params, Probe, Unavailable
from .heard import heard
from .tensorflow_matmul import matmul


def prepare(_params: Params) -> None:
    """Import TensorFlow, which is to tell all that it has to tell."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "0"
    import tensorflow  # noqa: F401


def tensorflow_import(_params: Params) -> Dict[str, Any]:
    """The build, as it says itself, without touching a GPU."""
    import tensorflow as tf

    said = _build_info()
    return {
        "version": str(tf.__version__),
        "file": tf.__file__,
        "cuda": said.get("cuda_version") or None,
        "cudnn": said.get("cudnn_version") or None,
        "archs": list(said.get("cuda_compute_capabilities") or ()),
        "cuda_build": bool(tf.test.is_built_with_cuda()),
    }


def tensorflow_libraries(_params: Params) -> Dict[str, Any]:
    """Whether the CUDA libraries that it opens by name can be opened."""
    import tensorflow as tf

    said = _build_info()
    if not tf.test.is_built_with_cuda():
        raise Unavailable("this build of tensorflow is not for CUDA")
    release, cuda = _numbers(tf.__version__), _numbers(str(said.get("cuda_version", "")))
    cudnn = _numbers(str(said.get("cudnn_version", "")))
    names = needed(release, cuda, str(cudnn[0]) if cudnn else "") if cuda else []
    if not names:
        raise Unavailable(f"which libraries CUDA {said.get('cuda_version')} has is not known")
    return {"libraries": opened(names, release, Path(tf.__file__).parents[1])}


def tensorflow_gpu(_params: Params) -> Dict[str, Any]:
    """The GPUs that it finds, and what it says while it looks for them."""
    import tensorflow as tf

    with heard() as messages:
        gpus = tf.config.list_physical_devices("GPU")
        details = [_details(gpu) for gpu in gpus]
    return {"devices": details, "messages": messages}


PROBES: Dict[str, Probe] = {
    "tensorflow-import": tensorflow_import,
    "tensorflow-libraries": tensorflow_libraries,
    "tensorflow-gpu": tensorflow_gpu,
    "tensorflow-matmul": matmul,
}


def _build_info() -> Dict[str, Any]:
    """Empty before TensorFlow 2.3, which did not tell."""
    import tensorflow as tf

    return dict(tf.sysconfig.get_build_info()) if hasattr(tf.sysconfig, "get_build_info") else {}


def _details(gpu: Any) -> Dict[str, Any]:
    import tensorflow as tf

    look = getattr(tf.config.experimental, "get_device_details", None)  # since 2.3
    details: Dict[str, Any] = look(gpu) if look else {}
    capability = details.get("compute_capability")
    return {
        "name": details.get("device_name") or gpu.name,
        "compute_capability": ".".join(map(str, capability)) if capability else None,
    }


def _numbers(version: str) -> Tuple[int, ...]:
    """`2.20.0` as (2, 20, 0); empty for what begins with no number."""
    found = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(part) for part in found[0].split(".")) if found else ()
