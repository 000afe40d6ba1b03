"""What cannot be a conda match spec, told without an engine.

Only what no conda reads is refused, with a reason; whether a version exists or an operator makes sense is
the solver's to say. The syntax is CEP 29's, and what conda accepts beyond it.
"""

from __future__ import annotations

import re

_ARCHIVE = re.compile(r"\S+\.(?:conda|tar\.bz2)(?:#\S*)?$")
_NAME = re.compile(r"\^.*\$|[A-Za-z0-9_*][A-Za-z0-9_.*-]*")
_PARTS = re.compile(r"(?P<name>\^.*?\$|[^\s=<>!~\[\],|;]*)(?P<constraint>[^\[]*)(?P<brackets>.*)$")
_FORBIDDEN = re.compile(r"[^\w.!+*,|()<>=~^$?/\\@\s:'\"-]")
_NO_VERSION = re.compile(r"(?:[<>=!~]=?|=)\s*(?:[,|)]|$)")

_EMPTY_BUILD = re.compile(r"=[^=]+=")


def name(text: str) -> str:
    """The package's name in a match spec, in lower case; empty for a URL or a file."""
    text = _bare(text)
    if _ARCHIVE.fullmatch(text):
        return ""
    match = _parts(text)
    return match["name"].lower() if match else ""


def problem(text: str) -> str | None:
    """Why the text cannot be a match spec; None where it may be one."""
    spec = _bare(text)
    if not spec:
        return "it is empty"
    if spec.startswith("-"):
        return "options belong in the `pip:` section"
    if "\n" in spec:
        return "it stands on several lines"
    if _ARCHIVE.fullmatch(spec):
        return None
    match = _parts(spec)
    if not match or not _NAME.fullmatch(match["name"]):
        return "it does not begin with a package's name"
    constraint, brackets = match["constraint"].strip(), match["brackets"].strip()
    if brackets and not brackets.endswith("]"):
        return "a bracket is not closed, or text stands behind it"
    strange = _FORBIDDEN.search(constraint)
    if strange:
        return f"`{strange[0]}` has no meaning in a version"
    if _NO_VERSION.search(constraint) and not _EMPTY_BUILD.fullmatch(constraint):
        return "an operator without a version"
    return None


def _parts(text: str) -> re.Match[str] | None:
    """Name, constraint and brackets, without `channel::` or the older `channel:namespace:`."""
    head, bracket, rest = text.partition("[")
    return _PARTS.match(head.rpartition(":")[2] + bracket + rest)


def _bare(text: str) -> str:
    """Without the comment that conda allows inside a spec (`numpy # why`), but with a URL's `#md5`."""
    return re.split(r"\s#", text.strip(), maxsplit=1)[0].strip()
