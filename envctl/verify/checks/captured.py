"""What a capture shows of the clocks at its moment."""

from __future__ import annotations

from collections.abc import Sequence

from envctl.model.machine import Gpu
from envctl.model.report import CheckResult
from envctl.verify.clocks import HARM


def captured(described: Sequence[Gpu]) -> CheckResult | None:
    """What held the clocks of a described machine down when it was captured; None where nothing did, which
    says nothing of them under load."""
    seen = {
        f"GPU {gpu.index}": held for gpu in described if (held := [it for it in HARM if it in gpu.throttle])
    }
    if not seen:
        return None
    reasons = dict.fromkeys(reason for held in seen.values() for reason in held)
    return CheckResult(
        id="throttling",
        status="warn",
        summary="the clocks were held down when it was captured: "
        + "; ".join(f"{gpu}: {', '.join(held)}" for gpu, held in seen.items()),
        cause="\n".join(f"{reason}: {HARM[reason][0]}" for reason in reasons),
        hint="; ".join(dict.fromkeys(HARM[reason][1] for reason in reasons)),
        measured={"throttle": seen},
    )
