"""Platform selectors: `- mkl  # [linux]` (conda-build, conda-lock) and `- sel(linux): mkl` (micromamba)."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SUBDIRS = (
    *(
        "linux-64",
        "linux-32",
        "linux-aarch64",
        "linux-armv6l",
        "linux-armv7l",
        "linux-ppc64le",
        "linux-ppc64",
    ),
    *(
        "linux-s390x",
        "linux-riscv32",
        "linux-riscv64",
        "osx-64",
        "osx-arm64",
        "win-64",
        "win-32",
        "win-arm64",
    ),
    *("emscripten-wasm32", "wasi-wasm32", "freebsd-64", "zos-z"),
)
_BRACKETS = re.compile(r"\[([^\[\]]+)\]")
_DEPTH = 20
_TOKEN = re.compile(r"\s*([()]|[\w-]+|\S)")


def words(subdir: str) -> frozenset[str]:
    """The words that hold on a platform: `linux-64` is `linux`, `linux64`, `unix`, `x86`, `x86_64`."""
    system, _, machine = subdir.partition("-")
    found = {subdir, system}
    if system in ("linux", "osx", "freebsd"):
        found.add("unix")
    if machine in ("32", "64"):
        found |= {system + machine, "x86"} | ({"x86_64"} if machine == "64" else set())
    elif machine:
        found.add(machine)
    return frozenset(found)


_WORDS = frozenset().union(*(words(subdir) for subdir in _SUBDIRS))


def split_comment(comment: str) -> tuple[str | None, str | None]:
    """The selector and the rest of what stands behind a `#`; other brackets are no selector."""
    for match in reversed(list(_BRACKETS.finditer(comment))):
        if is_expression(match[1]):
            rest = f"{comment[: match.start()].rstrip()} {comment[match.end() :].lstrip()}".strip()
            return match[1].strip(), rest or None
    return None, comment.strip() or None


def is_expression(text: str) -> bool:
    """Whether the text is made of platform words, `and`, `or`, `not` and parentheses alone."""
    try:
        _evaluate(text, frozenset())
    except ValueError:
        return False
    return True


def holds(selector: str | None, subdir: str) -> bool:
    """Whether an entry with this selector counts on a platform; ValueError where it is none."""
    if selector is None:
        return True
    if selector.startswith("sel(") and selector.endswith(")"):
        selector = selector[4:-1]
    return _evaluate(selector, words(subdir))


def _evaluate(text: str, true: frozenset[str]) -> bool:
    if text.count("(") > _DEPTH or text.count("not") > _DEPTH:
        raise ValueError("nested too deep")
    tokens = iter([*_TOKEN.findall(text), ""])
    value, behind = _any_of(next(tokens), tokens, true)
    if behind:
        raise ValueError(f"no platform selector: {text!r}")
    return value


def _any_of(word: str, rest: Iterator[str], true: frozenset[str]) -> tuple[bool, str]:
    """The value of `a or b …` and the word behind it."""
    value, word = _all_of(word, rest, true)
    while word == "or":
        other, word = _all_of(next(rest), rest, true)
        value = value or other
    return value, word


def _all_of(word: str, rest: Iterator[str], true: frozenset[str]) -> tuple[bool, str]:
    value, word = _one(word, rest, true)
    while word == "and":
        other, word = _one(next(rest), rest, true)
        value = value and other
    return value, word


def _one(word: str, rest: Iterator[str], true: frozenset[str]) -> tuple[bool, str]:
    if word == "not":
        value, word = _one(next(rest), rest, true)
        return not value, word
    if word == "(":
        value, word = _any_of(next(rest), rest, true)
        if word != ")":
            raise ValueError("a parenthesis is not closed")
        return value, next(rest)
    if word not in _WORDS:
        raise ValueError(f"no platform: {word!r}")
    return word in true, next(rest)
