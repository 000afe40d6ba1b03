"""What the channels have of a package, for the error of a solve that found nothing."""

from __future__ import annotations

from collections.abc import Sequence

from envctl.engines.conda_answer import CondaFailure
from envctl.engines.conda_call import ask
from envctl.engines.conda_find import Conda
from envctl.engines.conda_problem import Problem

_VERSIONS = 5


def versions(conda: Conda, problem: Problem, name: str) -> Sequence[str]:
    """The newest versions that the problem's channels have of a package, newest first; empty where they have
    none, or cannot be asked."""
    try:
        document = ask(conda, ["search", *problem.options, name], problem.environ).document or {}
    except CondaFailure:
        return ()
    found = document.get(name)
    records = found if isinstance(found, list) else []
    texts = [str(record.get("version")) for record in records if isinstance(record, dict)]
    return list(dict.fromkeys(reversed(texts)))[:_VERSIONS]  # conda lists the oldest first
