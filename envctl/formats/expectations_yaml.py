"""What must hold inside an environment, from a file of its own: the keys of a template's `verify` section."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, NoReturn

from envctl.credentials import scrub
from envctl.errors import InputError
from envctl.model.template import Expectations
from envctl.yamlfile import Document, Unquoted, load, native

_KEYS = ("imports", "cuda", "gpu", "count")
_CUDA = re.compile(r"\d{1,3}\.\d{1,3}(?:\.\d{1,3})?", re.ASCII)
_MODULE = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_COUNT = re.compile(r"[1-9]\d{0,5}", re.ASCII)


def read(text: str, *, file: str) -> Expectations:
    """Read expectations such as `cuda: 12.4` and `count: 8`, at the top or below `verify:`. Who counts GPUs
    needs some.

    `file` is the name for messages. Raises `InputError` with the line and the reason: `yaml-syntax`,
    `expectations` for another structure, an unknown key or a value that says nothing.
    """
    return _Reader(load(text.removeprefix("\ufeff"), file=file, written=True), file).read()


class _Reader:
    def __init__(self, document: Document, file: str) -> None:
        self.document = document
        self.file = file

    def read(self) -> Expectations:
        for twice in self.document.duplicates:
            self.fail(f"the key `{scrub(twice.key)}` stands twice", line=twice.line)
        top = self.document.value
        below = isinstance(top, Mapping) and "verify" in top
        path = ("verify",) if below else ()
        if below:
            self.mapping(top, ("verify",))
        given = self.mapping(top["verify"] if below else top, _KEYS, *path)
        return Expectations(
            imports=self.imports(given["imports"], *path, "imports") if "imports" in given else (),
            cuda=self.cuda(given["cuda"], *path, "cuda") if "cuda" in given else None,
            gpu=(self.flag(given["gpu"], *path, "gpu") if "gpu" in given else False) or "count" in given,
            count=self.count(given["count"], *path, "count") if "count" in given else None,
        )

    def mapping(self, value: Any, known: tuple[str, ...], *path: str) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            self.fail(f"not a mapping of {', '.join(_KEYS)}", *path)
        for key in value:
            if key not in known:
                near = get_close_matches(str(key), known, n=1)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
                self.fail(f"unknown key `{scrub(str(key))}`", *path, str(key), hint=hint)
        return value

    def imports(self, value: Any, *path: str) -> tuple[str, ...]:
        if not isinstance(value, list):
            self.fail("`imports` is a list of modules", *path)
        for index, module in enumerate(value):
            if not (isinstance(module, str) and _MODULE.fullmatch(module)):
                self.fail(f"{scrub(str(module))!r} is no module's name", *path, index)
        return tuple(map(str, value))

    def cuda(self, value: Any, *path: str) -> str:
        if not (isinstance(value, str) and _CUDA.fullmatch(value)):
            self.fail("`cuda` is a version such as 12.4; leave it out for a CPU build", *path)
        return str(value)

    def flag(self, value: Any, *path: str) -> bool:
        given = native(value)
        if not isinstance(given, bool):
            self.fail("`gpu` is true or false", *path)
        return given

    def count(self, value: Any, *path: str) -> int:
        if not (isinstance(value, Unquoted) and _COUNT.fullmatch(value)):
            self.fail("`count` is a number of GPUs, from 1", *path)
        return int(value)

    def fail(
        self, message: str, *path: str | int, line: int | None = None, hint: str | None = None
    ) -> NoReturn:
        raise InputError(
            message,
            code="expectations",
            file=self.file,
            line=line or self.document.line(*path),
            hint=hint,
        )
