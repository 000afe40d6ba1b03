"""One call of conda."""

from __future__ import annotations

from collections.abc import Mapping

from envctl import proc
from envctl.engines.conda_answer import Answer, CondaFailure, read_answer
from envctl.engines.conda_find import Conda


def ask(conda: Conda, arguments: list[str], environ: Mapping[str, str]) -> Answer:
    """Conda's answer to a command; `--json` is added to its words, and nobody is there to be asked.

    Raises `CondaFailure`, which callers turn into what it means to them, and `AbsentError` (`tool-missing`)
    where conda has gone.
    """
    verb, *rest = arguments
    arguments = [verb, "--json", *rest]
    call = proc.Call(args=[conda.executable, *arguments], env=environ, bound=True)
    (done,) = proc.run_together([call])
    answer = read_answer(arguments, done)
    if answer.failed:
        raise CondaFailure(answer)
    return answer
