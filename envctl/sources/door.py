"""A word of the command line to what it describes."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path

from envctl.credentials import scrub
from envctl.errors import InputError, UsageError
from envctl.fsys import expand
from envctl.prefixes.root import Root
from envctl.progress import SILENT, Reporter
from envctl.sources.files import from_file, from_standard_input, refuse_template_options
from envctl.sources.meaning import choice, meanings, unknown
from envctl.sources.model import Kind, LockSource, Source, SpecOptions


def load_spec(word: str, options: SpecOptions) -> Source:
    """The specification that a word names: a template, a file, or `-` for standard input.

    Raises as `load`, and `InputError` (`lock-not-supported`) for a lock.
    """
    source = load(word, options, order=("template", "file"))
    if isinstance(source, LockSource):
        raise InputError(
            "is a lock, not a specification",
            code="lock-not-supported",
            file=source.label.partition(":")[2],
            hint="`envctl export` writes locks in other formats",
        )
    return source


def load(
    word: str,
    options: SpecOptions,
    *,
    order: Sequence[Kind],
    root: Root | None = None,
    environment: str | None = None,
) -> Source | LockSource:
    """What a word names: a template, a file, an environment below `root`, or `-` for standard input.

    Where it could be several, the first of `order` counts, with a note; `template:`, `file:`, `env:` and
    `prefix:` decide. `environment` picks one of a file that holds several.
    Raises `UsageError` for what is no such thing (`unknown-template`, `unknown-source`) or cannot take the
    options, `AbsentError` (`no-environment`), `InputError` for a file that describes no environment.
    """
    (source,) = load_all((word,), options, order=order, root=root, environment=environment)
    return source


def load_all(
    words: Sequence[str],
    options: SpecOptions,
    *,
    order: Sequence[Kind],
    root: Root | None = None,
    environment: str | None = None,
) -> tuple[Source | LockSource, ...]:
    """What several words name, of which at least one takes the `environment`. Raises as `load`."""
    sources = tuple(
        _with_channels(_load(word, options, order, root, environment), options, word) for word in words
    )
    if environment is not None and not any(
        isinstance(source, LockSource) and source.environment for source in sources
    ):
        raise UsageError(
            f"no environment can be chosen of {' and '.join(dict.fromkeys(words))}",
            code="no-environments",
            hint="--environment is for pixi.lock files, which may hold several",
        )
    return sources


def _with_channels(source: Source | LockSource, options: SpecOptions, word: str) -> Source | LockSource:
    """The source with the channels of the command line. Raises `UsageError` where it can take none."""
    if isinstance(source, LockSource):
        if options.channels or options.override_channels:
            raise UsageError(
                f"{word} has its packages already, and they their channels",
                code="lock-has-channels",
                hint="take -c and --override-channels away",
            )
        return source
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


def tell(source: Source | LockSource, reporter: Reporter) -> None:
    """Pass on what was odd about a source."""
    if source.note:
        reporter.note(source.note)
    for warning in source.warnings:
        reporter.warn(warning)


def _from_here(channel: str) -> str:
    """A channel folder of the command line starts from the working folder, not from a file's."""
    return str(expand(channel).absolute()) if channel.startswith((".", "~")) else channel


def _load(
    word: str, options: SpecOptions, order: Sequence[Kind], root: Root | None, environment: str | None
) -> Source | LockSource:
    scheme, _, rest = word.partition(":")
    if scheme == "template" and rest:
        return _template(rest, options)
    if scheme == "file" and rest:
        return from_file(Path(rest), options, environment)
    if root is not None and scheme in ("env", "prefix") and rest:
        return _environment(word, options, root)
    if word == "-":
        return from_standard_input(options, environment)
    meant = meanings(word, order, root)
    if not meant:
        raise unknown(word, order)
    if meant[0] == "template":
        source: Source | LockSource = _template(word, options)
    elif meant[0] == "environment" and root is not None:
        source = _environment(word, options, root)
    else:
        source = from_file(Path(word), options, environment)
    note = choice(word, meant) or source.note
    return dataclasses.replace(source, note=note)


def _template(name: str, options: SpecOptions) -> Source:
    from envctl.templating.render import render

    rendered = render(name, values=options.values, addons=options.addons)
    return Source(spec=rendered.spec, label=f"template:{name}", rendered=rendered, options=options)


def _environment(word: str, options: SpecOptions, root: Root) -> LockSource:
    from envctl.prefixes.finding import find_place
    from envctl.prefixes.installed import read_installed

    refuse_template_options(word, options)
    place = find_place(root, word, os.environ, SILENT)
    lock = read_installed(place.prefix)
    label = f"env:{place.name}" if place.name else f"prefix:{place.prefix}"
    return LockSource(lock=dataclasses.replace(lock, name=place.name), label=label)
