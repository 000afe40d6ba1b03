"""Whether the GPUs' memory is sound, by what the driver counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import asdict
from functools import partial
from typing import Any

from envctl.model.machine import Ecc, Gpu, RemappedRows, RetiredPages
from envctl.model.report import CheckResult, Status
from envctl.verify.check import Check
from envctl.verify.checks.gpus import gpus
from envctl.verify.checks.unjudged import skip
from envctl.verify.facts import Case

Finding = tuple[Status, str, str]
"""Status, what it is, what to do."""
_RMA_PAGES = 60
"""Retired pages from which NVIDIA replaces a GPU (Dynamic page retirement, RMA; read November 2026)."""
_RESET = "sudo nvidia-smi --gpu-reset, or reboot, when its work is done"
_REPLACE = "replace the GPU (NVIDIA's RMA criteria)"


def _ecc(gpu: Gpu) -> list[Finding]:
    """Counts that NVIDIA's GPU memory error management and Azure's and Meta's node checks act upon."""
    ecc = gpu.ecc
    found: list[Finding] = []
    if ecc.sram_threshold_exceeded:
        found.append(("fail", "its SRAM had more uncorrected errors than NVIDIA allows", _REPLACE))
    if ecc.uncorrected_volatile:
        words = f"{ecc.uncorrected_volatile} uncorrected memory errors since the driver was loaded"
        found.append(("fail", words, f"{_RESET}; where they come again, {_REPLACE}"))
    elif ecc.uncorrected_aggregate:
        words = f"{ecc.uncorrected_aggregate} uncorrected memory errors in its life, none of late"
        found.append(("warn", words, "watch it: more of them and the GPU must be replaced"))
    return found


def _rows(gpu: Gpu) -> list[Finding]:
    """Rows that were replaced (Ampere and newer), or pages taken out of use (before)."""
    rows, pages = gpu.remapped, gpu.retired
    found: list[Finding] = []
    if rows and rows.failure:
        found.append(("fail", "a broken memory row could not be replaced", _REPLACE))
    if rows and rows.pending:
        found.append(("warn", "a broken memory row waits to be replaced", _RESET))
    if pages:
        count = (pages.single_bit or 0) + (pages.double_bit or 0)
        if count >= _RMA_PAGES:
            found.append(("fail", f"{count} memory pages are retired", _REPLACE))
        if pages.pending:
            found.append(("warn", "memory pages wait to be retired", _RESET))
    return found


def _said(part: Ecc | RemappedRows | RetiredPages | None) -> Mapping[str, Any]:
    """What a GPU says, without what it leaves out."""
    return {name: value for name, value in asdict(part).items() if value is not None} if part else {}


def _judge(
    case: Case,
    *,
    check: str,
    says: Callable[[Gpu], Mapping[str, Any]],
    find: Callable[[Gpu], Iterable[Finding]],
    sound: str,
    silent: str,
    decisive: Set[str],
) -> CheckResult:
    told = {gpu.index: says(gpu) for gpu in gpus(case.facts)}
    measured = {f"GPU {index}": dict(counts) for index, counts in told.items() if counts}
    if not any(decisive & set(counts) for counts in told.values()):
        off = any(counts.get("enabled") is False for counts in told.values())
        return skip(check, "ECC is switched off" if off else silent if told else "there is no GPU")
    found = [(gpu.index, *finding) for gpu in gpus(case.facts) for finding in find(gpu)]
    if not found:
        mute = sum(not decisive & set(counts) for counts in told.values())
        summary = f"{sound}; {mute} of {len(told)} GPUs do not say" if mute else sound
        return CheckResult(id=check, status="pass", summary=summary, measured=measured)
    return CheckResult(
        id=check,
        status="fail" if any(status == "fail" for _, status, _, _ in found) else "warn",
        summary="; ".join(f"GPU {index}: {words}" for index, _, words, _ in found),
        hint="; ".join(
            f"GPU {', '.join(str(index) for index, _, _, fix in found if fix == each)}: {each}"
            for each in dict.fromkeys(fix for _, _, _, fix in found)
        ),
        measured=measured,
    )


ECC = Check(
    id="ecc",
    judge=partial(
        _judge,
        check="ecc",
        says=lambda gpu: _said(gpu.ecc),
        find=_ecc,
        sound="no uncorrected memory errors",
        silent="no GPU counts memory errors",
        decisive={"uncorrected_volatile", "uncorrected_aggregate", "sram_threshold_exceeded"},
    ),
)
ROWS = Check(
    id="remapped-rows",
    judge=partial(
        _judge,
        check="remapped-rows",
        says=lambda gpu: {**_said(gpu.remapped), **_said(gpu.retired)},
        find=_rows,
        sound="no memory waits to be replaced",
        silent="no GPU says whether memory was replaced",
        decisive={"pending", "failure", "single_bit", "double_bit"},
    ),
)
