"""A file, or standard input, as a source."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from envctl.errors import UsageError
from envctl.fsys import expand
from envctl.model.format_names import LOCK_FORMATS
from envctl.sources.model import LockSource, Source, SpecOptions
from envctl.sources.text_file import read_bytes, refuse_size

if TYPE_CHECKING:
    from envctl.formats.reading import Description
    from envctl.model.lock import Lock

_MAX_SPEC_BYTES = 4_000_000
"""The largest real environment file that we know has 60 kB; YAML takes a second for each MB."""
_MAX_BYTES = 64_000_000
"""A lock of 5,000 packages has 2 MB."""


def from_standard_input(options: SpecOptions, environment: str | None) -> Source | LockSource:
    """What standard input describes."""
    refuse_template_options("-", options)
    data = read_bytes("-", limit_bytes=_MAX_BYTES)
    return _source(_describe(data, "-", Path.cwd()), "-", Path.cwd(), options, environment)


def from_file(path: Path, options: SpecOptions, environment: str | None) -> Source | LockSource:
    """What a file describes; `environment` picks one of several. Raises as `load`."""
    refuse_template_options(str(path), options)
    description = describe_file(
        path, if_absent="`envctl templates` lists the templates; a file is given by its path"
    )
    return _source(description, str(path), expand(path).absolute().parent, options, environment)


def describe_file(path: Path, *, if_absent: str) -> Description:
    """What a file holds; `if_absent` is what to do where it is not there.

    Raises `InputError` (`unreadable-file`, `too-large`) and what `formats.reading.read` raises.
    """
    data = read_bytes(str(path), limit_bytes=_MAX_BYTES, if_absent=if_absent)
    return _describe(data, str(path), expand(path).absolute().parent)


def refuse_template_options(word: str, options: SpecOptions) -> None:
    """Raise `UsageError` (`not-a-template`) for options that only a template takes."""
    if options.values or options.addons:
        raise UsageError(
            f"{word} is no template, and only templates take --set and --with",
            code="not-a-template",
            hint="edit the file, or begin from a template: `envctl templates`",
        )


def _describe(data: bytes, file: str, directory: Path) -> Description:
    from envctl.formats.detect import detect
    from envctl.formats.reading import read
    from envctl.yamlfile import decode

    refuse_size(data, file, _MAX_BYTES, "a lock")
    text = decode(data, file=file)
    form = detect(text)
    if form not in LOCK_FORMATS:
        refuse_size(data, file, _MAX_SPEC_BYTES, "an environment file")
    return read(text, file=file, directory=str(directory), form=form)


def _source(
    description: Description, file: str, directory: Path, options: SpecOptions, environment: str | None
) -> Source | LockSource:
    from envctl.sources.pip_files import with_pip_files

    if description.format == "pixi-lock" and description.locks is not None:
        return dataclasses.replace(_chosen(description.locks, file, environment), directory=str(directory))
    if description.locks is not None:
        (lock,) = description.locks.values()
        return LockSource(lock=lock, label=f"file:{file}", directory=str(directory))
    assert description.spec is not None  # noqa: S101  (one of the two)
    spec = with_pip_files(dataclasses.replace(description.spec, directory=str(directory)))
    return Source(spec=spec, label=f"file:{file}", options=options, warnings=description.warnings)


def _chosen(locks: Mapping[str, Lock], file: str, environment: str | None) -> LockSource:
    name = environment or ("default" if "default" in locks or len(locks) != 1 else next(iter(locks)))
    if name not in locks:
        raise UsageError(
            f"{file} has no environment {name!r}",
            code="no-such-environment",
            hint=f"--environment takes one of: {', '.join(locks)}",
        )
    note = None
    if environment is None and len(locks) > 1:
        note = f"{file} holds {len(locks)} environments: {name} is used; --environment takes another"
    return LockSource(lock=locks[name], label=f"file:{file}", environment=name, note=note)
