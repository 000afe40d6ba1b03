"""render: a template, or somebody's file, as the text of an `environment.yml`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from envctl.credentials import has_secret
from envctl.errors import InputError
from envctl.fsys import unwritable, write_atomic
from envctl.progress import Reporter
from envctl.sources import SpecOptions, load_spec, spec_text, tell


@dataclass(frozen=True, kw_only=True, slots=True)
class RenderOptions:
    """What to render, and where to."""

    source: str
    spec: SpecOptions = field(default_factory=SpecOptions)
    output: Path | None = None
    check: bool = False
    """Compare with `output` instead of writing it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RenderResult:
    """The text, and what became of the file."""

    text: str
    output: Path | None
    stale: bool = False
    """Whether the checked file differs from the text."""
    difference: tuple[str, ...] = ()
    """Unified diff lines from the file to the text."""


def render(options: RenderOptions, reporter: Reporter) -> RenderResult:
    """Render, then write or compare.

    Raises what `load_spec` raises; `InputError` (`unreadable-file`) for a checked file that cannot be
    read, `FailedError` (`unwritable`) for one that cannot be written.
    """
    source = load_spec(options.source, options.spec)
    tell(source, reporter)
    spec = source.spec
    lines = (line.text for line in (*spec.dependencies, *(spec.pip or ())))
    if any(map(has_secret, (*spec.channels, *lines, *spec.variables.values()))):
        reporter.warn("credentials in URLs are left out")
    text = spec_text(source)
    if options.output is None:
        return RenderResult(text=text, output=None)
    if not options.check:
        try:
            write_atomic(options.output, text)
        except OSError as error:
            raise unwritable(options.output, error) from error
        return RenderResult(text=text, output=options.output)
    try:
        found = options.output.read_bytes().decode("utf-8")  # line ends count
    except FileNotFoundError:
        found = ""
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "cannot be read", code="unreadable-file", file=str(options.output), cause=str(error)
        ) from error
    return RenderResult(
        text=text,
        output=options.output,
        stale=found != text,
        difference=_difference(found, text, options.output),
    )


def _difference(found: str, text: str, file: Path) -> tuple[str, ...]:
    from difflib import unified_diff

    return tuple(unified_diff(found.splitlines(), text.splitlines(), str(file), "rendered", lineterm=""))
