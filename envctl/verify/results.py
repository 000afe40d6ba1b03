"""What a program has written about its probes so far; the lines are those of `probes/harness.py`."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from envctl.verify.facts import Outcome

PREPARE = "prepare"
_SHOWN = 200


class Results:
    """A file of results that grows while it is read."""

    def __init__(self, file: Path, device: str | None) -> None:
        self.prepared: Outcome | None = None
        """What became of the program's preparation; None while it goes on."""
        self.outcomes: dict[str, Outcome] = {}
        """By probe."""
        self.running: str | None = PREPARE
        """The step that has begun and not ended."""
        self.since = time.monotonic()
        """When the last step ended, or else the reading began."""
        self.complete = False
        self._file, self._device, self._read = file, device, 0

    def read(self) -> None:
        """Take in the lines that are new."""
        for line in self._new_lines():
            self._take(line)

    def _new_lines(self) -> Iterator[str]:
        if not self._file.exists():
            return
        with self._file.open("rb") as file:
            file.seek(self._read)
            *lines, _ = file.read().split(b"\n")  # the last has no end yet
        for line in lines:
            self._read += len(line) + 1
            yield line.decode("utf-8", "replace")

    def _take(self, line: str) -> None:
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            self._unreadable(f"its result is no JSON: {line[:_SHOWN]}")
            return
        match event:
            case {"event": "begin", "probe": str(probe)}:
                self.running = probe
            case {"event": "end"}:
                self.complete = True
            case {"event": "done", "probe": str(probe), "value": dict(value), "wall_s": float(wall_s)}:
                self._ended(probe, "done", value=value, wall_s=wall_s)
            case {"event": "unavailable", "probe": str(probe), "reason": str(cause), "wall_s": float(wall_s)}:
                self._ended(probe, "unavailable", cause=cause, wall_s=wall_s)
            case {"event": "raised", "probe": str(probe), "type": str(kind), "message": str(message)}:
                frames = event.get("traceback", "")
                self._ended(probe, "error", cause=f"{kind}: {message}\n{frames}".rstrip())
            case _:
                self._unreadable(f"its result lacks what one must have: {line[:_SHOWN]}")

    def _unreadable(self, cause: str) -> None:
        if self.running is not None:
            self._ended(self.running, "error", cause=cause)

    def _ended(
        self,
        probe: str,
        state: Literal["done", "unavailable", "error"],
        *,
        value: Mapping[str, Any] | None = None,
        cause: str | None = None,
        wall_s: float = 0.0,
    ) -> None:
        outcome = Outcome(
            probe=probe, device=self._device, state=state, value=value or {}, cause=cause, wall_s=wall_s
        )
        if probe == PREPARE:
            self.prepared = self.prepared or outcome
        else:
            self.outcomes.setdefault(probe, outcome)  # what follows a broken line is no better
        self.running, self.since = None, time.monotonic()
