"""The mappings of a pixi.lock, taken apart key by key: whatever is missing or of another type is a error."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from envctl.yamlfile import KeyPath, Unquoted, native

_HEX = re.compile(r"[0-9a-fA-F]*")


class StructureError(Exception):
    """What is wrong with a file, and where: the line is looked up only now."""

    def __init__(self, path: KeyPath, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.path = path
        self.message = message
        self.hint = hint


class Fields:
    """One mapping. A key that is asked for is taken out; what is left is nobody's yet."""

    def __init__(self, value: Any, path: KeyPath) -> None:
        if not isinstance(value, Mapping):
            raise StructureError(path, f"{_name(path)} must be a mapping, not {_kind(value)}")
        self.left = dict(value)
        self.path = path

    def text(self, key: str) -> str | None:
        """Text, numbers and the like as they are written; None where the key is missing or empty."""
        value = self.left.pop(key, None)
        if value is None:
            return None
        if not isinstance(value, str):
            raise StructureError((*self.path, key), f"`{key}` must be text, not {_kind(value)}")
        return str(value)

    def required(self, key: str) -> str:
        """Text that must be there."""
        value = self.text(key)
        if not value:
            raise StructureError(self.path, f"{_name(self.path)} says no `{key}`")
        return value

    def texts(self, key: str) -> tuple[str, ...] | None:
        """A list of texts; None where the key is missing."""
        if self.left.get(key) is None:
            return None
        found = []
        for path, item in self.items(key):
            if not isinstance(item, str):
                raise StructureError(path, f"`{key}` must be a list of texts, not of {_kind(item)}")
            found.append(str(item))
        return tuple(found)

    def number(self, key: str) -> int | None:
        """A whole number, not negative."""
        value = self.left.get(key)
        text = self.text(key)
        if text is None:
            return None
        number = plain((*self.path, key), value)
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise StructureError((*self.path, key), f"`{key}` must be a whole number, not `{text}`")
        return number

    def flag(self, key: str) -> bool:
        """`true` or `false`; false where the key is missing."""
        text = self.text(key)
        if text not in (None, "true", "false"):
            raise StructureError((*self.path, key), f"`{key}` must be true or false, not `{text}`")
        return text == "true"

    def digest(self, key: str, length: int) -> str | None:
        """A hash of so many hexadecimal digits, in small letters."""
        text = self.text(key)
        if text is not None and (len(text) != length or not _HEX.fullmatch(text)):
            raise StructureError(
                (*self.path, key), f"`{key}` must be {length} hexadecimal digits, not `{text}`"
            )
        return None if text is None else text.lower()

    def items(self, key: str) -> Iterator[tuple[KeyPath, Any]]:
        """The items of a list, each with its path; none where the key is missing."""
        return items(self.left.pop(key, None), (*self.path, key))

    def named(self, key: str) -> Iterator[tuple[KeyPath, str, Any]]:
        """The entries of a mapping under names, each with its path; none where the key is missing."""
        value = self.left.pop(key, None)
        yield from () if value is None else Fields(value, (*self.path, key)).entries()

    def entries(self) -> Iterator[tuple[KeyPath, str, Any]]:
        """All that is left, each with its path and key."""
        for key, value in self.left.items():
            if not isinstance(key, str):
                raise StructureError(self.path, f"a key in {_name(self.path)} must be text, not {_kind(key)}")
            yield (*self.path, str(key)), str(key), value

    def rest(self) -> dict[str, Any]:
        """All that is left, as plain data."""
        return {key: plain(path, value) for path, key, value in self.entries()}


def items(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, Any]]:
    """The items of a list, each with its path; none where there is no value."""
    if not isinstance(value, (list, type(None))):
        raise StructureError(path, f"{_name(path)} must be a list, not {_kind(value)}")
    for index, item in enumerate(value or []):
        yield (*path, index), item


def plain(path: KeyPath, value: Any) -> Any:
    """A value as plain data: text, numbers, booleans, lists and mappings."""
    if isinstance(value, Mapping):
        return {plain(path, key): plain((*path, key), item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain((*path, index), item) for index, item in enumerate(value)]
    if not isinstance(value, (str, type(None))):
        raise StructureError(path, f"{_kind(value)} has no place in a lock")
    try:
        return native(value)
    except ValueError:
        raise StructureError(path, "a number of more digits than any number here has") from None


def _name(path: KeyPath) -> str:
    return f"`{path[-1]}`" if path and isinstance(path[-1], str) else "the entry" if path else "the file"


def _kind(value: Any) -> str:
    names = {dict: "a mapping", list: "a list", type(None): "nothing", Unquoted: "a number", str: "text"}
    return names.get(type(value), f"a value of type {type(value).__name__}")
