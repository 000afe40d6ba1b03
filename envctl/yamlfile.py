"""The one YAML reader: safe, fast (libyaml), and able to say on which line a value stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from envctl.errors import InputError

Path = tuple[str | int, ...]

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Unquoted(str):
    """A scalar as written, such as `3.10` or `yes`, that YAML itself takes for a number, boolean or date."""

    __slots__ = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A parsed YAML file."""

    value: Any
    lines: Mapping[Path, int] = field(default_factory=dict)
    """Line (from 1) of each key and item by its path, such as `("dependencies", 0)`."""
    duplicates: tuple[tuple[str, int], ...] = ()
    """Keys that stand twice in one mapping, with the line of the later one, whose value counts."""

    def line(self, *path: str | int) -> int | None:
        """The line of the value at `path`, or of the nearest part above it that has one."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return None


def load(text: str, *, file: str) -> Document:
    """Read one YAML document.

    `file` is the name for messages. Raises `InputError` (`yaml-syntax`) with the line and the reason.
    """
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        value = None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = " ".join(part for part in (error.context, error.problem) if part)
        raise InputError(
            "not valid YAML",
            code="yaml-syntax",
            file=file,
            line=mark.line + 1 if mark else None,
            cause=reason,
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        raise InputError("not valid YAML", code="yaml-syntax", file=file, cause=str(error)) from error
    finally:
        loader.dispose()
    lines: dict[Path, int] = {}
    duplicates: list[tuple[str, int]] = []
    if node is not None:
        _locate(node, (), lines, duplicates, set())
    return Document(value=value, lines=lines, duplicates=tuple(duplicates))


def _locate(
    node: yaml.Node, path: Path, lines: dict[Path, int], duplicates: list[tuple[str, int]], seen: set[int]
) -> None:
    """Note where each key and item stands, each anchored node once: aliases may multiply without end."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        here: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in here:
                duplicates.append((name, key.start_mark.line + 1))
            here.add(name)
            lines[(*path, name)] = key.start_mark.line + 1
            _locate(value, (*path, name), lines, duplicates, seen)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines[(*path, index)] = item.start_mark.line + 1
            _locate(item, (*path, index), lines, duplicates, seen)
