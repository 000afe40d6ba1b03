"""The text of an `environment.yml` as a specification.

conda's keys are those of CEP 24 and its own extensions (`platforms`, `category`). What is wrong raises
with file and line, what is odd is a warning, and nothing is dropped: other tools' keys are carried along.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, NoReturn

from envctl.credentials import scrub
from envctl.errors import InputError
from envctl.formats import match_spec_syntax
from envctl.formats.selectors import is_expression, split_comment
from envctl.formats.yaml_write import remark, scalar
from envctl.model.environment import Dependency, EnvironmentSpec
from envctl.yamlfile import Document, KeyPath, Unquoted, decode, load

_KEYS = ("name", "channels", "dependencies", "variables", "platforms", "prefix", "category")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What a file says, and what is odd about how it says it."""

    spec: EnvironmentSpec
    warnings: tuple[str, ...] = ()
    """One line each, with file and line."""


def loads(data: bytes | str, *, file: str) -> Reading:
    """Read an `environment.yml`; `file` is its name for messages.

    Text is taken as written: `3.10` stays `3.10`, `$USER` in a channel is not expanded, selectors are
    kept with their entries (`for_platform` applies them).
    Raises `InputError` with the line and the reason: `encoding`, `yaml-syntax`, `environment-yaml` for
    another structure, `match-spec` for a dependency that cannot be one.
    """
    text = decode(data, file=file) if isinstance(data, bytes) else data.removeprefix("\ufeff")
    return _Reader(load(text, file=file, written=True), file).read()


class _Reader:
    """One reading: the document, the warnings so far, and what the dependency list falls into."""

    def __init__(self, document: Document, file: str) -> None:
        self.document = document
        self.file = file
        self.warnings: list[str] = []
        self.conda: list[Dependency] = []
        self.pip: list[Dependency] | None = None
        self.sections: dict[str, Any] = {}

    def read(self) -> Reading:
        top = self.document.value
        if not isinstance(top, Mapping):
            self.fail(
                (), "the file is empty" if top is None else "not a mapping of `name:`, `dependencies:` …"
            )
        if not any(key in top for key in _KEYS):
            self.fail((), "no environment.yml: it has none of its keys", hint="`dependencies:` is needed")
        for twice in self.document.duplicates:
            if twice.lost:
                raise InputError(
                    f"`{scrub(twice.key)}` stands twice in one mapping",
                    code="environment-yaml",
                    file=self.file,
                    line=twice.line,
                    cause="what the earlier one says would be lost; conda refuses it too",
                    hint="put the two together",
                )
            self.warn_at(twice.line, f"`{twice.key}` stands twice in one mapping; the later one counts")
        self.read_dependencies(top.get("dependencies"))
        spec = EnvironmentSpec(
            name=self.text(("name",), top.get("name")),
            channels=self.texts("channels", top.get("channels")),
            dependencies=tuple(self.conda),
            pip=None if self.pip is None else tuple(self.pip),
            sections=self.sections,
            variables=self.variables(top.get("variables")),
            platforms=self.texts("platforms", top.get("platforms")),
            prefix=self.text(("prefix",), top.get("prefix")),
            category=self.text(("category",), top.get("category")),
            extras=self.native((), {key: value for key, value in top.items() if key not in _KEYS}),
        )
        for key in spec.extras:
            near = get_close_matches(str(key), _KEYS, n=1)
            meant = f"; did you mean `{near[0]}`?" if near else ""
            self.warn((key,), f"`{key}` is no key of environment.yml: kept, without effect{meant}")
        return Reading(spec=spec, warnings=tuple(self.warnings))

    def read_dependencies(self, value: Any) -> None:
        if not value:
            self.warn(("dependencies",), "no dependencies: the environment would be empty")
        for path, item in self.items("dependencies", value):
            if not isinstance(item, Mapping):
                self.conda.append(self.match_spec(path, item))
                continue
            for key, content in item.items():
                self.read_section((*path, key), key, content)
        if self.pip is not None and not any(
            match_spec_syntax.name(entry.text) == "pip" for entry in self.conda
        ):
            self.warn(("dependencies",), "a `pip:` section without `pip` among the dependencies")

    def read_section(self, path: KeyPath, key: Any, content: Any) -> None:
        """One key of a mapping in the dependency list: `pip:`, `sel(linux):`, another manager."""
        if not isinstance(key, str):
            self.fail(path, f"a {_kind(key)} is neither a package nor a section")
        if key == "pip":
            self.pip = [*(self.pip or []), *self.pip_lines(path, content)]
        elif key.startswith("sel("):
            if not key.endswith(")") or not is_expression(key[4:-1]):
                self.fail(path, f"`{key}` names no platform", hint="`sel(linux)`, `sel(osx)`, `sel(win)`")
            entry = self.match_spec(path, content)
            self.conda.append(replace(entry, selector=key, comment=self.comment(path) or None))
        elif not isinstance(content, (list, Mapping)):
            hint = None if content is None else f"write `{key}={content}`"
            self.fail(path, f"`{key}:` is neither a package nor a section", hint=hint)
        else:
            content = self.native(path, content)
            before = self.sections.get(key, [] if isinstance(content, list) else {})
            if type(before) is not type(content):
                self.fail(path, f"the sections `{key}:` cannot be put together")
            self.sections[key] = before + content if isinstance(content, list) else {**before, **content}
            self.warn(path, f"the section `{key}:` is kept, without effect")

    def match_spec(self, path: KeyPath, item: Any) -> Dependency:
        entry = self.dependency(path, item, "a dependency")
        problem = match_spec_syntax.problem(entry.text)
        if problem:
            self.fail(path, f"`{entry.text}` is no match spec", code="match-spec", cause=problem)
        return entry

    def pip_lines(self, path: KeyPath, content: Any) -> Iterator[Dependency]:
        if isinstance(content, str):
            self.warn(path, "`pip:` should be a list")
            yield self.dependency(path, content, "a line of the pip section")
            return
        for inner, item in self.items("pip", content, path):
            yield self.dependency(inner, item, "a line of the pip section")

    def dependency(self, path: KeyPath, item: Any, what: str) -> Dependency:
        if not isinstance(item, str):
            self.fail(path, f"{what} must be text, not a {_kind(item)}", hint="quote it if it holds `: `")
        comment = self.comment(path)
        selector, rest = split_comment(comment)
        if selector is None and comment.startswith("["):
            self.warn(path, f"`# {comment}` names no platform: read as a comment")
        return Dependency(text=str(item), selector=selector, comment=rest)

    def comment(self, path: KeyPath) -> str:
        return remark(self.document.comments.get(path, ""))

    def items(self, key: str, value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
        """The items of a list that may be missing, without empty ones (`-` alone)."""
        path = path or (key,)
        if not isinstance(value, (list, type(None))):
            self.fail(path, f"`{key}` must be a list, not a {_kind(value)}")
        for index, item in enumerate(value or []):
            if item is None:
                self.warn((*path, index), f"an empty item in `{key}`")
            else:
                yield (*path, index), item

    def texts(self, key: str, value: Any) -> tuple[str, ...]:
        if isinstance(value, str):
            self.warn((key,), f"`{key}` should be a list")
            return (str(value),)
        return tuple(
            text for path, item in self.items(key, value) if (text := self.text(path, item)) is not None
        )

    def text(self, path: KeyPath, value: Any) -> str | None:
        if value is not None and not isinstance(value, str):
            self.fail(path, f"`{path[0]}` must be text, not a {_kind(value)}")
        return None if value is None else str(value)

    def variables(self, value: Any) -> dict[str, str]:
        if not isinstance(value, (Mapping, type(None))):
            self.fail(("variables",), f"`variables` must be a mapping, not a {_kind(value)}")
        for key, item in (value or {}).items():
            if not isinstance(key, str) or not isinstance(item, (str, type(None))):
                self.fail(("variables", key), f"`variables` must map text to text, not to a {_kind(item)}")
            if item is None:
                self.warn(("variables", key), f"the variable `{key}` is empty")
        return {str(key): str(item or "") for key, item in (value or {}).items()}

    def native(self, path: KeyPath, value: Any) -> Any:
        """Another tool's value: numbers and booleans as such, where writing them gives the same text."""
        if isinstance(value, Mapping):
            for key in value:
                if not isinstance(key, (str, type(None))):
                    self.fail((*path, key), f"a {_kind(key)} cannot be a key of an environment.yml")
            return {key: self.native((*path, key), item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.native(path, item) for item in value]
        if not isinstance(value, (str, type(None))):
            self.fail(path, f"a {_kind(value)} has no place in an environment.yml")
        return _number(value) if isinstance(value, Unquoted) else value

    def warn(self, path: KeyPath, text: str) -> None:
        self.warn_at(self.document.line(*path), text)

    def warn_at(self, line: int | None, text: str) -> None:
        where = f"{self.file}:{line}" if line else self.file
        self.warnings.append(f"{where}: {scrub(text)}")

    def fail(
        self,
        path: KeyPath,
        message: str,
        *,
        code: str = "environment-yaml",
        cause: str | None = None,
        hint: str | None = None,
    ) -> NoReturn:
        line = self.document.line(*path)
        hint = None if hint is None else scrub(hint)
        raise InputError(scrub(message), code=code, file=self.file, line=line, cause=cause, hint=hint)


def _number(text: Unquoted) -> Any:
    for value in (True, False):
        if text == scalar(value):
            return value
    for number in (int, float):
        with suppress(ValueError):
            if scalar(number(text)) == text:
                return number(text)
    return text


def _kind(value: Any) -> str:
    names = {dict: "mapping", list: "list", bytes: "binary value", set: "set", type(None): "missing value"}
    return names.get(type(value), "text" if isinstance(value, str) else type(value).__name__)
