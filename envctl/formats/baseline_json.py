"""A baseline: the figures of one machine on one day, as a JSON file."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from envctl.errors import InputError

SCHEMA_VERSION = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Baseline:
    """What `--save-baseline` keeps and `--baseline` compares with."""

    saved: str
    """When, in UTC: `2026-11-22T10:00:00+00:00`."""
    subject: str
    """The environment that was measured, as people call it."""
    machine: tuple[str, ...] = ()
    """Names of its GPUs; empty where the CPU was measured."""
    figures: Mapping[str, float]
    """Higher is better, by `PROBE/FIGURE/DEVICE`."""


def dumps(baseline: Baseline) -> str:
    """Write a baseline, its figures sorted. Raises `ValueError` for figures that are no finite numbers."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "saved": baseline.saved,
        "subject": baseline.subject,
        "machine": list(baseline.machine),
        "figures": dict(sorted(baseline.figures.items())),
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def loads(text: str, *, file: str) -> Baseline:
    """Read what `dumps` wrote; `file` is its name for messages.

    Raises `InputError` (`not-a-baseline`) for anything else: a baseline that is read by halves would let
    checks pass that compare with nothing.
    """

    def refuse(cause: str, line: int | None = None) -> NoReturn:
        raise InputError(
            "this is no baseline",
            code="not-a-baseline",
            file=file,
            line=line,
            cause=cause,
            hint="write one with envctl verify-gpu … --save-baseline FILE",
        )

    try:
        document = json.loads(text, parse_constant=_never, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        refuse(f"it is no JSON: {error.msg}", error.lineno)
    except RecursionError:
        refuse("it is nested too deeply")
    except ValueError as error:
        refuse(str(error))
    cause = _wrong(document)
    if cause:
        refuse(cause)
    return Baseline(
        saved=document["saved"],
        subject=document["subject"],
        machine=tuple(document["machine"]),
        figures={name: float(figure) for name, figure in document["figures"].items()},
    )


def _never(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a JSON object, whose keys must differ: the second figure of one name would hide the first."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)!r} is there twice")
    return found


def _wrong(document: Any) -> str | None:
    """The first thing that is not as `dumps` writes it."""
    if not isinstance(document, dict) or "schema_version" not in document:
        return "it has no schema_version"
    if document["schema_version"] != SCHEMA_VERSION:
        return f"its schema_version is {document['schema_version']!r}, and this envctl reads {SCHEMA_VERSION}"
    keys = {"schema_version", "saved", "subject", "machine", "figures"}
    if document.keys() != keys:
        return f"unknown or missing: {', '.join(sorted(document.keys() ^ keys))}"
    if not isinstance(document["saved"], str) or not _utc(document["saved"]):
        return f"saved is {document['saved']!r}, not a time in UTC such as 2026-11-22T10:00:00+00:00"
    if not isinstance(document["subject"], str):
        return "subject is no text"
    machine, figures = document["machine"], document["figures"]
    if not isinstance(machine, list) or not all(isinstance(name, str) for name in machine):
        return "machine is no list of names"
    if not isinstance(figures, dict) or not figures:
        return "it has no figures"
    for name, figure in figures.items():
        if not _figure(figure):
            return f"{name} is {figure!r}, not a number above 0"
    return None


def _utc(text: str) -> bool:
    try:
        return not datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z").utcoffset()
    except ValueError:
        return False


def _figure(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value) and value > 0
    except OverflowError:
        return False
