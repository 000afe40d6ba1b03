"""Any output of nvidia-smi to a machine, by what the output looks like."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Literal

from envctl.errors import InputError
from envctl.formats.nvidia_smi import csv, failures, listing, names, table, xml
from envctl.model.machine import Machine

Form = Literal["xml", "listing", "table", "csv", "names", "failure"]

_LISTING = re.compile(
    r"^(?:=+NVSMI LOG=+|(?:Driver Version|Attached GPUs|NVIDIA-SMI version|DRIVER version) +: )", re.MULTILINE
)


def form_of(text: str) -> Form | None:
    """Which output of nvidia-smi the text is; None where it is none.

    `listing` is `-q` or `--version`, `names` is `-L`, and `failure` only an error message.
    """
    if "<nvidia_smi_log" in text:
        return "xml"
    if _LISTING.search(text):
        return "listing"
    if table.BANNER.search(text):
        return "table"
    if names.GPU.search(text):
        return "names"
    if csv.header_of(text):
        return "csv"
    return "failure" if failures.failure(text) else None


def read(text: str, *, file: str) -> Machine:
    """`file` is the name for messages. A machine without GPUs and without a count says nothing of GPUs.

    Raises `InputError`: `nvidia-smi-failed` where nvidia-smi only says why it reports nothing,
    `several-machines` for more than one report, `nvidia-smi-syntax` for broken XML, `not-a-machine` for
    anything else.
    """
    form = form_of(text)
    if form and max(Counter(_headings(text, form)).values(), default=0) > 1:
        raise InputError(  # the driver of one would be taken for that of all GPUs
            "holds more than one report of nvidia-smi",
            code="several-machines",
            file=file,
            hint="a file for each machine; and without -l, which repeats the report",
        )
    match form:
        case "xml":
            machine = xml.read_xml(text, file=file)
        case "listing":
            machine = listing.read_listing(text)
        case "table":
            machine = table.read_table(text)
        case "names":
            machine = names.read_names(text)
        case "csv":
            machine = csv.read_csv(text)
        case "failure":
            machine = _failed(text, file)
        case _:
            raise InputError("not the output of nvidia-smi", code="not-a-machine", file=file)
    return failures.with_lost_gpus(machine, text)


def _headings(text: str, form: Form) -> list[str]:
    """What a report of this form has once."""
    match form:
        case "xml":
            return re.findall("<nvidia_smi_log", text)
        case "listing":
            return [found.rstrip(" :") for found in _LISTING.findall(text)]
        case "table":
            return ["banner"] * len(table.BANNER.findall(text))
        case "names":
            return [index for index, *_ in names.GPU.findall(text)]
        case "csv":
            first, *rest = [line.strip() for line in text.splitlines() if line.strip()]
            return [first, *(line for line in rest if line == first)]
        case _:
            return []


def _failed(text: str, file: str) -> Machine:
    """What a failure still says: that there is no GPU, or that one is lost."""
    machine = Machine(origin="nvidia-smi")
    if failures.with_lost_gpus(machine, text).gpus:
        return machine
    found = failures.failure(text)
    if found and found.kind == "no-devices":
        return replace(machine, count=0)
    raise InputError(
        "nvidia-smi failed where this was captured",
        code="nvidia-smi-failed",
        file=file,
        cause=found.message if found else None,
        hint="capture it where nvidia-smi works, or write what is known (driver: 535.104.05)",
    )
