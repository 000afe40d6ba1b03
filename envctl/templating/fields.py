"""Values out of parsed YAML: mappings, lists and one-line strings, nothing else, each with its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from envctl import yamlfile
from envctl.errors import InputError
from envctl.templating.suggestion import suggestion


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A string of a template, expressions not yet evaluated, and where it stands."""

    text: str
    file: str
    line: int | None = None
    why: str | None = None
    """The reason for a dependency."""


class Fields:
    """Takes values out of a document; raises InputError (`bad-template`) with file, line and reason."""

    def __init__(self, file: str, document: yamlfile.Document) -> None:
        self.file = file
        self.document = document
        for twice in document.duplicates:
            raise InputError(
                f"the key {twice.key!r} stands twice", code="bad-template", file=file, line=twice.line
            )

    def fail(self, message: str, *path: str | int, hint: str | None = None) -> NoReturn:
        line = self.document.line(*path)
        raise InputError(message, code="bad-template", file=self.file, line=line, hint=hint)

    def mapping(self, value: Any, known: tuple[str, ...] | None, *path: str | int) -> Mapping[str, Any]:
        """A mapping with string keys, all of them known; None knows every key."""
        if not isinstance(value, Mapping):
            self.fail(f"{_place(path)} must be a mapping (key: value)", *path)
        for key in value:
            if not isinstance(key, str):
                self.fail(f"the key {key!r} must be a string: put it in quotes", *path, str(key))
            if known is not None and key not in known:
                hint = suggestion(key, known)
                self.fail(f"unknown key {key!r} in {_place(path)}", *path, key, hint=hint)
        return value

    def sequence(self, value: Any, *path: str | int) -> list[Any]:
        if not isinstance(value, list):
            self.fail(f"{_place(path)} must be a list", *path)
        return value

    def text(self, value: Any, *path: str | int) -> Text:
        if not isinstance(value, str):
            hint = "YAML reads 3.10 as the number 3.1 and yes as true: put it in quotes"
            self.fail(f"{_place(path)} must be a string, not {value!r}", *path, hint=hint)
        if not value.strip() or len(value.splitlines()) > 1:
            self.fail(f"{_place(path)} must be one line of text", *path)
        return Text(text=value.strip(), file=self.file, line=self.document.line(*path))

    def string(self, given: Mapping[str, Any], key: str, *path: str | int) -> str:
        """The text under a key that must be there."""
        if key not in given:
            self.fail(f"{_place(path)} has no {key!r}", *path)
        return self.text(given[key], *path, key).text

    def texts(self, given: Mapping[str, Any], key: str, *path: str | int) -> tuple[Text, ...]:
        items = self.sequence(given.get(key, []), *path, key)
        return tuple(self.text(item, *path, key, index) for index, item in enumerate(items))

    def named_texts(self, given: Mapping[str, Any], key: str) -> dict[str, Text]:
        items = self.mapping(given.get(key, {}), None, key)
        return {name: self.text(value, key, name) for name, value in items.items()}

    def flag(self, given: Mapping[str, Any], key: str, *path: str | int) -> bool | None:
        value = given.get(key)
        if key in given and not isinstance(value, bool):
            self.fail(f"{_place((*path, key))} must be true or false", *path, key)
        return value

    def number(self, given: Mapping[str, Any], key: str, *path: str | int) -> int | None:
        """A whole number from 1; None where the key is not there."""
        if key not in given:
            return None
        value = given[key]
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            self.fail(f"{_place((*path, key))} must be a whole number, from 1", *path, key)
        return value


def _place(path: tuple[str | int, ...]) -> str:
    """A path as people say it: `params.python.default`, `dependencies[2]`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.lstrip(".") or "the template"
