"""export: an installed environment, or a lock, as a file that makes it again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from envctl.errors import UsageError
from envctl.formats.environment_yaml import for_platform
from envctl.formats.writing import write_lock, write_spec
from envctl.model.format_names import ExportFormat
from envctl.ops.deliver import deliver
from envctl.prefixes.root import Root
from envctl.progress import Reporter
from envctl.sources import ENVIRONMENT_FIRST, LockSource, SpecOptions, load, tell


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportOptions:
    """What to export, and how."""

    source: str
    root: Root
    format: ExportFormat = "environment-yaml"
    builds: bool = True
    """Whether a specification pins build strings."""
    from_history: bool = False
    """Whether a specification says what was asked for, instead of every package."""
    platform: str | None = None
    environment: str | None = None
    lossy: bool = False
    output: Path | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportResult:
    """The text, and what the format could not carry."""

    source: str
    format: ExportFormat
    text: str
    output: Path | None
    lost: tuple[str, ...] = ()


def export(options: ExportOptions, reporter: Reporter) -> ExportResult:
    """Write the environment in the format.

    Raises what `load` raises, `UsageError` for a format or platform that the source does not have and for
    options that would say nothing, `RefusedError` (`lossy`) where the format cannot carry everything.
    """
    pins = [
        name
        for name, given in (("--from-history", options.from_history), ("--no-builds", not options.builds))
        if given
    ]
    if pins and options.format not in ("environment-yaml", "environment-json"):
        raise UsageError(
            f"{pins[0]} is for specifications, and {options.format} holds exact packages",
            code="not-a-specification",
            hint="--format environment-yaml or environment-json",
        )
    source = load(
        options.source,
        SpecOptions(),
        order=ENVIRONMENT_FIRST,
        root=options.root,
        environment=options.environment,
    )
    tell(source, reporter)
    if isinstance(source, LockSource):
        lock = source.lock
        if options.from_history and not lock.says_requested and any(part.packages for part in lock.platforms):
            raise UsageError(
                f"{options.source} does not say what was asked for",
                code="no-history",
                hint="leave --from-history away, or export the environment itself",
            )
        written = write_lock(
            lock,
            options.format,
            platform=options.platform,
            builds=options.builds,
            from_history=options.from_history,
        )
    else:
        if pins:
            raise UsageError(
                f"{options.source} is a specification: it has no packages to choose from",
                code="not-locked",
                hint=f"take {' and '.join(pins)} away",
            )
        spec = source.spec if options.platform is None else for_platform(source.spec, options.platform)
        written = write_spec(spec, options.format)
    deliver(written, options.format, options.output, lossy=options.lossy)
    return ExportResult(
        source=source.label,
        format=options.format,
        text=written.text,
        output=options.output,
        lost=written.lost,
    )
