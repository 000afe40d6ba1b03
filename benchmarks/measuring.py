"""Whole processes, in turn: what they take, as ratios of one run.

Each pair runs A B A B …; a ratio is the median of the ratios turn by turn, which holds still while the
machine's speed drifts. Memory is the peak of the largest process, as the system counts it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
Command = Sequence[str]


class UnmeasuredError(Exception):
    """What a pair needs is not there; says what."""


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """What the pairs are made with."""

    scratch: Path
    """A folder that goes with the run."""
    channel: Path | None = None
    """A real channel's packed metadata, to solve against."""
    python: str = sys.executable
    envctl: str = str(Path(sys.executable).parent / "envctl")

    def script(self, name: str, *arguments: str | Path) -> list[str]:
        """The command of a program of this folder."""
        return [self.python, str(Path(__file__).parent / name), *map(str, arguments)]


@dataclass(frozen=True, kw_only=True)
class Run:
    """One or several processes, measured from outside."""

    wall_s: float
    peak_bytes: int


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two ways to do the same, and the ratio that envctl keeps below."""

    name: str
    ours: Command
    bare: Sequence[Command]
    """One after another."""
    limit: float | None
    """None where it is only told."""
    before: Callable[[], None] = lambda: None


def measure(*commands: Command) -> Run:
    """Run commands to their end, one after another; raises if one fails."""
    started, peak = time.perf_counter(), 0
    for command in commands:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=CHECKOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"failed with {process.returncode}: {' '.join(command)}")
        peak = max(peak, usage.ru_maxrss * 1024)
    return Run(wall_s=time.perf_counter() - started, peak_bytes=peak)


def compare(pair: Pair, turns: int) -> None:
    """Print one line: the median times, the ratio, the memory."""
    ours, bare = [], []
    for turn in range(turns + 1):
        for commands, found in (([pair.ours], ours), (pair.bare, bare)):
            pair.before()
            run = measure(*commands)
            if turn:  # the first turn warms the caches
                found.append(run)
    ratios = [a.wall_s / b.wall_s for a, b in zip(ours, bare, strict=True)]
    memory = statistics.median(a.peak_bytes / b.peak_bytes for a, b in zip(ours, bare, strict=True))
    limit = "no limit" if pair.limit is None else f"at most {pair.limit}"
    print(
        f"{pair.name:10} {_ms(ours):>9} {_ms(bare):>9} {statistics.median(ratios):6.2f}"
        f"  ({min(ratios):.2f} to {max(ratios):.2f}, {limit})  memory {memory:.2f}",
        flush=True,
    )


def _ms(runs: list[Run]) -> str:
    return f"{statistics.median(run.wall_s for run in runs) * 1000:.0f} ms"
