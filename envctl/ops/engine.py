"""The engine that does the work of an operation."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from envctl.prefixes.root import Root

if TYPE_CHECKING:
    from envctl.engines.interface import Engine


def engine_for(root: Root, name: str | None) -> Engine:
    """The engine of that name; None is what ENVCTL_ENGINE says.

    Raises `UsageError` (`bad-engine`), `AbsentError` (`no-conda`, `old-conda`), `InputError` for a
    configuration that cannot be read.
    """
    from envctl.configuration.read import read
    from envctl.engines.registry import chosen_engine, find_engine

    chosen = chosen_engine(name, os.environ)
    return find_engine(root, read(os.environ), name=chosen, environ=os.environ)
