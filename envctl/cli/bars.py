"""The reporter for a terminal: a bar per running task, gone when it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)

from envctl.cli.lines import LineReporter
from envctl.progress import Task, Unit

if TYPE_CHECKING:
    from rich.console import Console

_COLUMNS: dict[Unit, tuple[type[ProgressColumn], ...]] = {
    "bytes": (BarColumn, DownloadColumn, TransferSpeedColumn),
    "packages": (BarColumn, MofNCompleteColumn),
    "steps": (TimeElapsedColumn,),
}


class _BarTask:
    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task = progress, task

    def advance(self, done: int, *, total: int | None = None, note: str = "") -> None:
        if total is not None:
            self._progress.update(self._task, completed=done, total=total, note=note)
        else:
            self._progress.update(self._task, completed=done, note=note)


class BarReporter(LineReporter):
    """Draws on the console that standard error is."""

    def __init__(self, console: Console, *, say: Callable[[str], None], warn: Callable[[str], None]) -> None:
        super().__init__(say=say, warn=warn)
        self._console = console

    @contextmanager
    def task(self, label: str, *, unit: Unit, total: int | None = None) -> Iterator[Task]:
        """A bar while the block runs; those of inner tasks stand below it."""
        columns = [column() for column in _COLUMNS[unit]]
        progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            *columns,
            TextColumn("{task.fields[note]}", style="dim"),
            console=self._console,
            transient=True,
        )
        with progress:
            yield _BarTask(progress, progress.add_task(label, total=total, note=""))
