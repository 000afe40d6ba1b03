"""Reading the tables, and the version numbers in them."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def rows(table: str) -> tuple[Mapping[str, str], ...]:
    """The rows of a table of this folder (`gpus` of gpus.csv), by column; empty where a row says nothing."""
    with (Path(__file__).parent / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def numbers(version: str) -> tuple[int, ...]:
    """A version of a driver or of CUDA, comparable: `535.104.05` is (535, 104, 5). Raises `ValueError`."""
    if not re.fullmatch(r"\d{1,9}(\.\d{1,9})*", version, re.ASCII):
        raise ValueError(f"{version!r} is no version such as 535.104.05")
    return tuple(int(part) for part in version.split("."))
