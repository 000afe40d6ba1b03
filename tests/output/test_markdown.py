"""Values in Markdown are shown as they are; a reader of the same dialect checks it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from envctl.output.markdown import code, details, prose, table
from envctl.output.package_words import plain

MARKUP = st.text(alphabet="\\|`<>*_~[]()&;!@#ab 1.", max_size=12)


def cells(lines: list[str]) -> list[Token]:
    """The inline content of a table's cells, headings included."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse("\n".join(lines))
    assert tokens[0].type == "table_open"
    return [token for token in tokens if token.type == "inline"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1.26.4", "`1.26.4`"),
        ("", ""),
        ("a`b", "`` a`b ``"),
        ("``", "``` `` ```"),
        ("<b>", "`<b>`"),
    ],
)
def test_a_code_span_is_fenced_by_more_backticks_than_it_has(text: str, written: str) -> None:
    assert code(text) == written


def test_running_text_has_no_markup() -> None:
    assert prose("a_b *c* <d> `e` [f] ~g~ &amp;") == r"a\_b \*c\* \<d\> \`e\` \[f\] \~g\~ \&amp;"


def test_a_table() -> None:
    assert table(["a", "b"], [["`1|2`", "x"]]) == ["| a | b |", "| --- | --- |", r"| `1\|2` | x |"]


def test_what_is_folded_begins_behind_an_empty_line() -> None:
    assert details("2 more", ["| a |"]) == [
        "<details>",
        "<summary>2 more</summary>",
        "",
        "| a |",
        "",
        "</details>",
    ]


@pytest.mark.parametrize("write", [code, prose])
@settings(max_examples=150)
@given(text=MARKUP)
def test_any_value_is_shown_as_it_is_and_stays_in_its_cell(write: Callable[[str], str], text: str) -> None:
    found = cells(table(["a", "b", "c"], [["x", write(text), "y"]]))
    assert [cell.content for cell in (*found[:4], found[-1])] == ["a", "b", "c", "x", "y"]
    assert len(found) == 6
    told = found[4].children or []
    assert {token.type for token in told} <= {"text", "text_special", "code_inline"}
    if "\\|" not in text:  # a backslash is added there, so that no reader takes the pipe for the cell's end
        assert "".join(token.content for token in told).strip() == plain(text).strip()
