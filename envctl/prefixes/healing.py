"""A place at which a run was killed as it put one folder where another stood."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from envctl.errors import EnvctlError
from envctl.prefixes.locking import locked
from envctl.prefixes.place import as_named
from envctl.prefixes.root import Root
from envctl.prefixes.swapping import finish_swap, unfinished


def heal(root: Root, prefix: Path) -> None:
    """Bring the swap to its end, where no other run is at it and the place may be written."""
    prefix = Path(os.path.realpath(prefix))  # resolve() raises where links lead in a circle
    if unfinished(prefix):
        with suppress(EnvctlError, OSError), locked(root, as_named(root, prefix)):
            finish_swap(prefix)
