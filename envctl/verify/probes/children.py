"""Work in forked processes, one a rank: torch is imported once, and a rank that hangs or dies is told of."""

from __future__ import annotations

import json
import os
import signal
import tempfile
import time
from pathlib import Path
from typing import Any, Callable, Dict, List

_PERIOD_S = 0.02


def in_children(work: Callable[[int], Any], count: int, *, timeout_s: float) -> List[Any]:
    """What `work(rank)` returned in each child, as plain JSON.

    CUDA must not have been started in this process: it does not survive a fork. The first rank that raises,
    dies or is not done within `timeout_s` ends all the others. Raises `RuntimeError` in its words.
    """
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / str(rank) for rank in range(count)]
        running = {_forked(work, rank, file): rank for rank, file in enumerate(files)}
        try:
            _wait(running, files, timeout_s)
        finally:
            for pid in running:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
        return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def _forked(work: Callable[[int], Any], rank: int, file: Path) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:  # nothing of the parent's may run in the child: neither its `finally` nor its `atexit`
        file.write_text(json.dumps(work(rank)), encoding="utf-8")
        status = 0
    except BaseException as error:
        file.write_text(f"{type(error).__name__}: {error}", encoding="utf-8")
    finally:
        os._exit(status)


def _wait(running: Dict[int, int], files: List[Path], timeout_s: float) -> None:
    """Until no child is running; takes each out of `running` that has ended."""
    deadline = time.monotonic() + timeout_s
    while running:
        for pid, rank in list(running.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if not ended:
                continue
            del running[pid]
            if os.WIFSIGNALED(status):
                raise RuntimeError(f"rank {rank} was ended by {signal.Signals(os.WTERMSIG(status)).name}")
            if status:
                raise RuntimeError(f"rank {rank}: {files[rank].read_text(encoding='utf-8')}")
        if time.monotonic() > deadline:
            ranks = ", ".join(map(str, sorted(running.values())))
            raise RuntimeError(f"not done within {timeout_s:g} s: rank {ranks}")
        time.sleep(_PERIOD_S)
