"""What the driver program would say of a stub driver, where no compiler is there to build one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from envctl.verify.facts import Outcome
from envctl.verify.runner import Call

Run = Callable[..., tuple[Outcome, ...]]
_MESSAGES = {15: "GPU is lost", 18: "Driver/library version mismatch"}


def said_instead(run: Run, folder: Path, *, cuda_init: int, nvml_init: int, cuda: str, driver: str) -> Run:
    """`run_programs` whose driver program is not run; its results are those with stub_driver's libraries."""
    loaded = {"load_error": None}
    t4 = {"name": "Tesla T4", "compute_capability": "7.5"}
    device = {**t4, "memory_bytes": 15 << 30, "uuid": "GPU-00000000-0000-0000-0000-000000000000"}
    errors = {
        "ecc_enabled": True,
        "ecc_uncorrected_volatile": 10,
        "ecc_uncorrected_aggregate": 11,
        "remapped": {"correctable": 1, "uncorrectable": 2, "pending": True, "failure": False},
    }
    gpus = [{"index": 0, **t4, **errors, "lost": None}, {"index": 1, "lost": _MESSAGES[15]}]
    values: dict[str, dict[str, Any]] = {
        "cuda-driver": {
            **loaded,
            "libcuda": str(folder / f"libcuda.so.{driver}"),
            "code": cuda_init,
            "code_name": None,
            "version": cuda,
            "devices": [] if cuda_init else [device],
        },
        "nvml": {
            **loaded,
            "library": str(folder / f"libnvidia-ml.so.{driver}"),
            "code": nvml_init,
            "message": None if not nvml_init else _MESSAGES.get(nvml_init, "Unknown Error"),
            "driver": None if nvml_init else "535.104.05",
            "cuda": None if nvml_init else "12.2",
            "gpus": [] if nvml_init else gpus,
        },
    }

    def instead(interpreter: Any, calls: Sequence[Call], **more: Any) -> tuple[Outcome, ...]:
        asked = [probe for call in calls if call.program == "driver" for probe in call.probes]
        said = tuple(Outcome(probe=probe, state="done", value=values[probe]) for probe in asked)
        others = [call for call in calls if call.program != "driver"]
        return (*said, *(run(interpreter, others, **more) if others else ()))

    return instead
