"""Runs a program's probes one after the other and writes down what became of each at once.

REQUEST is a JSON file: `{"program": "torch_compute", "probes": ["memory"], "params": {"device": "cpu"}}`.
RESULTS gets a line of JSON when a probe begins and one when it ends, so that a process that dies takes no
other probe's result with it; the last line is `{"event": "end"}`.

A program is a module of this folder. Its `PROBES` are functions by the probe's name: params in, findings
out, both plain JSON. Its `prepare(params)`, where it has one, comes first: what all of its probes share,
such as an import. It is told of as the probe `prepare`, together with the import of the module. Its
`spoiled(params)`, where it has one, is asked behind a probe without a result: whether that has left this
process unfit for those behind it, which then get no line, and need another process.
"""

from __future__ import annotations

import json
import math
import time
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any, Callable, Dict

Params = Dict[str, Any]
Probe = Callable[[Params], Dict[str, Any]]
PREPARE = "prepare"
_FRAMES = 4


class Unavailable(Exception):  # noqa: N818  (it is no error)
    """Raised by a probe, or by `prepare`, that has no object here; its text says why."""


def run(request: Path, results: Path) -> None:
    """Run what the file `request` asks for, and write to the file `results`.

    Where `prepare` comes to no end of its own, no probe is run.
    """
    asked = json.loads(request.read_text(encoding="utf-8"))
    module, params = f"{__package__}.{asked['program']}", asked["params"]

    def prepare(params: Params) -> Dict[str, Any]:
        program = import_module(module)
        if hasattr(program, "prepare"):
            program.prepare(params)
        return {}

    if _told(results, PREPARE, prepare, params):
        program = import_module(module)
        for name in asked["probes"]:
            has_result = _told(results, name, program.PROBES[name], params)
            if not has_result and hasattr(program, "spoiled") and program.spoiled(params):
                return
    _write(results, {"event": "end"})


def _told(results: Path, name: str, probe: Probe, params: Params) -> bool:
    """Run one probe and write what became of it; whether it has a result."""
    _write(results, {"probe": name, "event": "begin"})
    started = time.perf_counter()
    try:
        ended: Dict[str, Any] = {"event": "done", "value": strict(probe(params))}
    except Unavailable as reason:
        ended = {"event": "unavailable", "reason": str(reason)}
    except Exception as error:
        ended = {
            "event": "raised",
            "type": type(error).__name__,
            "message": str(error),
            "traceback": _last_frames(error),
        }
    _write(results, {"probe": name, **ended, "wall_s": time.perf_counter() - started})
    return "value" in ended


def strict(value: Any) -> Any:
    """`value` as JSON has it: what is no finite number becomes null, and what JSON cannot say raises."""
    if isinstance(value, dict):
        return {str(key): strict(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [strict(each) for each in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if value is None or isinstance(value, (str, int)):
        return value
    raise TypeError(f"a probe may not return a {type(value).__name__}")


def _last_frames(error: Exception) -> str:
    """Where it was raised, without this file and the import system."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename != __file__ and "importlib" not in frame.filename
    ]
    return "".join(traceback.format_list(frames[-_FRAMES:])).rstrip()


def _write(results: Path, event: Dict[str, Any]) -> None:
    # Opened for each line: a probe may close what is open.
    with results.open("ab") as file:
        file.write(json.dumps(event, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
