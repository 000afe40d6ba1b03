"""`${{ … }}` inside a string: one expression over the parameters, evaluated by a sandboxed, strict jinja2.

No statements, no calls, no attributes: a template chooses and joins words, it does not run. The result
is a plain word, so that it can add nothing to the YAML that it lands in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn

from envctl.errors import InputError
from envctl.templating.fields import Text
from envctl.templating.suggestion import suggestion

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

OPEN, CLOSE = "${{", "}}"
FILTERS = ("int", "lower", "replace", "trim", "upper")
NODES = (
    *("Template", "Output", "Name", "Const", "Filter", "CondExpr"),
    *("Compare", "Operand", "And", "Or", "Not", "Concat", "Add", "Sub"),
)
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")
_PLAIN = re.compile(r"[A-Za-z0-9._+!=<>~*,|/:@ -]*")


def evaluate(text: Text, values: Mapping[str, str]) -> str:
    """The text with every expression replaced by its value.

    Raises InputError (`bad-expression`) with file and line for anything else than an expression over
    known parameters.
    """
    result = _EXPRESSION.sub(lambda match: _value(match[1], text, values), text.text)
    if OPEN in _EXPRESSION.sub("", text.text):
        _fail(text, f"{OPEN} without {CLOSE}")
    return result.strip()


def is_plain(value: str) -> bool:
    """Whether a value may come out of an expression: nothing in it has a meaning in YAML or ends a line."""
    return bool(_PLAIN.fullmatch(value))


def _value(source: str, text: Text, values: Mapping[str, str]) -> str:
    from jinja2 import TemplateError, nodes

    expression = f"{OPEN}{source}{CLOSE}"
    try:
        tree = _environment().parse(expression)
        for name in sorted({node.name for node in tree.find_all(nodes.Name)} - set(values)):
            _fail(text, f"unknown parameter {name!r} in {expression}", suggestion(name, sorted(values)))
        for node in tree.find_all(nodes.Node):
            if type(node).__name__ not in NODES:
                _fail(text, f"{expression} uses more than names, constants, comparisons and filters")
        result = _environment().from_string(tree).render(values)
    except (TemplateError, TypeError, ValueError, RecursionError) as error:
        _fail(text, f"{expression} cannot be evaluated: {error}")
    if not is_plain(result):
        hint = "only letters, digits, spaces and ._+!=<>~*,|/:@- may come out of an expression"
        _fail(text, f"{expression} gives {result!r}", hint)
    return result


def _fail(text: Text, message: str, hint: str | None = None) -> NoReturn:
    raise InputError(message, code="bad-expression", file=text.file, line=text.line, hint=hint)


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        variable_start_string=OPEN, variable_end_string=CLOSE, undefined=StrictUndefined
    )
    filters: dict[str, Any] = {name: environment.filters[name] for name in FILTERS}
    environment.filters = filters
    environment.globals.clear()
    return environment
