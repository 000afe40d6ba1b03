"""YAML as people write it: block style, two spaces, quotes only where a reader would be misled."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import yaml

from envctl.yamlfile import Unquoted

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
"""What YAML forbids in a file, and what some readers take for a line end."""
_BREAKS_PLAIN = re.compile(
    r"^(?:[,\[\]{}#&*!|>'\"%@`]|[-?:](?:\s|$)|---|\.\.\.)"  # indicators, document markers
    r"|:(?:\s|$)|\s\#|^\s|\s$|[\t\n\r]"  # a key, a comment, spaces that would be cut, line ends
)
_SURELY_PLAIN = re.compile(r"[A-Za-z_][\w./@+=,<>!%:-]{4,}[\w./@+=,<>!%-]", re.ASCII)
"""Most names, URLs and hashes: longer than `false`, so no reader takes them for anything but text."""
_YAML_1_2 = re.compile(r"[yYnN]|[-+]?0o[0-7]+|[-+]?(?:\.\d+|\d+(?:\.\d*)?)[eE][-+]?\d+")
"""What PyYAML takes for text and a newer or laxer reader (ruamel, yaml-cpp, Go) for a number or a boolean."""
_LONGEST_SIMPLE_KEY = 1000
_RESOLVER: Any = yaml.resolver.Resolver()


def scalar(value: Any) -> str:
    """One value on one line, so that every YAML reader gets the same value back.

    Text is quoted only where it must be; `Unquoted` text never is.
    """
    if isinstance(value, str):
        return str(value) if isinstance(value, Unquoted) else _text(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = repr(value).replace("inf", ".inf").replace("nan", ".nan")
        return text if "." in text else text.replace("e", ".0e")  # YAML 1.1 takes 1e+20 for text
    return str(value)


def block(value: Any, indent: int) -> list[str]:
    """The lines of a mapping's or list's block at `indent` spaces; one line for anything else."""
    pad = " " * indent
    if _is_leaf(value):
        return [pad + _leaf(value)]
    if isinstance(value, Mapping):
        return [line for key, item in value.items() for line in entry(key, item, indent)]
    lines = []
    for item in value:
        first, *rest = block(item, indent + 2)
        lines += [f"{pad}- {first.lstrip(' ')}", *rest]
    return lines


def entry(key: Any, value: Any, indent: int = 0) -> list[str]:
    """The lines of one `key: value`."""
    name = _key(key, indent)
    if _is_leaf(value):
        return [f"{name}: {_leaf(value)}"]
    return [f"{name}:", *block(value, indent + 2)]


def literal(key: str, text: str, indent: int = 0) -> list[str]:
    """The lines of one `key: text`, text of several lines as a literal block where that gives it back."""
    if "\n" not in text or text != text.strip() or _UNPRINTABLE.search(text) or "\r" in text:
        return entry(key, text, indent)
    pad = " " * (indent + 2)
    return [f"{_key(key, indent)}: |-", *(pad + line if line else "" for line in text.split("\n"))]


def remark(text: str) -> str:
    """Text that can stand behind a `#`: one line, nothing that YAML forbids in a file."""
    return _UNPRINTABLE.sub("", " ".join(text.split()))


def _key(key: Any, indent: int) -> str:
    pad, name = " " * indent, scalar(key)
    return f"{pad}? {name}\n{pad}" if len(name) > _LONGEST_SIMPLE_KEY else pad + name


def _is_leaf(value: Any) -> bool:
    return not value or isinstance(value, str) or not isinstance(value, (Mapping, list, tuple))


def _leaf(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, (list, tuple)):
        return "[]"
    return scalar(value)


@lru_cache(maxsize=4096)  # a lock says the same names and versions for each platform
def _text(value: str) -> str:
    if value and _is_plain(value):
        return value
    return _UNPRINTABLE.sub(_escape, json.dumps(value, ensure_ascii=False))


def _is_plain(text: str) -> bool:
    if _SURELY_PLAIN.fullmatch(text):
        return True
    if _BREAKS_PLAIN.search(text) or _UNPRINTABLE.search(text) or _YAML_1_2.fullmatch(text):
        return False
    return bool(_RESOLVER.resolve(yaml.ScalarNode, text, (True, False)) == "tag:yaml.org,2002:str")


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
