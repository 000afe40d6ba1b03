"""The files that a pip section names: requirements (`-r`) in place of their line, constraints (`-c`) with it.

Paths start from the folder of the file that names them, as pip has it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from envctl.credentials import fill_in
from envctl.errors import InputError
from envctl.formats.pip_options import options_of
from envctl.formats.requirement_line import COMMENT, URL
from envctl.formats.requirements import Constraints, loads
from envctl.fsys import expand
from envctl.model.environment import Dependency, EnvironmentSpec
from envctl.yamlfile import decode

_FILE = re.compile(
    r"(?:(?P<requirements>-r|--requirement)|-c|--constraint)(?:\s*=\s*|\s+|(?<=-[rc]))(?P<path>\S.*)"
)


def with_pip_files(spec: EnvironmentSpec) -> EnvironmentSpec:
    """The specification with what the files in its pip section say; those behind a URL are left to uv.

    Raises `InputError` (`unreadable-file`, `requirements`) with the name of the file.
    """
    if spec.pip is None:
        return spec
    top = Path(spec.directory or ".")
    return replace(spec, pip=tuple(found for line in spec.pip for found in _read(line, top, ())))


def _read(line: Dependency, folder: Path, above: tuple[Path, ...]) -> Iterator[Dependency]:
    """What a line stands for in a file of the folder, which the files `above` lead to."""
    match = _FILE.fullmatch(COMMENT.sub("", line.text).strip())
    if match is None or URL.match(match["path"]):
        yield (
            replace(line, text=next(iter(options_of([line.text], directory=folder)), line.text))
            if above
            else line
        )
        return
    path = Path(os.path.normpath(folder / expand(fill_in(match["path"].strip("\"'"), os.environ))))
    inner = [found for each in _lines(path, above) for found in _read(each, path.parent, (*above, path))]
    if match["requirements"]:
        yield from (replace(found, selector=line.selector) if line.selector else found for found in inner)
        return
    lines = (
        text for each in inner for text in (each.lines if isinstance(each, Constraints) else (each.text,))
    )
    yield Constraints(
        text=f'-c "{path}"' if above else line.text,
        selector=line.selector,
        comment=line.comment,
        lines=tuple(lines),
    )


def _lines(path: Path, above: tuple[Path, ...]) -> tuple[Dependency, ...]:
    if path in above:
        raise InputError("is named by a file that it names", code="requirements", file=str(path))
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            "cannot be read",
            code="unreadable-file",
            file=str(path),
            cause=error.strerror,
            hint=f"{above[-1] if above else 'the pip section'} names it",
        ) from error
    return loads(decode(data, file=str(path)), file=str(path)).pip or ()
