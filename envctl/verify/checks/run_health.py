"""How the GPUs were while they were measured: their clocks, their PCIe links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from envctl.model.machine import ThrottleReason
from envctl.model.report import CheckResult
from envctl.verify.baseline import FIGURES
from envctl.verify.checks.captured import captured
from envctl.verify.checks.gpus import gpus
from envctl.verify.checks.no_result import no_outcome
from envctl.verify.checks.per_device import Judged, combined
from envctl.verify.clocks import HARM, clocks_known, harm, low_clock
from envctl.verify.devices import gpus_named, name_of
from envctl.verify.facts import Case, Outcome
from envctl.verify.values import mapping, number, words

SAMPLED = tuple(FIGURES)
"""The probes during which clocks are sampled."""


def throttling(case: Case) -> CheckResult:
    """Whether heat or a lack of power held the clocks down. A power cap alone is normal at full load."""
    if not case.live and (found := captured(gpus(case.facts))):
        return found
    outcomes = [outcome for outcome in case.facts.outcomes if outcome.probe in SAMPLED]
    if not case.live or not outcomes:
        return CheckResult(id="throttling", status="skip", summary=no_outcome(case, "no measurement"))
    devices = dict.fromkeys(outcome.device for outcome in outcomes)
    verdicts = [
        (device, _clocks(device, [outcome for outcome in outcomes if outcome.device == device]))
        for device in devices
    ]
    return combined("throttling", case.facts, verdicts)


def pcie_link(case: Case, outcome: Outcome) -> Judged:
    """Whether the link is as fast and wide during copies as GPU and slot allow. An idle link, which GPUs
    slow down to save power, is not looked at."""
    samples = mapping(outcome.value, "samples")
    generation, width = number(samples, "pcie_generation_max"), number(samples, "pcie_width_max")
    links = [gpu.pcie for gpu in gpus_named(case.facts, name_of(case.facts, outcome.device))]
    most = min((link.generation_max for link in links if link.generation_max), default=None)
    widest = min((link.width_max for link in links if link.width_max), default=None)
    measured = {"generation": generation, "generation_max": most, "width": width, "width_max": widest}
    if generation is None or width is None:
        return Judged(status="skip", summary="the link was not sampled during the copies", measured=measured)
    link = f"PCIe {generation:.0f} x{width:.0f}"
    if most is None or widest is None:
        return Judged(
            status="skip", summary=f"{link} during copies; what is possible is not known", measured=measured
        )
    if generation >= most and width >= widest:
        return Judged(status="pass", summary=f"{link} during copies, the most possible", measured=measured)
    return Judged(
        status="warn",
        summary=f"{link} during copies, where PCIe {most} x{widest} is possible",
        cause="the slot has fewer lanes or is set to less, or the card or its riser has a bad contact",
        hint="put the card in again or into another slot, and look at the slot's settings in the firmware",
        measured=measured,
        rank=generation * width,
    )


def _clocks(device: str | None, outcomes: Sequence[Outcome]) -> Judged:
    if device == "cpu":
        return Judged(status="skip", summary="the clocks of a CPU are not sampled")
    sampled = {
        outcome.probe: samples
        for outcome in outcomes
        if outcome.state == "done" and clocks_known(samples := mapping(outcome.value, "samples"))
    }
    if not sampled and all(outcome.state == "error" for outcome in outcomes):
        return Judged(status="error", summary="the measurements came to no result", cause=outcomes[0].cause)
    if not sampled:
        return Judged(status="skip", summary="the clocks were not sampled: NVML was not to be had")
    reasons = {
        reason: [probe for probe, samples in sampled.items() if reason in harm(samples)] for reason in HARM
    }
    seen = {reason: probes for reason, probes in reasons.items() if probes}
    low = {
        probe: clock
        for probe, samples in sampled.items()
        if probe.startswith("matmul") and (clock := low_clock(samples))
    }
    measured = {"throttle": seen, "low_clocks": low, "samples": sampled}
    if seen:
        return _held(seen, sampled, measured)
    if low:
        return _low(low, sampled, measured)
    cap = ", at the power cap, which is normal" if _seen("sw-power-cap", sampled) else ""
    return Judged(
        status="pass", summary=f"the clocks were not held down{_heat(sampled)}{cap}", measured=measured
    )


def _held(
    seen: Mapping[ThrottleReason, Sequence[str]],
    sampled: Mapping[str, Mapping[str, Any]],
    measured: Mapping[str, Any],
) -> Judged:
    return Judged(
        status="warn",
        summary=f"the clocks were held down: {', '.join(seen)}{_heat(sampled)}",
        cause="\n".join(
            f"{reason} during {', '.join(probes)}: {HARM[reason][0]}" for reason, probes in seen.items()
        ),
        hint="; ".join(dict.fromkeys(HARM[reason][1] for reason in seen)),
        measured=measured,
        rank=-len(seen),
    )


def _low(
    low: Mapping[str, str], sampled: Mapping[str, Mapping[str, Any]], measured: Mapping[str, Any]
) -> Judged:
    set_lower = _seen("applications-clocks", sampled)
    return Judged(
        status="warn",
        summary=f"the clocks stayed low{_heat(sampled)}, and no power cap says why",
        cause="\n".join(f"{clock} during {probe}" for probe, clock in low.items()),
        hint="reset the application clocks: sudo nvidia-smi -rac"
        if set_lower
        else "nvidia-smi -q -d CLOCK,PERFORMANCE tells what limits them; sudo nvidia-smi -rgc lifts a lock",
        measured=measured,
    )


def _seen(reason: ThrottleReason, sampled: Mapping[str, Mapping[str, Any]]) -> bool:
    return any(reason in words(samples, "throttle") for samples in sampled.values())


def _heat(sampled: Mapping[str, Mapping[str, Any]]) -> str:
    highest = [
        heat for samples in sampled.values() if (heat := number(samples, "temperature_c_max")) is not None
    ]
    return f", up to {max(highest):.0f} °C" if highest else ""
