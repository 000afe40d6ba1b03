"""The one front door: a word of the command line to what it describes."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from envctl.credentials import scrub
from envctl.errors import InputError, UsageError
from envctl.fsys import expand
from envctl.model.environment import EnvironmentSpec
from envctl.model.template import Rendered
from envctl.progress import Reporter

_MAX_BYTES = 4_000_000
"""The largest real environment file that we know has 60 kB; YAML takes a second for each MB."""
_SUFFIXES = (".yml", ".yaml", ".json", ".txt", ".lock")


@dataclass(frozen=True, kw_only=True, slots=True)
class SpecOptions:
    """What the command line changes about a source."""

    values: Mapping[str, str] = field(default_factory=dict)
    """Template parameters: `--set python=3.11`."""
    addons: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    """Put before the source's own channels."""
    override_channels: bool = False
    """Use no channels but `channels`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A specification and where it came from."""

    spec: EnvironmentSpec
    label: str
    """`template:NAME` or `file:PATH`."""
    rendered: Rendered | None = None
    """What the template said, where it was one."""
    options: SpecOptions
    warnings: tuple[str, ...] = ()
    note: str | None = None
    """Which reading was chosen, where a word could mean several things."""


def load_spec(word: str, options: SpecOptions) -> Source:
    """The specification that a word names: a template, a file, or `-` for standard input.

    A template wins over a file of the same name; `template:` and `file:` decide. Raises `UsageError`
    for what is no such thing (`unknown-template`) or cannot take the options, `InputError` for a file
    that is not an environment file.
    """
    source = _load(word, options)
    channels = source.spec.channels
    if options.override_channels and not options.channels:
        raise UsageError("--override-channels leaves no channel", code="no-channels", hint="add -c CHANNEL")
    if options.channels:
        kept = () if options.override_channels else channels
        given = map(_from_here, options.channels) if source.spec.directory else options.channels
        channels = tuple(dict.fromkeys((*given, *kept)))
    return dataclasses.replace(source, spec=dataclasses.replace(source.spec, channels=channels))


def spec_text(source: Source) -> str:
    """The source as `environment.yml` text, with a header that says how a template made it."""
    from envctl.formats.environment_yaml_write import dumps

    header: tuple[str, ...] = ()
    if source.rendered is not None:
        from envctl.templating.render import header as template_header

        header = template_header(
            source.rendered,
            channels=tuple(map(scrub, source.options.channels)),
            override_channels=source.options.override_channels,
        )
    return dumps(source.spec, header=header)


def tell(source: Source, reporter: Reporter) -> None:
    """Pass on what was odd about a source."""
    if source.note:
        reporter.note(source.note)
    for warning in source.warnings:
        reporter.warn(warning)


def _from_here(channel: str) -> str:
    """A channel folder of the command line starts from the working folder, not from a file's."""
    return str(expand(channel).absolute()) if channel.startswith((".", "~")) else channel


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name too long for one
        return False


def _load(word: str, options: SpecOptions) -> Source:
    scheme, _, rest = word.partition(":")
    if scheme == "template" and rest:
        return _template(rest, options)
    if scheme == "file" and rest:
        return _file(Path(rest), options)
    if word == "-":
        data = b"" if sys.stdin is None else sys.stdin.buffer.read(_MAX_BYTES + 1)
        return _parse(data, "-", Path.cwd(), options)
    path = Path(word)
    if os.sep in word or word.endswith(_SUFFIXES):
        return _file(path, options)
    try:
        source = _template(word, options)
    except UsageError as error:
        if error.code == "unknown-template" and _is_file(path):
            return _file(path, options)
        raise
    if _is_file(path):
        note = f"{word} is a template and a file: the template is used; file:{word} takes the file"
        return dataclasses.replace(source, note=note)
    return source


def _template(name: str, options: SpecOptions) -> Source:
    from envctl.templating.render import render

    rendered = render(name, values=options.values, addons=options.addons)
    return Source(spec=rendered.spec, label=f"template:{name}", rendered=rendered, options=options)


def _file(path: Path, options: SpecOptions) -> Source:
    try:
        with expand(path).open("rb") as stream:
            data = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        raise InputError(
            "cannot be read",
            code="unreadable-file",
            file=str(path),
            cause=error.strerror or str(error),
            hint="`envctl templates` lists the templates; a file is given by its path"
            if isinstance(error, FileNotFoundError)
            else None,
        ) from error
    return _parse(data, str(path), expand(path).absolute().parent, options)


def _parse(data: bytes, file: str, directory: Path, options: SpecOptions) -> Source:
    if options.values or options.addons:
        raise UsageError(
            f"{file} is a file, and only templates take --set and --with",
            code="not-a-template",
            hint="edit the file, or begin from a template: `envctl templates`",
        )
    if len(data) > _MAX_BYTES:
        raise InputError(
            "is too large for an environment file",
            code="too-large",
            file=file,
            cause=f"it has more than {_MAX_BYTES // 1_000_000} MB",
        )
    from envctl.formats.detect import detect
    from envctl.formats.environment_yaml_read import loads
    from envctl.yamlfile import decode

    text = decode(data, file=file)
    kind = detect(text)
    if kind != "environment-yaml":
        raise InputError(
            f"is a lock ({kind}), not a specification",
            code="lock-not-supported",
            file=file,
            hint="this version of envctl creates from templates and environment files",
        )
    reading = loads(text, file=file)
    spec = dataclasses.replace(reading.spec, directory=str(directory))
    return Source(spec=spec, label=f"file:{file}", options=options, warnings=reading.warnings)
