"""Whether a GPU may compute fp32 products and convolutions in TF32: said, never left to a default."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator


@contextmanager
def fp32_as(precision: str) -> Iterator[None]:
    """Have fp32 computed as `ieee` or `tf32` while the block runs.

    torch 2.9 brought `fp32_precision`, and reading the old `allow_tf32` after setting it raises; so one
    process uses one of them.
    """
    import torch

    matmul, cudnn = torch.backends.cuda.matmul, torch.backends.cudnn
    value: object
    if hasattr(cudnn, "conv"):  # came with it; an old `matmul` raises AssertionError when asked for it
        places, name, value = (matmul, cudnn.conv), "fp32_precision", precision
    else:
        places, name, value = (matmul, cudnn), "allow_tf32", precision == "tf32"
    before = [getattr(place, name) for place in places]
    for place in places:
        setattr(place, name, value)
    try:
        yield
    finally:
        for place, old in zip(places, before):  # noqa: B905  (Python 3.8 has no strict)
            setattr(place, name, old)
