"""The packages that matter to a GPU: what a report of one should name, and what known faults lie in."""

from __future__ import annotations

import re

from envctl.verify.build.pieces import Pieces

_MATTER = re.compile(
    r"mkl|intel-openmp|llvm-openmp|numpy|triton|torchtriton|pytorch-triton"
    r"|pytorch(?:-(?:cpu|gpu|cuda|mutex))?|cpuonly|libtorch|torch"
    r"|tensorflow(?:-(?:base|gpu|cpu|gpu-base))?|_tflow_select"
    r"|cuda-(?:version|compat|cudart|toolkit|nvrtc)|cudatoolkit"
    r"|(?:lib)?(?:cudnn|cublas|cufft|curand|cusolver|cusparse|nvjitlink)|nccl|nvidia-.+"
)


def matter(pieces: Pieces) -> dict[str, str]:
    """Version and build, by name: `{"mkl": "2024.1.0 h657521f_691", "nvidia-nccl-cu12": "2.21.5"}`.

    Of a name that both conda and pip have, pip's, which was installed over the other.
    """
    return {
        name: f"{piece.version or 'unknown'} {piece.build}".strip()
        for (_, name), piece in sorted(pieces.items())
        if _MATTER.fullmatch(name)
    }
