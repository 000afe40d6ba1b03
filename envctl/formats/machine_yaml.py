"""A machine in a few lines of YAML, for one that nobody has captured.

    driver: 535.104.05
    gpus: [Tesla T4]
    count: 8

`cuda` and `os` may be added; a GPU is a name, or a mapping of name, compute_capability, memory_mib and mig.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NoReturn, cast

from envctl import yamlfile
from envctl.errors import InputError
from envctl.model.machine import ComputeCapability, Gpu, Machine, System

_KEYS = ("driver", "cuda", "os", "gpus", "count")
_GPU_KEYS = ("name", "compute_capability", "memory_mib", "mig")
_MOST = 1024
"""GPUs that a machine may have: a number beyond is a slip."""


def loads(text: str, *, file: str) -> Machine:
    """The machine as described. Raises `InputError` (`yaml-syntax`, `bad-machine`) with line and reason."""
    return _Reading(file, yamlfile.load(text, file=file, written=True)).machine()


class _Reading:
    """One document; numbers come as the text that stands there, since a driver 550.10 is not 550.1."""

    def __init__(self, file: str, document: yamlfile.Document) -> None:
        self.file = file
        self.document = document
        for twice in document.duplicates:
            raise InputError(
                f"the key {twice.key!r} stands twice", code="bad-machine", file=file, line=twice.line
            )

    def fail(self, message: str, *path: str | int, hint: str | None = None) -> NoReturn:
        line = self.document.line(*path)
        raise InputError(message, code="bad-machine", file=self.file, line=line, hint=hint)

    def machine(self) -> Machine:
        given = self.mapping(self.document.value, _KEYS)
        if not given:
            self.fail("says nothing of a machine", hint="driver: 535.104.05 and gpus: [Tesla T4] are enough")
        count = self.whole(given["count"], "count", least=0, most=_MOST) if "count" in given else None
        gpus = self.gpus(given["gpus"], count) if "gpus" in given else ()
        return Machine(
            driver=self.version(given, "driver", r"\d{2,4}(\.\d{1,4}){1,3}", "535.104.05"),
            cuda=self.version(given, "cuda", r"\d{1,2}\.\d{1,2}", "12.2"),
            system=self.system(given.get("os")),
            gpus=gpus,
            count=len(gpus) if "gpus" in given and count is None else count,
            origin=f"file:{self.file}",
        )

    def mapping(self, value: Any, known: tuple[str, ...], *path: str | int) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            self.fail("must be a mapping (key: value)", *path, hint=f"the keys are {', '.join(known)}")
        for key in value:
            if key not in known:
                self.fail(f"unknown key {str(key)!r}", *path, str(key), hint=f"known are {', '.join(known)}")
        return value

    def version(self, given: Mapping[str, Any], key: str, form: str, example: str) -> str | None:
        if key not in given:
            return None
        value = given[key]
        if not isinstance(value, str) or not re.fullmatch(form, value, re.ASCII):
            self.fail(
                f"{key} is no version such as {example}", key, hint="write it in full, as nvidia-smi does"
            )
        return str(value)

    def system(self, value: Any) -> System | None:
        if value not in (None, "linux", "windows"):
            self.fail("os must be linux or windows", "os")
        return cast(System | None, value)

    def whole(self, value: Any, *path: str | int, least: int, most: int) -> int:
        number = yamlfile.native(value)
        if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
            self.fail(f"{path[-1]} must be a whole number from {least} to {most}", *path)
        return number

    def gpus(self, value: Any, count: int | None) -> tuple[Gpu, ...]:
        """As many as are listed; one stands for `count` of them."""
        if not isinstance(value, list) or len(value) > _MOST:
            self.fail("gpus must be a list of names", "gpus", hint="gpus: [Tesla T4]")
        listed = [self.gpu(item, place) for place, item in enumerate(value)]
        if count is None or count == len(listed):
            return tuple(listed)
        if len(listed) != 1:
            self.fail(f"count is {count}, but {len(listed)} GPUs are listed", "count")
        return tuple(replace(listed[0], index=index) for index in range(count))

    def gpu(self, item: Any, place: int) -> Gpu:
        given = {"name": item} if isinstance(item, str) else self.mapping(item, _GPU_KEYS, "gpus", place)
        path = ("gpus", place)
        name = given.get("name")
        if not isinstance(name, str) or isinstance(name, yamlfile.Unquoted) or not name.strip():
            self.fail("a GPU needs its name", *path, hint="as nvidia-smi has it: NVIDIA A100-SXM4-80GB")
        mig = yamlfile.native(given.get("mig"))
        if not (mig is None or isinstance(mig, bool)):
            self.fail("mig must be true or false", *path, "mig")
        memory = given.get("memory_mib")
        return Gpu(
            index=place,
            name=name.strip(),
            compute_capability=self.compute_capability(given.get("compute_capability"), *path),
            memory_mib=None
            if memory is None
            else self.whole(memory, *path, "memory_mib", least=1, most=10**9),
            mig=mig,
        )

    def compute_capability(self, value: Any, *path: str | int) -> ComputeCapability | None:
        if value is None:
            return None
        try:
            return ComputeCapability.parse(str(value))
        except ValueError as error:
            self.fail(str(error), *path, "compute_capability")
