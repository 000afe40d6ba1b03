"""`${{ … }}`: one expression over parameters, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envctl.errors import InputError
from envctl.templating.expressions import evaluate, is_plain
from envctl.templating.fields import Text

VALUES = {"python": "3.11", "cuda": "12.4"}


def result(source: str, values: dict[str, str] | None = None) -> str:
    return evaluate(Text(text=source, file="t.yaml", line=7), VALUES if values is None else values)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("plain text", "plain text"),
        ("python ${{ python }}.*", "python 3.11.*"),
        ("${{python}} and ${{ cuda }}", "3.11 and 12.4"),
        ("cu${{ cuda | replace('.', '') }}", "cu124"),
        ("${{ 'old' if python == '3.9' else 'new' }}", "new"),
        ("${{ 'py' ~ python }}", "py3.11"),
        ("{% if x %} {{ python }} {# note #}", "{% if x %} {{ python }} {# note #}"),
        ("${HOME} $python ${{ python }}", "${HOME} $python 3.11"),
    ],
)
def test_an_expression_becomes_its_value_and_all_else_stays(source: str, expected: str) -> None:
    assert result(source) == expected


def test_an_unknown_name_lists_the_known_ones_with_file_and_line() -> None:
    with pytest.raises(InputError) as caught:
        result("${{ pyton }}")
    assert str(caught.value) == "t.yaml:7: unknown parameter 'pyton' in ${{ pyton }}"
    assert caught.value.code == "bad-expression"
    assert caught.value.hint == "did you mean python? Known are cuda, python."


@pytest.mark.parametrize(
    "source",
    [
        "${{ python.__class__ }}",
        "${{ python.upper() }}",
        "${{ python['__class__'] }}",
        "${{ 'a' * 100000000 }}",
        "${{ 9 ** 9 ** 9 }}",
        "${{ 'a' | center(100000000) }}",
        "${{ python | map('upper') }}",
        "${{ [1, 2] }}",
        "${{ range(3) }}",
        "${{ python",
        "${{ }}",
        "${{ python python }}",
        "${{ 1 + 'a' }}",
        "${{ '\\n- evil' }}",
        "${{ 'a # b' }}",
        "${{ '[build=x]' }}",
        "${{ self }}",
    ],
)
def test_what_is_more_than_that_is_refused(source: str) -> None:
    with pytest.raises(InputError, match=r"^t\.yaml:7: "):
        result(source)


@given(st.text())
def test_no_value_gets_structure_into_the_file(value: str) -> None:
    """A result has one line and no character that means something in YAML or opens a comment."""
    try:
        text = result("name ${{ free }}", {"free": value})
    except InputError:
        assert not is_plain(value)
    else:
        assert is_plain(text)
        assert not set(text) & set("\n\r\t#'\"{}[]&%`\\$")


@given(st.text(max_size=40))
def test_any_expression_is_evaluated_or_refused(source: str) -> None:
    try:
        result(f"${{{{{source}}}}}")
    except InputError as error:
        assert error.code == "bad-expression"
