"""All checks of the suite, which of them are wanted, and their verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from envctl.errors import UsageError
from envctl.model.report import CheckResult
from envctl.verify.check import Check
from envctl.verify.checks.after import CHECKS as AFTER
from envctl.verify.checks.before import CHECKS as BEFORE
from envctl.verify.facts import Case

CHECKS: tuple[Check, ...] = (*BEFORE, *AFTER)
"""In reading order: what all else depends on comes first."""
_NO_GPU = frozenset({"driver-present", "gpu-present", "gpu-count", "cuda-available", "tensorflow-gpu"})
"""The checks that fail where there is no GPU, and say nothing else then."""


def choose(only: Sequence[str], skip: Sequence[str], *, always: Sequence[str] = ()) -> tuple[Check, ...]:
    """The checks of `only`, or else all, without those of `skip`; and `always` those that were asked for in
    another way.

    Raises `UsageError` (`unknown-check`) for an id that is none, and (`no-check`) where nothing is left.
    """
    known = [check.id for check in CHECKS]
    for word in (*only, *skip):
        if word not in known:
            raise UsageError(
                f"there is no check {word!r}", code="unknown-check", hint=f"one of: {', '.join(known)}"
            )
    chosen = tuple(
        check
        for check in CHECKS
        if check.id in always or ((not only or check.id in only) and check.id not in skip)
    )
    if not chosen:
        raise UsageError("no check is left", code="no-check", hint="take a --skip away")
    return chosen


def judge(case: Case, checks: Iterable[Check]) -> tuple[CheckResult, ...]:
    """What each check says of the case."""
    return tuple(check.judge(case) for check in checks)


def strict(results: Iterable[CheckResult]) -> tuple[CheckResult, ...]:
    """The results with every warning a failure."""
    return tuple(replace(result, status="fail") if result.status == "warn" else result for result in results)


def absent(case: Case) -> tuple[str, ...]:
    """Ids of the checks whose failure means that a GPU that is wanted is not there, and no more."""
    machine, driver = case.facts.machine, case.facts.driver
    there = bool(machine and (machine.gpus or machine.count)) or bool(driver and driver.pci_gpus)
    return tuple(sorted(_NO_GPU)) if case.gpu_wanted and not there else ()
