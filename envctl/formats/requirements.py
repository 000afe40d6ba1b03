"""pip's requirements files: read as the pip section of a specification, written from a lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from envctl.credentials import scrub
from envctl.errors import InputError
from envctl.formats.lost import counted
from envctl.formats.one_platform import on_platform
from envctl.formats.pip_options import index_options
from envctl.formats.requirement_line import COMMENT, parse_line, placed_line
from envctl.formats.written import Written
from envctl.model.environment import Dependency, EnvironmentSpec
from envctl.model.lock import DEFAULT_INDEX, Lock
from envctl.model.packages import CondaPackage, PipPackage


@dataclass(frozen=True, kw_only=True, slots=True)
class Constraints(Dependency):
    """A line of a pip section that names a file of constraints, with what the file says."""

    lines: tuple[str, ...]


def loads(text: str, *, file: str) -> EnvironmentSpec:
    """Read a requirements file: its lines, options among them, become the pip section.

    Files that it names (`-r`, `-c`) are not read. Raises `InputError` (`requirements`) with the line and
    the reason for what pip refuses.
    """
    lines = []
    for number, raw in _logical_lines(text.removeprefix("\ufeff")):
        comment = COMMENT.search(raw)
        line = " ".join(COMMENT.sub("", raw).split())
        if not line:
            continue
        try:
            parse_line(line)
        except ValueError as error:
            raise InputError(
                f"`{scrub(line)[:200]}` is no line of a requirements file",
                code="requirements",
                file=file,
                line=number,
                cause=str(error),
                hint="pip takes `NAME>=VERSION`, `NAME @ URL`, a URL, a path or an option (PEP 508)",
            ) from error
        why = " ".join(comment["text"].split()) if comment else ""
        lines.append(Dependency(text=line, comment=why or None))
    return EnvironmentSpec(pip=tuple(lines))


def dumps(lock: Lock, *, platform: str) -> Written:
    """Write the pip packages of one platform of a lock, all categories, without the credentials in URLs.

    A package that has a URL is named by it. pip wants `--hash` of all packages or of none: one package
    without a hash takes them from those that only an index names. Raises `UsageError` (`no-platform`) for a
    platform that the lock does not have.
    """
    part = on_platform(lock, platform)
    packages = [entry.package for entry in part.packages]
    pip = [each for each in packages if isinstance(each, PipPackage)]
    hashed = all(each.sha256 and not each.editable for each in pip)
    lines = [(_line(each, hashed), each) for each in pip]
    written = {line: each for line, each in lines if _is_one_requirement(line)}
    unwritten = (each.name for line, each in lines if line not in written)
    more = (each.index for each in pip if each.index and not each.url)
    indexes = list(index_options(dict.fromkeys((*(lock.indexes or (DEFAULT_INDEX,)), *more))))
    bare = [each for each in written.values() if not each.url]
    unhashed = (each.name for each in bare if each.sha256 and not hashed)
    return Written(
        text="\n".join(
            [
                f"# pip packages for {' '.join(part.platform.split())}, written by envctl. To install them:",
                "#   pip install --no-deps -r FILE",
                *(scrub(line) for line in indexes if len(line.split()) == 2),
                *written,
                "",
            ]
        ),
        lost=(
            *counted("conda package", (each.name for each in packages if isinstance(each, CondaPackage))),
            *counted("pip package", unwritten, " that no line can ask for"),
            *counted("pip package", (each.name for each in bare if not each.version), " without a version"),
            *counted("pip package", unhashed, " without its hash: pip wants one of each or none"),
            *counted("index URL", (line for line in indexes if len(line.split()) != 2)),
            *counted("variable", lock.variables or ()),
            *counted("category", sorted({entry.category for entry in part.packages} - {"main"})),
        ),
    )


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their number, those that end in a backslash joined, as pip joins them."""
    first, parts = 0, list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        first = first if parts else number
        if line.endswith("\\") and not line.lstrip().startswith("#"):
            parts.append(line.strip("\\"))
            continue
        yield first, "".join((*parts, " " if line.startswith("#") else "", line))
        parts = []
    if parts:
        yield first, "".join(parts)


def _line(package: PipPackage, hashed: bool) -> str:
    if not package.url:
        pin = f"=={package.version}" if package.version else ""
        return f"{package.name}{pin}" + (f" --hash=sha256:{package.sha256}" if pin and hashed else "")
    return placed_line(package)


def _is_one_requirement(line: str) -> bool:
    with suppress(ValueError):
        found = parse_line(line)
        return found.option is None and line.splitlines() == [line]
    return False
