"""Whether a convolution is right, by the library that torch uses for it: cuDNN on a GPU."""

from __future__ import annotations

from typing import Any, Dict

from .harness import Params
from .judging import judge, tolerance
from .precision import fp32_as
from .torch_build import cudnn_version

_CHANNELS = 32
_WINOGRAD = 16
"""Fast algorithms for 3x3 filters compute with sums and differences of the inputs, which costs them about a
digit (Lavin and Gray, CVPR 2016, table on accuracy)."""


def convolution(params: Params) -> Dict[str, Any]:
    """A 3x3 convolution of a small batch of images in fp32, each element against float64.

    Raises `RuntimeError` where torch has a GPU and no cuDNN.
    """
    import torch

    device = params["device"]
    if device != "cpu" and not torch.backends.cudnn.is_available():
        raise RuntimeError("cuDNN is not available: torch was built without it or cannot load it")
    random = torch.Generator().manual_seed(params["seed"])
    images = torch.randn(4, _CHANNELS, 32, 32, generator=random)
    filters = torch.randn(_CHANNELS, _CHANNELS, 3, 3, generator=random)
    convolve = torch.nn.functional.conv2d
    with torch.no_grad(), fp32_as("ieee"):
        found = convolve(images.to(device), filters.to(device), padding=1)
        expected = convolve(images.double(), filters.double(), padding=1)
        magnitude = convolve(images.double().abs(), filters.double().abs(), padding=1)
    judged = judge(found, expected, magnitude, _WINOGRAD * tolerance("fp32", 9 * _CHANNELS))
    return {"library": "cpu" if device == "cpu" else f"cudnn {cudnn_version()}", **judged}
