"""The one YAML reader: safe, fast (libyaml), and able to say on which line a value stands."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import yaml

from envctl.credentials import scrub
from envctl.errors import InputError

KeyPath = tuple[str | int, ...]

_DEPTH = 200
"""Levels that a document may nest: libyaml recurses, and dies of some 20,000 without a word."""
_EXPANSION = 100_000
"""Values that aliases may add in all: nested ones double with each line."""
_LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_COMMENT = re.compile(r"[ \t]+#(.*)")
_ANCHOR = re.compile(r"(?:^|[\s\[{,:-])&\S", re.MULTILINE)
_INTEGER = re.compile(r"-?(?:0|[1-9]\d*)")
_FLOAT = re.compile(r"-?\d+\.\d+(?:[eE][-+]?\d+)?")
_OPENS = re.compile(r"[-?:](?=\s)")
"""What opens a level within a line."""
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


class Unquoted(str):
    """A scalar as written, such as `3.10` or `yes`, that YAML itself takes for a number, boolean or date."""

    __slots__ = ()


_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _WrittenLoader(_Loader):  # type: ignore[misc]  # which base it is depends on the platform
    """Builds `Unquoted` text where the ordinary loader builds numbers, booleans and dates."""


for _tag in ("int", "float", "bool", "timestamp", "value"):
    _WrittenLoader.add_constructor(
        f"tag:yaml.org,2002:{_tag}", lambda loader, node: Unquoted(loader.construct_scalar(node))
    )


class _StrictLoader(_WrittenLoader):
    """Refuses a key that stands twice in one mapping; told by a count, since locks have 10,000 mappings."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        mapping = super().construct_mapping(node, deep=deep)
        if len(mapping) != len(node.value):
            raise yaml.constructor.ConstructorError(
                None, None, "a key stands twice in one mapping", node.start_mark
            )
        return mapping


@dataclass(frozen=True, kw_only=True, slots=True)
class Duplicate:
    """A key that stands twice in one mapping; YAML forbids it, and the later value counts."""

    key: str
    line: int
    """Of the later one."""
    lost: bool
    """Whether the earlier value said something else, which is then lost."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A parsed YAML file."""

    value: Any
    lines: Mapping[KeyPath, int] = field(default_factory=dict)
    """Line (from 1) of each key and item by its path, such as `("dependencies", 0)`."""
    duplicates: tuple[Duplicate, ...] = ()
    comments: Mapping[KeyPath, str] = field(default_factory=dict)
    """What stands behind the `#` on a scalar's line, by the scalar's path; read only if asked for."""

    def line(self, *path: str | int) -> int | None:
        """The line of the value at `path`, or of the nearest part above it that has one."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return None


def decode(data: bytes, *, file: str) -> str:
    """The text of a file: UTF-8, or what its byte order mark says (Windows tools write UTF-16).

    Raises `InputError` (`encoding`) with the line where the text stops making sense.
    """
    mark, encoding = next(((m, e) for m, e in _MARKS.items() if data.startswith(m)), (b"", "utf-8"))
    data = data[len(mark) :]
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, "replace")
        raise InputError(
            f"not {encoding.upper()} text",
            code="encoding",
            file=file,
            line=before.count("\n") + 1,
            cause=f"{error.reason} at byte {len(mark) + error.start}",
            hint="save the file as UTF-8",
        ) from error


def load(text: str, *, file: str, written: bool = False) -> Document:
    """Read one YAML document.

    `file` is the name for messages. With `written`, what YAML takes for a number, a boolean or a date
    stays the text that stands there, as `Unquoted` (`3.10` is no `3.1`), and comments are noted.
    Raises `InputError` (`yaml-syntax`) with the line and the reason.
    """
    with _syntax_errors(text, file):
        _refuse_depth(text, file)
        loader = (_WrittenLoader if written else _Loader)(text)
        try:
            node = loader.get_single_node()
            survey = _Survey(file, [*_LINE_END.split(text), ""] if written else None)
            if node is not None:
                survey.visit(node, ())
            value = None if node is None else loader.construct_document(node)
        finally:
            loader.dispose()
    return Document(
        value=value, lines=survey.lines, duplicates=tuple(survey.duplicates), comments=survey.comments
    )


@contextmanager
def _syntax_errors(text: str, file: str) -> Iterator[None]:
    """What PyYAML raises, as `InputError` with the line and the reason."""
    try:
        yield
    except InputError:
        raise
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = " ".join(part for part in (error.context, error.problem) if part)
        raise _invalid(file, reason, mark.line + 1 if mark else None, _hint(text, mark)) from error
    except yaml.reader.ReaderError as error:
        line = text.encode(errors="replace")[: error.position].count(b"\n") + 1
        raise _invalid(file, error.reason, line) from error
    except Exception as error:  # PyYAML lets through whatever int(), float() and datetime() raise
        raise _invalid(file, str(error)) from error


def load_data(text: str, *, file: str) -> Any:
    """The value of a YAML document that a program wrote and that may be large: a lock.

    Without lines and comments it takes a third of the time of `load`; whoever finds a mistake in the value
    asks `load` for the line. Numbers, booleans and dates are `Unquoted` text, `native` turns them.
    Raises `InputError` (`yaml-syntax`), for a repeated key too.
    """
    if _ANCHOR.search(text):  # aliases may multiply, merge keys may override
        document = load(text, file=file, written=True)
        for twice in document.duplicates:
            raise _invalid(file, f"`{twice.key}` stands twice in one mapping", twice.line)
        return document.value
    with _syntax_errors(text, file):
        _refuse_depth(text, file)
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506  (a safe loader's child)


def native(value: Any) -> Any:
    """`Unquoted` text as the number or boolean that it stands for in every YAML version, else as text."""
    if not isinstance(value, Unquoted):
        return value
    if value in ("true", "false"):
        return value == "true"
    if _INTEGER.fullmatch(value):
        return int(value)
    return float(value) if _FLOAT.fullmatch(value) else str(value)


def _hint(text: str, mark: Any) -> str | None:
    lines = _LINE_END.split(text)
    # libyaml may point behind the last line
    tab = mark and mark.line < len(lines) and lines[mark.line][mark.column : mark.column + 1] == "\t"
    return "indent with spaces, not tabs" if tab else None


def _invalid(file: str, reason: str, line: int | None = None, hint: str | None = None) -> InputError:
    return InputError(
        "not valid YAML", code="yaml-syntax", file=file, line=line, cause=scrub(reason), hint=hint
    )


def _refuse_depth(text: str, file: str) -> None:
    """Raise where the text nests too deep to be handed to libyaml's recursive composer.

    Only a text that could nest so deep is looked through: one level takes a bracket, or a column and what
    opens it.
    """
    brackets = text.count("[") + text.count("{") - text.count("[]") - text.count("{}")
    if brackets < _DEPTH and not any(
        len(line) >= _DEPTH and len(line) - len(line.lstrip()) + len(_OPENS.findall(line)) >= _DEPTH
        for line in _LINE_END.split(text)
    ):
        return
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEPTH:
            line = event.start_mark.line if event.start_mark else 0
            raise _invalid(file, f"nested deeper than {_DEPTH} levels", line + 1)


class _Survey:
    """Notes where each key and item stands, and refuses aliases that would multiply without end."""

    def __init__(self, file: str, text: list[str] | None) -> None:
        self.file = file
        self.text = text
        self.lines: dict[KeyPath, int] = {}
        self.duplicates: list[Duplicate] = []
        self.comments: dict[KeyPath, str] = {}
        self._sizes: dict[int, int] = {}
        self._added = 0

    def visit(self, node: Any, path: KeyPath) -> int:
        """The number of values that the node stands for, aliases followed."""
        known = self._sizes.get(id(node))
        if known is not None:
            self._added += known
            if not known or self._added > _EXPANSION:
                reason = "an alias stands for more than " + (f"{_EXPANSION} values" if known else "itself")
                raise _invalid(self.file, reason, node.start_mark.line + 1)
            return known
        self._sizes[id(node)] = 0  # until its content is counted: an alias that meets this one is within it
        size = 1
        if isinstance(node, yaml.MappingNode):
            here: dict[str, Any] = {}
            for key, value in node.value:
                size += self.visit(key, path)
                name = key.value if isinstance(key, yaml.ScalarNode) else ""
                line = key.start_mark.line + 1
                if name in here and key.tag != "tag:yaml.org,2002:merge":
                    lost = _says(here[name]) not in (None, _says(value))
                    self.duplicates.append(Duplicate(key=name, line=line, lost=lost))
                here[name] = value
                self.lines[(*path, name)] = line
                size += self.visit(value, (*path, name))
        elif isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self.lines[(*path, index)] = item.start_mark.line + 1
                size += self.visit(item, (*path, index))
        elif self.text is not None and node.style not in ("|", ">"):
            behind = _COMMENT.fullmatch(self.text[node.end_mark.line], node.end_mark.column)
            if behind:
                self.comments[path] = behind[1].strip()
        self._sizes[id(node)] = size
        return size


def _says(node: Any) -> object:
    """What makes a value different from another; None for a value that says nothing."""
    if isinstance(node, yaml.ScalarNode):
        return None if node.value in ("", "~", "null") else node.value
    return id(node) if node.value else None
