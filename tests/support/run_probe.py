"""A program of probes, run as envctl runs it: in an interpreter of its own, its results in a file."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from envctl import proc
from envctl.verify import probes as folder

Event: TypeAlias = dict[str, Any]
FOLDER = Path(folder.__file__).parent
PROGRAM = FOLDER / "__main__.py"


def run_probes(python: Path | str, program: str, probes: list[str], **params: Any) -> dict[str, Event]:
    """The last event of each probe, `prepare` included: `{"memory": {"event": "done", "value": {…}, …}}`."""
    with tempfile.TemporaryDirectory() as scratch:
        request, results = Path(scratch) / "request.json", Path(scratch) / "results.jsonl"
        request.write_text(json.dumps({"program": program, "probes": probes, "params": params}))
        done = proc.run([python, "-I", "-B", PROGRAM, request, results])
        assert done.returncode == 0, done.stderr
        events: list[Mapping[str, Any]] = [json.loads(line) for line in results.read_text().splitlines()]
    assert events[-1] == {"event": "end"}
    return {event["probe"]: dict(event) for event in events[:-1]}


def value(python: Path | str, program: str, probe: str, **params: Any) -> dict[str, Any]:
    """What one probe found; fails with its message where it found nothing."""
    event = run_probes(python, program, [probe], **params)[probe]
    assert event["event"] == "done", event
    found: dict[str, Any] = event["value"]
    return found


def run_code(python: Path | str, code: str) -> Any:
    """What `answer` is after `code`, which may import from the package `probes` and break what it likes."""
    start = f"import sys, json; sys.path.insert(0, {str(FOLDER.parent)!r})\n"
    done = proc.run([python, "-I", "-B", "-c", f"{start}{code}\nprint(json.dumps(answer))"])
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
