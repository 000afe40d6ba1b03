"""Figures against what they could be: what the hardware can do as published, what this machine did before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from envctl.model.report import Status
from envctl.verify.baseline import key
from envctl.verify.checks.per_device import Judged, worst
from envctl.verify.clocks import harm, held_down
from envctl.verify.facts import Case, Outcome
from envctl.verify.tables.thresholds import Threshold, threshold
from envctl.verify.values import mapping, number, words


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """The most that the hardware can do, in the figure's unit."""

    value: float
    what: str
    """As people call it: `the published 19.5 TFLOPS`."""
    source: str
    threshold: Threshold
    """Which fractions of it must be reached."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One number of a probe, higher is better."""

    name: str
    """Its key in the probe's value: `tflops_median`."""
    unit: str
    limit: Limit | str
    """What it is held against, or why there is nothing."""
    words: str = ""
    """What stands behind number and unit: ` on 2 threads`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Ratio:
    value: float
    what: str
    threshold: Threshold

    @property
    def status(self) -> Status:
        if self.value < self.threshold.fail:
            return "fail"
        return "warn" if self.value < self.threshold.warn else "pass"


def judge_figures(case: Case, outcome: Outcome, figures: Sequence[Figure]) -> Judged:
    """The worst verdict of a probe's figures, with all of them in the summary."""
    judged = [_judge(case, outcome, figure) for figure in figures]
    named = worst(judged)
    return Judged(
        status=named.status,
        summary="; ".join(each.summary for each in judged),
        cause="\n".join(dict.fromkeys(each.cause for each in judged if each.cause)) or None,
        hint=named.hint,
        measured={
            **outcome.value,
            "against": {figure.name: each.measured for figure, each in zip(figures, judged, strict=True)},
        },
        rank=named.rank,
    )


def shown(value: float) -> str:
    """A figure with three digits, or all of those before the point."""
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def percent(fraction: float) -> str:
    """Rounded down, so that no figure below a limit looks like it."""
    return f"{int(round(fraction * 100, 4))} %"


def _judge(case: Case, outcome: Outcome, figure: Figure) -> Judged:
    value = number(outcome.value, figure.name)
    if value is None:
        return Judged(status="error", summary=f"the result of {outcome.probe} has no {figure.name}")
    before = case.baseline.get(key(case.facts, outcome, figure.name))
    ratios = tuple(_ratios(figure, value, before))
    measured = _measured(figure, value, before)
    told = f"{shown(value)} {figure.unit}{figure.words}"
    lacking = "; the baseline has no such figure" if case.baseline and not before else ""
    if not ratios:
        summary = f"measured {told}, not judged: {figure.limit}{lacking}"
        return Judged(status="skip", summary=summary, measured=measured, rank=value)
    summary = ", ".join((told, *(f"{percent(ratio.value)} of {ratio.what}" for ratio in ratios))) + lacking
    missed = [ratio for ratio in ratios if ratio.status != "pass"]
    rank = min(ratio.value for ratio in ratios)
    if not missed:
        return Judged(status="pass", summary=summary, measured=measured, rank=rank)
    samples = mapping(outcome.value, "samples")
    # a copy needs few of the SMs' cycles: their clock alone explains nothing there
    held = held_down(samples) if outcome.probe.startswith("matmul") else ", ".join(harm(samples))
    fails = not held and any(ratio.status == "fail" for ratio in missed)
    return Judged(
        status="fail" if fails else "warn",
        summary=f"unreliable: the clocks were held down ({held}): {summary}" if held else f"slow: {summary}",
        cause="\n".join((*map(_missed, missed), *_sampled(samples))),
        hint="see the check throttling, and measure again when that is put right"
        if held
        else _hint(outcome, before),
        measured=measured,
        rank=rank,
    )


def _ratios(figure: Figure, value: float, before: float | None) -> Iterable[_Ratio]:
    limit = figure.limit
    if isinstance(limit, Limit):
        yield _Ratio(value=_ratio(value, limit.value), what=limit.what, threshold=limit.threshold)
    if before:
        was = f"the baseline's {shown(before)} {figure.unit}"
        yield _Ratio(value=_ratio(value, before), what=was, threshold=threshold("baseline"))


def _ratio(value: float, reference: float) -> float:
    """To six places, so that 0.09 is nine tenths of 0.1, and a million at most, which JSON can say."""
    return min(round(value / reference, 6), 1e6)


def _measured(figure: Figure, value: float, before: float | None) -> dict[str, Any]:
    limit = figure.limit
    measured: dict[str, Any] = {"limit": None, "baseline": before or None}
    if isinstance(limit, Limit):
        measured |= {
            "limit": limit.value,
            "limit_source": limit.source,
            "fraction": _ratio(value, limit.value),
            "fail_below": limit.threshold.fail,
            "warn_below": limit.threshold.warn,
            "thresholds_source": limit.threshold.source,
        }
    if before:
        measured["ratio"] = _ratio(value, before)
    return measured


def _missed(ratio: _Ratio) -> str:
    least, expected = percent(ratio.threshold.fail), percent(ratio.threshold.warn)
    return f"of {ratio.what}, {expected} are expected and {least} needed: {ratio.threshold.source}"


def _sampled(samples: Mapping[str, Any]) -> tuple[str, ...]:
    """What the GPU was like meanwhile, as far as that is known."""
    clock, power = number(samples, "clock_sm_mhz_median"), number(samples, "power_w_median")
    told = [
        *([f"clock {clock:.0f} MHz"] if clock is not None else []),
        *([f"{power:.0f} W"] if power is not None else []),
        *words(samples, "throttle"),
    ]
    return (f"meanwhile: {', '.join(told)}",) if told else ()


def _hint(outcome: Outcome, before: float | None) -> str:
    if outcome.device == "cpu":
        hint = "see what else runs on this machine, and measure again"
    else:
        hint = "see in nvidia-smi what else uses the GPU, its power limit and its clocks, and measure again"
    return f"{hint}; if the change is meant, keep the new figures with --save-baseline" if before else hint
