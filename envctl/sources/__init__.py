"""The one front door: a word of the command line to what it describes."""

from envctl.sources.door import load, load_all, load_spec, spec_text, tell
from envctl.sources.model import (
    ENVIRONMENT_FIRST,
    FILE_FIRST,
    TEMPLATE_FIRST,
    LockSource,
    Source,
    SpecOptions,
)

__all__ = [
    "ENVIRONMENT_FIRST",
    "FILE_FIRST",
    "TEMPLATE_FIRST",
    "LockSource",
    "Source",
    "SpecOptions",
    "load",
    "load_all",
    "load_spec",
    "spec_text",
    "tell",
]
