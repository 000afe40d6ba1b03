"""Which engine does the work."""

from __future__ import annotations

from collections.abc import Mapping

from envctl.engines.interface import Engine
from envctl.errors import UsageError
from envctl.model.configuration import Configuration
from envctl.prefixes.root import Root

NAMES = ("auto", "rattler", "conda")
"""`auto` is the embedded engine."""


def chosen_engine(option: str | None, environ: Mapping[str, str]) -> str:
    """The engine's name that an option or else `ENVCTL_ENGINE` asks for.

    Raises `UsageError` (`bad-engine`).
    """
    word = option or environ.get("ENVCTL_ENGINE") or "auto"
    if word not in NAMES:
        raise UsageError(
            f"there is no engine {word!r}",
            code="bad-engine",
            cause="it is asked for by " + ("--engine" if option else "ENVCTL_ENGINE"),
            hint=f"one of {', '.join(NAMES)}",
        )
    return word


def find_engine(
    root: Root,
    configuration: Configuration | None = None,
    *,
    name: str = "auto",
    environ: Mapping[str, str] | None = None,
) -> Engine:
    """The engine of that name. The embedded one honours the configuration; conda reads its own, and is told
    of the other's default where nothing is configured.

    `environ` is what conda is looked for and called with; None is this process's. Raises `AbsentError`
    (`no-conda`, `old-conda`).
    """
    if name == "conda":
        import os

        from envctl.engines.conda import CondaEngine
        from envctl.engines.conda_find import find_conda

        given = os.environ if environ is None else environ
        return CondaEngine(root, find_conda(given), given, configuration)

    from envctl.engines.rattler import RattlerEngine

    return RattlerEngine(root, configuration or Configuration())
