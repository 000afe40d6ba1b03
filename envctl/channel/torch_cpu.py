"""torch, taken as its CPU build: told from a CUDA build, and asked for where the CPU builds are."""

from __future__ import annotations

import os
import ssl
import urllib.error
import urllib.request
from collections.abc import Sequence

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from envctl.channel.interpreter import Interpreter
from envctl.channel.requires import applies
from envctl.channel.wheel import Wheel
from envctl.errors import AbsentError

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
"""The index that holds CPU builds for every Python (https://pytorch.org/get-started)."""

_FAMILY = frozenset({"torch", "torchvision", "torchaudio"})
_CUDA = ("nvidia-", "cuda-", "triton", "pytorch-triton")
_PROBE_S = 3.0

CONSTRAINT = "triton<0.0.dev0\n"
"""For pip: no version satisfies it. CUDA builds require triton, so pip gives up on one from its metadata,
before it downloads some 3 GB of wheels."""


def wanted(requirements: Sequence[str]) -> bool:
    """Whether torch or one of its companions is asked for by name."""
    return bool(_names(requirements) & _FAMILY)


def wants_triton(requirements: Sequence[str]) -> bool:
    """Whether the user asks for what CUDA builds bring."""
    return any(name.startswith(_CUDA) for name in _names(requirements))


def _names(requirements: Sequence[str]) -> set[str]:
    names: set[str] = set()
    for line in requirements:
        try:
            names.add(canonicalize_name(Requirement(line).name))
        except InvalidRequirement:
            continue  # a path or URL, which pip understands
    return names


def index_in_reach() -> bool:
    """Whether the CPU index answers; asked once, for at most 3 s, through the proxies of the environment."""
    try:
        context = ssl.create_default_context(cafile=os.environ.get("PIP_CERT") or None)
        address = f"{CPU_INDEX}/"
        # The address is ours, and https.
        with urllib.request.urlopen(address, timeout=_PROBE_S, context=context) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def variant(wheel: Wheel, python: Interpreter) -> str:
    """What comes first in the build string: the local version, and `cpu` for torch (`pytorch=*=cpu*`).

    Raises `AbsentError` (`torch-cpu-absent`) for a torch that is not a CPU build.
    """
    local = (wheel.version.local or "").replace(".", "_")
    if wheel.name != "torch":
        return local
    needs = [item.name for item in wheel.requires if applies(item, python.markers, "")]
    if local.startswith("cpu") or not (local or any(name.lower().startswith(_CUDA) for name in needs)):
        return local or "cpu"
    raise absent(python, f"{wheel.path.name} is a CUDA build")


def absent(python: Interpreter, cause: str) -> AbsentError:
    """The error for a torch that is to be had for CUDA only."""
    return AbsentError(
        f"no CPU build of torch for Python {python.short} in reach",
        code="torch-cpu-absent",
        cause=cause,
        hint=f"let this machine reach {CPU_INDEX}, give the folder of a CPU wheel with --wheels, "
        "or name a Python with --python for which your index has one",
    )
