"""The layout of machine-readable output: one object, the same envelope for every verb."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from envctl.credentials import scrub_all
from envctl.errors import EnvctlError

SCHEMA_VERSION = 1


def document(command: str, fields: Mapping[str, Any], *, ok: bool = True) -> str:
    """The verb's result as JSON text; credentials in URLs are left out."""
    return _text({"schema_version": SCHEMA_VERSION, "command": command, "ok": ok, **fields})


def error_document(command: str, error: EnvctlError) -> str:
    """An error as JSON text, in the same envelope."""
    told = {"code": error.code, "message": error.message, "cause": error.cause, "hint": error.hint}
    return _text({"schema_version": SCHEMA_VERSION, "command": command, "ok": False, "error": told})


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(scrub_all(value), indent=2, ensure_ascii=False)
