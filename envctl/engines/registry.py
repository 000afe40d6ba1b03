"""Which engine does the work."""

from __future__ import annotations

from envctl.engines.interface import Engine
from envctl.prefixes.root import Root


def find_engine(root: Root) -> Engine:
    """The engine to use: the embedded one."""
    from envctl.engines.rattler import RattlerEngine

    return RattlerEngine(root)
