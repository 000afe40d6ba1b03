"""What verify-gpu answered about a machine and an environment with a fault in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from envctl.verify.checks.after import CHECKS as MEASURED

UNMEASURED = {
    check.id: "error"
    for check in MEASURED
    if check.id not in ("tensorflow-matmul", "peer-access", "all-reduce")
}
"""What becomes of the measurements on one GPU where torch fails at all of them."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A report."""

    code: int
    json: Any

    @property
    def blamed(self) -> dict[str, str]:
        """The checks that found something or could not be made, with their status."""
        statuses = {each["id"]: each["status"] for each in self.json["checks"]}
        return {name: status for name, status in statuses.items() if status not in ("pass", "skip")}

    def check(self, name: str) -> dict[str, Any]:
        return next(each for each in self.json["checks"] if each["id"] == name)

    def told(self, name: str) -> str:
        """All that a check says: summary, cause and hint."""
        check = self.check(name)
        return "\n".join(filter(None, (check["summary"], check["cause"], check["hint"])))


def verify_gpu(envctl: Callable[..., Any], prefix: Path, *options: str) -> Verdict:
    """The report of `verify-gpu prefix:DIR --json` with more options."""
    result = envctl("verify-gpu", f"prefix:{prefix}", "--json", *options)
    return Verdict(code=result.code, json=result.json)
