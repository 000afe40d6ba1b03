"""What killed runs left: told, and taken away."""

from __future__ import annotations

import os

from envctl.engines.conda_scratch import clear_calls
from envctl.engines.rattler_leftovers import clear_partial
from envctl.model.report import CheckResult
from envctl.prefixes.leftovers import clear_leftovers
from envctl.prefixes.root import Root


def leftovers_check(root: Root) -> CheckResult:
    """Take away what killed runs left, wherever no run is at work."""
    clear_partial(root.packages)
    calls = clear_calls(root.cache)
    found = clear_leftovers(root)
    left = [each for each in found if not each.busy]
    stuck = [str(path) for each in left for path in each.paths if os.path.lexists(path)]
    gone = [each for each in left if not any(map(os.path.lexists, each.paths))]
    freed = sum(each.size_bytes for each in gone)
    busy = [each.place.label for each in found if each.busy]
    subjects = [each.place.label for each in gone] + (["calls of conda"] if calls else [])
    told = []
    if subjects:
        told.append(f"what killed runs left of {', '.join(subjects)} was removed, {freed / 1e6:.1f} MB")
    if busy:
        told.append(f"a run is at work on {', '.join(busy)}")
    measured = {
        "removed": [*(str(path) for each in gone for path in each.paths), *map(str, calls)],
        "freed_bytes": freed,
        "busy": busy,
        "left": stuck,
    }
    if not stuck:
        return CheckResult(
            id="leftovers", status="pass", summary="; ".join(told) or "no run was cut off", measured=measured
        )
    return CheckResult(
        id="leftovers",
        status="warn",
        summary="; ".join([f"{len(stuck)} folders of killed runs cannot be removed", *told]),
        cause="\n".join(stuck),
        hint="check their owners and modes, and remove them by hand",
        measured=measured,
    )
