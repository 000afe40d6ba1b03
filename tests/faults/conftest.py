"""verify-gpu on a machine and in an environment that have a fault put into them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from forged_prefix import Conda, Pip
from stub_machine import StubMachine
from stub_tensorflow import stub_tensorflow
from stub_torch import stub_torch
from throwaway import throwaway
from verdict import Verdict, verify_gpu

from envctl.model.template import Expectations

_CONDA_FORGE = "https://conda.example/conda-forge"
_GPU = Expectations(gpu=True)


@pytest.fixture
def diagnose(
    envctl: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Verdict]:
    """Runs `verify-gpu --json` in a throw-away environment with a stub framework, on a stub machine.

    `torch` says what its stub is to be: the conda package is for the same CUDA version. `tensorflow` is what
    that says, and stands in for torch. A template that asks for a GPU made the environment, unless `verify`
    says otherwise.
    """

    def call(
        *options: str,
        machine: StubMachine | None = None,
        torch: Mapping[str, Any] | None = None,
        tensorflow: str | None = None,
        packages: Sequence[Conda] = (),
        verify: Expectations | None = _GPU,
    ) -> Verdict:
        (machine or StubMachine()).install(tmp_path / "machine", monkeypatch)
        if tensorflow is None:
            has = {"conda": [_pytorch(**(torch or {})), *packages], "modules": stub_torch(**(torch or {}))}
        else:
            has = {
                "pip": [Pip(name="tensorflow", version="2.20.0")],
                "modules": stub_tensorflow(said=tensorflow),
            }
        prefix = throwaway(tmp_path / "env", **has, verify=verify)
        return verify_gpu(envctl, prefix, *options)

    return call


def _pytorch(*, cuda: str | None = "12.6", **_: Any) -> Conda:
    """The package of conda-forge for a CUDA version, or for the CPU."""
    build = f"cuda{cuda.replace('.', '')}_mkl_py311_h0_300" if cuda else "cpu_mkl_py311_h0_100"
    return Conda(name="pytorch", version="2.9.1", build=build, channel=_CONDA_FORGE)
