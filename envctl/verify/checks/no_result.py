"""Why nothing was measured."""

from __future__ import annotations

from envctl.verify.checks.messages import explain
from envctl.verify.checks.unjudged import NOT_LIVE
from envctl.verify.devices import gpus_named, name_of
from envctl.verify.facts import Case, Facts, Outcome
from envctl.verify.programs import PEERS


def no_outcome(case: Case, probe: str) -> str:
    """Why a probe was not run, as the summary of a skip."""
    if not case.live:
        return NOT_LIVE
    if probe.startswith("tensorflow"):
        there = case.facts.one("tensorflow-import")
        return f"{probe} was not run" if there else "tensorflow is not in this environment"
    if case.facts.build_of("torch") is None:
        return "measured with torch, which this environment does not have"
    for needed in ("torch-import", "torch-cuda"):
        outcome = case.facts.one(needed)
        if outcome and outcome.state == "error":
            return f"not measured: {needed} came to no result"
    if case.gpu_wanted:
        return "not measured: torch sees no GPU"
    return "needs two GPUs" if probe in PEERS else f"{probe} was not run"


def no_value(facts: Facts, outcome: Outcome) -> tuple[str | None, str | None]:
    """Cause and hint of an outcome that is an error."""
    known = explain(outcome.cause, facts)
    if known is None:
        return outcome.cause, None
    users = _users(facts, outcome) if known.id == "out-of-memory" else []
    return "\n".join((known.cause, *users, outcome.cause or "")), known.fix


def _users(facts: Facts, outcome: Outcome) -> list[str]:
    """How full the GPUs of its kind were when the run began: one of them is the device."""
    return [
        f"in use when the run began: {gpu.memory_used_mib} of {gpu.memory_mib} MiB of GPU {gpu.index}"
        for gpu in gpus_named(facts, name_of(facts, outcome.device))
        if gpu.memory_used_mib is not None and gpu.memory_mib is not None
    ]
