"""The formats of descriptions of an environment, by the names that the command line has for them."""

from __future__ import annotations

from typing import Literal, get_args

LockFormat = Literal["conda-lock-v1", "pixi-lock", "explicit"]
ExportFormat = Literal[
    "environment-yaml", "environment-json", "explicit", "requirements", "conda-lock-v1", "pixi-lock"
]
LOCK_FORMATS: tuple[LockFormat, ...] = get_args(LockFormat)
EXPORT_FORMATS: tuple[ExportFormat, ...] = get_args(ExportFormat)
