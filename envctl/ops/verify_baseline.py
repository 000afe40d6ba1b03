"""Earlier figures of a machine, kept in a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from envctl.fsys import unwritable, write_atomic
from envctl.progress import Reporter
from envctl.sources.text_file import read_text
from envctl.verify.baseline import figures
from envctl.verify.facts import Facts

_MAX_BYTES = 1_000_000


def load_baseline(file: Path | None) -> Mapping[str, float]:
    """The figures of a file; none without one. Raises `InputError`."""
    if file is None:
        return {}
    from envctl.formats import baseline_json

    text = read_text(
        str(file), limit_bytes=_MAX_BYTES, what="a baseline", if_absent="--save-baseline writes one"
    )
    return baseline_json.loads(text, file=str(file)).figures


def save_baseline(file: Path, facts: Facts, *, label: str, saved: datetime, reporter: Reporter) -> None:
    """Keep what was measured. Where nothing was, the file stays as it is, with a warning.

    Raises `FailedError` where it cannot be written.
    """
    from envctl.formats import baseline_json

    measured = figures(facts)
    if not measured:
        reporter.warn(f"nothing was measured: {file} is not written")
        return
    baseline = baseline_json.Baseline(
        saved=saved.isoformat(timespec="seconds"),
        subject=label,
        machine=tuple(gpu.name or "" for gpu in facts.machine.gpus) if facts.machine else (),
        figures=measured,
    )
    try:
        write_atomic(file, baseline_json.dumps(baseline))
    except OSError as error:
        raise unwritable(file, error) from error
