"""What GPUs do together: copies from one to another, and a sum over all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from envctl.verify.checks.against import shown
from envctl.verify.checks.per_device import Judged
from envctl.verify.facts import Case, Outcome
from envctl.verify.values import mappings, number


def peer_access(_: Case, outcome: Outcome) -> Judged:
    """Whether copies arrive as they were sent. Bandwidth and direct access are told and not judged: how two
    GPUs are connected decides them."""
    pairs = mappings(outcome.value, "pairs")
    if not pairs:
        return Judged(status="skip", summary="there is no pair of GPUs")
    changed = [pair for pair in pairs if number(pair, "mismatches")]
    if changed:
        return Judged(
            status="fail",
            summary=f"copies arrive changed: {', '.join(_way(pair) for pair in changed)}",
            cause="what was read on the second GPU is not what the first one sent",
            hint="turn off ACS or the IOMMU for PCIe transfers between GPUs (NCCL's troubleshooting page says"
            " how); NCCL_P2P_DISABLE=1 goes around it",
            measured=outcome.value,
        )
    if any(number(pair, "mismatches") is None for pair in pairs):
        return Judged(
            status="error",
            summary="not every copy was read back",
            cause=outcome.cause,
            measured=outcome.value,
        )
    direct = [pair for pair in pairs if pair.get("access") is True]
    speeds = [speed for pair in pairs if (speed := number(pair, "gb_per_s_median")) is not None]
    slowest = f", {shown(min(speeds))} GB/s at least" if speeds else ""
    return Judged(
        status="pass",
        summary=f"{len(pairs)} pairs copy rightly, {len(direct)} of them directly{slowest}",
        cause=None if len(direct) == len(pairs) else "the others go through the machine's memory",
        measured=outcome.value,
    )


def all_reduce(_: Case, outcome: Outcome) -> Judged:
    """Whether the sum over all devices is exact. Its bandwidth is told and not judged."""
    value = outcome.value
    exact, speed = value.get("exact"), number(value, "bus_gb_per_s_median")
    ranks, backend = value.get("ranks"), value.get("backend")
    if not isinstance(exact, bool):
        return Judged(
            status="error", summary="its result does not say whether the sum is right", measured=value
        )
    if not exact:
        return Judged(
            status="fail",
            summary=f"the sum over {ranks} devices is wrong with {backend}",
            cause="whole numbers that are exact in the data type did not add up",
            hint="look at peer-access; NCCL_P2P_DISABLE=1 tells whether the way between the GPUs is at fault",
            measured=value,
        )
    bus = f", {shown(speed)} GB/s of bus bandwidth" if speed is not None else ""
    return Judged(
        status="pass", summary=f"the sum over {ranks} devices is exact with {backend}{bus}", measured=value
    )


def _way(pair: Mapping[str, Any]) -> str:
    return f"{pair.get('from')} to {pair.get('to')}"
